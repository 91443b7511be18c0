"""The pages of the form's second layout, [publication.report] of form.toml: rows of cells on a grid, ready for a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from xlsync.form.publication_pages import fields_named
from xlsync.kinds import fold
from xlsync.publication.book.report_field_table import Keys, field_table
from xlsync.publication.book.wrapped_lines import wrapped_lines
from xlsync.publication.page_templates import filled
from xlsync.publication.public_fields import label_with_unit
from xlsync.sheet_rows import row_ids
from xlsync.summary.export.table_cells import is_numeric

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.publication_pages import (
        FactsBlock,
        ReportBlock,
        ReportLayout,
        RowsBlock,
        TableBlock,
        TextsBlock,
    )
    from xlsync.publication.published_year import PublicSheet

_PACKAGE: Final = "xlsync.publication.book"
_PAPER: Final = {"width": "210mm", "height": "297mm", "orientation": "portrait", "margin": "16mm"}
_GRID: Final = 24
"""Columns of the grid that every row is laid out on."""
_COLUMN: Final = 7.4
"""Width of such a column in millimetres: the grid is as wide as the paper between its margins."""
_HALF: Final = 1.75
"""Millimetres of a half-width character, with a little air."""
_PADDING: Final = 2.4
_LINE: Final = 4.4
_LABEL, _ROW_LABEL = 4, 7
_PAGE: Final = 262.0
"""Millimetres of a page that rows may fill."""
CellLook = Literal["label", "column", "value", "number", "heading", "line", "title", "name"]


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell over so many columns of the grid: its lines, and how it looks."""

    span: int
    printed_lines: tuple[str, ...]
    cell_style: CellLook


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row; its height follows from its lines, so that no row is higher than it needs.

    One that leads stands on the page of the row behind it. `starts_page` where it is the first of a new page.
    """

    report_cells: tuple[ReportCell, ...]
    is_leading: bool = False
    starts_page: bool = False

    @property
    def line_count(self) -> int:
        """The lines of its highest cell."""
        return max(len(cell.printed_lines) for cell in self.report_cells)

    @property
    def millimetres(self) -> float:
        """Its height."""
        return round(self.line_count * _LINE + (0.4 if self._is_line else 1.8), 1)

    @property
    def _is_line(self) -> bool:
        return self.report_cells[0].cell_style == "line"


def report_document(layout: ReportLayout, public: PublicSheet) -> bytes:
    """Return the document of a sheet's pages."""
    rows = list(in_pages(list(report_rows(layout, public))))
    heights = sorted({row.millimetres for row in rows})
    return filled(
        _PACKAGE, "report.fods", rows=rows, heights=heights, grid=_GRID, column=_COLUMN, **_PAPER
    )


def is_reported(layout: ReportLayout, public: PublicSheet) -> bool:
    """Return whether a sheet is in the report; a field that is not public chooses nothing."""
    if layout.only is None:
        return True
    fields = fields_named(public.sheet.edition, layout.only.field)
    words = {fold(public.sheet.text(field.path)) for field in fields}
    return not words.isdisjoint(map(fold, layout.only.says))


def in_pages(rows: Sequence[ReportRow]) -> Iterator[ReportRow]:
    """Yield rows with the first of each page marked: no heading stands at the foot of a page, no short table runs over it."""
    used = 0.0
    for group in _groups(rows):
        height = sum(row.millimetres for row in group)
        first, *others = group
        if used + height > _PAGE:
            used = 0.0
            first = replace(first, starts_page=True)
        used = (used + height) % _PAGE
        yield from (first, *others)


def _groups(rows: Sequence[ReportRow]) -> Iterator[list[ReportRow]]:
    """Yield rows that stay together."""
    group: list[ReportRow] = []
    for row in rows:
        group.append(row)
        if not row.is_leading:
            yield group
            group = []
    if group:
        yield group


def report_rows(layout: ReportLayout, public: PublicSheet) -> Iterator[ReportRow]:
    """Yield the rows of a sheet's pages from top to bottom."""
    sheet = public.sheet
    yield _leading(_cell(_GRID, sheet.edition.expand(layout.heading or layout.title), "title"))
    yield _leading(_cell(_GRID, f"{sheet.key}　{sheet.title}", "name"))
    for block in layout.blocks:
        rows = list(_rows_of(block, public))
        if rows and block.title:
            yield _leading(_cell(_GRID, sheet.edition.expand(block.title), "heading"))
        yield from rows


def _rows_of(block: ReportBlock, public: PublicSheet) -> Iterator[ReportRow]:
    match block.block:
        case "facts":
            return _facts(block, public)
        case "table":
            return _table(block, public)
        case "texts":
            return _texts(block, public)
        case "rows":
            return _table_rows(block, public)


def _fields(block: FactsBlock | TableBlock | TextsBlock, public: PublicSheet) -> list[Field]:
    edition = public.sheet.edition
    named = (field for path in block.fields for field in fields_named(edition, path))
    return list({field.path: field for field in named}.values())


