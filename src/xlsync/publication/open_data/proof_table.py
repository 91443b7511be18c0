"""検算: what the amounts of the published sheets add up to, by department and for the whole city, and how many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.open_data.figure_table import (
    about_column,
    about_field,
    cells_in,
    figure_columns,
    figure_fields,
    state_of_figure,
)
from xlsync.summary.excel.frame import CITY
from xlsync.summary.export.axis_tables import column_in
from xlsync.summary.export.table_cells import plain_number

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.summary.export.tidy import Row

_COLUMNS: Final = (
    DataColumn("scope", "範囲", meaning="「全庁」か、部の名前"),
    DataColumn("item", "項目名"),
    DataColumn("label", "項目"),
    DataColumn("at", "区分"),
    DataColumn("basis", "時点"),
    DataColumn("fiscal_year", "年度（西暦）", "integer"),
    DataColumn("unit", "単位"),
    DataColumn(
        "sum", "合計", "number", meaning="数値の合計。数値が1つもなければ空欄（0ではありません）"
    ),
    DataColumn("sheets", "シート", "integer", "件"),
    DataColumn("numbers", "数値", "integer", "件"),
    DataColumn("dashes", "「-」", "integer", "件"),
    DataColumn("blanks", "未入力", "integer", "件"),
    DataColumn("unreadable", "読み取れない", "integer", "件"),
)


def proof_table(year: PublishedYear) -> DataTable:
    """Return the sums of every amount over all sheets, and over those of each department."""
    rows = list(_rows(year, CITY, year.public_sheets))
    for department in year.departments:
        rows += _rows(year, department, year.in_department(department))
    return DataTable("proof", "検算", _COLUMNS, rows, ("scope", "item", "at"))


def _rows(year: PublishedYear, scope: str, sheets: Sequence[PublicSheet]) -> Iterator[Row]:
    for field in figure_fields(year.edition):
        if field.kind.is_amount and not is_of_program(year.edition, field.path):
            _, keys, item = column_in(field)
            cells = [(public, field) for public in sheets]
            sums = _sums(cells, field.unit, len(sheets))
            yield {"scope": scope, **about_field(field, item, keys), **sums}
    for column in figure_columns(year.edition):
        if column.kind.is_amount:
            cells = [(public, cell) for public in sheets for cell in cells_in(public, column)]
            sums = _sums(cells, column.unit, len(sheets))
            yield {"scope": scope, **about_column(column), **sums}


def is_of_program(edition: Edition, path: str) -> bool:
    """Return whether an amount is that of a whole budget program: the sheets of one program all say it, and none adds to it."""
    rule = edition.formulas.get(path)
    if rule is None:
        return False
    return rule.check == "program-total" or any(is_of_program(edition, part) for part in rule.parts)


def _sums(cells: Sequence[tuple[PublicSheet, Field]], unit: str, sheet_count: int) -> Row:
    """Return the sum over cells, each a sheet and its field: one of each sheet, or one of each row of a table."""
    states = Counter(state_of_figure(public, cell) for public, cell in cells)
    values = (public.sheet[cell.path] for public, cell in cells)
    numbers = [value for value in values if isinstance(value, int | Decimal)]
    return {
        "unit": unit,
        "sum": plain_number(sum(numbers)) if numbers else None,
        "sheets": sheet_count,
        "numbers": states["数値"],
        "dashes": states["「-」"],
        "blanks": states["未入力"],
        "unreadable": states["読み取れない"],
    }


__all__ = ["is_of_program", "proof_table"]
