"""Every kind of finding there is, is made somewhere: a new entry of the catalogue without a test fails here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests import papers
from tests.rules.test_near_misses import ONE_OF, SPEAKING
from xlsync.checks import Context, check
from xlsync.finding import Finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.kinds import Value
from xlsync.organization import read_organization
from xlsync.sheet import Sheet

UNIT = ("organization.department", "organization.division", "organization.section")
TESTS = Path(__file__).parents[1]


def after(path: str, value: Value, context: Context | None = None) -> list[Finding]:
    sheet = papers.sheet()
    return check(sheet.with_values({path: value}), context)


def unread() -> list[Finding]:
    return check(papers.sheet().with_values(unreadable={"purpose": "#REF!"}))


def in_a_city(units: str) -> list[Finding]:
    return check(papers.sheet(), Context(organization=read_organization(units, "組織.csv")))


def a_direction_without_a_reason() -> list[Finding]:
    values = {"next_year.direction": "拡充", "next_year.reason": None}
    return check(papers.sheet().with_values(values))


def with_a_sibling() -> list[Finding]:
    sheet = papers.sheet()
    other = Sheet(sheet.edition, sheet.key[:-2] + "99", sheet)
    return [
        replace(found, code="program-total")
        for found in check(sheet, Context(program=(other,)))
        if found.code.startswith("program-")
    ]


_DEPARTMENT, _DIVISION, _SECTION = (papers.sheet().text(path) for path in UNIT)
_WIDE = _DEPARTMENT.replace("部", "　部")
BY_CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "unreadable": unread,
    "required": lambda: after("purpose", None),
    "required-with": a_direction_without_a_reason,
    "dash-refused": lambda: after("purpose", "-"),
    "not-in-closed-list": lambda: after("costs.2017-settled.temporary_staff", "少し"),
    "not-in-list": lambda: after("classification", "E"),
    "too-many-decimals": lambda: after("costs.2017-settled.regular_staff_fte", Decimal("2.555")),
    "negative": lambda: after("costs.2017-settled.regular_staff_fte", -1),
    "too-long": lambda: after("purpose", "長" * 40_000),
    "program-total": with_a_sibling,
    "unit-ended": lambda: in_a_city(
        "部,課,係,いつまで,改編後の部,改編後の課\n"
        "政策イノベーション部,情報政策課,,2017-03-31,別の部,別の課\n別の部,別の課,別の係,,,\n"
    ),
    "unit-unknown": lambda: in_a_city("部,課,係\n別の部,別の課,別の係\n"),
    "unit-near": lambda: in_a_city(f"部,課,係\n{_WIDE},{_DIVISION},{_SECTION}\n"),
}
BY_RULES = {**SPEAKING, "one-of": ONE_OF, "one-only": SPEAKING["one-of"]}
"""A rule reports under its own code; its sentence is its check's."""
ELSEWHERE = {
    "lost-worksheet": "workbook/test_several_worksheets.py",
    "lost-table": "tables/test_rows_on_the_page.py",
    "row-repeated": "tables/test_row_checks.py",
    "expression": "expressions/test_expressions.py",
    "computed": "expressions/test_expressions.py",
    "required-when": "expressions/test_expressions.py",
    "converted": "inbox/test_libreoffice.py",
    "from-last-year": "cli/test_rollover.py",
    "last-years": "cli/test_rollover.py",
    "last-years-change": "cli/test_rollover.py",
    "trial": "exchange/test_trial.py",
    "no-field": "cli/test_form_adopt.py",
    "returned": "exchange/test_returned_values.py",
    "key-former": "exchange/test_changed_keys.py",
    "key-proposed": "exchange/test_typed_keys.py",
    "indicator-shared": "cli/test_plans.py",
    "key-succeeded": "exchange/test_successors.py",
    "last-years-became": "exchange/test_successors.py",
    "last-years-ended": "exchange/test_successors.py",
    "stamp-lost": "exchange/test_lost_stamp.py",
    "stamp-newer": "exchange/test_lost_stamp.py",
    "stamp-unknown": "exchange/test_lost_stamp.py",
    "cell-error": "exchange/test_cells_as_typed.py",
    "normalised": "exchange/test_cells_as_typed.py",
    "number-as-text": "exchange/test_check_writing.py",
    "formula": "exchange/test_cells_as_typed.py",
    "formula-without-result": "exchange/test_cells_as_typed.py",
    "formula-replaced": "exchange/test_cells_as_typed.py",
    "stale-result": "workbook/test_cell_reading.py",
    "picture": "workbook/test_cell_reading.py",
    "struck": "workbook/test_cell_reading.py",
    "struck-out": "workbook/test_cell_reading.py",
    "repeated-name": "healing/test_misplaced.py",
    "only-invisible": "workbook/test_cell_reading.py",
    "conditional-format": "workbook/test_conditional_formats.py",
    "conditional-format-unknown": "workbook/test_conditional_formats.py",
    "mark-removed": "workbook/test_cell_reading.py",
    "read-as-shown": "workbook/test_cell_reading.py",
    "scaled-in-sum": "workbook/test_cell_reading.py",
    "unit-shown": "workbook/test_cell_reading.py",
    "font-too-large": "workbook/test_changed_fonts.py",
    "hidden-by-format": "workbook/test_cell_reading.py",
    "hidden-lines": "workbook/test_hidden_fields.py",
    "total-not-shown": "workbook/test_cell_reading.py",
    "mark-in-quantity": "workbook/test_cell_reading.py",
    "date-converted": "workbook/test_cell_reading.py",
    "date-without-year": "workbook/test_date_cells.py",
    "number-for-date": "workbook/test_date_cells.py",
    "replaced-characters": "workbook/test_cell_reading.py",
    "written-otherwise": "workbook/test_cell_reading.py",
    "healed": "healing/test_taking_in.py",
    "ambiguous-cell": "healing/test_damage.py",
    "lost-cell": "healing/test_taking_in.py",
    "misplaced-name": "healing/test_misplaced.py",
    "repeated-cell": "healing/test_misplaced.py",
    "unread-text": "healing/test_misplaced.py",
    "worksheet-set-aside": "exchange/test_worksheet_copies.py",
    "cleared": "exchange/test_clearing.py",
    "cleared-document": "exchange/test_clearing.py",
    "undone": "exchange/test_clearing.py",
    "undo-nothing": "exchange/test_clearing.py",
    "undo-not-alone": "exchange/test_clearing.py",
    "plan-unknown": "checks/test_plans.py",
    "plan-name": "checks/test_plans.py",
    "request-unclear": "exchange/test_clearing.py",
    "stage-recorded": "stages/test_hand_in_on_checks.py",
    "hand-in-unclear": "stages/test_hand_in_on_checks.py",
    "hand-in-conflict": "stages/test_hand_in_on_checks.py",
    "conflict": "exchange/test_choices.py",
    "figure-kept": "exchange/figures/test_figure_fields.py",
    "figures-from": "cli/test_figures_owned.py",
    "same-as-kept": "cli/test_same_fields.py",
    "same-as-from": "cli/test_same_fields.py",
    "tier-result": "cli/test_grades.py",
    "office-owned": "exchange/test_owners.py",
    "choice-unclear": "exchange/test_choices.py",
    "choice-taken": "exchange/test_choices.py",
    "choice-waiting": "exchange/test_choices.py",
    "choice-stale": "exchange/test_choices.py",
    "copy": "exchange/test_choices.py",
    "review-waits": "exchange/test_review.py",
    "review-rejected": "exchange/test_review.py",
    "sent-back": "stages/test_returned_workbook.py",
    "sent-back-field": "stages/test_returned_workbook.py",
    "stage-refused": "stages/test_workbook_acts.py",
    "review-accepted": "exchange/test_review.py",
}
"""What reading and receiving remark, and the test that brings it about with a workbook."""


def test_every_entry_of_the_catalogue_is_made_by_a_test() -> None:
    assert {*BY_CHECKS, *BY_RULES, *ELSEWHERE} == set(CATALOGUE)


@pytest.mark.parametrize("code", BY_CHECKS)
def test_the_checks_make_it(code: str) -> None:
    found = [one for one in BY_CHECKS[code]() if one.code == code]
    assert found
    assert is_worded(found[0], code)


@pytest.mark.parametrize("code", BY_RULES)
def test_a_rule_makes_it(code: str) -> None:
    assert any(is_worded(found, code) for found in BY_RULES[code].found())


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_workbook_makes_it(code: str) -> None:
    assert f'"{code}"' in (TESTS / ELSEWHERE[code]).read_text(encoding="utf-8")


def is_worded(found: Finding, code: str) -> bool:
    """True where a finding's message is the sentence of a code with its facts put in."""
    sentence = re.split(r"\{\w+\}", CATALOGUE[code].sentence)
    pattern = ".*".join(re.escape(piece) for piece in sentence)
    return re.fullmatch(pattern, found.message) is not None
