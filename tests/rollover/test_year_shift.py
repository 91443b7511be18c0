"""A sheet in the next year's edition: every leaf as the independently moved document has it, and laws over any sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests import papers
from tests.rollover.moved_truth import leaves, moved
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from tests.strategies import sheets
from xlsync.form.field_years import is_over
from xlsync.form.library import load_form
from xlsync.kinds import DASH
from xlsync.sheet import Sheet, sheet_of
from xlsync.year_shift import ShiftedSheet, shift_sheet

FORM = load_form()


def document(sheet: Sheet) -> dict[str, Any]:
    return {
        name: inner for name, inner in json.loads(sheet.to_json()).items() if name != "revision"
    }


@pytest.mark.parametrize("key", papers.KEYS)
def test_each_leaf_of_a_seed_rolled_over_twice_is_as_moved_by_hand(key: str) -> None:
    sheet, truth = (
        Sheet.from_json(papers.official_bytes()[key]),
        json.loads(papers.official_bytes()[key]),
    )
    for year in (2019, 2020):
        sheet, truth = shift_sheet(sheet, FORM.at(year)).sheet, moved(truth)
        assert leaves(document(sheet)) == leaves(truth)


def test_the_budget_of_a_fiscal_year_is_the_same_amount_wherever_its_column_stands() -> None:
    sheet = Sheet.from_json(papers.official_bytes()[papers.CLEAN])
    path = "costs.2019-initial.sources.general"
    before = sheet.with_values({path: 4321})
    assert before.edition.by_path[path].axis_label == "H31年度当初"
    after = shift_sheet(before, FORM.at(2019)).sheet
    assert (after[path], after.edition.by_path[path].axis_label) == (4321, "R1年度当初")


@given(sheets(FORM.at(2018)))
def test_nothing_that_is_carried_changes_and_everything_else_is_accounted_for(sheet: Sheet) -> None:
    shifted = shift_sheet(sheet, FORM.at(2019))
    assert [shift.path for shift in shifted.field_shifts if shift.path] == list(shifted.sheet)
    told = {shift.former_path for shift in shifted.field_shifts}
    assert told >= {path for path in sheet if sheet[path] is not None or path in sheet.unreadable}
    by_path = {shift.path: shift for shift in shifted.field_shifts if shift.path}
    for path, shift in by_path.items():
        if shift.field_fate in {"carried", "shifted"}:
            assert shifted.sheet[path] == sheet[shift.former_path]
            assert shifted.sheet.unreadable.get(path) == sheet.unreadable.get(shift.former_path)
        elif shift.field_fate != "computed":
            assert shifted.sheet[path] is None


@given(sheets(FORM.at(2018)))
def test_results_are_left_blank_and_what_was_over_is_never_marked(sheet: Sheet) -> None:
    shifted = shift_sheet(sheet, FORM.at(2019))
    for shift in shifted.field_shifts:
        if shift.is_marked:
            assert not is_over(sheet.edition, sheet.edition.by_path[shift.former_path])
            assert sheet[shift.former_path] != DASH
    results = [path for path in shifted.sheet if path.startswith("years.") and "plan" not in path]
    goals = {f"years.{year}.improvement_goal" for year in (2018, 2019)}
    assert all(shifted.sheet[path] is None for path in results if path not in goals)


@given(sheets(FORM.at(2018)))
def test_two_years_at_once_say_what_one_after_the_other_say_of_what_both_carry(
    sheet: Sheet,
) -> None:
    once = shift_sheet(sheet, FORM.at(2020)).sheet
    twice = shift_sheet(shift_sheet(sheet, FORM.at(2019)).sheet, FORM.at(2020)).sheet
    both = carried(shift_sheet(sheet, FORM.at(2020)))
    assert {path: once[path] for path in both if twice[path] is not None} == {
        path: twice[path] for path in both if twice[path] is not None
    }


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_any_forms_sheet_keeps_whose_it_is_and_what_is_of_no_year(
    small: SmallForm, tmp_path: Path
) -> None:
    form = small.form(tmp_path)
    for data in small.documents(form.at(YEAR)).values():
        sheet = sheet_of(form.at(YEAR), json.loads(data))
        shifted = shift_sheet(sheet, form.at(YEAR + 1))
        assert (shifted.sheet.key, shifted.sheet.units) == (sheet.key, sheet.units)
        assert not [shift for shift in shifted.field_shifts if shift.field_fate == "ended"]


def carried(shifted: ShiftedSheet) -> Mapping[str, str]:
    return {
        shift.path: shift.former_path
        for shift in shifted.field_shifts
        if shift.field_fate in {"carried", "shifted"}
    }
