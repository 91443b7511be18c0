"""Law 4: killed at any change, also in its recovery, the store keeps what was acknowledged, and the next run goes on.

The same for both kinds of store. Every state that a kill can leave is seen; some kills are real ones, all of them where
XLSYNC_EVERY_KILL is set (`make crashes`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.store.backends import Backend, DatabaseBackend, FolderBackend, Place, nobody
from tests.store.commands import (
    Command,
    acknowledged_are_readable,
    commands,
    what_it_says,
)
from tests.store.disk_calls import KILLED, Said, forked, unflushed, unseen_changes, watching
from xlsync.errors import StoreError
from xlsync.store import Store, audit
from xlsync.store.postgres_session import PostgresSession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
]

NAMES = (
    "receive a new sheet",
    "receive a workbook",
    "receive several together",
    "receive a conflict",
    "receive a clearing",
    "receive into an older store",
    "resolve",
    "revert",
    "rebuild",
)
EVERY_KILL = bool(os.environ.get("XLSYNC_EVERY_KILL"))
FEW = 5
"""Real kills of a command that are enough for each run of the suite."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Command]:
    made = commands(tmp_path_factory.mktemp("ground"))
    assert tuple(made) == NAMES
    return made


class Sweep:
    """The states a command can leave, each seen to be sound and to be recovered from."""

    def __init__(self, command: Command, backend: Backend) -> None:
        self.command, self.backend = command, backend
        self.before = backend.laid_out(command.folder)
        self.seen = set[bytes]()
        self.sound_ends = set[bytes]()
        whole = backend.copied(self.before)
        self.change_count = backend.changes(command.run, whole)
        self.end = what_it_says(whole)

    def states(self) -> None:
        """See what a kill at each change leaves, and a kill at each change of the run after it."""
        for left, said in self._left_by(self.before):
            self.see(left, said)
            for again, _ in self._left_by(left):
                self.see(again, said)

    def _left_by(self, place: Place) -> list[tuple[Place, list[str]]]:
        return self.backend.left_on_the_way(self.command.run, self.backend.copied(place))

    def kills(self) -> None:
        """Kill the command at some of its changes, or all of them."""
        step = 1 if EVERY_KILL else -(-self.change_count // FEW)
        for number in range(1, self.change_count + 1, step):
            place = self.backend.copied(self.before)
            code, said = self.backend.killed(self.command.run, place, number)
            assert code == KILLED, number
            self.see(place, said)
        lived = self.backend.copied(self.before)
        assert self.backend.killed(self.command.run, lived, self.change_count + 1)[0] == 0

    def see(self, place: Place, acknowledged: list[str]) -> None:
        """A state keeps what was acknowledged and names nothing but heads; run again, it ends as if undisturbed."""
        acknowledged_are_readable(place, acknowledged)
        state = self.backend.state(place)
        if state in self.seen:
            return
        self.seen.add(state)
        assert [damage for damage in audit(Store(place)) if not damage.derived] == []
        again = self.backend.copied(place)
        with watching(unflushed):
            self.command.run(again, nobody)
        acknowledged_are_readable(again, acknowledged)
        if (end := self.backend.state(again)) not in self.sound_ends:
            assert what_it_says(again) == self.end
            assert audit(Store(again)) == []
            self.sound_ends.add(end)


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_at_any_change_loses_nothing_and_the_next_run_goes_on(
    ground: dict[str, Command], backend: Backend, name: str
) -> None:
    sweep = Sweep(ground[name], backend)
    assert sweep.change_count >= FEW
    sweep.states()
    sweep.kills()
    assert len(sweep.seen) >= 2


def test_a_revision_written_in_its_place_would_be_noticed(
    ground: dict[str, Command], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug is planted: a kill in the middle of the writing leaves half a revision."""

    def in_place(file: Path, data: bytes) -> bool:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.write(handle, data)
        os.close(handle)
        return True

    monkeypatch.setattr("xlsync.store.store.create_once", in_place)
    with pytest.raises((AssertionError, StoreError)):
        Sweep(ground["receive a workbook"], FolderBackend(tmp_path)).states()


@pytest.mark.postgres
def test_a_receipt_told_before_its_commit_would_be_noticed(
    ground: dict[str, Command], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug is planted: what is told of is not in the database yet, and never will be."""
    sweep = Sweep(ground["receive a workbook"], DatabaseBackend(server, tmp_path))
    monkeypatch.setattr(PostgresSession, "_commit", PostgresSession._roll_back)  # noqa: SLF001
    with pytest.raises((AssertionError, StoreError)):
        sweep.states()


@pytest.mark.parametrize("name", NAMES)
def test_no_change_of_the_disk_goes_unseen(
    ground: dict[str, Command], tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(ground[name].folder, tmp_path / "store")

    def run(said: Said) -> None:
        for unseen in unseen_changes(lambda: ground[name].run(folder, nobody)):
            said(unseen)

    assert forked(run) == (0, [])


def test_an_unseen_change_would_be_noticed(tmp_path: Path) -> None:
    def run(said: Said) -> None:
        for unseen in unseen_changes(lambda: (tmp_path / "a").write_bytes(b"x")):
            said(unseen.split()[0])

    assert forked(run) == (0, ["open"])
