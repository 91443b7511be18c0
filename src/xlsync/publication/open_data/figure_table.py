"""Every figure of the sheets in a row of its own: value, unit, of which year and basis; dash, blank and zero apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal

from xlsync.kinds import DASH, Quantity
from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.open_data.sheet_tables import FISCAL_YEAR, ID_COLUMN, year_of
from xlsync.sheet_rows import row_ids
from xlsync.summary.export.axis_tables import column_in
from xlsync.summary.export.table_cells import part_of, plain_number
from xlsync.summary.figures.entry_fields import is_over

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.summary.export.table_cells import Cell
    from xlsync.summary.export.tidy import Row

FigureState = Literal["数値", "言葉", "「-」", "未入力", "読み取れない"]
_COLUMNS: Final = (
    ID_COLUMN,
    DataColumn("item", "項目名", meaning="ほかの表の列の名前と同じです"),
    DataColumn("label", "項目"),
    DataColumn(
        "at",
        "区分",
        meaning="ほかの表の年度区分と同じです。行の数が決まっていない表では、行の識別番号。区分のない項目は空欄",
    ),
    DataColumn("basis", "時点", meaning="決算・当初などの別（区分の表記）"),
    FISCAL_YEAR,
    DataColumn(
        "is_over", "年度の終了", meaning="終わった年度の数字は「終了」、ほかは「予定・途中」"
    ),
    DataColumn(
        "value", "値", "number", meaning="円・人などの単位は「単位」の列。負の数は - を付けた数"
    ),
    DataColumn("unit", "単位"),
    DataColumn("bound", "条件", meaning="以内・未満など"),
    DataColumn("text", "記載のとおり"),
    DataColumn(
        "state",
        "記載",
        meaning="「数値」は数（0を含みます）、「言葉」は数でない記載、「-」は該当なしの記載、"
        "「未入力」は空欄、「読み取れない」は数として読めない記載",
    ),
)


def figure_table(year: PublishedYear) -> DataTable:
    """Return the table of all figures."""
    fields = list(figure_fields(year.edition))
    rows: list[Row] = []
    for public in year.public_sheets:
        rows += [_row(year.edition, public, field) for field in fields]
        rows += _figures_of_rows(public)
    return DataTable("figures", "数値一覧", _COLUMNS, rows, ("id", "item", "at"))


def figure_fields(edition: Edition) -> Iterator[Field]:
    """Yield the fields that hold figures."""
    for field in edition.fields:
        if field.kind.is_figure:
            yield field


def figure_columns(edition: Edition) -> Iterator[Field]:
    """Yield the columns of tables that hold figures."""
    for column in edition.columns:
        if column.kind.is_figure:
            yield column


def cells_in(public: PublicSheet, column: Field) -> Iterator[Field]:
    """Yield the field of each row of a sheet in a column of a table, from top to bottom."""
    table, word = map(str, column.steps)
    for row_id in row_ids(public.sheet, table):
        yield public.sheet.edition.by_path[f"{table}.{row_id}.{word}"]


def _figures_of_rows(public: PublicSheet) -> Iterator[Row]:
    for column in figure_columns(public.sheet.edition):
        for field in cells_in(public, column):
            yield {
                **about_column(column),
                **_value_cells(public, field),
                "at": str(field.steps[1]),
                "is_over": None,
            }


def state_of_figure(public: PublicSheet, field: Field) -> FigureState:
    """Return what a sheet says at a field: a number is never taken for a blank, nor a dash for zero."""
    value = public.sheet[field.path]
    if field.path in public.sheet.unreadable:
        return "読み取れない"
    if value is None:
        return "未入力"
    if value == DASH:
        return "「-」"
    return "言葉" if isinstance(value, str) else "数値"


def number_of(public: PublicSheet, field: Field) -> Cell:
    """Return the number that a sheet has at a field, None where it has none."""
    value = public.sheet[field.path]
    return part_of(value, "value") if isinstance(value, Quantity) else plain_number(value)


def _row(edition: Edition, public: PublicSheet, field: Field) -> Row:
    _, keys, item = column_in(field)
    is_over = _is_over(edition, field) if keys else None
    return {**about_field(field, item, keys), **_value_cells(public, field), "is_over": is_over}


def about_column(column: Field) -> Row:
    """Return the cells that say which figure that of a column is, which is called by its table."""
    return {
        "item": column.path,
        "label": column.title,
        "at": None,
        "basis": None,
        "fiscal_year": None,
    }


def about_field(field: Field, item: str, keys: tuple[str, ...]) -> Row:
    """Return the cells that say which figure that of a field is."""
    return {
        "item": item,
        "label": " ".join(filter(None, (field.part, field.label))),
        "at": " ".join(keys) or None,
        "basis": field.axis_label or None,
        "fiscal_year": year_of(keys),
    }


def _value_cells(public: PublicSheet, field: Field) -> Row:
    """Return the cells that say what a sheet says at a field."""
    value = public.sheet[field.path]
    is_quantity = isinstance(value, Quantity)
    return {
        "id": public.sheet.id,
        "value": number_of(public, field),
        "unit": part_of(value, "unit") if is_quantity else field.kind.table_unit() or None,
        "bound": part_of(value, "bound"),
        "text": public.sheet.text(field.path) or None,
        "state": state_of_figure(public, field),
    }


def _is_over(edition: Edition, field: Field) -> str:
    return "終了" if is_over(edition, field) else "予定・途中"


__all__ = [
    "about_column",
    "about_field",
    "cells_in",
    "figure_columns",
    "figure_fields",
    "figure_table",
    "number_of",
    "state_of_figure",
]
