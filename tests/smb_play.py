"""Many saves over a real Samba server by a real client, the watcher killed now and then: nothing lost, nothing twice.

`python -m benchmarks.watching --smb 1000 --kills 20`. Needs smbd and smbclient (tools/install-samba.sh).
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests import smb
from tests.cities import typed
from tests.watcher import log, watcher
from xlsync.city.settings import CitySettings
from xlsync.merging import changes_between
from xlsync.store import audit
from xlsync.workbook.reading.form_reader import read

PEOPLE = 10
_PATIENCE = 180.0
_WAITED_FOR = 4
"""Every fourth save is waited for: the others may be overtaken by the next before they have rested."""


class SavesInto(Protocol):
    """A share as people save into it."""

    def save(self, where: str, name: str, source: Path) -> None:
        """Save a workbook into a folder below the watched one, under a name."""


@dataclass
class Saves:
    """People saving into a share; `waits` are the seconds from a save's end to its revision."""

    city: CitySettings
    books: list[tuple[str, Path]]
    share: SavesInto
    folder: Path
    edition: int
    seed: int
    waits: list[float] = field(default_factory=list)

    def work(self, number: int, count: int) -> None:
        """Let one person save so many times."""
        key, book = self.books[number]
        issued, chance = book.read_bytes(), random.Random(self.seed * 1000 + number)  # noqa: S311 - the same run again
        where = str(book.parent.relative_to(self.city.sheets)).replace("/", "\\")
        for save in range(1, count + 1):
            source = self.folder / f"{key}.xlsx"
            source.write_bytes(typed(issued, {"purpose": words(key, save)}))
            self.share.save(where, book.name, source)
            if save in waited_for(count):
                began = time.monotonic()
                self._wait(key, words(key, save))
                self.waits.append(time.monotonic() - began)
            else:
                time.sleep(chance.uniform(0, 1.2))

    def _wait(self, key: str, text: str) -> None:
        end = time.monotonic() + _PATIENCE
        while self.says(key) != text:
            assert time.monotonic() < end, f"{text} never came\n{_told(self.city.folder, key)}"
            time.sleep(0.05)

    def says(self, key: str) -> object:
        """Give what the store holds in the field they write into."""
        head = self.city.store.head(key, self.edition)
        return head["purpose"] if head is not None else None

    def compare(self, count: int) -> int:
        """Say how many saves became revisions; AssertionError where one was lost, came twice or out of order."""
        store, made = self.city.store, 0
        assert audit(store) == []
        for key, book in self.books:
            told = [
                change["to"]
                for revision in store.revisions(key, self.edition)[1:]
                for change in revision.draft.changes
                if change["path"] == "purpose"
            ]
            every = [words(key, save) for save in range(1, count + 1)]
            assert told == [text for text in every if text in told], f"{key}: twice or out of order"
            waited = {words(key, save) for save in waited_for(count)}
            assert waited <= set(told), f"{key}: lost {waited - set(told)}"
            head = store.head(key, self.edition)
            assert head is not None
            assert head["purpose"] == every[-1]
            assert changes_between(read(book.read_bytes())[0].sheet, head) == ()
            made += len(told)
        return made


def over_smb(
    city: CitySettings, books: list[tuple[str, Path]], edition: int, plan: tuple[int, int, int]
) -> str:
    """Play it with (saves, kills, seed); AssertionError where the store and the files disagree at its end."""
    saves, kills, seed = plan
    each, chance = saves // PEOPLE, random.Random(seed)  # noqa: S311 - the same run again
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as run,
        smb.share(city.sheets, Path(run) / "smb") as share,
        ThreadPoolExecutor(PEOPLE) as people,
    ):
        played = Saves(city, books, share, Path(run), edition, seed)
        done = [people.submit(played.work, number, each) for number in range(PEOPLE)]
        for _ in range(kills):
            with watcher(city.folder) as process:
                time.sleep(chance.uniform(2, 6))
                os.kill(process.pid, signal.SIGKILL)
        early = sum(not one.done() for one in done)
        with watcher(city.folder):
            for one in done:
                one.result(timeout=3600)
            time.sleep(5)  # what is written back after the last save
    took = time.monotonic() - began
    made = played.compare(each)
    assert "不具合" not in log(city.folder)
    return (
        f"seed {seed}: {each * PEOPLE} saves over smbd by {PEOPLE} people with smbclient in {took:.0f} s, {kills} kills "
        f"({early} people still at work after the last): {made} revisions, {len(played.waits)} saves that were waited for all "
        f"in, none lost, none twice, audit clean; median wait {statistics.median(played.waits):.1f} s, "
        f"longest {max(played.waits):.1f} s (0.3 s of rest, restarts included)"
    )


def _told(folder: Path, key: str) -> str:
    """Give what the logs of watcher and workers tell last of a sheet."""
    files = sorted((folder / "store/log").glob("*.log"))
    lines = "".join(file.read_text(encoding="utf-8") for file in files).splitlines()
    return "\n".join(sorted(line for line in lines if key in line)[-20:])


def waited_for(count: int) -> set[int]:
    """Give the saves of a person, of so many, that are waited for."""
    return {*range(_WAITED_FOR, count + 1, _WAITED_FOR), count}


def words(key: str, save: int) -> str:
    """Give what a save says."""
    return f"{key}の{save}回目"
