"""Summaries of a thousand sheets in twelve departments, against a plain openpyxl script that writes the same cells."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from benchmarks.clock import race, table
from tests import crowd
from tests.store.on_disk import on_disk
from xlsync.exchange import Terms
from xlsync.exchange.department_summaries import Survey, affected, renewed, survey
from xlsync.form.library import load_form
from xlsync.inbox.config import InboxConfig
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.store import Draft, Revision, Store, Submission
from xlsync.summary import Item, summarize

MANY = 1_000
YEAR = 2018
WHEN = "2018-07-02T09:00:00+09:00"
MADE_ON = dt.date(2018, 9, 3)
_PEAK = """
import pathlib, re
print(re.search("VmHWM:\\s*([0-9]+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def summaries(rounds: int) -> str:
    """Return the tables: the whole city, one changed sheet, and memory."""
    form = load_form()
    items = crowd.items(form.at(YEAR), MANY)
    own = city_of(items)
    cells = cells_of(own)
    rivals: dict[str, Callable[[], object]] = {
        "xlsync, 全庁 with formulas, cached values, charts": lambda: city_of(items),
        "openpyxl script, the same cells": lambda: by_openpyxl(cells),
    }
    against = list(rivals)[1]
    count = sum(len(rows) for rows in cells.values())
    title = f"全庁 of {MANY:,} sheets, 12 departments, {count:,} cells"
    return "\n".join(
        (
            table(title, race(rivals, against, rounds), "openpyxl"),
            peak_memory(),
            changed(items, rounds),
        )
    )


def city_of(items: list[Item]) -> bytes:
    """Return the summary of the whole city."""
    return summarize(items, department=None, edition=load_form().at(YEAR), made_on=MADE_ON)


Cells = dict[str, list[tuple[int, int, object]]]


def cells_of(book: bytes) -> Cells:
    """Return every cell of a workbook that holds something."""
    cells: Cells = {}
    for page in openpyxl.load_workbook(io.BytesIO(book)):
        filled = (cell for row in page.iter_rows() for cell in row if cell.value is not None)
        cells[page.title] = [(cell.row, cell.column, cell.value) for cell in filled]
    return cells


def by_openpyxl(cells: Cells) -> bytes:
    """Write the same values and formulas with openpyxl, without looks, links, cached values or charts."""
    book = openpyxl.Workbook()
    for title, held in cells.items():
        page = book.create_sheet(title)
        for row, column, value in held:
            page.cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def peak_memory() -> str:
    """Return the peak memory of whole processes that make the city's summary; empty where the system has no figure."""
    if not Path("/proc/self/status").exists():
        return ""
    start = "from benchmarks.summaries import *; items = crowd.items(load_form().at(YEAR), MANY); "
    scripts = {
        "the thousand sheets, nothing written": start,
        "the cells, nothing written": (
            "import pickle, sys; from benchmarks.summaries import *; pickle.load(open(sys.argv[1], 'rb')); "
        ),
        "xlsync": f"{start}city_of(items); ",
        "openpyxl script": (
            "import pickle, sys; from benchmarks.summaries import *; "
            "by_openpyxl(pickle.load(open(sys.argv[1], 'rb'))); "
        ),
    }
    lines = ["## Peak memory of the process", "", "| what | MB |", "| --- | ---: |"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cells"
        _keep(file)
        for name, script in scripts.items():
            command = [sys.executable, "-c", f"{script}{_PEAK}", str(file)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
            lines.append(f"| {name} | {int(done.stdout) / 1024:,.0f} |")
    return "\n".join(lines) + "\n"


def _keep(file: Path) -> None:
    items = crowd.items(load_form().at(YEAR), MANY)
    file.write_bytes(pickle.dumps(cells_of(city_of(items))))


def changed(items: list[Item], rounds: int) -> str:
    """Return the table of one changed sheet in a store of a thousand: until its department's summary is written."""
    with tempfile.TemporaryDirectory() as folder:
        form = load_form()
        store = filled(Path(folder) / "store", items)
        terms = Terms(form, YEAR)
        office = InboxConfig("市", Path(folder), Path(folder) / "shared", terms, store)
        seen, key = survey(store, terms), items[0].sheet.key
        writer = SummaryWriter()
        writer(office, [key])
        rivals: dict[str, Callable[[], object]] = {
            "read and check all 1,000 sheets": lambda: survey(store, terms),
            "after one change: what it touches is read again": lambda: renewed(seen, store, [key]),
            "… and its department's summary made": lambda: _one_department(store, seen, key),
            "… and the whole city's as well, both on the disk": lambda: writer(office, [key]),
        }
        against = next(iter(rivals))
        return table("One changed sheet of a thousand", race(rivals, against, rounds), "all")


def _one_department(store: Store, seen: Survey, key: str) -> bytes:
    fresh = renewed(seen, store, [key])
    department = affected(store, fresh, [key])[0]
    return fresh.summary(department, fresh.items(lambda _: "")).data


def filled(folder: Path, items: list[Item]) -> Store:
    """Return a store with one revision of each sheet, written straight into its files."""
    store = Store(folder, load_form(), must_exist=False)
    store.create()
    for item in items:
        file = on_disk(store.revision_file(item.sheet.key, YEAR, 1))
        file.parent.mkdir(parents=True)
        draft = Draft(item.sheet, WHEN, "bench", Submission(workbook_hash="0" * 64))
        file.write_bytes(Revision(1, 0, "", draft).to_json())
    return store


if __name__ == "__main__":
    print(summaries(3))