def _facts(block: FactsBlock, public: PublicSheet) -> Iterator[ReportRow]:
    """Yield two fields a row, label and value each; the last of an odd number is as wide as the row."""
    fields = _fields(block, public)
    half = _GRID // 2
    for start in range(0, len(fields), 2):
        pair = fields[start : start + 2]
        width = half if len(pair) > 1 else _GRID
        cells: list[ReportCell] = []
        for field in pair:
            cells.append(_cell(_LABEL, _label(field), "label"))
            cells.append(_cell(width - _LABEL, _words(public, field), "value"))
        yield ReportRow(tuple(cells))


def _table(block: TableBlock, public: PublicSheet) -> Iterator[ReportRow]:
    table = field_table(_fields(block, public))
    wanted = [public.sheet.edition.expand(key) for key in block.columns]
    keys = [key for key in table.keys if _is_wanted(key, wanted)]
    if not keys:
        return
    spans = _spans(_GRID - _ROW_LABEL, len(keys))
    yield replace(_row("", [table.heading(key) for key in keys], spans, "column"), is_leading=True)
    for path in table.paths:
        texts = [_bare_words(public, table.fields.get((path, key))) for key in keys]
        row = _row(table.label(path), texts, spans, "number")
        yield replace(row, is_leading=table.goes_on_behind(path))


def _is_wanted(keys: Keys, wanted: Sequence[str]) -> bool:
    return not wanted or any(key in wanted for key in keys)


def _row(label: str, texts: Sequence[str], spans: Sequence[int], style: CellLook) -> ReportRow:
    cells = [_cell(span, text, style) for span, text in zip(spans, texts, strict=True)]
    return ReportRow((_cell(_ROW_LABEL, label, "label"), *cells))


def _spans(whole: int, count: int) -> list[int]:
    """Return widths that add up to a whole and differ by one at most."""
    edges = [whole * index // count for index in range(count + 1)]
    return [end - start for start, end in pairwise(edges)]


def _table_rows(block: RowsBlock, public: PublicSheet) -> Iterator[ReportRow]:
    """Yield the headings of a table's columns and its rows; nothing where it has no row, or is not public."""
    sheet = public.sheet
    table = sheet.edition.table_of.get(block.table)
    columns = [] if table is None else [each for each in table.column_fields if _is_in(block, each)]
    ids = row_ids(sheet, block.table)
    if not columns or not ids:
        return
    spans = _spans(_GRID, len(columns))
    heads = [label_with_unit(column) for column in columns]
    yield replace(_cells(heads, spans, ["column"] * len(columns)), is_leading=True)
    looks = [_look_of(column) for column in columns]
    for row_id in ids:
        yield _cells(_row_texts(public, block.table, row_id, columns), spans, looks)


def _row_texts(public: PublicSheet, table: str, row_id: str, columns: Sequence[Field]) -> list[str]:
    fields = public.sheet.edition.by_path
    paths = (f"{table}.{row_id}.{column.steps[-1]}" for column in columns)
    return [_bare_words(public, fields[path]) for path in paths]


def _is_in(block: RowsBlock, column: Field) -> bool:
    return column.steps[-1] in block.columns


def _look_of(column: Field) -> CellLook:
    return "number" if is_numeric(column.kind) else "value"


def _cells(texts: Sequence[str], spans: Sequence[int], looks: Sequence[CellLook]) -> ReportRow:
    cells = zip(spans, texts, looks, strict=True)
    return ReportRow(tuple(_cell(span, text, look) for span, text, look in cells))


def _texts(block: TextsBlock, public: PublicSheet) -> Iterator[ReportRow]:
    """Yield each text line by line, so that it runs on over pages."""
    for field in _fields(block, public):
        yield _leading(_cell(_GRID, _label(field), "label"))
        for line in wrapped_lines(_words(public, field), _columns(_GRID)):
            yield ReportRow((ReportCell(_GRID, (line,), "line"),))


def _leading(cell: ReportCell) -> ReportRow:
    return ReportRow((cell,), is_leading=True)


def _cell(span: int, text: str, style: CellLook) -> ReportCell:
    larger = {"title": 1.15, "name": 1.5}.get(style, 1.0)
    return ReportCell(span, tuple(wrapped_lines(text, int(_columns(span) / larger))), style)


def _columns(span: int) -> int:
    """Return how many half-width characters a line of a cell holds."""
    return int((span * _COLUMN - _PADDING) / _HALF)


def _label(field: Field) -> str:
    return f"{field.label}（{field.axis_label}）" if field.axis_label else field.label


def _words(public: PublicSheet, field: Field) -> str:
    """Return what a sheet says at a field, as people read it; what cannot be read as it was typed."""
    return public.sheet.unreadable.get(field.path) or field.words(public.sheet[field.path])


def _bare_words(public: PublicSheet, field: Field | None) -> str:
    """Return the words in a table, where the unit stands beside the row; "" where the form has no such field."""
    if field is None:
        return ""
    words = _words(public, field)
    return words.removesuffix(field.unit) if is_numeric(field.kind) else words


__all__ = ["ReportCell", "ReportRow", "in_pages", "is_reported", "report_document", "report_rows"]
