"""Whether 要する経費全体 agrees with the program's sheets is told when it can be known, whatever order the sheets come in."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, city
from xlsync.exchange import Receipt, sheet_statuses
from xlsync.exchange.program_findings import with_program_findings
from xlsync.sheet import Sheet

COST, TOTAL = "costs.2017-settled.project_cost", "program_totals.2017-settled.project_cost"
PERIODS = ("2016-settled", "2017-settled", "2018-initial")
AMOUNTS = ("project_cost", "personnel_cost", "total_cost")
PROGRAM = "01-02-01-08-14"


def member(number: int, count: int) -> Sheet:
    """One of `count` equal projects of a program whose stated totals are right."""
    sheet = papers.sheet()
    values = dict(sheet)
    for period, amount in itertools.product(PERIODS, AMOUNTS):
        own = values[f"costs.{period}.{amount}"]
        assert isinstance(own, int)
        values[f"program_totals.{period}.{amount}"] = own * count
    values["project.number"] = f"{number:02d}"
    return Sheet(sheet.edition, f"{PROGRAM}-{number:02d}", values)


def codes(receipts: list[Receipt]) -> set[str]:
    return {found.code for one in receipts for found in one.findings if found.severity != "note"}


def received(here: City, order: list[int], count: int) -> list[Receipt]:
    return [here.bring_one(member(number, count).to_json(), f"{number}.json") for number in order]


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
@pytest.mark.parametrize("complete", [False, True])
def test_a_correct_program_gets_no_warning_in_any_order(
    tmp_path: Path, order: tuple[int, ...], *, complete: bool
) -> None:
    here = city(tmp_path)
    here.terms = replace(here.terms, complete_programs=complete)
    receipts = received(here, list(order), 3)
    assert codes(with_program_findings(here.store, here.terms, receipts)) == set()


def test_a_sheet_alone_is_not_blamed_for_those_still_to_come(tmp_path: Path) -> None:
    here = city(tmp_path)
    receipts = received(here, [2], 3)
    assert codes(receipts) == set()
    assert codes(with_program_findings(here.store, here.terms, receipts)) == set()
    assert [one.warnings for one in sheet_statuses(here.store, here.terms)] == [0]


def test_a_sum_above_the_total_is_wrong_whatever_is_still_to_come(tmp_path: Path) -> None:
    here = city(tmp_path)
    receipts = received(here, [1, 2, 3], 2)
    told = with_program_findings(here.store, here.terms, receipts)
    assert "program-project-cost" in codes(told)
    assert {one.key for one in told if codes([one])} == {f"{PROGRAM}-0{n}" for n in (1, 2, 3)}


@pytest.mark.parametrize("complete", [True, frozenset({PROGRAM})])
def test_a_total_no_sheet_accounts_for_is_computed_where_the_program_is_complete(
    tmp_path: Path, *, complete: bool | frozenset[str]
) -> None:
    here = city(tmp_path)
    here.terms = replace(here.terms, complete_programs=complete)
    told = with_program_findings(here.store, here.terms, received(here, [1, 2], 3))
    assert codes(told) == set()  # nobody at a sheet could mend it
    statuses = sheet_statuses(here.store, here.terms)
    assert [one.sheet[TOTAL] for one in statuses] == [2 * 31_149] * 2
    elsewhere = replace(here.terms, complete_programs=frozenset({"09-09-09-09-09"}))
    assert codes(with_program_findings(here.store, elsewhere, told)) == set()


def test_the_five_official_sheets_are_as_they_were(tmp_path: Path) -> None:
    here = city(tmp_path)
    receipts = [here.bring_one(data, key) for key, data in papers.official_bytes().items()]
    told = with_program_findings(here.store, here.terms, receipts)
    assert not [f for one in told for f in one.findings if f.code.startswith("program-")]
    for key, data in papers.official_bytes().items():
        assert (
            json.loads(here.head(key).to_json())["program_totals"]
            == (json.loads(data)["program_totals"])
        )
