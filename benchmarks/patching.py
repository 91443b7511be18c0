"""Writing 20 cells into a filled official workbook, from file to file, against copying the file."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import openpyxl

from benchmarks.clock import race, table
from benchmarks.cold_caches import caches, clear
from xlsync.disk import replace_whole
from xlsync.ooxml import patch_cells
from xlsync.workbook.reading.form_reader import read

CELLS = 20

Changes = Mapping[tuple[str, str], str]


def patching(data: bytes, rounds: int, title: str = "it") -> str:
    """Return the tables of patching one workbook: its bytes, files left to the system, files safe on the disk."""
    changes = twenty_changes(data)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "one.xlsx", Path(folder) / "two.xlsx"
        source.write_bytes(data)
        return "\n".join(
            (
                _bytes(data, changes, rounds, title),
                _files(source, target, changes, rounds, title),
                _durable(source, target, changes, rounds, title),
            )
        )


def _bytes(data: bytes, changes: Changes, rounds: int, title: str) -> str:
    """The work itself, no file touched; once afresh, and once with the cache of the last round."""
    known = caches()

    def afresh() -> bytes:
        clear(known)
        return patch_cells(data, changes)

    own = "xlsync patch_cells"
    rivals: dict[str, Callable[[], object]] = {
        own: lambda: patch_cells(data, changes),
        f"{own}, the first workbook of its form": afresh,
        "openpyxl load + save": lambda: load_and_save(data, changes),
    }
    return table(
        f"Write {CELLS} cells into {title}, bytes to bytes", race(rivals, own, rounds), "ours"
    )


def _files(source: Path, target: Path, changes: Changes, rounds: int, title: str) -> str:
    """File to file, the system writing to the disk when it likes."""
    copy = "copying the file"
    rivals: dict[str, Callable[[], object]] = {
        copy: lambda: shutil.copyfile(source, target),
        "xlsync: read, patch, write": lambda: target.write_bytes(
            patch_cells(source.read_bytes(), changes)
        ),
        "openpyxl: load, save": lambda: target.write_bytes(
            load_and_save(source.read_bytes(), changes)
        ),
    }
    return table(
        f"The same from file to file, without fsync ({title})", race(rivals, copy, rounds), "copy"
    )


def _durable(source: Path, target: Path, changes: Changes, rounds: int, title: str) -> str:
    """File to file as write-back does it: written beside, flushed, renamed, the folder flushed."""

    def flush_writes() -> None:
        gc.collect()
        os.sync() if hasattr(os, "sync") else None

    copy = "copying the file"
    rivals: dict[str, Callable[[], object]] = {
        copy: lambda: replace_whole(target, source.read_bytes()),
        "xlsync: read, patch, replace": lambda: replace_whole(
            target, patch_cells(source.read_bytes(), changes)
        ),
        "openpyxl: load, save, replace": lambda: replace_whole(
            target, load_and_save(source.read_bytes(), changes)
        ),
    }
    rows = race(rivals, copy, rounds, before=flush_writes)
    return table(
        f"The same from file to file, each safe on the disk (fsync; {title})", rows, "copy"
    )


def twenty_changes(data: bytes) -> dict[tuple[str, str], str]:
    """Return another text for the first twenty cells that the staff fill in."""
    reading = read(data)[0]
    staff = (
        path for path, field in reading.sheet.edition.by_path.items() if field.filled_by == "staff"
    )
    return {
        (reading.worksheet, reading.cells[path]): f"変更 {path}" for path in list(staff)[:CELLS]
    }


def load_and_save(data: bytes, changes: Changes) -> bytes:
    """Write the cells as most programs do: everything read, and everything written again."""
    book = openpyxl.load_workbook(BytesIO(data))
    for (worksheet, address), value in changes.items():
        book[worksheet][address] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()
