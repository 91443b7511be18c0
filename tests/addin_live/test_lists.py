"""A list opens in a workbook of its own: all text, each line linked to where it belongs."""

from __future__ import annotations

import pytest

from tests.fake_excel.model import Application
from xlsync.addin.client.excel_engine import Engine
from xlsync.addin.client.live_lists import show_list
from xlsync.addin.client.open_books import find_book
from xlsync.addin.protocol.changes import Row

PLACE = r"\\server\share\評価シート\甲.xlsx"
ROWS = (
    Row("評価'シート", "B5", ("エラー", "=1+1", "0120")),
    Row("", "", ("参考", "4-5-6", "x" * 9000)),
    Row("評価シート", "C7", ("短い",)),
)


def test_a_list_holds_every_text_as_it_is_and_links_its_lines(
    engine: Engine, excel: Application
) -> None:
    excel.take(PLACE)
    show_list(find_book(engine), "検証/結果[1]", ("重さ", "欄", "内容"), ROWS)
    made = excel.active
    assert made is not None
    assert (made.Path, made.Saved) == ("", True)
    sheet = made.sheets[0]
    assert sheet.Name == "検証_結果_1_"
    values = [[cell.value for cell in row] for row in sheet.page.iter_rows()]
    assert values == [
        ["重さ", "欄", "内容"],
        ["エラー", "=1+1", "0120"],
        ["参考", "4-5-6", "x" * 8000],
        ["短い", None, None],
    ]
    assert {cell.data_type for row in sheet.page.iter_rows() for cell in row} == {"s", "n"}
    assert sheet.links == [("A2", PLACE, "'評価''シート'!B5"), ("A4", PLACE, "'評価シート'!C7")]


def test_a_button_pressed_on_a_list_means_the_workbook_it_tells_of(
    engine: Engine, excel: Application
) -> None:
    excel.take(PLACE)
    excel.take(r"C:\乙.xlsx")
    show_list(find_book(engine, "甲"), "検証結果", ("重さ",), ())
    assert excel.active is not None
    assert excel.active.Path == ""
    assert find_book(engine).name == "甲.xlsx"


@pytest.mark.parametrize("path", ["Book1", "C:\\" + "長" * 300 + ".xlsx"])
def test_a_list_of_a_workbook_without_a_place_to_link_to_is_a_list_all_the_same(
    engine: Engine, excel: Application, path: str
) -> None:
    excel.take(path)
    made = show_list(find_book(engine), "", (), ROWS)
    assert made.sheets[0].name == "xlsync"
    assert made.sheets[0].range("A2").value == "エラー"
