"""Official forms as an office draws them, small ones of our own that have the traits of real ones (`/docs/form-new.md`)."""

from __future__ import annotations

import io
from typing import Final

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.workbook.official.page_grid import area_of

THIN: Final = Side(style="thin")
PAGE: Final = "評価票"
YEAR: Final = 2024


def box(
    page: Worksheet, address: str, text: str | int | None = None, *, merge: bool = True
) -> None:
    """Draw a line around an area, merge its cells, and write into the first."""
    area = area_of(address)
    if merge and area.size > 1:
        page.merge_cells(address)
    for row in page[address] if area.size > 1 else ((page[address],),):
        for cell in row:
            cell.border = Border(
                top=THIN if cell.row == area.top else None,
                bottom=THIN if cell.row == area.bottom else None,
                left=THIN if cell.column == area.left else None,
                right=THIN if cell.column == area.right else None,
            )
    if text is not None:
        page.cell(area.top, area.left).value = text


def evaluation() -> bytes:
    """An evaluation sheet: a letter head, a table of years and sources, a choice, rows that repeat, a box of many cells."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = PAGE
    for letter in "ABCDEFGH":
        page.column_dimensions[letter].width = 14
    page.merge_cells("A1:H1")
    page["A1"] = "事 務 事 業 評 価 シ ー ト（令和6年度）"
    page["G2"] = "令和　　年　　月　　日"
    page["F3"] = "記入者氏名"
    page.merge_cells("G3:H3")
    _draw_head(page)
    _draw_costs(page)
    _draw_rows(page)
    box(page, "A24:B27", "事業の概要", merge=False)
    box(page, "C24:H27", merge=False)
    box(page, "A28:B28", "判定")
    box(page, "C28:D28")
    rule = DataValidation(type="list", formula1='"継続,見直し,廃止"')
    rule.add("C28")
    page.add_data_validation(rule)
    box(page, "E28:F28", "※受付欄")
    box(page, "G28:H28")
    box(page, "A29:B29", "対象面積")
    box(page, "C29:D29", merge=False)
    page["D29"] = "㎡"
    page.column_dimensions["D"].width = 14
    page.print_area = "A1:H29"
    _add_example(book)
    return _saved(book)


def evaluation_of_two_worksheets() -> bytes:
    """The evaluation sheet with a further worksheet, which names the project again, and adds up what was paid."""
    book = load_workbook(io.BytesIO(evaluation()))
    page = book.create_sheet("別 紙", 0)
    box(page, "A1:D1", "支出の内訳（別紙）")
    for row, label in enumerate(("事業名", "支出先", "支出の理由"), start=3):
        box(page, f"A{row}:B{row}", label)
        box(page, f"C{row}:D{row}")
    for row, label in enumerate(("委託料", "使用料", "合計"), start=8):
        box(page, f"A{row}:B{row}", label)
        box(page, f"C{row}:D{row}", "=SUM(C8:C9)" if label == "合計" else None)
        page[f"C{row}"].number_format = '#,##0"円"'
    return _saved(book)


def _draw_head(page: Worksheet) -> None:
    for row, label in enumerate(("部名", "課名", "事業番号", "事業名"), start=4):
        box(page, f"A{row}:B{row}", label)
        box(page, f"C{row}:H{row}")


def _draw_costs(page: Worksheet) -> None:
    headings = ("（千円）", "令和5年度決算", "令和6年度予算")
    for column, heading in zip("ACE", headings, strict=True):
        box(page, f"{column}9:{chr(ord(column) + 1)}9", heading)
    for row, label in enumerate(("国庫支出金", "一般財源", "合計"), start=10):
        box(page, f"A{row}:B{row}", label)
        for column, following in ("CD", "EF"):
            formula = f"=SUM({column}10:{following}11)" if label == "合計" else None
            box(page, f"{column}{row}:{following}{row}", formula)
            page[f"{column}{row}"].number_format = '#,##0"千円"'


def _draw_rows(page: Worksheet) -> None:
    page["A14"] = "活動の記録"
    columns = (
        ("A15", "番号"),
        ("B15:D15", "活動内容"),
        ("E15:F15", "実施日"),
        ("G15:H15", "参加人数"),
    )
    for address, heading in columns:
        box(page, address, heading)
    for row in range(16, 22):
        for address, _ in columns:
            box(page, address.replace("15", str(row)), row - 15 if address == "A15" else None)


def _add_example(book: Workbook) -> None:
    example = book.create_sheet("記入例")
    example["A1"] = "このように記入してください"
    lists = book.create_sheet("リスト")
    lists["A1"] = "はい"


def unlocked() -> bytes:
    """A protected form without lines, whose cells to be filled in are unlocked and yellow."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "入力"
    page["A1"] = "備品点検表"
    page["A2"] = "黄色のセルに入力してください"
    for row, label in enumerate(("管理番号", "品名", "点検日"), start=4):
        page[f"A{row}"] = label
        page[f"B{row}"].fill = PatternFill("solid", fgColor="FFFF00")
        page[f"B{row}"].protection = Protection(locked=False)
    page["D4"] = "=B4"
    page.protection.sheet = True
    page.row_dimensions[6].hidden = True
    return _saved(book)


def blank() -> bytes:
    """A page of text in which nothing is to be filled in."""
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"] = "様式の説明です。"
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
