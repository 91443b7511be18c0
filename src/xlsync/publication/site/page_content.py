"""What the page of a project shows, ready for a template: texts, tables with the years side by side, charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.publication.open_data.sheet_tables import meaning_of, year_of
from xlsync.publication.public_fields import label_with_unit
from xlsync.sheet_rows import row_ids
from xlsync.summary.export.axis_tables import column_in
from xlsync.summary.export.table_cells import is_numeric

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.tables import Table
    from xlsync.publication.published_year import PublicSheet

NOT_FILLED: Final = "（記載なし）"
"""Stands for a blank: "-" is what the sheet itself says."""


@dataclass(frozen=True, slots=True)
class SiteColumn:
    """A column of a table: where on the axes it lies, in which order, and what it is called."""

    keys: tuple[str, ...]
    sort_key: tuple[int, int, int]
    words: str


@dataclass(frozen=True, slots=True)
class SiteText:
    """A field that stands once in a sheet; `earlier_texts` is what earlier years say, where it differs, with the year."""

    words: str
    text: str
    earlier_texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of a table: a field over its site_columns, "" where a form has none there."""

    words: str
    unit: str
    meaning: str
    texts: tuple[str, ...]
    is_number: bool


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The fields of a part that lie on the same axes, their site_columns side by side."""

    column_headings: tuple[str, ...]
    site_rows: tuple[SiteRow, ...]


@dataclass(frozen=True, slots=True)
class SiteRows:
    """A table of rows of unknown number, as one year's sheet has it; `sheet_words` is "" for the newest sheet.

    The first column says what a row is about; `are_numbers` tells of each column whether it holds numbers.
    """

    caption_words: str
    sheet_words: str
    column_headings: tuple[str, ...]
    are_numbers: tuple[bool, ...]
    row_texts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SitePart:
    """A part of the form: its heading, what stands once, on axes, in rows; `anchor` is its name in an address."""

    anchor: str
    heading: str
    site_texts: tuple[SiteText, ...]
    site_tables: tuple[SiteTable, ...]
    site_row_tables: tuple[SiteRows, ...] = ()


class ProjectYears:
    """The published sheets of one project, newest first."""

    def __init__(self, sheets: Sequence[PublicSheet]) -> None:
        """Take the sheets in any order."""
        self.newest_first = sorted(sheets, key=lambda each: -each.sheet.edition.year)

    @property
    def newest(self) -> PublicSheet:
        """The sheet of the newest fiscal year."""
        return self.newest_first[0]

    @cached_property
    def site_parts(self) -> tuple[SitePart, ...]:
        """The parts of the form in its order, with everything that the sheets say."""
        identity = self.newest.sheet.edition.definition.identity
        shown_above = {identity.title, *(level.field for level in identity.organization)}
        parts: dict[str, list[Field]] = {}
        for field in self.newest.sheet.edition.fields:
            if field.path not in shown_above:
                parts.setdefault(field.entry.part, []).append(field)
        tables: dict[str, list[Table]] = {}
        for table in self.newest.sheet.edition.tables:
            tables.setdefault(table.table_entry.part, []).append(table)
        order = list(dict.fromkeys((*parts, *tables)))
        if tables:
            order.sort(key=list(self.newest.sheet.edition.definition.parts).index)
        return tuple(self._part(part, parts.get(part, []), tables.get(part, [])) for part in order)

    def _part(self, part: str, fields: Sequence[Field], row_tables: Sequence[Table]) -> SitePart:
        by_axes: dict[tuple[str, ...], list[Field]] = {}
        for field in fields:
            by_axes.setdefault(column_in(field)[0], []).append(field)
        texts = tuple(map(self._text, by_axes.pop((), [])))
        tables = (self._table(part, axes, on_them) for axes, on_them in by_axes.items())
        edition = self.newest.sheet.edition
        heading = fields[0].part if fields else edition.expand(edition.definition.parts[part])
        rows = tuple(chain.from_iterable(map(self._rows, row_tables)))
        return SitePart(f"part-{part}", heading, texts, tuple(tables), rows)

    def _rows(self, table: Table) -> Iterator[SiteRows]:
        """Yield the newest sheet's rows of a table, then those of earlier sheets that have others."""
        newest = _rows_of(self.newest, table, "")
        yield newest
        for each in self.newest_first[1:]:
            same = each.sheet.edition.table_of.get(table.path)
            earlier = None if same is None else _rows_of(each, same, _label_of(each))
            if earlier is not None and earlier.row_texts != newest.row_texts:
                yield earlier

    def _text(self, field: Field) -> SiteText:
        newest = _shown(self.newest, field)
        earlier = []
        for each in self.newest_first[1:]:
            same = each.sheet.edition.by_origin.get(field.origin)
            words = _shown(each, same) if same is not None else newest
            if words != newest:
                earlier.append((_label_of(each), words))
        return SiteText(field.label, newest, tuple(earlier))

    def _table(self, part: str, axes: tuple[str, ...], fields: Sequence[Field]) -> SiteTable:
        columns = {column_in(field)[2]: field for field in reversed(fields)}
        names = list(dict.fromkeys(column_in(field)[2] for field in fields))
        cells: dict[tuple[str, tuple[str, ...]], str] = {}
        site_columns: dict[tuple[str, ...], SiteColumn] = {}
        for each in reversed(self.newest_first):
            for position, field in enumerate(_fields_on(each, part, axes)):
                _, keys, name = column_in(field)
                cells[name, keys] = _shown(each, field)
                order = (year_of(keys) or 0, each.sheet.edition.year, position)
                site_columns.setdefault(keys, SiteColumn(keys, order, field.axis_label))
        ordered = sorted(site_columns.values(), key=lambda column: column.sort_key)
        rows = tuple(self._row(columns[name], name, cells, ordered) for name in names)
        return SiteTable(tuple(column.words for column in ordered), rows)

    def _row(
        self,
        field: Field,
        name: str,
        cells: dict[tuple[str, tuple[str, ...]], str],
        site_columns: Iterable[SiteColumn],
    ) -> SiteRow:
        texts = tuple(cells.get((name, column.keys), "") for column in site_columns)
        meaning = (
            meaning_of(self.newest.sheet.edition, field) if field.filled_by == "computed" else ""
        )
        return SiteRow(field.label, field.unit, meaning, texts, is_numeric(field.kind))


