"""What the page of a project shows: the parts of its form with the years side by side, then what only earlier forms have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import TYPE_CHECKING

from xlsync.publication.open_data.sheet_tables import meaning_of, year_of
from xlsync.publication.public_fields import label_with_unit
from xlsync.publication.site.forms_over_years import forms_over_years
from xlsync.publication.site.site_parts import (
    SiteColumn,
    SitePart,
    SiteRow,
    SiteRows,
    SiteTable,
    SiteText,
    sheet_words,
    shown_number,
    shown_text,
)
from xlsync.sheet_rows import row_ids
from xlsync.summary.export.axis_tables import column_in
from xlsync.summary.export.table_cells import is_numeric

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.tables import Table
    from xlsync.publication.published_year import PublicSheet
    from xlsync.publication.site.forms_over_years import FormOverYears, PlacedField

_At = tuple[tuple[str, ...], int]


def site_parts(sheets: Sequence[PublicSheet]) -> tuple[SitePart, ...]:
    """Return everything that the sheets of a project say, each field once, in the order of the newest form.

    Args:
        sheets: The published sheets of one project, in any order, each in the form of its year.

    Returns:
        The parts of the newest form, in which fields of earlier forms stand beside those that take over from them; then
        parts of what only an earlier form has.

    """
    newest_first = sorted(sheets, key=lambda each: -each.sheet.edition.year)
    return tuple(
        part
        for form in forms_over_years(newest_first)
        for part in _FormParts(form, is_newest=form.leading.public is newest_first[0]).parts()
    )


@dataclass(frozen=True, slots=True)
class _FormParts:
    """The parts of one form; those of an earlier one say in their heading that they are."""

    over_years: FormOverYears
    is_newest: bool

    def parts(self) -> Iterator[SitePart]:
        """Yield the parts in the order of the form."""
        fields: dict[str, list[Field]] = {}
        tables: dict[str, list[Table]] = {}
        for field in self.over_years.leading.fields:
            fields.setdefault(field.entry.part, []).append(field)
        for table in self.over_years.leading.tables:
            tables.setdefault(table.table_entry.part, []).append(table)
        order = list(dict.fromkeys((*fields, *tables)))
        if tables:
            order.sort(
                key=list(self.over_years.leading.public.sheet.edition.definition.parts).index
            )
        for part in order:
            yield self._part(part, fields.get(part, []), tables.get(part, []))

    def _part(self, part: str, fields: Sequence[Field], row_tables: Sequence[Table]) -> SitePart:
        by_axes: dict[tuple[str, ...], list[Field]] = {}
        for field in fields:
            by_axes.setdefault(column_in(field)[0], []).append(field)
        texts = tuple(map(self._text, by_axes.pop((), [])))
        tables = tuple(chain.from_iterable(map(self._tables, by_axes.values())))
        edition = self.over_years.leading.public.sheet.edition
        heading = fields[0].part if fields else edition.expand(edition.definition.parts[part])
        rows = tuple(chain.from_iterable(map(self._rows, row_tables)))
        anchor = f"part-{part}" if self.is_newest else f"part-{edition.year}-{part}"
        mark = "" if self.is_newest else f"（{edition.year}年度の様式の欄）"
        return SitePart(anchor, f"{heading}{mark}", texts, tables, rows)

    def _rows(self, table: Table) -> Iterator[SiteRows]:
        """Yield the leading sheet's rows of a table, then those of earlier sheets that have others."""
        public = self.over_years.leading.public
        leading = _rows_of(public, table, "" if self.is_newest else sheet_words(public))
        yield leading
        for earlier, same in self.over_years.same_tables(table):
            rows = _rows_of(earlier, same, sheet_words(earlier))
            if rows.row_texts != leading.row_texts:
                yield rows

    def _text(self, field: Field) -> SiteText:
        newest = shown_text(self.over_years.leading.public, field)
        earlier = []
        for form_fields, same in self.over_years.same_fields(field):
            text = shown_text(form_fields.public, same)
            if text != newest:
                words = _other_words(same, field)
                beside = f"、様式では「{words}」" if words else ""
                earlier.append((f"{sheet_words(form_fields.public)}{beside}", text))
        return SiteText(field.label, newest, tuple(earlier))

    def _tables(self, fields: Sequence[Field]) -> Iterator[SiteTable]:
        """Yield fields on the same axes: years in one table, else the leading sheet's, then earlier ones that differ."""
        placed = list(self.over_years.placed(dict.fromkeys(field.entry.path for field in fields)))
        leading = self.over_years.leading.public
        if any(year_of(column_in(field)[1]) is not None for field in fields):
            yield _table(placed, leading)
            return
        by_sheet = [
            list(own) for _, own in groupby(placed, lambda each: each.public.sheet.edition.year)
        ]
        newest = _table(by_sheet.pop(), leading)
        yield newest
        for own in reversed(by_sheet):
            table = _table(own, own[0].public)
            if table != newest:
                yield replace(table, sheet_words=sheet_words(own[0].public))


