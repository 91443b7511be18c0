"""A form changed in mid-year measured: `python -m benchmarks.form_change --workbooks 1000` (a table).

A city with so many issued workbooks, all of them received, gets a form with a field more, one less and one under another name,
then one with a rule and a list changed. Each step is the real command in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.watched_city import city_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

CHANGES: Final = {
    "the page changes": ("added", "dropped", "renamed"),
    "only a rule and a list change": ("rule", "reworded"),
}
_MAIN: Final = "from xlsync.cli import main; main()"


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workbooks", type=int, default=1_000)
    print(form_change(parser.parse_args().workbooks))


def form_change(count: int) -> str:
    """Return the table of a city with so many workbooks."""
    with city_of(count) as (city, _):
        rows = [("`import` of all, nothing changed", _timed(city, "import", str(city.shared)))]
        rows.append(("`audit`, one version of the form", _timed(city, "audit")))
        names: list[str] = []
        for title, changes in CHANGES.items():
            names += changes
            rows += _changed(city, title, names, count)
    lines = [
        f"## A form changed for {count:,} workbooks",
        "",
        "| what | measured |",
        "| --- | ---: |",
    ]
    lines += [f"| {name} | {measured} |" for name, measured in rows]
    return "\n".join(lines) + "\n"


def _changed(city: CitySettings, title: str, names: list[str], count: int) -> list[tuple[str, str]]:
    """Change a city's form, upgrade its workbooks, and return the rows; RuntimeError where any is left behind."""
    from tests.form_changes import changed_form

    form = changed_form(city.folder / f"form-{len(names)}", names)
    store = city.store.folder
    tried = _timed(city, "form", "try", str(form))
    before = _size(store)
    adopted = _timed(city, "form", "adopt", "--yes", str(form))
    version = _size(store) - before
    before = _size(store)
    upgraded = _timed(city, "import", str(city.shared))
    kept = _size(store) - before
    _refuse_outdated(city)
    return [
        (f"{title}: `form try`", tried),
        (f"{title}: `form adopt`", adopted),
        (f"{title}: upgrade of all by `import`", upgraded),
        (f"{title}: the version in the store", f"{version / 1024:,.0f} KiB"),
        (f"{title}: former workbooks and states kept", f"{kept / count / 1024:,.0f} KiB each"),
        (f"{title}: `audit` afterwards", _timed(city, "audit")),
    ]


def _timed(city: CitySettings, *words: str) -> str:
    """Run a command, and return how long it took, and its seconds of processor; RuntimeError where it failed."""
    began, before = time.perf_counter(), os.times()
    _run(city, *words)
    wall, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return f"{wall:,.1f} s (processor {used:,.1f} s)"


def _run(city: CitySettings, *words: str) -> str:
    command = [sys.executable, "-c", _MAIN, *words, "-C", str(city.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr)
    return done.stdout


def _refuse_outdated(city: CitySettings) -> None:
    sheets = json.loads(_run(city, "status", "--json"))["sheets"]
    if any(sheet["outdated"] for sheet in sheets):
        raise RuntimeError("a workbook was not upgraded")


def _size(folder: Path, size: Callable[[Path], int] = lambda file: file.stat().st_size) -> int:
    return sum(size(file) for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
