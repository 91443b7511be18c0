"""The watched folder measured: `python -m benchmarks.watching` (a table), `--office 3000` (a played office), `--burst 1000`.

Times are this machine's; what counts is that nothing is lost, and what a save costs beyond the time it must rest.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from xlsync.cli.demo import official_sheets
from xlsync.cli.founding import found
from xlsync.cli.settings import City
from xlsync.exchange import export, receive, template_of
from xlsync.exchange.receipt import Source
from xlsync.inbox.scan import scan
from xlsync.sheet import Sheet, parse_json, sheet_of
from xlsync.store import Store, audit
from xlsync.workbook.form_reader import read
from xlsync.workbook.patch import patch_cells

EDITION = 2018
QUIET = 10.0
_MAIN = "from xlsync.cli import main; main()"


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--office", type=int, default=0, help="play an office of so many saves")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--burst", type=int, default=200, help="workbooks saved within a minute")
    parser.add_argument(
        "--others", type=int, default=10_000, help="files that are nobody's business"
    )
    parser.add_argument("--idle", type=float, default=60, help="seconds of watching an idle folder")
    told = parser.parse_args()
    if told.office:
        print(office(told.office, told.seed))
        return
    for page in (scanning(told.others), burst(told.burst), idle(told.others, told.idle), month()):
        print(page, flush=True)


def office(saves: int, seed: int) -> str:
    """Play an office; AssertionError where the store and the files disagree at its end."""
    from tests.play import Play

    logging.getLogger("xlsync.watch").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        made = Play(Path(folder), seed, write_back=True).run(saves)
    return (
        f"{made.saves} saves by 30 writers, {made.passes} looks, {made.kills} kills of the watcher, "
        f"{made.vanishings} times without the share: {made.kept} revisions, none lost, none twice, audit clean"
    )


def scanning(others: int) -> str:
    """Measure one look at a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(others):
            place = folder / f"{number % 100}"
            place.mkdir(exist_ok=True)
            (place / f"評価{number}.{'xlsx' if number % 2 else 'pdf'}").touch()
        times = []
        for _ in range(7):
            began = time.perf_counter()
            scan(folder)
            times.append(time.perf_counter() - began)
    return f"one scan of {others:,} files, half of them workbooks: {statistics.median(times) * 1000:.0f} ms"


def burst(count: int) -> str:
    """Save many workbooks within a minute from four writers while the real watcher works, and wait for every receipt."""
    with _city(count) as (city, books):
        saved: dict[str, float] = {}
        chance = random.Random(1)
        with _watcher(city):
            _until(partial(_says, city, count), 60 + count)
            began = time.time()
            parts = [books[number::4] for number in range(4)]
            writers = [
                threading.Thread(target=_write, args=(part, count / 4, saved, chance))
                for part in parts
            ]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            written = time.time() - began
            _until(lambda: all(city.store.last(key, EDITION) >= 2 for key, _ in books), 300 + count)
            took = time.time() - began
            board = _until_board(city)
        beyond = sorted(_received(city.store, key) - saved[key] - QUIET for key, _ in books)
        twice = sum(city.store.last(key, EDITION) > 2 for key, _ in books)
        damages = len(audit(city.store))
    return (
        f"{count} workbooks saved in {written:.0f} s by 4 writers: all received after {took:.0f} s, {twice} twice, "
        f"{damages} damages; receipt beyond the settle time ({QUIET:.0f} s): median {statistics.median(beyond):.1f} s, "
        f"p95 {beyond[int(len(beyond) * 0.95)]:.1f} s, last {beyond[-1]:.1f} s; board {board:.0f} s after that"
    )


def idle(others: int, seconds: float) -> str:
    """Measure what watching costs while nothing happens, with events and by polling."""
    words = []
    for mode in ("native", "polling"):
        with _city(3, f'events = "{mode}"') as (city, _):
            for number in range(others):
                place = city.sheets / "その他" / f"{number % 100}"
                place.mkdir(parents=True, exist_ok=True)
                (place / f"資料{number}.pdf").touch()
            with _watcher(city) as process:
                _until(partial(_says, city, 3), 60)
                time.sleep(3)
                before = _cpu(process.pid)
                time.sleep(seconds)
                spent = (_cpu(process.pid) - before) / seconds
                words.append(f"{mode} {spent:.2%} CPU, {_memory(process.pid):.0f} MB")
    return f"idle over {others:,} files: " + "; ".join(words)


