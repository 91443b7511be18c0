"""The watched folder measured: `python -m benchmarks.watching` (tables; `--large`: 1,000 saves, 10 minutes of idling).

And what must hold at size: `--office 3000 --seed 1` (a played office), `--smb 1000 --kills 20` (over a real smbd).
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
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from watchdog.utils.dirsnapshot import DirectorySnapshot

from benchmarks.clock import race, table
from benchmarks.watched_city import EDITION, city_of, save, says, until, watching
from xlsync.city.settings import CitySettings
from xlsync.inbox.intake.scan import scan
from xlsync.store import Store, audit

_WRITERS = 4


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--office", type=int, default=0, help="play an office of so many saves")
    parser.add_argument("--smb", type=int, default=0, help="save so many times over a real smbd")
    parser.add_argument("--kills", type=int, default=20, help="kills of the watcher over smbd")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", action="store_true", help="at full size")
    options = parser.parse_args()
    if options.office:
        print(office(options.office, options.seed))
    elif options.smb:
        from tests.smb_play import PEOPLE, over_smb

        with city_of(PEOPLE, quiet=0.3) as (city, books):
            print(over_smb(city, books, EDITION, (options.smb, options.kills, options.seed)))
    else:
        print(watched(large=options.large))


def watched(*, large: bool = False) -> str:
    """Return the tables of watching."""
    others = 10_000
    lines = [
        burst(1_000, 60) if large else burst(100, 6, quiet=2),
        *(without_saves(others, mode, 300 if large else 10) for mode in ("native", "polling")),
        month(1_000 if large else 200, 10 if large else 1),
    ]
    rows = "\n".join(f"| {name} | {figures} |" for name, figures in lines)
    return f"{scanning(others)}\n## Watching\n\n| what | measured |\n| --- | --- |\n{rows}\n"


def office(saves: int, seed: int) -> str:
    """Play an office; AssertionError where the store and the files disagree at its end."""
    from tests.play import Play

    logging.getLogger("xlsync.watch").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        play = Play(Path(folder), seed, write_back=True).run(saves)
    return (
        f"seed {seed}: {play.saves} saves by 30 writers, {play.passes} looks, {play.kills} kills of the watcher, "
        f"{play.vanishings} times without the share: {play.kept} revisions, none lost, none twice, audit clean"
    )


def scanning(others: int) -> str:
    """Return the table of one look at a folder, against a snapshot by watchdog, whose polling observer takes two."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(others):
            subfolder = folder / f"{number % 100}"
            subfolder.mkdir(exist_ok=True)
            (subfolder / f"評価{number}.{'xlsx' if number % 2 else 'pdf'}").touch()
        rows = race(
            {
                "xlsync": partial(scan, folder),
                "watchdog's snapshot": partial(DirectorySnapshot, name),
            },
            "xlsync",
            5,
        )
    return table(f"One look at {others:,} files, half of them workbooks", rows, "xlsync")


def burst(count: int, seconds: float, quiet: float = 10) -> tuple[str, str]:
    """Save workbooks from several writers while the real watcher works, and wait for one receipt each, or RuntimeError."""
    with city_of(count, quiet=quiet) as (city, books):
        saved: dict[str, float] = {}
        with watching(city):
            until(partial(says, city, count), 120 + count)
            until(partial(_is_calm, city), 120 + count)
            began = time.time()
            parts = [books[number::_WRITERS] for number in range(_WRITERS)]
            writers = [
                threading.Thread(target=_write, args=(part, seconds, saved)) for part in parts
            ]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            written = time.time() - began
            until(lambda: all(city.store.last(key, EDITION) >= 2 for key, _ in books), 300 + count)
            took = time.time() - began
            until(partial(_is_calm, city), 300)
            calm = time.time() - began - took
        beyond = sorted(_received(city.store, key) - saved[key] - quiet for key, _ in books)
        if any(city.store.last(key, EDITION) > 2 for key, _ in books) or audit(city.store):
            raise RuntimeError("a save came twice, or the store is damaged")
    return (
        f"{count:,} workbooks saved in {written:.0f} s by {_WRITERS} writers",
        (
            f"all received {took - written - quiet:.1f} s after the last was stable for {quiet:.0f} s, none lost, none twice; "
            f"beyond that: median {statistics.median(beyond):.1f} s, p95 {beyond[int(len(beyond) * 0.95)]:.1f} s, "
            f"longest {beyond[-1]:.1f} s; board written {calm:.0f} s after the last"
        ),
    )


def without_saves(others: int, mode: str, seconds: float) -> tuple[str, str]:
    """Measure what watching costs while nothing happens."""
    with city_of(3, events=mode) as (city, _):
        for number in range(others):
            subfolder = city.sheets / "その他" / f"{number % 100}"
            subfolder.mkdir(parents=True, exist_ok=True)
            (subfolder / f"資料{number}.pdf").touch()
        with watching(city) as process:
            until(partial(says, city, 3), 120)
            time.sleep(5)
            before = _cpu(process.pid)
            time.sleep(seconds)
            spent = (_cpu(process.pid) - before) / seconds
            held = _resident(process.pid)
    return f"no change over {others:,} files, {mode}", f"{spent:.2%} of one core, {held:.0f} MB"


def month(passes: int, saves: int) -> tuple[str, str]:
    """Measure the memory a watcher has after a month of a simulated office (with a simulated clock), by the day."""
    from tests.play import Play, dying

    logging.getLogger("xlsync.watch").setLevel(logging.CRITICAL)
    sizes = []
    with tempfile.TemporaryDirectory() as folder:
        play = Play(Path(folder), 1, writers=10)
        play.run(30)
        for day in range(31):
            with dying(0):
                for _ in range(passes):
                    play.here.pass_time(86_400 / passes)
                    play.follow.after(play.here.sweep, play.here.sweep.run())
            play.run(len(play.saves) + saves)
            if day in {1, 30}:
                sizes.append(_resident(os.getpid()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"a simulated month of {31 * passes:,} looks and {31 * saves} saves",
        f"{sizes[0]:.0f} MB after two days, {sizes[1]:.0f} MB after 31 (the process's peak {peak:.0f} MB)",
    )


def _write(books: list[tuple[str, Path]], seconds: float, saved: dict[str, float]) -> None:
    """Save each book once, spread over so many seconds."""
    chance, began = random.Random(len(books)), time.monotonic()
    for number, (key, file) in enumerate(books):
        saved[key] = save(key, file, chance)
        time.sleep(max(0.0, began + seconds * (number + 1) / len(books) - time.monotonic()))


def _received(store: Store, key: str) -> float:
    """Return when the workbook's revision was written."""
    return store.revision_file(key, EDITION, 2).stat().st_mtime


def _is_calm(city: CitySettings) -> bool:
    """True where the watcher has reported that nothing waits, and that was no moment ago."""
    file = city.store.folder / "watch.json"
    return (
        json.loads(file.read_bytes())["waiting"] == 0
        and time.time() - (city.store.folder / "log/watch.log").stat().st_mtime > 2
    )


def _cpu(pid: int) -> float:
    """Return the seconds of processor a process and its child have used."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / ticks


def _resident(pid: int) -> float:
    """Return the megabytes a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
