"""文章の使い回し: the share of copied characters against a plain model, and the page that lists what is the same."""

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
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize
from xlsync.summary.figures.copied_texts import RUN, copied_share

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
TEXTS = st.text(alphabet="あいう漢字。", max_size=40)


@given(TEXTS, TEXTS)
def test_a_character_is_copied_where_some_run_around_it_stands_in_the_other_text(
    text: str, other: str
) -> None:
    copied = {
        at
        for start in range(len(text) - RUN + 1)
        if text[start : start + RUN] in other
        for at in range(start, start + RUN)
    }
    whole = len(text) if len(text) >= RUN else 0
    assert copied_share(text, other) == (len(copied), whole)


@given(TEXTS, st.text(alphabet=" \n　", max_size=3))
def test_the_same_text_is_copied_as_a_whole_whatever_blanks_and_numbers_it_has(
    text: str, blanks: str
) -> None:
    whole = len(text) + 1 if len(text) + 1 >= RUN else 0
    assert copied_share(f"{text}{blanks}１２", f"{text}345") == (whole, whole)


def test_the_page_counts_by_unit_and_lists_what_is_the_same(
    five_items: Sequence[Item], edition: Edition
) -> None:
    first, *others = five_items
    before = Sheet(load_form().at(2017), first.sheet.key, {})
    goal, plan = "years.2017.improvement_goal", "years.2017.plan"
    own = first.sheet.with_values(
        {goal: "業務の改善をさらに進める。", plan: "研修を9回行い、全員が参加した。"}
    )
    last = before.with_values(
        {
            "years.2016.improvement_goal": "業務の改善を\nさらに進める。",
            "years.2016.plan": "研修を12回行い、全員が参加した。",
        }
    )
    items = [replace(first, sheet=own, last_year=last), *others]
    made = summarize(
        items, department="政策イノベーション部", edition=edition, made_on=dt.date(2018, 9, 3)
    )
    page = openpyxl.load_workbook(io.BytesIO(made), data_only=True)["文章の使い回し"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    division = next(row for row in rows if row[0] == "情報政策課")
    assert division[1:] == [2, 29, 29, 1, 1]
    listed = rows[next(at for at, row in enumerate(rows) if row[0] == "事業コード") + 1 :]
    assert [(row[0], row[4]) for row in listed if row[0]] == [
        (own.key, edition.by_path[goal].title)
    ]


def test_without_last_years_sheets_there_is_no_such_page(
    five_items: Sequence[Item], edition: Edition
) -> None:
    made = summarize(five_items, department=None, edition=edition, made_on=None)
    assert "文章の使い回し" not in openpyxl.load_workbook(io.BytesIO(made)).sheetnames
