"""Rows and columns of a formatted worksheet inserted, deleted and moved as Excel does it: cells, areas and names go along."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import MergedCell

from xlsync.ooxml.a1 import column_letters, split_reference

Place = tuple[int, int]
Span = tuple[int, int]
_TARGET = re.compile(r"\$([A-Z]+)\$([0-9]+)\Z")


@dataclass(frozen=True)
class Lines:
    """What is done to some rows, or columns: inserted before `start`, deleted from there, or moved to the page's end."""

    what: str
    is_rows: bool
    start: int
    count: int = 1


def move_lines(page: Any, lines: Lines) -> dict[str, str]:
    """Do it to an openpyxl worksheet; return the new address of each that is left, by its old one."""
    areas = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in page.merged_cells]
    spans = [(area[0], area[2]) if lines.is_rows else (area[1], area[3]) for area in areas]
    new = _new_lines(lines, page.max_row if lines.is_rows else page.max_column, spans)

    def place(at: Place) -> Place | None:
        line = new.get(at[0] if lines.is_rows else at[1])
        return None if line is None else (line, at[1]) if lines.is_rows else (at[0], line)

    moved = {at: place(at) for at, cell in page._cells.items() if not isinstance(cell, MergedCell)}  # noqa: SLF001
    _move_cells(page, moved)
    for area, (first, last) in zip(areas, spans, strict=True):
        kept = [new[line] for line in range(first, last + 1) if line in new]
        if kept:
            top, left, bottom, right = area
            across = (left, right) if lines.is_rows else (min(kept), max(kept))
            down = (min(kept), max(kept)) if lines.is_rows else (top, bottom)
            page.merge_cells(
                start_row=down[0], end_row=down[1], start_column=across[0], end_column=across[1]
            )
    for name in list(page.defined_names.values()):
        _move_name(name, place)
    return {_address(at): _address(to) for at, to in moved.items() if to is not None}


def _new_lines(lines: Lines, last: int, spans: list[Span]) -> dict[int, int]:
    """Return the new number of each line that is left, by its old one."""
    old = list(range(1, last + 1))
    if lines.what == "insert":
        return {line: line + (lines.count if line >= lines.start else 0) for line in old}
    if lines.what == "delete":
        gone = range(lines.start, lines.start + lines.count)
        kept = [line for line in old if line not in gone]
    else:
        block = _block(lines, last, spans)
        kept = [line for line in old if line not in block] + list(block)
    return {line: number for number, line in enumerate(kept, start=1)}


def _block(lines: Lines, last: int, spans: list[Span]) -> range:
    """Return the lines that have to go along because Excel moves no part of a merged area."""
    first, end = lines.start, min(lines.start + lines.count - 1, last)
    while True:
        met = [span for span in spans if span[0] <= end and first <= span[1]]
        wider = min([first, *(span[0] for span in met)]), max([end, *(span[1] for span in met)])
        if wider == (first, end):
            return range(first, end + 1)
        first, end = wider


def _move_cells(page: Any, moved: dict[Place, Place | None]) -> None:
    cells = {at: page._cells[at] for at in moved}  # noqa: SLF001
    page.merged_cells.ranges = set()
    page._cells = {}  # noqa: SLF001
    for at, to in moved.items():
        if to is not None:
            cells[at].row, cells[at].column = to
            page._cells[to] = cells[at]  # noqa: SLF001


def _move_name(name: Any, place: Any) -> None:
    target = _TARGET.search(name.attr_text)
    if target is None:
        return
    to = place(split_reference(target[1] + target[2]))
    title = name.attr_text.rpartition("!")[0]
    where = "#REF!" if to is None else f"${column_letters(to[1])}${to[0]}"
    name.attr_text = f"{title}!{where}"


def _address(at: Place) -> str:
    return f"{column_letters(at[1])}{at[0]}"


__all__ = ["Lines", "move_lines"]
