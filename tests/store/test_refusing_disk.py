"""A disk that is full, broken or read-only: one sentence, nothing half-written, the lock free, and the next run is fine."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.commands import (
    Command,
    acknowledged_are_readable,
    commands,
    what_it_says,
)
from tests.store.disk_calls import Said, counted, forked, refusing, state_of, unflushed, watching
from xlsync.errors import StoreError
from xlsync.store import Store, audit

pytestmark = pytest.mark.slow

NAMES = (
    "receive a new sheet",
    "receive a workbook",
    "receive several together",
    "receive a conflict",
    "receive a clearing",
    "resolve",
    "revert",
    "rebuild",
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Command]:
    return commands(tmp_path_factory.mktemp("ground"))


NEVER_SWALLOWED = {"write", "fsync", "link", "replace"}
"""After a failure of these, a command that goes on as if nothing were would acknowledge what is not safe."""
REFUSALS = [(name, errno.ENOSPC) for name in NAMES]
REFUSALS += [
    (name, code) for name in ("receive a workbook", "rebuild") for code in (errno.EIO, errno.EACCES)
]


@pytest.mark.parametrize(("name", "code"), REFUSALS)
def test_a_refusal_at_any_call_is_one_sentence_and_the_next_run_is_fine(
    ground: dict[str, Command], tmp_path: Path, name: str, code: int
) -> None:
    command = ground[name]
    whole = shutil.copytree(command.folder, tmp_path / "whole")
    calls = counted(lambda: command.run(whole, lambda _line: None))
    end = what_it_says(whole)
    sound: set[bytes] = set()
    sound_ends: set[bytes] = set()
    refused: list[tuple[StoreError, Path]] = []
    for number in range(1, len(calls) + 1):
        folder = shutil.copytree(command.folder, tmp_path / str(number))
        said: list[str] = []
        with watching(refusing(number, code)):
            try:
                command.run(folder, said.append)
            except StoreError as fault:
                refused.append((fault, folder))
            else:
                assert calls[number - 1] not in NEVER_SWALLOWED, number
        acknowledged_are_readable(folder, said)
        state = state_of(folder)
        if state in sound:
            continue
        sound.add(state)
        store = Store(folder)
        assert [damage for damage in audit(store) if not damage.derived] == []
        with store.writing(patience=0):
            pass
        with watching(unflushed):
            command.run(folder, lambda _line: None)
        if (after := state_of(folder)) not in sound_ends:
            assert what_it_says(folder) == end
            assert audit(Store(folder)) == []
            sound_ends.add(after)
    assert len(refused) >= len(calls) // 2
    for told, folder in refused:
        assert "ません" in told.reason
        assert os.strerror(code) in told.reason
        assert str(folder) in told.where


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_takes_only_a_part_is_no_half_written_store(
    ground: dict[str, Command], tmp_path: Path, name: str
) -> None:
    """The kernel itself writes a part and refuses the rest."""
    command = ground[name]
    folder = shutil.copytree(command.folder, tmp_path / "store")
    before, leftovers = what_it_says(folder), set(folder.rglob("*.part"))

    def run(said: Said) -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            command.run(folder, said)
        except StoreError as fault:
            said(fault.reason)

    code, said = forked(run)
    assert code == 0
    assert [os.strerror(errno.EFBIG) in line for line in said] == [True]
    assert what_it_says(folder) == before
    assert set(folder.rglob("*.part")) == leftovers


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that another account may enter, as it may not enter pytest's own."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("name", NAMES)
def test_a_store_made_read_only_can_be_read_and_says_so_when_written_to(
    ground: dict[str, Command], open_place: Path, name: str
) -> None:
    command = ground[name]
    command.run(shutil.copytree(command.folder, open_place / "warm"), lambda _line: None)
    folder = shutil.copytree(command.folder, open_place / "store")
    before = state_of(folder)
    for entry in (folder, *folder.rglob("*")):
        entry.chmod(0o555 if entry.is_dir() else 0o444)

    def run(said: Said) -> None:
        if os.getuid() == 0:
            os.setuid(65534)  # nothing is read-only to root
        what_it_says(folder)
        audit(Store(folder))
        try:
            command.run(folder, said)
        except StoreError as fault:
            said(fault.reason)

    code, said = forked(run)
    for entry in (folder, *folder.rglob("*")):
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    assert code == 0
    assert len(said) == 1
    assert "書き込めません" in said[0]
    assert "書き込み権限" in said[0]
    assert state_of(folder) == before
