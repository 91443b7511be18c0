"""Offices of many cities played with workers and watchers, killed now and then, and a database that loses its power.

`python -m benchmarks.workers --saves 3000`. Needs PostgreSQL's server (tools/install-postgresql.sh).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Server
from tests.smb_play import Saves, waited_for
from tests.watcher import MAIN, PATIENCE, impatient, log
from xlsync.city.settings import read_settings
from xlsync.errors import StoreUnreachable
from xlsync.store.store_location import files_at
from xlsync.store.store_transfer import transfer

DEAD_AFTER = "4"
"""Seconds after which the others take over the jobs of a killed worker."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """A city's folder, and the workbooks that people save into, by the sheet's key."""

    folder: Path
    books: list[tuple[str, Path]]


@dataclass(frozen=True)
class Plan:
    """How many saves, how many kills of workers and watchers, how often the database stops, and the seed."""

    saves: int
    workers: int
    kills: int
    power_cuts: int
    seed: int = 1


@dataclass(frozen=True)
class Folder:
    """The watched folder of a city, into which people save as Excel does: a whole file under another name, renamed."""

    sheets: Path

    def save(self, where: str, name: str, source: Path) -> None:
        """Save a workbook."""
        folder = self.sheets / where.replace("\\", "/")
        temporary = folder / f"{next(_numbers):08X}.tmp"
        temporary.write_bytes(source.read_bytes())
        temporary.replace(folder / name)


class DatabaseSaves(Saves):
    """People saving, while the database that is asked what it has may be away."""

    def says(self, key: str) -> object:
        """Give what the store holds in the field they write into, None where it does not answer."""
        with contextlib.suppress(StoreUnreachable):
            return super().says(key)
        return None


def into_database(folder: Path, address: str) -> None:
    """Move a city's store into a database, and let workers receive what its watcher finds."""
    transfer(files_at(folder, "store"), files_at(folder, address))
    file = folder / "xlsync.toml"
    if "\nquiet-seconds = 0.3 " not in file.read_text(encoding="utf-8"):
        impatient(folder)
    text = file.read_text(encoding="utf-8").replace('store = "store"', f'store = "{address}"')
    text = text.replace("quiet-seconds = 0.3 ", "workers = true\nquiet-seconds = 0.3 ")
    file.write_text(text, encoding="utf-8")


@contextmanager
def program(*words: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program of xlsync's, killed at the end where it has not ended."""
    command = [sys.executable, "-c", MAIN, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


class Played:
    """Workers and watchers of some cities, and the people who save there."""

    def __init__(self, server: Server, offices: list[Office], plan: Plan, run: Path) -> None:
        self.server, self.plan, self.offices = server, plan, offices
        self.chance = random.Random(plan.seed)  # noqa: S311 - the same run again
        cities = [read_settings(office.folder) for office in offices]
        self.saves: list[DatabaseSaves] = []
        for number, (city, office) in enumerate(zip(cities, offices, strict=True)):
            copies = run / f"{number}"  # the keys are those of the other cities
            copies.mkdir()
            year, share = city.terms.fiscal_year, Folder(city.sheets)
            self.saves.append(DatabaseSaves(city, office.books, share, copies, year, plan.seed))
        folders = [office.folder for office in offices]
        worker = ("work", *folders, "--dead-after", DEAD_AFTER)
        self.programs: list[tuple[object, ...]] = [worker] * plan.workers
        self.programs += [("watch", "-C", folder) for folder in folders]

    def play(self) -> str:
        """Play it; AssertionError where anything is lost, twice, out of order, or not as in the files at the end."""
        people = sum(len(office.books) for office in self.offices)
        each, began = self.plan.saves // people, time.monotonic()
        with ThreadPoolExecutor(people) as pool, ExitStack() as running:
            processes = [running.enter_context(program(*words)) for words in self.programs]
            done = [
                pool.submit(saves.work, number, each)
                for saves in self.saves
                for number in range(len(saves.books))
            ]
            self._disturb(running, processes, done)
            for one in done:
                one.result(timeout=3600)
            time.sleep(5)  # what is written back after the last save
        return self._compared(each, people, time.monotonic() - began)

    def _disturb(
        self,
        running: ExitStack,
        processes: list[subprocess.Popen[bytes]],
        done: list[Future[None]],
    ) -> None:
        """Kill programs and stop the database while people save, at even shares of what they wait for."""
        acts = ["kill"] * self.plan.kills + ["cut"] * self.plan.power_cuts
        self.chance.shuffle(acts)
        for place, act in enumerate(acts, start=1):
            self._wait_for_share(place / (len(acts) + 1), done)
            time.sleep(self.chance.uniform(0, 0.5))
            if act == "cut":
                self.server.stop("immediate")
                time.sleep(self.chance.uniform(0, 2))
                self.server.start()
                continue
            number = self.chance.randrange(len(processes))
            os.kill(processes[number].pid, signal.SIGKILL)
            processes[number] = running.enter_context(program(*self.programs[number]))

    def _wait_for_share(self, share: float, done: list[Future[None]]) -> None:
        """Wait until a share of what people wait for has come; fail with the first of them who waits in vain."""
        people = sum(len(office.books) for office in self.offices)
        wanted = share * people * len(waited_for(self.plan.saves // people))
        while sum(len(saves.waits) for saves in self.saves) < wanted:
            for one in done:
                if one.done():
                    one.result()
            time.sleep(0.05)

    def _compared(self, each: int, people: int, took: float) -> str:
        made = sum(saves.compare(each) for saves in self.saves)
        waits = [wait for saves in self.saves for wait in saves.waits]
        for office in self.offices:
            logs = [log(office.folder)]
            logs += [
                file.read_text(encoding="utf-8")
                for file in (office.folder / "store/log").glob("work-*.log")
            ]
            assert "不具合" not in "".join(logs)
        plan = self.plan
        return (
            f"seed {plan.seed}: {each * people} saves by {people} people in {len(self.offices)} cities, "
            f"{plan.workers} workers, {len(self.offices)} watchers, {plan.kills} kills, {plan.power_cuts} power cuts of the "
            f"database, {took:.0f} s: {made} revisions, {len(waits)} saves that were waited for all in, none lost, none twice, "
            f"none out of order, audit clean; median wait {statistics.median(waits):.1f} s, longest {max(waits):.1f} s"
        )
