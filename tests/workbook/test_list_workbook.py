"""Lists for people are printed on one page across, in letters that can be read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.workbook.list_workbook import list_workbook

_MILLIMETRES = {"9": 297 - 20, "8": 420 - 20}
"""What a landscape page (A4, A3) leaves between its margins."""
_MILLIMETRES_PER_CHARACTER = 1.87
"""Of a column at full size, where letters have 11 points."""
_READABLE_POINTS = 7

REGISTER = (
    [
        "所属 部等名",
        "所属 課等名",
        "予算 会計",
        "予算 款",
        "予算 予算事業名",
        "事務事業 事務事業名（番号）",
        "理由",
    ],
    [
        "政策イノベーション部",
        "情報政策課",
        "01",
        "02",
        "情報管理事業",
        "01",
        "所管が変わったため" * 9,
    ],
)


def page_of(headings: Sequence[str], row: Sequence[str]) -> Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(list_workbook("台帳", headings, [row])))
    page = book["台帳"]
    assert isinstance(page, Worksheet)
    return page


@pytest.mark.parametrize(
    ("headings", "row", "paper"),
    [
        (*REGISTER, "9"),
        ([f"見出し 項目{number}" for number in range(16)], ["あ" * 7] * 16, "8"),
        ([f"見出し 項目{number}" for number in range(16)], ["長い文" * 60] * 16, "8"),
    ],
)
def test_letters_are_printed_large_enough_to_be_read(
    headings: Sequence[str], row: Sequence[str], paper: str
) -> None:
    page = page_of(headings, row)
    assert (str(page.page_setup.paperSize), page.page_setup.fitToWidth) == (paper, 1)
    width = sum(dimension.width for dimension in page.column_dimensions.values())
    share = min(1.0, _MILLIMETRES[paper] / (width * _MILLIMETRES_PER_CHARACTER))
    assert 11 * share >= _READABLE_POINTS


def test_a_text_wider_than_its_column_is_shown_whole() -> None:
    page = page_of(*REGISTER)
    cell = page.cell(2, 7)
    assert cell.alignment.wrap_text
    lines = 18 * 9 / page.column_dimensions["G"].width
    assert (page.row_dimensions[2].height or 0) >= 15 * lines
    assert page.cell(1, 1).value == "所属 部等名"  # a list that comes back is read by its headings
    assert page.cell(1, 1).alignment.wrap_text
    assert (page.row_dimensions[1].height or 0) >= 2 * 15
