"""施策別: projects by 施策 across departments equal a plain count; one that names several counts in each, and once in all."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.kinds import Value
from xlsync.plan_list import CodeLists, read_plan_list
from xlsync.sheet import Sheet
from xlsync.summary import Item, figures_of, workbook_of
from xlsync.summary.figures.plan_figures import plan_tables, without_any_plan
from xlsync.summary.figures.projects import Project

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
LIST = read_plan_list(
    "総合戦略,1,,,活力,,\n総合戦略,1,1,,観光,,\n総合戦略,1,2,,農業,,\n総合戦略,2,,,安心,,\n市長公約,,,,子育て,,",
    "施策.csv",
)
COST = "costs.2017-settled.project_cost"
CODES = [("1",), ("1", "1"), ("1", "2"), ("2",), ("9",)]


def sheet_of(number: int, chosen: Sequence[tuple[str, ...]], pledge: str) -> Sheet:
    values: dict[str, Value] = {COST: 10**number, "mayoral_pledge": pledge}
    for line, codes in enumerate(chosen):
        values |= {
            f"comprehensive_strategy.{line}.codes.{at}": code for at, code in enumerate(codes)
        }
    return Sheet(load_form().at(2018), f"01-02-01-08-{number:02d}-01", values)


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(CODES), max_size=3), st.sampled_from(["-", "子育て"])),
        min_size=1,
        max_size=5,
    )
)
def test_each_plan_counts_its_projects_and_those_below_it(
    chosen: list[tuple[list[tuple[str, ...]], str]],
) -> None:
    projects = [
        Project(Item(sheet_of(number, *each)), ("", "", "")) for number, each in enumerate(chosen)
    ]
    strategy, pledges = plan_tables(projects, LIST)
    for entry, members in zip(LIST.plan_entries[:4], strategy.plan_members, strict=True):
        depth = len(entry.codes)
        served = [
            number
            for number, (codes, _) in enumerate(chosen)
            if any(each[:depth] == entry.codes for each in codes if each != ("9",))
        ]
        assert [projects.index(each) for each in members.projects] == served
    outside = [number for number, (codes, _) in enumerate(chosen) if ("9",) in codes]
    assert [projects.index(each) for each in strategy.outside] == outside
    without = [
        number for number, (codes, pledge) in enumerate(chosen) if not codes and pledge == "-"
    ]
    assert [projects.index(each) for each in without_any_plan([strategy, pledges])] == without


def test_the_page_adds_up_across_departments_and_names_projects_without_a_plan(
    five_items: Sequence[Item], edition: Edition
) -> None:
    first, second, *others = five_items
    code = "comprehensive_strategy.0.codes.0"
    further = {"comprehensive_strategy.1.codes.0": "1", "comprehensive_strategy.1.codes.1": "2"}
    elsewhere = {"organization.department": "総務部", code: "2"}
    items = [
        replace(first, sheet=first.sheet.with_values({code: "1", **further})),
        replace(second, sheet=second.sheet.with_values(elsewhere)),
        *others,
    ]
    figures = figures_of(items, department=None, edition=edition)
    made = workbook_of(replace(figures, code_lists=CodeLists(plan_list=LIST)), dt.date(2018, 9, 3))
    page = openpyxl.load_workbook(io.BytesIO(made), data_only=True)["施策別"]
    rows = {str(row[0].value): [cell.value for cell in row] for row in page.iter_rows(min_row=5)}
    assert [rows[name][1] for name in ("総合戦略　計", "1 活力", "1-2 農業", "2 安心")] == [
        5,
        1,
        1,
        1,
    ]
    assert rows["1 活力"][2] == first.sheet[COST]
    assert rows["2 安心"][2] == second.sheet[COST]
    assert rows["総合戦略　計"][2] == sum(
        amount for item in items if isinstance(amount := item.sheet[COST], int)
    )
    assert "どの計画の記載もない事務事業：3件" in rows
    assert {item.sheet.key for item in others} <= rows.keys()
    plain = openpyxl.load_workbook(io.BytesIO(workbook_of(figures, None)))
    assert "施策別" not in plain.sheetnames
