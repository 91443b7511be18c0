"""Checks that need neither the city's rates nor another year: they hold for the first sheet of a city that begins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests import papers
from xlsync.checks import Context, check
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.workbook.reading.text_capacity import room_of

SOURCES = ("national", "prefectural", "local_bonds", "other_specific", "general")
PERIODS = ("2016-settled", "2017-settled", "2018-initial", "2019-initial")
PERIOD = "costs.2017-settled"
PERSONS, PERSONNEL = f"{PERIOD}.regular_staff_fte", f"{PERIOD}.personnel_cost"


def _codes(changed: dict[str, Any], context: Context | None = None) -> list[tuple[str, str]]:
    sheet = papers.sheet().with_values(changed)
    found = check(sheet, context)
    return [(finding.code, finding.path) for finding in found]


def _in_yen() -> dict[str, int]:
    """Every amount of the official sheet, in 円."""
    sheet = papers.sheet()
    return {
        path: value * 1000
        for path, value in sheet.items()
        if isinstance(value, int) and sheet.edition.by_path[path].kind.name == "money"
    }


@pytest.mark.parametrize("key", papers.KEYS)
def test_nothing_is_said_of_the_official_sheets(key: str) -> None:
    codes = {finding.code for finding in check(papers.sheet(key))}
    free = {"personnel-cost-per-person", "sheet-in-yen"}
    assert codes.isdisjoint(free | {f"negative-{source}" for source in SOURCES})


def test_a_whole_sheet_in_yen_is_noticed_in_the_first_year() -> None:
    codes = _codes(_in_yen())
    assert ("sheet-in-yen", f"{PERIOD}.project_cost") in codes
    assert ("personnel-cost-per-person", PERSONNEL) in codes
    message = next(
        finding.message
        for finding in check(papers.sheet().with_values(_in_yen()))
        if finding.code == "sheet-in-yen"
    )
    assert "23,387,000千円" in message
    assert "円で入力していないか" in message


def test_with_last_years_sheet_the_amounts_are_compared_instead() -> None:
    before = papers.edition(papers.EDITION - 1)
    mine = papers.edition().by_origin
    values = {field.path: papers.sheet()[mine[field.origin].path] for field in before.fields}
    codes = _codes(_in_yen(), Context(last_year=Sheet(before, papers.CLEAN, values)))
    assert "sheet-in-yen" not in {code for code, _ in codes}
    assert "scale-project-cost" in {code for code, _ in codes}


def test_a_large_project_with_a_small_source_is_no_slip() -> None:
    large = {f"{PERIOD}.sources.national": 9_000_000, f"{PERIOD}.sources.general": 999}
    total = sum((papers.sheet().with_values(large)[f"{PERIOD}.sources.{s}"] or 0) for s in SOURCES)  # type: ignore[misc]
    codes = _codes({**large, f"{PERIOD}.project_cost": total})
    assert "sheet-in-yen" not in {code for code, _ in codes}


@pytest.mark.parametrize(
    ("persons", "cost", "wrong"),
    [
        ("1.00", 1_999, True),
        ("1.00", 2_000, False),
        ("1.00", 15_000, False),
        ("1.00", 15_001, True),
        ("2.50", 37_501, True),
        ("0.20", 3_001, True),
        ("0.19", 9_999, False),  # overtime weighs more than persons
        ("0.00", 9_999, False),
    ],
)
def test_people_cost_what_people_cost(persons: str, cost: int, *, wrong: bool) -> None:
    codes = _codes({PERSONS: Decimal(persons), PERSONNEL: cost})
    assert (("personnel-cost-per-person", PERSONNEL) in codes) == wrong


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("source", SOURCES)
def test_a_negative_source_is_asked_about(period: str, source: str) -> None:
    path, code = f"costs.{period}.sources.{source}", f"negative-{source.replace('_', '-')}"
    assert (code, path) in _codes({path: -1})
    assert (code, path) not in _codes({path: 0})


NAMES = (
    *("organization.department", "organization.division", "organization.section", "budget.name"),
    *("project.name", "indicator.name", "strategic_plan.name", "mayoral_pledge"),
    *(f"comprehensive_strategy.{line}.name" for line in range(3)),
)


@pytest.mark.parametrize("path", NAMES)
def test_a_name_too_long_for_its_cell_on_paper_is_noticed(path: str) -> None:
    room = room_of(load_form(), papers.EDITION)
    full = "あ" * (room[path].width // 2) * room[path].line_count
    for name, codes in ((full, []), (f"{full}い", ["fits"])):
        sheet = papers.sheet().with_values({path: name})
        findings = check(sheet, Context(room=room))
        assert [f.code.partition("-")[0] for f in findings if f.path == path] == codes, name


def test_every_text_of_the_page_is_looked_at_whether_it_fits() -> None:
    """All but the codes of plans, which are numbers of one or two digits, and cells whose text gets smaller."""
    edition = papers.edition()
    looked_at = {rule.path for rule in edition.rules if rule.check == "fits"}
    texts = {path for path in room_of(load_form(), papers.EDITION) if ".codes." not in path}
    assert texts - looked_at == set()
