"""The people and posts of all units as a printed workbook, and each project's people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xlsync.exchange.staffing.posts import staffed_periods
from xlsync.exchange.staffing.unit_staff import persons_in
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import Column, PrintedList, write_list_page

if TYPE_CHECKING:
    from xlsync.exchange.staffing.unit_staff import UnitStaff
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.summary.excel.list_page import CellValue, Row

UNITS_PAGE: Final = "定員との照合"
SHEETS_PAGE: Final = "事業別"
_PERSONS: Final = "#,##0.00;△#,##0.00"
_COUNT: Final = "0"


def staffing_workbook(
    staff: Sequence[UnitStaff], sheets: Sequence[Sheet], edition: Edition, city: str
) -> bytes:
    """Return the workbook; `sheets` are all that count."""
    book = Book(f"{city}　{UNITS_PAGE}", dt.date(2000, 1, 1))
    write_list_page(book, _units(staff, edition), city)
    write_list_page(book, _sheets(sheets, edition), city)
    return book.close()


def _units(staff: Sequence[UnitStaff], edition: Edition) -> PrintedList:
    levels = _levels(edition)
    columns = [
        *levels,
        Column("区分", 16),
        Column("シート", 10, _COUNT),
        Column("従事割合の合計", 16, _PERSONS),
        Column("定員", 12, _PERSONS),
        Column("差", 12, _PERSONS),
        Column("未入力", 10, _COUNT),
        Column("確かめること", 34),
    ]
    rows = [_unit_row(each, len(levels)) for each in staff]
    notes = ["差は、従事割合の合計から定員を引いた数です。"]
    return PrintedList(UNITS_PAGE, columns, rows, notes)


def _unit_row(each: UnitStaff, depth: int) -> Row:
    count = len(each.staffed_sheets) + len(each.blank_sheets)
    numbers = [each.person_count, each.post_count, each.difference]
    names = [*each.unit_names, *[""] * (depth - len(each.unit_names))]
    return [*names, each.period_label, count, *numbers, len(each.blank_sheets), what_to_do(each)]


def what_to_do(each: UnitStaff) -> str:
    """Return in Japanese what is to be looked at, "" for nothing."""
    if each.blank_sheets:
        return "従事割合の未入力があります"
    if each.difference is None:
        return "定員の一覧にない所属です"
    if each.difference:
        return f"定員より{'多い' if each.difference > 0 else '少ない'}です"
    return ""


def _sheets(sheets: Sequence[Sheet], edition: Edition) -> PrintedList:
    words, levels, periods = edition.definition.words, _levels(edition), staffed_periods(edition)
    labels = [edition.by_path[path].axis_label or at for at, path in periods.items()]
    columns = [*levels, Column(words.key, 24), Column(words.title, 36)]
    columns += [Column(label, 14, _PERSONS) for label in labels]
    rows = [_sheet_row(sheet, list(periods.values())) for sheet in sheets]
    return PrintedList(SHEETS_PAGE, columns, rows)


def _sheet_row(sheet: Sheet, paths: Sequence[str]) -> list[CellValue]:
    return [*sheet.units, sheet.key, sheet.title, *(persons_in(sheet, path) for path in paths)]


def _levels(edition: Edition) -> list[Column]:
    return [Column(level.name, 20) for level in edition.definition.identity.organization]


__all__ = ["SHEETS_PAGE", "UNITS_PAGE", "staffing_workbook", "what_to_do"]
