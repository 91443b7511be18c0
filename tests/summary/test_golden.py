"""Every figure of the five official sheets, added up by hand (by_hand.tsv, the terms as the papers print them)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.form.edition import Edition
from xlsync.summary import Item, summarize

DEPARTMENT = "政策イノベーション部"
HAND = Path(__file__).with_name("by_hand.tsv")
pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
SOURCES = ("国庫支出金", "県支出金", "地方債", "その他特財", "一般財源")
STAFF = ("正職員 従事割合", "時間外勤務")


def _table() -> list[dict[str, str]]:
    with HAND.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


ROWS = _table()


@pytest.fixture(scope="module")
def book(five_items: Sequence[Item], edition: Edition) -> Workbook:
    made_on = dt.date(2018, 9, 3)
    data = summarize(five_items, department=DEPARTMENT, edition=edition, made_on=made_on)
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row.values())[:60])
def test_the_terms_add_up(row: dict[str, str]) -> None:
    sign, total = 1, 0.0
    for word in row["terms"].split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            total += sign * float(word)
    assert total == float(row["total"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row.values())[:60])
def test_the_workbook_says_what_was_added_up(book: Workbook, row: dict[str, str]) -> None:
    shown, missing = _shown(book, row)
    assert shown == pytest.approx(float(row["total"]))
    assert missing in (None, "", float(row["missing"] or 0))


def _shown(book: Workbook, row: dict[str, str]) -> tuple[object, object]:
    """Give the amount and its mark where the workbook shows a figure."""
    scope, measure, period = row["scope"], row["measure"], row["period"]
    if scope == "増減":
        page = book["概要"]
        line = _row(page, 1, measure)
        return page.cell(line, _column(page, 9, "増減")).value, None
    if scope.startswith("01-"):
        page = book["款項目別"]
        column = _column(page, 4, measure, period)
        return _pair(page, _row(page, 2, scope), column)
    if measure in SOURCES:
        page = book["財源内訳"]
        return _pair(page, _row(page, 2, measure), _column(page, 4, period))
    page = book["人員" if measure in STAFF else "課別・係別"]
    return _pair(page, _row(page, 2, scope), _column(page, 4, measure, period))


def _pair(page: Worksheet, row: int, column: int) -> tuple[object, object]:
    return page.cell(row, column).value, page.cell(row, column + 1).value


def _row(page: Worksheet, column: int, name: str) -> int:
    return next(r for r in range(1, page.max_row + 1) if page.cell(r, column).value == name)


def _column(page: Worksheet, head: int, block: str, below: str = "") -> int:
    """Give the column headed so, and under its block by a second head."""
    heads = [str(page.cell(head, c).value or "") for c in range(1, page.max_column + 1)]
    first = next(c for c, name in enumerate(heads, 1) if name.startswith(block))
    if not below:
        return first
    return next(
        c for c in range(first, page.max_column + 1) if page.cell(head + 1, c).value == below
    )


def test_every_total_of_the_tables_by_division_was_added_up(book: Workbook) -> None:
    """No amount stands in these worksheets that is not in the table by hand."""
    by_hand = {float(row["total"]) for row in ROWS}
    for name in ("課別・係別", "人員"):
        page = book[name]
        for column in range(4, 24):
            if page.cell(5, column).value and "年度" in str(page.cell(5, column).value):
                for row in range(6, 10):
                    assert page.cell(row, column).value in by_hand, (name, row, column)


def test_shares_of_funding_are_those_of_the_papers(book: Workbook) -> None:
    page = book["財源内訳"]
    shares = {
        ("一般財源", "H28年度決算"): 214_724 / 230_020,
        ("一般財源", "H29年度決算"): 259_463 / 270_862,
        ("一般財源", "H30年度当初"): 262_482 / 274_271,
        ("国庫支出金", "H28年度決算"): 1_710 / 230_020,
        ("その他特財", "H29年度決算"): 10_037 / 270_862,
    }
    for (source, period), share in shares.items():
        shown = page.cell(_row(page, 2, source), _column(page, 4, period) + 2).value
        assert shown == pytest.approx(share)


STATED = {  # 要する経費全体 as printed, against the sum of the sheets that is the same or cannot be made
    "01-02-01-08-14": ("23,387 15,975 39,362 31,149 18,793 49,942 26,111 19,030 45,141 0", "一致"),
    "01-02-01-08-15": ("84,509 12,155 96,664 87,644 11,580 99,224 82,603 11,570 94,173 0", "一致"),
    "01-02-01-09-11": (
        "115,758 12,155 127,913 134,188 7,721 141,909 150,816 7,713 158,529 0",
        "一致",
    ),
    "01-02-01-10-11": (
        "319,815 7,902 327,717 317,766 14,734 332,500 333,011 11,191 344,202 0",
        "確認できません",
    ),
    "01-02-01-10-12": ("6,366 15,736 22,102 17,881 11,275 29,156 14,741 11,671 26,412 0", "一致"),
}


@pytest.mark.parametrize("code", STATED)
def test_programs_state_what_the_papers_print(book: Workbook, code: str) -> None:
    page = book["款項目別"]
    row = _row(page, 2, code)
    words, agreement = STATED[code]
    columns = [
        _column(page, 4, measure, period)
        for period in ("H28年度決算", "H29年度決算", "H30年度当初")
        for measure in ("事業費(A)", "人件費(B)", "事業コスト(A+B)")
    ]
    columns.append(_column(page, 4, "事業費(A)", "H31年度当初"))
    assert [page.cell(row + 1, column).value for column in columns] == [
        int(word.replace(",", "")) for word in words.split()
    ]
    differences = {page.cell(row + 2, column).value for column in columns}
    assert differences == ({0} if agreement == "一致" else {None})
    assert page.cell(row, _column(page, 4, "照合")).value == agreement


def test_grades_cross_as_on_the_papers(book: Workbook) -> None:
    page = book["評価"]
    high = _row(page, 2, "高:成果が向上(高水準を維持)している")
    matrix = [
        [page.cell(row, column).value for column in (4, 5, 6)] for row in range(high, high + 3)
    ]
    assert matrix == [[0, 1, 0], [0, 3, 0], [0, 0, 0]]  # 08-14 高×中; 08-15, 09-11, 10-12 中×中


def test_the_front_page_shows_the_papers_in_large(book: Workbook) -> None:
    page = book["概要"]
    assert [page.cell(5, column).value for column in (1, 4, 8, 14, 18)] == [
        *(5, 320_231, 6.5, pytest.approx(259_463 / 270_862), 0),
    ]
    points = 100 * (259_463 / 270_862 - 214_724 / 230_020)
    assert [page.cell(6, column).value for column in (1, 4, 8, 14)] == [
        4,
        *map(pytest.approx, (320_231 / 286_041 - 1, 6.5 / 7.0 - 1, points)),
    ]
    assert [page.cell(7, column).value for column in (4, 8, 14)] == ["4件で比較、未入力1件"] * 3
    assert page.cell(7, 18).value == "未入力 1件"


def test_the_largest_and_the_most_changed_come_first(book: Workbook) -> None:
    page = book["概要"]
    captions = [
        r for r in range(1, 50) if str(page.cell(r, 1).value).startswith("事業コスト(A+B)の")
    ]
    largest, changed = ([page.cell(r + 2 + n, 1).value for n in range(5)] for r in captions)
    assert [str(key)[9:] for key in largest[:4]] == ["09-11-01", "08-15-01", "08-14-01", "10-12-01"]
    # 141,909-127,913  49,942-39,362  29,156-22,102  99,224-96,664
    assert [str(key)[9:] for key in changed[:4]] == ["09-11-01", "08-14-01", "10-12-01", "08-15-01"]
    row = captions[1] + 2
    assert [page.cell(row, column).value for column in (8, 10, 12)] == [127_913, 141_909, 13_996]


def test_targets_are_met_as_on_the_papers(book: Workbook) -> None:
    page = book["指標"]
    row = _row(page, 1, "01-02-01-08-15-01")
    values = [page.cell(row, column).value for column in range(5, 21)]
    assert values == ["分以内", *[280] * 7, "分", 15, 28, 0, 90, *["－"] * 3]
    assert [page.cell(row, column).value for column in range(22, 26)] == ["○"] * 4
    assert [page.cell(4, column).value for column in range(22, 26)] == ["1/1"] * 4
