"""What nobody has to fill yet is "－" in a summary: no 0, nothing missing, and no share or check of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import office, papers
from xlsync.form.edition import Edition
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
NEXT_YEAR = 'label = "{+1年度}当初" }'
MADE_ON = dt.date(2018, 9, 3)
PERIOD = "H31年度当初"
LAST_YEAR = "2019-initial"


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The shipped form, its last column not due."""
    changed = (NEXT_YEAR, NEXT_YEAR.replace(" }", ", due = false }"))
    return papers.edited_form(tmp_path_factory.mktemp("form") / "form", changed).at(papers.EDITION)


def _items(five: Sequence[Item], edition: Edition, filled: int) -> list[Item]:
    """The five sheets, the last column blank but in the first few of them."""
    items = []
    for place, item in enumerate(five):
        values = dict(item.sheet)
        if place >= filled:
            values |= {path: None for path in values if LAST_YEAR in path}
        items.append(replace(item, sheet=Sheet(edition, item.sheet.key, values)))
    return items


def _summary(items: Sequence[Item], edition: Edition) -> bytes:
    return summarize(items, department="政策イノベーション部", edition=edition, made_on=MADE_ON)


def _pairs(data: bytes, worksheet: str) -> list[tuple[object, object]]:
    """The amount and the mark of every line that a worksheet has under the heading of the last column."""
    page = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[worksheet]
    heads = [cell for row in page.iter_rows(max_row=6) for cell in row if cell.value == PERIOD]
    assert heads, worksheet
    return [
        (page.cell(row, head.column).value, page.cell(row, head.column + 1).value)
        for head in heads
        for row in range(head.row + 1, page.max_row + 1)
        if page.cell(row, 3).value is not None
    ]


PAGES = ("課別・係別", "財源内訳", "款項目別")


@pytest.mark.parametrize("worksheet", PAGES)
def test_a_column_that_nobody_has_to_fill_yet_is_a_dash(
    worksheet: str, five_items: Sequence[Item], later: Edition
) -> None:
    pairs = _pairs(_summary(_items(five_items, later, 0), later), worksheet)
    amounts = {pair for pair in pairs if pair[1] not in {None, ""}}
    assert amounts == {("－", 0)}


def test_once_somebody_filled_it_the_sum_says_how_many_are_missing(
    five_items: Sequence[Item], later: Edition
) -> None:
    pairs = _pairs(_summary(_items(five_items, later, 1), later), "課別・係別")
    assert pairs[0] == (0, 4)
    assert ("－", 0) in pairs


def test_a_column_that_is_due_is_missing_as_ever(five_items: Sequence[Item]) -> None:
    shipped = papers.edition()
    pairs = _pairs(_summary(_items(five_items, shipped, 0), shipped), "課別・係別")
    assert pairs[0] == (None, 5)


def test_the_list_shows_a_dash_where_nothing_is_due_and_counts_nothing_missing(
    five_items: Sequence[Item], later: Edition
) -> None:
    items = _items(five_items, later, 0)
    path = "costs.2019-initial.sources.general"
    torn = Sheet(later, items[0].sheet.key, dict(items[0].sheet), unreadable={path: "未定"})
    data = _summary([replace(items[0], sheet=torn), *items[1:]], later)
    page = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["事業一覧"]
    heads = [c for c in page[7] if isinstance(c.value, str) and "H31" in c.value]
    shown = [[page.cell(row, head.column).value for row in range(8, 13)] for head in heads]
    assert ["－"] * 5 in shown
    typed = [column for column in shown if column.count("－") == 4]
    assert len(typed) >= 2, "the amount that cannot be read, and the total of it, are no dash"


def test_what_can_be_compared_of_a_program_decides_whether_it_agrees(
    five_items: Sequence[Item], later: Edition
) -> None:
    def verdicts(items: Sequence[Item], of: Edition) -> set[Any]:
        book = openpyxl.load_workbook(io.BytesIO(_summary(items, of)), data_only=True)
        return {cell.value for row in book["款項目別"].iter_rows() for cell in row}

    shipped = papers.edition()
    assert "一致" not in verdicts(_items(five_items, shipped, 0), shipped)
    assert "一致" in verdicts(_items(five_items, later, 0), later)


def test_blank_grades_and_results_of_a_year_that_is_not_over_are_a_dash(
    five_items: Sequence[Item],
) -> None:
    running = {"years.2018.overall": None, "indicator.actuals.2018": None}
    items = [replace(i, sheet=i.sheet.with_values(running)) for i in five_items]
    book = openpyxl.load_workbook(io.BytesIO(_summary(items, papers.edition())), data_only=True)
    page = book["評価"]
    (title,) = [c for c in page[4] if isinstance(c.value, str) and "H30年度" in c.value]
    tally = {
        page.cell(5, title.column + k).value: page.cell(6, title.column + k).value for k in range(7)
    }
    assert (tally["－"], tally["未記入"]) == (5, 0)
    indicators = book["指標"]
    heads = [c for row in indicators.iter_rows(max_row=8) for c in row if c.value == "H30年度"]
    actual = heads[-1]
    shown = {indicators.cell(actual.row + offset, actual.column).value for offset in range(1, 6)}
    assert shown == {"－"}


@pytest.mark.office
@pytest.mark.parametrize("filled", [0, 2])
def test_another_program_calculates_the_same(
    filled: int, five_items: Sequence[Item], later: Edition, tmp_path: Path
) -> None:
    file = tmp_path / "summary.xlsx"
    file.write_bytes(_summary(_items(five_items, later, filled), later))
    (again,) = office.resave([file], tmp_path / "again")
    for worksheet in PAGES:
        assert _pairs(again.read_bytes(), worksheet) == _pairs(file.read_bytes(), worksheet)
