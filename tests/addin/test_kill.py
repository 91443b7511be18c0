"""Killed at any call that changes the disk: each request is answered once, is in the store once, and the next desk goes on."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import papers
from tests.addin.buttons import fetch, lay, left, request
from tests.addin_xlam.offices import JST, Town, town
from tests.cities import typed
from tests.store.disk_calls import KILLED, counted, dying_at, forked, state_of, watching
from xlsync.addin.dispatch import press
from xlsync.addin.protocol.changes import Answer, Request
from xlsync.addin.ways.folder_way import Desk
from xlsync.form.library import load_form
from xlsync.inbox.config import InboxConfig
from xlsync.store import Store, audit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
]


FIRST, SECOND = papers.KEYS[:2]


@dataclass
class Kills:
    """A city with two requests in its folder, and copies of it in which the desk dies."""

    here: Town
    asked: list[Request]
    place: Path
    copies: Iterator[int] = field(default_factory=itertools.count)

    def copy(self) -> Path:
        """The city as it was before any desk."""
        return shutil.copytree(self.here.folder, self.place / str(next(self.copies)))

    def desk(self, folder: Path) -> Desk:
        """A desk that knows nothing but what lies in a folder, at an hour of its own: it may be started long after."""
        store = Store(folder / "store", load_form())
        office = InboxConfig("みどり市", folder, folder / "共有", self.here.city.terms, store)
        when = dt.datetime(2018, 7, 4, 9, tzinfo=JST)
        return Desk(lambda: folder / "共有", lambda asked: press(office, asked, when), lambda: 0.0)

    def killed(self, number: int, *, half: bool) -> Path:
        """The city after a kill just before the n-th call."""
        folder = self.copy()

        def run(_said: object) -> None:
            with watching(dying_at(number, half=half)):
                self.desk(folder).run()

        assert forked(run)[0] == KILLED
        return folder

    def taken_away(self, folder: Path) -> list[Answer]:
        """What the clients find and take away."""
        found = (fetch(folder / "共有", one) for one in self.asked)
        return [one for one in found if one is not None]

    def see(self, folder: Path) -> None:
        """The next desk goes on, and nobody is answered twice or not at all."""
        before = self.taken_away(folder)  # its client does not wait for the next desk
        again = self.desk(folder)
        again.run()
        again.run()
        answers = [*before, *self.taken_away(folder)]
        assert sorted(one.id for one in answers) == [one.id for one in self.asked]
        assert not any(one.failed for one in answers)
        store = Store(folder / "store", load_form())
        told = [one.draft.sheet["purpose"] for one in store.revisions(FIRST, papers.EDITION)]
        assert told[1:] == ["押した"]
        assert audit(store) == []
        assert [name for name in left(folder / "共有") if not name.endswith(".part")] == []


def test_a_kill_at_any_call_neither_loses_nor_doubles_a_press(tmp_path: Path) -> None:
    here = town(tmp_path / "市")
    asked = [
        request("submit", typed(here.city.give_out(FIRST), {"purpose": "押した"}), 1),
        request("validate", here.city.give_out(SECOND), 2),
    ]
    for one in asked:
        lay(here.office.shared, one)
    kills = Kills(here, asked, tmp_path)
    calls = counted(kills.desk(kills.copy()).run)
    points = [(number, False) for number in range(1, len(calls) + 1)]
    points += [(number, True) for number, name in enumerate(calls, 1) if name == "write"]
    seen = set[bytes]()
    for number, half in points:
        folder = kills.killed(number, half=half)
        state = state_of(folder)
        if state not in seen:
            seen.add(state)
            kills.see(folder)
        shutil.rmtree(folder)
    assert len(seen) > 20
