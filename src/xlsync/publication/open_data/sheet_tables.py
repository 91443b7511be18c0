"""The fields of the sheets as tables: one row for each sheet, and one table for each axis of the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from xlsync.form.years import year_of_key
from xlsync.publication.open_data.data_table import (
    SHEETS,
    DataColumn,
    DataTable,
    with_distinct_headings,
)
from xlsync.sheet_stage import STAGE_WORDS
from xlsync.summary.export.axis_tables import axis_tables
from xlsync.summary.export.row_tables import ROW_ID, column_name, row_tables

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.summary.export.axis_tables import AxisColumn, AxisTable
    from xlsync.summary.export.row_tables import RowTable
    from xlsync.summary.export.tidy import Row

ID_COLUMN: Final = DataColumn(
    "id",
    "識別番号",
    meaning="シートごとに一度だけ付けた番号。コードや年度が変わっても変わりません",
)
FISCAL_YEAR: Final = DataColumn(
    "fiscal_year", "年度（西暦）", "integer", meaning="その行の年度（4月から翌年3月まで）"
)
_ROW_ID: Final = DataColumn(
    "row_id", "行の識別番号", meaning="行ごとに一度だけ付けた番号。並べ替えても変わりません"
)
_ABOUT_SHEET: Final = (
    DataColumn("edition", "対象年度（西暦）", "integer", meaning="シートの対象年度"),
    DataColumn("city_code", "団体コード", meaning="全国地方公共団体コード（6桁）"),
    DataColumn("city", "市区町村名"),
    DataColumn(
        "former_keys", "以前の番号", meaning="番号が変わった事業の、以前の番号（空白区切り）"
    ),
    DataColumn("stage", "公表の段階", meaning="確認済・確定・公表済"),
    DataColumn("corrected", "確定後の訂正", meaning="確定のあとで訂正したものは「あり」"),
)


def sheet_tables(year: PublishedYear) -> Iterator[DataTable]:
    """Yield the table of sheets, then those of the axes, then those of rows of unknown number."""
    for table in axis_tables(year.edition):
        yield _table_of(year, table)
    for rows in row_tables(year.edition):
        yield _table_of_rows(year, rows)


def _table_of_rows(year: PublishedYear, table: RowTable) -> DataTable:
    fields = zip(table.table.words, table.table.column_fields, strict=True)
    by_name = {column_name(word): field for word, field in fields}
    own = [
        _column(table.edition, by_name.get(column.name), column)
        for column in table.columns
        if column.name != ROW_ID
    ]
    columns = with_distinct_headings([ID_COLUMN, own[0], _ROW_ID, *own[1:]])
    rows = [
        {**row, _ROW_ID.name: row[ROW_ID], "id": public.sheet.id}
        for public in year.public_sheets
        for row in table.rows([public.project])
    ]
    title = f"{table.table.whole.label}（{year.edition.definition.words.sheet}の表）"
    return DataTable(table.name, title, columns, rows, ("id", _ROW_ID.name))


def _table_of(year: PublishedYear, table: AxisTable) -> DataTable:
    is_once = not table.axes
    head = [ID_COLUMN, *(_ABOUT_SHEET if is_once else ())]
    has_years = any(year_of(keys) is not None for keys in table.keys)
    dated = [FISCAL_YEAR] if table.axes and has_years else []
    own = [_column(table.edition, _first_field(table, column), column) for column in table.columns]
    columns = with_distinct_headings([*head, *dated, *own])
    title = (
        f"{year.edition.definition.words.sheet}一覧"
        if is_once
        else f"{'・'.join(_parts(table))}（{'・'.join(table.axes)}別）"
    )
    rows = [row for each in year.public_sheets for row in _rows(year, table, each)]
    name = SHEETS if is_once else table.name
    return DataTable(name, title, columns, rows, ("id", *table.axes))


def _parts(table: AxisTable) -> list[str]:
    """Return the parts of the form that a table's fields belong to."""
    firsts = (next(iter(fields.values())) for fields in table.fields.values())
    return list(dict.fromkeys(first.part for first in firsts))


def _rows(year: PublishedYear, table: AxisTable, public: PublicSheet) -> Iterator[Row]:
    about = _about(year, public) if not table.axes else {}
    for row in table.rows([public.project]):
        dated = {"fiscal_year": year_of([str(row[axis]) for axis in table.axes])}
        yield {"id": public.sheet.id, **about, **dated, **row, **_units(table.edition, public, row)}


def _units(edition: Edition, public: PublicSheet, row: Row) -> Row:
    """Return the cells of the sheet's units in the one spelling that stands for all."""
    levels = edition.definition.identity.organization
    spelled = zip(levels, public.unit_names, strict=False)
    return {level.field: name for level, name in spelled if name and level.field in row}


def _about(year: PublishedYear, public: PublicSheet) -> Row:
    return {
        "edition": year.edition.year,
        "city_code": year.publisher.city_code or None,
        "city": year.publisher.city_name,
        "former_keys": " ".join(public.former_keys) or None,
        "stage": STAGE_WORDS[public.stage],
        "corrected": "あり" if public.is_corrected else "なし",
    }


def _first_field(table: AxisTable, column: AxisColumn) -> Field | None:
    """Return a field of the form that a column holds, None for a column of ours."""
    return next(iter(table.fields.get(column.name, {}).values()), None)


def _column(edition: Edition, field: Field | None, column: AxisColumn) -> DataColumn:
    if field is None:
        return DataColumn(column.name, column.label, column.type)
    unit = f"（{column.unit}）" if column.unit else ""
    return DataColumn(
        column.name,
        f"{column.label}{unit}",
        column.type,
        column.unit,
        meaning_of(edition, field),
        field.list_name or "",
    )


def year_of(keys: Iterable[str]) -> int | None:
    """Return the fiscal year that one of some keys on the axes names, None where none does."""
    years = (year_of_key(key) for key in keys)
    return next((year for year in years if year is not None), None)


def meaning_of(edition: Edition, field: Field) -> str:
    """Return what the dictionary says of a field: how it is computed, else what its hint says, "" for neither."""
    rule = edition.formulas.get(field.path)
    if rule is None:
        return field.hint
    parts = [edition.by_path[path] for path in rule.parts]
    if rule.check == "program-total":
        return f"同じ予算事業のシートの「{parts[0].label}」の合計"
    return f"計算式：{' ＋ '.join(_part_words(edition, part) for part in parts)}"


def _part_words(edition: Edition, part: Field) -> str:
    """Return what a formula calls a field that it adds up, or the rows of a column."""
    is_column = part in edition.columns
    table = edition.table_of[str(part.steps[0])].whole.label if is_column else ""
    return f"「{table}」の各行の{part.label}" if is_column else part.label


__all__ = ["FISCAL_YEAR", "ID_COLUMN", "meaning_of", "sheet_tables", "year_of"]
