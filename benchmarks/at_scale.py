"""What commands take in a large city, against the goals: `python -m benchmarks.at_scale FOLDER [--sheets 1000]`.

The city is made once and kept in FOLDER; every third workbook was saved by staff. Processor seconds of whole processes, their
children included, the best of the rounds; goals that are a ratio are measured in the same run. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from benchmarks.watched_city import EDITION, save, sheets_of
from xlsync.city.settings import CitySettings, read_settings
from xlsync.cli.commands.export import export_keys
from xlsync.cli.commands.init import create_city
from xlsync.derived.derived_record import DerivedRecord
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive

_PEAK = (
    "import atexit, pathlib, sys\n"
    "status = pathlib.Path('/proc/self/status')\n"
    "atexit.register(lambda: sys.stderr.write('\\n' + status.read_text().partition('VmHWM:')[2].split()[0]))\n"
)
"""The system's own figure for a child begins with the memory of the process that started it."""
_MAIN = f"{_PEAK}from xlsync.cli import main; main()"
_HASH = (
    "import hashlib, pathlib, sys\n"
    "for file in pathlib.Path(sys.argv[1]).rglob('*.xlsx'):\n"
    "    hashlib.sha256(file.read_bytes()).hexdigest()"
)
_OFFICE = "企画担当"
_MOST_RUNS = 10
_ONCE = (
    (("summarize",), "10,000: ≤ 400 MB"),
    (("audit",), "132,000 revisions: ≤ 60 s"),
    (("audit", "--rebuild"), "132,000 revisions: ≤ 30 s"),
)
"""Commands that are measured once, with their goals."""


@dataclass(frozen=True)
class Spent:
    """Processor seconds and peak memory (MB) of a process."""

    seconds: float
    megabytes: float


def spent(folder: Path, *words: str) -> Spent:
    """Run Python in a folder and return what that took; OSError where it fails."""
    environment = {
        name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    errors = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise OSError(f"{words}: {process.returncode}: {errors}")
    peak = errors.rpartition("\n")[2].strip()
    return Spent(usage.ru_utime + usage.ru_stime, int(peak) / 1024 if peak.isdigit() else 0.0)


def best(rounds: int, run: Callable[[], Spent]) -> Spent:
    """Return the least of several runs."""
    return min((run() for _ in range(rounds)), key=lambda each: each.seconds)


def city_in(folder: Path, count: int) -> CitySettings:
    """Return a city of so many sheets, made where it is not there yet."""
    if not (folder / "xlsync.toml").exists():
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            create_city(folder, "つくば市", EDITION)
            city = read_settings(folder)
            for sheet in sheets_of(city, count):
                source = Source("登録", "2018-05-01T09:00:00+09:00", _OFFICE)
                receive(city.store, city.terms, sheet.to_json(), source)
            export_keys(folder, [], every=True)
        _write_as_staff(city)
    return read_settings(folder)


def _write_as_staff(city: CitySettings) -> None:
    chance = random.Random(1)
    for file in sorted(city.sheets.rglob("*.xlsx"))[::3]:
        save(file.name.partition("_")[0], file, chance)


def measured(city: CitySettings, rounds: int) -> list[tuple[str, str, str]]:
    """Return (what, the goal, what was measured)."""
    folder = city.folder

    def ran(*words: str, times: int = rounds) -> Spent:
        return best(times, lambda: spent(folder, "-c", _MAIN, *words))

    for _ in range(3):  # received; told once more; believed
        ran("import", "shared", times=1)
    hashing = best(rounds, lambda: spent(folder, "-c", _HASH, str(city.sheets))).seconds
    empty = best(rounds, lambda: spent(folder, "-c", "pass")).seconds
    typer = best(rounds, lambda: spent(folder, "-c", "import typer")).seconds
    workbook = sorted(city.sheets.rglob("*.xlsx"))[1]
    unchanged, version, start = (
        ran("import", "shared"),
        ran("--version"),
        ran("check", str(workbook)),
    )
    ran("export", "--all", times=1)
    export = ran("export", "--all")
    _watch_until_nothing_waits(folder)
    watch, status = ran("watch", "--once"), ran("status")
    DerivedRecord(city.store.folder).delete()
    cold = ran("status", times=1)
    alone = best(rounds, lambda: _saved_and_imported(city, workbook))
    hashed = hashing - empty
    return [
        ("import of all, unchanged", "≤ 20 × hashing", _ratio(unchanged, hashed)),
        ("export --all, nothing to do", "≤ 20 × hashing", _ratio(export, hashed)),
        ("watch --once, unchanged", "10,000: ≤ 2 s, ≤ 150 MB", _shown(watch)),
        ("status", "10,000: ≤ 2 s", _shown(status)),
        ("status without the record", "", _shown(cold)),
        ("import of one save", "10,000: ≤ 1.3 × at 100", _shown(alone)),
        ("check of one workbook", "≤ 0.35 s", _shown(start)),
        *((" ".join(words), goal, _shown(ran(*words, times=1))) for words, goal in _ONCE),
        ("--version", "≤ 2 × import typer", f"{version.seconds / typer:.1f} ×"),
    ]


def _watch_until_nothing_waits(folder: Path) -> None:
    """Let a watcher take in and follow up what it does not know yet; RuntimeError where something is left all the same."""
    for _ in range(_MOST_RUNS):
        done = subprocess.run(
            [sys.executable, "-c", "from xlsync.cli import main; main()", "watch", "--once"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if "受領 0件、保存待ち 0件" in done.stdout:
            return
    raise RuntimeError(done.stdout + done.stderr)


def _saved_and_imported(city: CitySettings, file: Path) -> Spent:
    save(file.name.partition("_")[0], file, random.Random())
    return spent(city.folder, "-c", _MAIN, "import", str(file))


def _ratio(each: Spent, hashed: float) -> str:
    return f"{each.seconds:.2f} s, {each.seconds / hashed:.0f} × ({each.megabytes:.0f} MB)"


def _shown(each: Spent) -> str:
    return f"{each.seconds:.2f} s ({each.megabytes:.0f} MB)"


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sheets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(words)
    city = city_in(asked.folder.resolve(), asked.sheets)
    print(f"| a city of {asked.sheets:,} sheets | goal | measured |\n| --- | --- | --- |")
    for row in measured(city, asked.rounds):
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
