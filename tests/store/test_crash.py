"""Law 4: killed at any call, also in its recovery, the store keeps what was acknowledged, and the next run goes on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.store.commands import (
    Command,
    acknowledged_are_readable,
    commands,
    what_it_says,
)
from tests.store.disk_calls import (
    KILLED,
    Said,
    counted,
    dying_at,
    forked,
    left_on_the_way,
    state_of,
    unseen_changes,
    watching,
)
from xlsync.errors import StoreError
from xlsync.store import Store, audit

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


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Command]:
    made = commands(tmp_path_factory.mktemp("ground"))
    assert tuple(made) == NAMES
    return made


def nobody(_line: str) -> None:
    """Where nothing acknowledged is to be remembered."""


class Sweep:
    """The states of the disk a command can leave, each seen to be sound and to be recovered from."""

    def __init__(self, command: Command, place: Path) -> None:
        self.command, self.place = command, place
        self.copies = 0
        self.seen = set[bytes]()
        self.starts: dict[bytes, Path] = {}
        """One folder for each state by what is named in it."""
        whole = self.copy(command.folder)
        command.run(whole, nobody)
        self.end = what_it_says(whole)

    def copy(self, folder: Path) -> Path:
        self.copies += 1
        made = self.place / str(self.copies)
        shutil.copytree(folder, made)
        return made

    def kills(self) -> int:
        """Kill the command at each of its calls; give how many there were."""
        traced = self.copy(self.command.folder)
        names = counted(lambda: self.command.run(traced, nobody))
        points = [(number, False) for number in range(1, len(names) + 1)]
        points += [(n, True) for n, name in enumerate(names, 1) if name == "write"]
        for number, half in points:
            folder = self.copy(self.command.folder)
            code, said = self._killed(folder, number, half=half)
            assert code == KILLED, (number, names[number - 1])
            self.see(folder, said)
        lived = self.copy(self.command.folder)
        assert self._killed(lived, len(names) + 1, half=False)[0] == 0
        return len(points)

    def _killed(self, folder: Path, number: int, *, half: bool) -> tuple[int, list[str]]:
        def run(said: Said) -> None:
            with watching(dying_at(number, half=half)):
                self.command.run(folder, said)

        return forked(run)

    def kills_of_the_recovery(self) -> int:
        """See each state that a kill of the next run leaves; give how many were new."""
        before = len(self.starts)
        for start in list(self.starts.values()):
            folder = self.copy(start)

            def run(folder: Path = folder) -> None:
                self.command.run(folder, nobody)

            for state in left_on_the_way(run, folder, self.place).values():
                self.see(state, [])
        return len(self.starts) - before

    def see(self, folder: Path, acknowledged: list[str]) -> None:
        """A state keeps what was acknowledged and names nothing but heads; run again, it ends as if undisturbed."""
        acknowledged_are_readable(folder, acknowledged)
        state = state_of(folder)
        if state in self.seen:
            return
        self.seen.add(state)
        self.starts.setdefault(state_of(folder, leftovers=False), folder)
        assert [damage for damage in audit(Store(folder)) if not damage.derived] == []
        again = self.copy(folder)
        self.command.run(again, nobody)
        assert what_it_says(again) == self.end
        assert audit(Store(again)) == []
        acknowledged_are_readable(again, acknowledged)


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_at_any_call_loses_nothing_and_the_next_run_goes_on(
    ground: dict[str, Command], tmp_path: Path, name: str
) -> None:
    sweep = Sweep(ground[name], tmp_path)
    assert sweep.kills() >= 20
    sweep.kills_of_the_recovery()


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
        Sweep(ground["receive a workbook"], tmp_path).kills()


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
