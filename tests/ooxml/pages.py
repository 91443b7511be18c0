"""Workbooks for the tests of replacing worksheets: a new page as ours, and workbooks that people added to."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation

from xlsync.ooxml.opc.package import Package

TITLE, LISTS, MINE = "評価シート", "_lists", "わたしの集計"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as openpyxl writes it."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def new_page() -> bytes:
    """A workbook as ours: a page with formats, a list on another worksheet, rules, links and protection."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = TITLE
    page.merge_cells("A1:C1")
    page["A1"] = "評価シート（新）"
    page["A1"].font = Font(name="ＭＳ Ｐゴシック", size=16, bold=True)
    page["B3"] = 1234.5
    page["B3"].number_format = '#,##0.0"千円"'
    page["B3"].protection = Protection(locked=False)
    page["B4"] = f"={LISTS}!A1&TEXT('{LISTS}'!A2,\"0\")"
    page["B5"].fill = PatternFill("solid", "FFFFF2CC")
    page["B5"].border = Border(left=Side("thin", "FF00B050"), top=Side("double"))
    page["B5"].alignment = Alignment(wrap_text=True, vertical="top", indent=1)
    page["C6"] = "一覧へ"
    page["C6"].hyperlink = f"#'{LISTS}'!A1"
    choice = DataValidation("list", f"{LISTS}!$A$1:$A$3")
    choice.add("B6")
    page.add_data_validation(choice)
    shown = DifferentialStyle(font=Font(bold=True), fill=PatternFill(bgColor="FFFF0000"))
    rule = Rule(type="expression", dxf=shown, formula=[f"{LISTS}!$A$1=B3"])
    page.conditional_formatting.add("B3:B6", rule)
    page.protection.sheet = True
    page.column_dimensions["B"].width = 33
    lists = book.create_sheet(LISTS)
    for row, text in enumerate(("継続", "拡大", "廃止"), start=1):
        lists.cell(row, 1, text)
    lists.sheet_state = "veryHidden"
    return saved(book)


def by_openpyxl() -> bytes:
    """A workbook with an older page, notes and a comment beside it, and a worksheet of the person's own."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = TITLE
    page["A1"] = "評価シート（旧）"
    page["B9"] = "古い欄"
    page["F2"] = "メモ"
    page["F2"].font = Font(name="メイリオ", color="FFC00000")
    page["F3"] = '=B9&"様"'
    page["B9"].comment = Comment("課長に確認", "田中")
    page["F2"].comment = Comment("二つめ", "田中")
    page["F2"].hyperlink = "https://example.jp/"
    book.create_sheet(LISTS)["A1"] = "古い一覧"
    _fill(book.create_sheet(MINE))
    return saved(book)


def _fill(mine: Any) -> None:
    mine["A1"] = 3
    mine["A1"].number_format = '0.000"点"'
    mine["A1"].font = Font(name="メイリオ", size=9, italic=True)
    mine["A2"] = f"='{TITLE}'!F2&\"を見る\""
    mine["A2"].fill = PatternFill("darkGrid", "FF92D050", "FFFFFF00")
    mine["B2"].border = Border(bottom=Side("thick", "FF7030A0"))


def by_xlsxwriter() -> bytes:
    """A workbook with a picture, a table, a comment and links on the page, written by XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page, lists, mine = map(book.add_worksheet, (TITLE, LISTS, MINE))
    bold = book.add_format({"bold": True, "num_format": "0.00%", "bg_color": "#FFFF00"})
    page.write("A1", "評価シート（旧）")
    page.write("F2", "メモ", bold)
    page.write_formula("F3", "=1+2", bold, 3)
    page.write_comment("B9", "課長に確認", {"author": "田中"})
    page.write_comment("F2", "二つめ")
    page.write_url("F2", "https://example.jp/", bold, "メモ")
    page.insert_image("H2", "dot.png", {"image_data": io.BytesIO(DOT)})
    page.add_table("H20:I22", {"name": "表一", "columns": [{"header": "品名"}, {"header": "数"}]})
    page.write_column("H21", ["鉛筆", "紙"])
    page.conditional_format("F2:F9", {"type": "data_bar"})
    lists.write("A1", "古い一覧")
    mine.write("A1", 0.25, bold)
    mine.write_formula("A2", f"='{TITLE}'!F2", bold, "メモ")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": f"='{MINE}'!$A$1:$A$2"})
    mine.insert_chart("D2", chart)
    mine.activate()
    book.close()
    return out.getvalue()


def package(data: bytes) -> Package:
    """The package of a workbook's bytes."""
    return Package.open(data)


def formats(data: bytes, title: str) -> Mapping[str, tuple[str, ...]]:
    """What each cell of a worksheet looks like, as openpyxl resolves it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        cell.coordinate: (
            cell.number_format,
            *map(repr, (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)),
        )
        for row in book[title].iter_rows()
        for cell in row
        if cell.value is not None or cell.has_style
    }
