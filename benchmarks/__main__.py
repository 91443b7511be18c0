"""Run every benchmark and print the tables: `make bench`, or `python -m benchmarks --rounds 3` for a glance.

With `--write` they go into docs/benchmarks.md, with the fidelity table.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.buttons import buttons
from benchmarks.checking import checking
from benchmarks.city_reading import city_reading
from benchmarks.fidelity import corpus, fidelity
from benchmarks.office_page import office_page
from benchmarks.patching import patching, twenty_changes
from benchmarks.peak_memory import peak_memory
from benchmarks.reading import reading
from benchmarks.round_trips import round_trips, starting
from benchmarks.store_speed import store_speed
from benchmarks.summaries import summaries
from benchmarks.watched_city import city_of
from benchmarks.watching import watched
from xlsync.cli.commands.demo import official_sheets
from xlsync.exchange import Terms, export, template_of
from xlsync.form.library import load_form

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    """Print what was measured, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument(
        "--large",
        action="store_true",
        help="keep 10,000 sheets instead of 1,000, and watch a burst of 1,000",
    )
    options = parser.parse_args()
    pages = []
    for page in _pages(options.rounds, large=options.large):
        print(page, flush=True)
        pages.append(page)
    if options.write:
        large = " --large" if options.large else ""
        command = f"python -m benchmarks --write --rounds {options.rounds}{large}"
        if corpus().is_dir():
            pages.append(fidelity(corpus()))
        head = f"# Benchmarks\n\nWritten by `{command}`; ratios count, times are this run's.\n\n"
        PAGE.write_text(head + "\n".join(pages), encoding="utf-8")


def _pages(rounds: int, *, large: bool) -> Iterator[str]:
    form = load_form()
    sheets = official_sheets(form.at(2018))
    workbook = export(template_of(Terms(form, 2018)), sheets[0], "0")
    yield (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {rounds} rounds, medians; "
        f"one workbook: {len(workbook):,} bytes, as xlsync exports it. Every rival runs once in each round, "
        "several times in a row where the table says so.\n"
    )
    yield reading(workbook, rounds)
    saved = _saved_by_libreoffice(workbook)
    if saved is not None:
        yield reading(saved, rounds, "the same workbook saved by LibreOffice")
    yield city_reading(workbook, max(1, rounds // 5))
    yield patching(workbook, rounds)
    if saved is not None:
        yield patching(saved, rounds, "the same workbook saved by LibreOffice")
    yield peak_memory(workbook, twenty_changes(workbook))
    yield checking(sheets, rounds)
    yield round_trips(sheets, rounds)
    yield store_speed(sheets[0], rounds, 10_000 if large else 1_000)
    yield summaries(max(1, rounds // 5))
    yield starting(workbook, rounds)
    yield buttons(rounds)
    with city_of(0) as (city, _):
        yield office_page(city, rounds, 10_000 if large else 1_000)
    yield watched(large=large)


def _saved_by_libreoffice(workbook: bytes) -> bytes | None:
    """The workbook as LibreOffice saves it; None where there is no LibreOffice."""
    if shutil.which("soffice") is None:
        return None
    from tests.office import resave

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.xlsx"
        file.write_bytes(workbook)
        return resave([file], Path(folder) / "saved")[0].read_bytes()


if __name__ == "__main__":
    main()
