"""The server killed in the middle of a job: the page says so, nothing is half done, and the same act ends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.page.visits import Office, forms_in, text_of
from tests.store.disk_calls import KILLED, Call, Said, dying_at, forked, watching
from xlsync.store import audit

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
    pytest.mark.slow,
]
OTHER = "01-02-01-10-12-01"
ADDRESS = "joho@city.example"
ACTS: dict[str, dict[str, Any]] = {
    "deadline": {"day": "2018-08-31"},
    "contacts": {"to.政策イノベーション部": ADDRESS},
    "exclude": {"keys": OTHER, "reason": "小さな事業"},
}
POINTS = 3
"""At so many of a job's calls that change the disk it is killed, evenly spread."""


def state(office: Office) -> tuple[object, ...]:
    """What the acts have changed."""
    contacts = office.folder / "連絡先.csv"
    return (
        office.city.settings().deadline.day,
        ADDRESS in contacts.read_text("utf-8-sig") if contacts.exists() else False,
        OTHER in office.store.counted_keys(2018),
    )


def carried_out(folder: Path, name: str, seen: Callable[[Call], object]) -> None:
    """Do an act as far as its job comes: what is counted and killed is the job, not what was shown before."""
    with Office(folder).at_work() as office:
        officer = office.officer()
        action, hidden = forms_in(text_of(officer.plan(name, ACTS[name])))[-1]
        with watching(seen):
            officer.send(action, hidden)
            office.context.jobs.wait(60)


def calls_of(folder: Path, name: str) -> int:
    def counting(say: Said) -> None:
        def note(call: Call) -> None:
            say(call.name)

        carried_out(folder, name, note)

    code, calls = forked(counting)
    assert code == 0
    return len(calls)


def _killed(folder: Path, name: str, number: int, _say: Said) -> None:
    carried_out(folder, name, dying_at(number))


@pytest.mark.parametrize("name", ACTS)
def test_work_that_was_killed_is_told_and_done_by_the_same_act(
    founded: Path, tmp_path: Path, name: str
) -> None:
    whole = Path(shutil.copytree(founded, tmp_path / "whole"))
    count = calls_of(whole, name)
    with Office(whole).at_work() as office:
        wanted = state(office)
    for number in sorted({1 + (count - 1) * point // (POINTS - 1) for point in range(POINTS)}):
        folder = Path(shutil.copytree(founded, tmp_path / f"{number}"))
        code, _ = forked(partial(_killed, folder, name, number))
        assert code == KILLED, (number, count)
        with Office(folder).at_work() as office:
            officer = office.officer()
            assert [damage for damage in audit(office.store) if not damage.derived] == []
            told = officer.page("/jobs")
            assert "実行中" not in told, number
            plan = forms_in(text_of(officer.plan(name, ACTS[name])))
            if plan:  # else it had been done
                assert officer.send(*plan[-1]).status_code == 303
                assert office.ended().startswith("done"), (number, office.ended())
            assert state(office) == wanted, number
            assert office.store.last(papers.CLEAN, 2018) == 4
        shutil.rmtree(folder)
