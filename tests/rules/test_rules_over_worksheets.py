"""Law 6 where what a rule compares stands on two worksheets: every check, spoken and silent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests import papers
from tests.rules.ruled import shipped_text
from tests.rules.test_near_misses import SPEAKING
from tests.rules.two_engines import RATES, Case, differences, recalculated
from tests.typed_forms import YEAR, made_form
from xlsync.form.library import Form
from xlsync.ooxml.titled_references import split_title
from xlsync.rules import Given, facts_of
from xlsync.sheet import Sheet
from xlsync.workbook.checks.visible_sheet import Known
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import Template, build_template

engines = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


@cache
def form() -> Form:
    """The shipped form with one more rule of every check, its fields on two worksheets by turns."""
    page = 'worksheet = "評価シート"'
    text = shipped_text()
    assert text.count(page) == 1
    rules = [f'[[rule]]\ncode = "more-{check}"\n{asked.entry}' for check, asked in SPEAKING.items()]
    pages = text.replace(page, f'{page}\nfurther-worksheets = ["別 紙"]')
    return made_form("\n".join([pages, *rules]))


def template() -> Template:
    return build_template(form(), YEAR)


def cases() -> Iterator[Case]:
    """An official sheet, and what makes each rule speak."""
    edition, sheet = form().at(YEAR), papers.sheet()
    yield case(Sheet(edition, sheet.key, dict(sheet)), sheet)
    for asked in SPEAKING.values():
        yield case(Sheet(edition, papers.CLEAN, asked.values), asked.context.last_year)


def case(sheet: Sheet, before: Sheet | None) -> Case:
    """A workbook of a sheet, beside which is known what it said the year before."""
    facts = facts_of(sheet.edition, RATES, before, template().room)
    stamp = Stamp(sheet.edition.form, YEAR, sheet.key, 1, "ab")
    known = Known(facts)
    return Case(fill(template(), sheet, stamp, known), sheet, known)


def test_what_the_rules_compare_stands_on_two_worksheets() -> None:
    on = {path: split_title(cell, "評価シート")[0] for path, cell in template().addresses.items()}
    compared = [asked.values for asked in SPEAKING.values() if len(asked.values) > 1]
    assert sum(len({on[path] for path in values}) == 2 for values in compared) >= len(compared) / 2


@engines
def test_python_and_excel_agree_on_every_rule_over_two_worksheets(engine: str) -> None:
    spoken: set[str] = set()
    lines = template().checks.check_sheet.lines
    for one, made in recalculated(engine, [*cases()]):
        assert differences(template().checks.results(one.sheet, one.known), made) == []
        given = Given(one.sheet, one.known.facts)
        spoken |= {line.code for line in lines if line.finding(given) is not None}
    assert {f"more-{check}" for check in SPEAKING} <= spoken