def _table(placed: Sequence[PlacedField], leading: PublicSheet) -> SiteTable:
    """Return a table of fields of one or several sheets, the oldest sheet's first, in the rows of one of them."""
    columns = _columns(placed, leading)
    by_pattern: dict[str, list[PlacedField]] = {}
    for each in placed:
        by_pattern.setdefault(each.pattern, []).append(each)
    patterns = dict.fromkeys(each.pattern for each in placed if each.public is leading)
    rows = tuple(_row(by_pattern[pattern], columns, leading) for pattern in patterns)
    return SiteTable(tuple(column.words for column in columns), rows)


def _columns(placed: Sequence[PlacedField], leading: PublicSheet) -> list[SiteColumn]:
    """Return the columns in the order of the years, each called as the newest form that has it calls it."""
    words: dict[_At, str] = {}
    sort_keys: dict[_At, tuple[int, int, int]] = {}
    for position, each in enumerate(placed):
        at, edition = _at(each), each.public.sheet.edition
        sort_keys.setdefault(at, (year_of(at[0]) or 0, edition.year, position))
        is_of_sheet = at[1] and each.public is not leading
        words[at] = each.field.axis_label + (
            f"（{sheet_words(each.public)}）" if is_of_sheet else ""
        )
    return [SiteColumn(at, words[at]) for at in sorted(sort_keys, key=sort_keys.__getitem__)]


def _at(placed: PlacedField) -> _At:
    """Return in which column a field stands: that of its keys where they name a year, else that of its keys in its sheet."""
    keys = column_in(placed.field)[1]
    return keys, 0 if year_of(keys) is not None else placed.public.sheet.edition.year


def _row(
    placed: Sequence[PlacedField], columns: Iterable[SiteColumn], leading: PublicSheet
) -> SiteRow:
    """Return a row: in each column what the newest sheet says that has it, several fields of it one after the other."""
    shown: dict[_At, tuple[PublicSheet, list[str]]] = {}
    for each in placed:
        text = shown_number(each.public, each.field)
        public, texts = shown.get(_at(each), (each.public, []))
        shown[_at(each)] = each.public, [*(texts if public is each.public else ()), text]
    field = next(each.field for each in placed if each.public is leading)
    edition = leading.sheet.edition
    return SiteRow(
        field.label,
        field.unit,
        meaning_of(edition, field) if field.filled_by == "computed" else "",
        tuple(
            "、".join(shown[column.column_key][1]) if column.column_key in shown else ""
            for column in columns
        ),
        is_numeric(field.kind),
        tuple(dict.fromkeys(_words_of_then(placed, field))),
    )


def _words_of_then(placed: Iterable[PlacedField], newest: Field) -> Iterator[str]:
    """Yield what forms of earlier years call a row, newest first, where that is another word."""
    for each in reversed(list(placed)):
        if words := _other_words(each.field, newest):
            yield f"{each.public.sheet.edition.year}年度の様式では「{words}」"


def _other_words(field: Field, newest: Field) -> str:
    """Return what a form calls a field, "" where the newest one calls it the same."""
    return "" if field.label == newest.label else field.label


def _rows_of(public: PublicSheet, table: Table, words_of_sheet: str) -> SiteRows:
    title_column = table.table_entry.title_column
    columns = sorted(table.column_fields, key=lambda each: each.steps[-1] != title_column)
    words = [str(column.steps[-1]) for column in columns]
    rows = tuple(
        _row_texts(public, table.row_path(row_id), words)
        for row_id in row_ids(public.sheet, table.path)
    )
    headings = tuple(map(label_with_unit, columns))
    numbers = tuple(is_numeric(each.kind) for each in columns)
    return SiteRows(table.whole.label, words_of_sheet, headings, numbers, rows)


def _row_texts(public: PublicSheet, row: str, words: Sequence[str]) -> tuple[str, ...]:
    fields = public.sheet.edition.by_path
    return tuple(shown_number(public, fields[f"{row}.{word}"]) for word in words)


__all__ = ["site_parts"]
