"""Whoever holds one department's key types whatever he likes into his workbook: nothing of another's comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from tests import cities, papers
from tests.addin.pressed import Desk, Screen, desk, failed, found
from xlsync.addin.protocol.changes import Open, Row, Verb
from xlsync.exchange import export, template_of
from xlsync.sheet import Sheet

OWN = "総務部"
VERBS: tuple[Verb, ...] = tuple(verb for verb in get_args(Verb) if verb != "selftest")


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A city with the five official sheets, and one sheet of the department whose key is used."""
    at = desk(tmp_path)
    at.city.bring_one(own_sheet().to_json(), "登録")
    return at


def own_sheet() -> Sheet:
    return papers.with_values(
        papers.CLEAN,
        {"key": "01-02-01-08-14-77", "project.number": "77", "organization.department": OWN},
    )


def theirs(at: Desk) -> str:
    return at.city.head().department


def attacks(at: Desk) -> dict[str, Screen]:
    """Workbooks that name another department's sheet, with what would tell so blanked or forged."""
    department = at.city.head().edition.definition.identity.organization[0].field
    forged: dict[str, dict[str, Any]] = {
        "as it is": {},
        "its key barred by a blank code": {"budget.moku": None},
        "barred, under our name": {"budget.moku": None, department: OWN},
        "our name alone": {department: OWN},
        "no department": {department: None},
        "barred, no department": {"budget.moku": None, department: None},
        "under another key, under our name": {"project.number": "99", department: OWN},
    }
    screens = {}
    for name, typed in forged.items():
        screen = at.open()
        screen.type(typed)
        screens[name] = screen
    return screens


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_answers_for_another_departments_sheet(at: Desk, verb: Verb) -> None:
    before = at.city.store.last(papers.CLEAN, papers.EDITION)
    for screen in attacks(at).values():
        assert OWN in failed(at.press(verb, screen, department=OWN))
    assert at.city.store.last(papers.CLEAN, papers.EDITION) == before


def test_the_refusal_says_whose_sheet_it_is(at: Desk) -> None:
    department = at.city.head().edition.definition.identity.organization[0].field
    unknown = {"key": "01-02-01-08-14-98", "project.number": "98", department: None}
    sheet = papers.with_values(papers.CLEAN, unknown)
    stored, nobodys = at.open(), Screen(export(template_of(at.city.terms), sheet, "0000abcd"))
    for screen, whose in ((stored, theirs(at)), (nobodys, "部等名が空欄")):
        said = failed(at.press("submit", screen, department=OWN))
        assert f"「{cities.WORKSHEET}」は{whose}のシートです" in said


def test_a_key_gets_its_own_summary_even_if_its_sheet_says_another_department(at: Desk) -> None:
    department = at.city.head().edition.definition.identity.organization[0].field
    for typed in ({department: theirs(at)}, {department: theirs(at), "budget.moku": None}):
        screen = Screen(at.city.give_out("01-02-01-08-14-77"))
        screen.type(typed)
        answer = at.press("summary", screen, department=OWN).answer
        assert {opened.name for opened in found(answer, Open)} <= {f"集計/{OWN}.xlsx"}


def test_the_self_test_tells_nothing_of_another_departments_sheet(at: Desk) -> None:
    for screen in attacks(at).values():
        rows = found(at.press("selftest", screen, department=OWN).answer, Row)
        of_sheet = [row.texts for row in rows if cities.WORKSHEET in row.texts[0]]
        assert [texts[1] for texts in of_sheet] == [f"{OWN}のシートではありません"]


def test_a_barred_sheet_of_ones_own_is_refused_for_what_is_wrong_with_it(at: Desk) -> None:
    screen = Screen(at.city.give_out("01-02-01-08-14-77"))
    screen.type({"budget.moku": None})
    sentence = failed(at.press("submit", screen, department=OWN))
    assert "だけに使えます" not in sentence
