"""Writing 20 cells into a filled official workbook, against copying the file's bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

import openpyxl

from benchmarks.clock import race, table
from xlsync.workbook import patch_cells
from xlsync.workbook.form_reader import read

CELLS = 20


def patching(data: bytes, rounds: int, title: str = "it") -> str:
    """Give the table of patching one workbook."""
    changes = twenty_changes(data)
    rivals: dict[str, Callable[[], object]] = {
        "copying the bytes": lambda: bytes(bytearray(data)),
        "xlsync patch_cells": lambda: patch_cells(data, changes),
        "openpyxl load + save": lambda: load_and_save(data, changes),
    }
    ours = "xlsync patch_cells"
    return table(f"Write {CELLS} cells into {title}", race(rivals, ours, rounds), "ours")


def twenty_changes(data: bytes) -> dict[tuple[str, str], str]:
    """Give another text for the first twenty cells that the staff fill in."""
    reading = read(data)[0]
    staff = (
        path for path, field in reading.sheet.edition.by_path.items() if field.filled_by == "staff"
    )
    return {
        (reading.worksheet, reading.cells[path]): f"変更 {path}" for path in list(staff)[:CELLS]
    }


def load_and_save(data: bytes, changes: Mapping[tuple[str, str], str]) -> bytes:
    """Write the cells as most programs do: everything read, and everything written anew."""
    book = openpyxl.load_workbook(BytesIO(data))
    for (worksheet, address), value in changes.items():
        book[worksheet][address] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()
