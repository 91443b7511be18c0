"""The page of years: each project's lines and the sums above them say what the sheets of all editions say."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Value
from xlsync.summary import Item, summarize
from xlsync.summary.figures.year_values import PastSheet, YearKey, shown_keys, year_values

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")

COST = "costs.{period}.project_cost"
MERGED = "統合：01-02-01-08-14-01 情報化推進事業、01-02-01-08-99-01 古い事業の60%の合計"
PLACES = st.sampled_from(["2016-settled", "2017-settled", "2018-initial"])
AMOUNTS = st.none() | st.just(DASH) | st.integers(-9, 9)


@pytest.fixture
def items(five_items: Sequence[Item]) -> list[Item]:
    """The five, the first with a merged past, the second with one of its own."""
    edition = load_form().at(2016)
    merged: dict[str, Value] = {
        "costs.2014-settled.project_cost": 1234,
        "next_year.direction": "拡充",
    }
    own: dict[str, Value] = {
        "costs.2014-settled.project_cost": 66,
        "costs.2015-settled.project_cost": DASH,
    }
    first = PastSheet(edition, merged, MERGED, is_same=False, is_first_own=False)
    pasts = [(first,), (PastSheet(edition, own),), (), (), ()]
    return [replace(item, past_sheets=past) for item, past in zip(five_items, pasts, strict=True)]


def page_of(items: Sequence[Item], edition: Edition, department: str | None) -> Worksheet:
    made = summarize(items, department=department, edition=edition, made_on=dt.date(2018, 9, 3))
    return openpyxl.load_workbook(io.BytesIO(made), data_only=True)["推移"]


def rows_of(page: Worksheet) -> list[dict[str, object]]:
    """The lines below the heads, by what their columns are headed."""
    heads = [str(cell.value).replace("\n", "") for cell in page[4]]
    return [
        dict(zip(heads, (cell.value for cell in row), strict=True))
        for row in page.iter_rows(min_row=5)
    ]


def test_each_project_has_its_years_and_says_which_sheet_said_them(
    items: list[Item], edition: Edition
) -> None:
    page = page_of(items, edition, "政策イノベーション部")
    rows = rows_of(page)
    cost = next(
        row
        for row in rows
        if row["項目"] == "事業費(A)（千円）" and row["事業コード"] == items[0].sheet.key
    )
    assert cost["H26年度決算"] == 1234
    assert cost["H28年度決算"] == items[0].sheet["costs.2016-settled.project_cost"]
    assert cost["由来"] == f"2016年度のシート：{MERGED}"
    whole = rows[0]
    assert (whole["事業コード"], whole["H26年度決算"]) == ("政策イノベーション部　合計", 1300)
    assert "H27年度決算" not in whole
    marked = [cell for row in page.iter_rows() for cell in row if cell.value == 1234]
    assert [cell.number_format for cell in marked] == ['#,##0"※";△#,##0"※"']
    direction = next(row for row in rows if row["項目"] == "方向性")
    assert direction["H29年度決算"] == "拡充※"


def test_the_city_has_sums_of_its_departments_and_no_lines_of_projects(
    items: list[Item], edition: Edition
) -> None:
    rows = rows_of(page_of(items, edition, None))
    keys = {row["事業コード"] for row in rows} - {None}
    assert keys == {"全庁　合計", "政策イノベーション部"}
    assert rows[0]["H26年度決算"] == 1300


def test_a_city_in_its_first_year_has_no_such_page(
    five_items: Sequence[Item], edition: Edition
) -> None:
    with pytest.raises(KeyError):
        page_of(five_items, edition, None)


@given(
    st.dictionaries(PLACES, AMOUNTS),
    st.lists(st.dictionaries(st.integers(-2, 1), AMOUNTS), max_size=3),
)
def test_of_one_year_the_newest_edition_that_says_it_counts(
    now: Mapping[str, Value], before: list[Mapping[int, Value]]
) -> None:
    """The model writes what each edition says into one table, oldest first, unless it says nothing."""
    edition = load_form().at(2018)
    names = {-2: "settled", -1: "settled", 0: "initial", 1: "initial"}
    past: list[PastSheet] = []
    model: dict[tuple[int, str], Value] = {}
    for age, said in reversed(list(enumerate(before, 1))):
        year = 2018 - age
        places = {(year + offset, names[offset]): value for offset, value in said.items()}
        model |= {place: value for place, value in places.items() if value not in {None, DASH}}
        values = {f"costs.{at}-{name}.project_cost": value for (at, name), value in places.items()}
        past.append(PastSheet(load_form().at(year), values))
    model |= {
        (int(place[:4]), place[5:]): value
        for place, value in now.items()
        if value not in {None, DASH}
    }
    own = {f"costs.{place}.project_cost": value for place, value in now.items()}
    told = year_values(edition, own, past[::-1], COST)
    words = {"決算": "settled", "当初": "initial"}
    assert {
        (place.year, words[place.label_beside]): value.value for place, value in told.items()
    } == model


def test_of_two_columns_of_a_year_the_one_that_was_over_is_shown() -> None:
    settled, initial = YearKey(2017, "決算", is_over=True), YearKey(2017, "当初", is_over=False)
    assert shown_keys([settled, initial]) == {2017: settled}
    assert shown_keys([initial]) == {2017: initial}


@pytest.mark.parametrize(("typed", "shown"), [(100, 40), (45, 45), (None, 40)])
def test_an_amount_carried_on_alone_gives_way_to_the_shares_and_a_typed_one_does_not(
    typed: int | None, shown: int
) -> None:
    path = "costs.2018-settled.project_cost"
    alone: Mapping[str, Value] = {path: 100}
    split = PastSheet(load_form().at(2019), {path: 40}, "分割", False, True, alone)  # noqa: FBT003
    told = year_values(load_form().at(2020), {path: typed}, (split,), COST)
    assert told[YearKey(2018, "決算", is_over=True)].value == shown