def month() -> str:
    """Measure the memory a watcher has after a month of a played office (its clock is told)."""
    from tests.play import Play, dying

    logging.getLogger("xlsync.watch").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        play = Play(Path(folder), 1, writers=10)
        play.run(60)
        sizes = []
        for day in range(31):
            with dying(0):
                for _ in range(60):
                    play.here.pass_time(1440 / 60 * 60)
                    play.follow.after(play.here.sweep, play.here.sweep.run())
                play.run(len(play.saves) + 10)
            if day in {1, 30}:
                sizes.append(_memory(os.getpid()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"memory after a day {sizes[0]:.0f} MB, after a month {sizes[1]:.0f} MB (peak {peak:.0f} MB)"


@contextmanager
def _city(count: int, watch: str = "") -> Iterator[tuple[City, list[tuple[str, Path]]]]:
    """Found a city with so many registered sheets, their workbooks given out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "市"
        sys.stdout, kept = open(os.devnull, "w", encoding="utf-8"), sys.stdout  # noqa: PTH123, SIM115
        city = found(folder, "つくば市", EDITION)
        sys.stdout = kept
        if watch:
            file = folder / "xlsync.toml"
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace('events = "auto"', watch), encoding="utf-8")
        yield city, [_book(city, sheet) for sheet in _sheets(city, count)]


def _sheets(city: City, count: int) -> Iterator[Sheet]:
    edition = city.terms.form.at(EDITION)
    officials = official_sheets(edition)
    for number in range(count):
        document = parse_json(officials[number % 5].to_json())
        codes = (
            f"{number // 9000 % 90 + 10:02}",
            f"{number // 90 % 90 + 10:02}",
            f"{number % 90 + 10:02}",
        )
        document["budget"]["moku"], document["budget"]["program"], document["project"]["number"] = (
            codes
        )
        document["key"] = "-".join((*document["key"].split("-")[:3], *codes))
        document["organization"]["division"] = f"{number % 24}課"
        yield sheet_of(edition, document)


def _book(city: City, sheet: Sheet) -> tuple[str, Path]:
    source = Source("登録", "2018-05-01T09:00:00+09:00", "企画担当")
    receive(city.store, city.terms, sheet.to_json(), source)
    data = export(
        template_of(city.terms), replace(sheet, revision=1), f"{abs(hash(sheet.key)):08x}"[:8]
    )
    file = city.sheets / sheet.division / f"{sheet.key}.xlsx"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return sheet.key, file


def _write(
    books: list[tuple[str, Path]], count: float, saved: dict[str, float], chance: random.Random
) -> None:
    """Save each book once, in Excel's way over SMB, spread over a minute."""
    for key, file in books:
        data = file.read_bytes()
        reading = read(data)[0]
        spot = (reading.worksheet, reading.cells["purpose"])
        fresh = patch_cells(data, {spot: f"{key}に書いた"})
        temporary = file.with_name(f"{chance.randrange(16**8):08X}.tmp")
        temporary.write_bytes(fresh)
        temporary.replace(file)
        saved[key] = time.time()
        time.sleep(max(0.0, 60 / count - 0.05))


@contextmanager
def _watcher(city: City) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _MAIN, "watch", "-C", str(city.folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()


def _received(store: Store, key: str) -> float:
    """Give when the workbook's revision was written."""
    return store.revision_file(key, EDITION, 2).stat().st_mtime


def _until_board(city: City) -> float:
    """Give how long it takes until the watcher says that it has nothing left to do."""
    began = time.time()
    _until(lambda: json.loads((city.store.folder / "watch.json").read_bytes())["waiting"] == 0, 120)
    return time.time() - began


def _until(true: Callable[[], object], patience: float) -> None:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("never came true")
        time.sleep(0.2)


def _says(city: City, count: int) -> bool:
    """True where the watcher has taken note of so many files that say nothing new."""
    file = city.store.folder / "log/watch.log"
    return file.exists() and file.read_text(encoding="utf-8").count("変更なし") >= count


def _cpu(pid: int) -> float:
    """Give the seconds of processor a process and its child have used."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / ticks


def _memory(pid: int) -> float:
    """Give the megabytes a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
