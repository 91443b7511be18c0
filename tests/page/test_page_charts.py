"""Charts of the page: what they draw is what the sheets say, counted here from their JSON."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from tests import papers
from tests.page.visits import Office
from xlsync.exchange.over_years import SheetsOverYears, year_rows
from xlsync.page.unit_charts import UnitChart, unit_charts
from xlsync.page.year_charts import year_charts
from xlsync.summary.figures.form_fields import form_fields_of

DEPARTMENT = "政策イノベーション部"
COST = "costs.2017-settled.total_cost"
TARGET, ACTUAL = "indicator.targets.2017", "indicator.actuals.2017"


def documents() -> list[dict[str, Any]]:
    return [json.loads(data) for data in papers.official_bytes().values()]


def test_what_each_unit_costs_is_the_sum_of_its_sheets(office: Office) -> None:
    costs = [each["costs"]["2017-settled"]["total_cost"] for each in documents()]
    shown = office.officer().page("/summaries")
    total = f"{sum(filter(None, costs)):,}"
    assert f"{DEPARTMENT} {total}千円" in shown
    assert f"<span>{DEPARTMENT}</span><svg" in shown
    cells = re.search(rf'<th scope="row">{DEPARTMENT}</th>(.*?)</tr>', shown)
    assert cells is not None
    assert re.findall(r">([^<>]+)</td>", cells[1]) == [total, str(costs.count(None))]


def test_a_reader_of_a_department_sees_its_sections_and_of_another_one_nothing(
    office: Office,
) -> None:
    reader = office.with_key(DEPARTMENT).page("/summaries")
    for section in {each["organization"]["division"] for each in documents()}:
        assert f'<th scope="row">{section}</th>' in reader
    assert f'<th scope="row">{DEPARTMENT}</th>' not in reader
    assert "いまの数字" not in office.with_key("福祉部").page("/summaries")


def charts(*changes: dict[str, Any]) -> list[UnitChart]:
    """The charts of one unit whose sheets differ in some fields."""
    sheets = [papers.with_values(papers.CLEAN, changed) for changed in changes]
    return unit_charts([("総務部", each) for each in sheets], papers.edition())


def test_a_blank_adds_nothing_and_is_counted() -> None:
    cost = charts({COST: 1500}, {COST: None}, {COST: 0})[0]
    assert cost.unit_lines[0].numbers == (Decimal(1500), 1)
    assert cost.chart.bars[0].sum_words == "1,500千円"


def test_a_bound_is_met_from_below_and_a_dash_is_no_target() -> None:
    within = {"value": 280, "unit": "分", "bound": "以内"}
    minutes = [{TARGET: within, ACTUAL: {"value": n, "unit": "分"}} for n in (0, 280, 281)]
    others: list[dict[str, Any]] = [
        {TARGET: within, ACTUAL: None},
        {TARGET: within, ACTUAL: {"value": 1, "unit": "回"}},
        {TARGET: "-", ACTUAL: "-"},
    ]
    met = charts(*minutes, *others)[1]
    assert met.column_words == (
        "達成（件）", "未達成（件）", "比べられない（件）", "未入力（件）",
    )  # fmt: skip
    assert met.unit_lines[0].numbers == (2, 1, 1, 1)
    assert met.chart.bars[0].sum_words == "5件"


def test_nothing_is_drawn_of_nothing() -> None:
    assert unit_charts([], papers.edition()) == []
    assert charts({COST: 0, TARGET: "-", ACTUAL: "-"}) == []


def test_a_sheet_shows_its_amounts_and_its_indicator_over_the_years(office: Office) -> None:
    document = papers.official_document("01-02-01-08-15-01")
    shown = office.officer().page("/sheets/01-02-01-08-15-01")
    for words, at in (("H28年度決算", "2016-settled"), ("H29年度決算", "2017-settled")):
        assert f"{words} {document['costs'][at]['total_cost']:,}千円" in shown
    assert "H29年度 目標値 280分、H29年度 実績 90分" in shown


@pytest.mark.parametrize(
    "changed",
    [
        {"costs.2016-settled.total_cost": None, "costs.2018-initial.total_cost": None},
        {"costs.2017-settled.total_cost": -5},
    ],
    ids=["one number", "a negative one"],
)
def test_no_bar_leads_backwards_or_stands_alone(changed: dict[str, Any]) -> None:
    fields = form_fields_of(papers.edition()).over_years
    rows = year_rows(SheetsOverYears(papers.with_values(papers.CLEAN, changed), ()))
    headings = {chart.heading.split()[-1] for chart in year_charts(rows, fields)}
    assert "事業費(A)" in headings
    assert "事業コスト(A+B)" not in headings
