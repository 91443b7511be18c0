"""One writer at a time: the others wait, say so, and give up with a sentence; a dead one keeps nobody waiting."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from filelock import FileLock

from tests import papers
from tests.cities import City
from tests.commands import EXAMPLES
from xlsync.cli.commands.init import create_city
from xlsync.errors import StoreBusy, StoreError
from xlsync.store import Store
from xlsync.store.lock import holding


def hold(folder: str, end: Connection) -> None:
    with FileLock(Path(folder) / ".lock"):
        end.send("held")
        end.poll(30)


@contextmanager
def another_program_writing(folder: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    """A pipe, not an event: an event waits for ever for a listener that was killed."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    other = context.Process(target=hold, args=(str(folder), there))
    other.start()
    try:
        assert here.poll(30)
        assert here.recv() == "held"
        yield other
    finally:
        with suppress(OSError):
            here.send("free")
        other.join(30)


@pytest.mark.slow
def test_whoever_waits_for_a_second_says_so_once_and_then_gives_up(city: City) -> None:
    told: list[str] = []
    store = Store(city.store.folder, notify=told.append)
    with another_program_writing(store.folder):
        with pytest.raises(StoreBusy, match="書き込み中"), store.writing(patience=1.3):
            pytest.fail("two writers at once")
        assert told == ["ほかのプログラムが書き込み中です。待っています…"]
        with pytest.raises(StoreBusy), store.writing(patience=0.1):
            pytest.fail("two writers at once")
        assert len(told) == 1, "a short wait is nothing to speak of"
    with store.writing(patience=0):
        pass


def test_a_killed_program_keeps_nobody_waiting(city: City) -> None:
    told: list[str] = []
    with another_program_writing(city.store.folder) as other:
        assert other.pid is not None
        os.kill(other.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        other.join(30)
        with Store(city.store.folder, notify=told.append).writing(patience=5):
            pass
    assert told == []


def test_the_lock_is_free_after_an_error(city: City) -> None:
    with pytest.raises(StoreError, match="読み書きできません"), city.store.writing():
        (city.store.folder / "nowhere").read_bytes()
    with pytest.raises(KeyError), city.store.writing():
        raise KeyError
    with city.store.writing(patience=0):
        pass


def test_a_lock_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"a file where the folder should be")
    with pytest.raises(StoreError, match="書き込めません"), holding(tmp_path / "store"):
        pytest.fail("held nothing")


@pytest.mark.slow
def test_the_command_line_says_that_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    made = create_city(tmp_path / "市", "つくば市", papers.EDITION)
    words = ["import", "-C", str(tmp_path / "市"), str(EXAMPLES / f"{papers.CLEAN}.json")]
    command = [sys.executable, "-c", "from xlsync.cli import main; main()", *words]
    with another_program_writing(made.store.folder):
        waiting = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert waiting.stderr is not None
        assert "待っています" in waiting.stderr.readline()
        assert waiting.poll() is None
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, err) == (0, "")
    assert papers.CLEAN in out