def _fields_on(public: PublicSheet, part: str, axes: tuple[str, ...]) -> Iterator[Field]:
    """Yield the fields of a part of the form on some axes, at a sheet's edition."""
    for field in public.sheet.edition.fields:
        if field.entry.part == part and column_in(field)[0] == axes:
            yield field


def _rows_of(public: PublicSheet, table: Table, sheet_words: str) -> SiteRows:
    columns = sorted(
        table.column_fields, key=lambda each: each.steps[-1] != table.table_entry.title_column
    )
    words = [str(column.steps[-1]) for column in columns]
    rows = tuple(
        _row_texts(public, table.row_path(row_id), words)
        for row_id in row_ids(public.sheet, table.path)
    )
    headings = tuple(map(label_with_unit, columns))
    numbers = tuple(is_numeric(each.kind) for each in columns)
    return SiteRows(table.whole.label, sheet_words, headings, numbers, rows)


def _row_texts(public: PublicSheet, row: str, words: Sequence[str]) -> tuple[str, ...]:
    fields = public.sheet.edition.by_path
    return tuple(_shown(public, fields[f"{row}.{word}"]) for word in words)


def _shown(public: PublicSheet, field: Field) -> str:
    """Return what a sheet says at a field, as people read it; a number without its unit, which stands beside the row."""
    if field.path in public.sheet.unreadable:
        return public.sheet.unreadable[field.path]
    value = public.sheet[field.path]
    if value is None:
        return NOT_FILLED
    if value == DASH or not is_numeric(field.kind):
        return field.words(value)
    return field.words(value).removesuffix(field.unit)


def _label_of(public: PublicSheet) -> str:
    return f"{public.sheet.edition.year}年度のシート"


__all__ = ["NOT_FILLED", "ProjectYears", "SitePart", "SiteRow", "SiteRows", "SiteTable", "SiteText"]
