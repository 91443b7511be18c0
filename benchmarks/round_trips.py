"""The whole way: many workbooks out of and into a store, and the command line's start."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.clock import race, table
from xlsync.exchange import Source, Terms, export, inspect, template_of
from xlsync.exchange.receive import receive
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.store import Store

SOURCE = Source("bench.xlsx", "2026-04-01T00:00:00+09:00", "bench")


def round_trips(sheets: list[Sheet], rounds: int) -> str:
    """Return the table of export, check and durable import of the official sheets, per sheet set."""
    form = load_form()
    terms = Terms(form, sheets[0].edition.year)
    template = template_of(terms)
    books = [export(template, sheet, "0") for sheet in sheets]

    def take_in() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(folder, form, must_exist=False)
            store.create()
            for book in books:
                receive(store, terms, book, SOURCE)

    def check() -> None:
        for book in books:
            inspect(terms, book, SOURCE)

    rivals: dict[str, Callable[[], object]] = {
        "check": check,
        "export": lambda: [export(template, sheet, "0") for sheet in sheets],
        "import into a new store, durable": take_in,
    }
    return table(
        f"{len(sheets)} official sheets, received and exported",
        race(rivals, "check", rounds),
        "check",
    )


def starting(workbook: bytes, rounds: int) -> str:
    """Return the table of starting the command line as a whole process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.xlsx"
        file.write_bytes(workbook)
        xlsync = str(Path(sys.executable).with_name("xlsync"))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -c 'import typer'": [sys.executable, "-c", "import typer"],
            "xlsync --version": [xlsync, "--version"],
            "xlsync --help": [xlsync, "--help"],
            "xlsync check one.xlsx": [xlsync, "check", str(file)],
        }
        rivals = {name: _runner(command) for name, command in commands.items()}
        return table("Start-up, whole process", race(rivals, "python -c pass", rounds), "python")


def _runner(command: list[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own commands
