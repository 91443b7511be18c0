"""The rows of a table on a worksheet: found between the ends of its columns' names, each cell read like a field's.

A row's id stands in a hidden column. A row that has none, or that of a row above it (it was copied), gets one made of what
the row says and of which copy of the workbook it stands in: the same file read twice has the same rows.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook
from xlsync.kinds.rows import ROW_ID
from xlsync.ooxml.a1 import Area, column_letters, split_range
from xlsync.ooxml.titled_references import reference_to
from xlsync.workbook.reading.worksheet_names import area_of, reference_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.tables import Table
    from xlsync.ooxml.read.reader import Cell

ID: Final = "id"
_ID_LENGTH: Final = 9


@dataclass(frozen=True, slots=True)
class TableCells:
    """Where a table lies on a worksheet.

    Attributes:
        worksheet: The title of the worksheet.
        letters: The letters of each column by its word; "id" is that of the hidden ids.
        above: The row above its first row.
        below: The row below its last row.
        numbers: In which row of the worksheet each row is, by its id, in order.
        unmarked: The ids of the rows in which no id of their own stands.

    """

    worksheet: str
    letters: Mapping[str, str]
    above: int
    below: int
    numbers: Mapping[str, int] = field(default_factory=dict)
    unmarked: frozenset[str] = frozenset()

    @property
    def ranges(self) -> dict[str, str]:
        """The range of each column by its word, from the row above the first to the one below the last."""
        return {w: f"{c}{self.above}:{c}{self.below}" for w, c in self.letters.items() if w != ID}

    def address(self, row_id: str, word: str) -> str:
        """Return the address of a row's cell."""
        return f"{self.letters[word]}{self.numbers[row_id]}"

    def renamed(self, ids: Mapping[str, str]) -> TableCells:
        """Return where the rows lie, with other ids for some rows."""
        numbers = {ids.get(row_id, row_id): number for row_id, number in self.numbers.items()}
        unmarked = frozenset(ids.get(row_id, row_id) for row_id in self.unmarked)
        return replace(self, numbers=numbers, unmarked=unmarked)


def read_tables(
    edition: Edition,
    names: Mapping[str, str],
    title: str,
    cells: Mapping[str, Cell],
    copy: tuple[str, int],
) -> dict[str, TableCells]:
    """Return where the rows of each table lie, by the names of its columns; a table of which one is lost is left out.

    `copy` is which copy of the workbook it is, and the revision it was brought up to.
    """
    tables = {}
    for table in edition.tables:
        lies = _located(table, names, title)
        if lies is not None:
            tables[table.path] = with_ids(table, lies, cells, copy)
    return tables


def _located(table: Table, names: Mapping[str, str], title: str) -> TableCells | None:
    words = (*table.words, ID)
    areas = [_area(names.get(f"{table.path}.{word}", ""), title) for word in words]
    known = [area for area in areas if area is not None]
    if len(known) < len(areas):
        return None
    tops, lefts, bottoms, _ = zip(*known, strict=True)
    letters = dict(zip(words, map(column_letters, lefts), strict=True))
    is_sound = len(set(lefts)) == len(lefts) and min(bottoms) > max(tops)
    return TableCells(title, letters, max(tops), min(bottoms)) if is_sound else None


def _area(refers_to: str, title: str) -> Area | None:
    """Return the range on the worksheet that a name refers to, None where it refers to anything else."""
    target, area = reference_of(refers_to), area_of(refers_to)
    if target is None or target[0] != title or area is None:
        return None
    try:
        return split_range(area)
    except DamagedWorkbook:
        return None


def column_ranges(tables: Mapping[str, TableCells], here: str) -> dict[str, str]:
    """Return the range of every column of the tables by its path, as the worksheet `here` refers to it."""
    ranges: dict[str, str] = {}
    for path, lies in tables.items():
        for word, area in lies.ranges.items():
            ranges[f"{path}.{word}"] = reference_to(lies.worksheet, area, here)
    return ranges


def row_addresses(tables: Mapping[str, TableCells], here: str) -> dict[str, str]:
    """Return the address of every cell of the rows by its path, and the range of every column by the column's.

    They are as the worksheet `here` refers to them.
    """
    addresses = column_ranges(tables, here)
    for path, lies in tables.items():
        for row_id, word in product(lies.numbers, lies.ranges):
            at = lies.address(row_id, word)
            addresses[f"{path}.{row_id}.{word}"] = reference_to(lies.worksheet, at, here)
    return addresses


def filled_rows(table: Table, lies: TableCells, cells: Mapping[str, Cell]) -> Iterator[int]:
    """Yield the numbers of the worksheet's rows in which a cell of the table holds anything."""
    letters = [lies.letters[word] for word in table.words]
    for number in range(lies.above + 1, lies.below):
        there = (cells.get(f"{letter}{number}") for letter in letters)
        if any(cell is not None and _is_filled(cell) for cell in there):
            yield number


def _is_filled(cell: Cell) -> bool:
    if isinstance(cell.value, str) and cell.formula is None:
        return bool(cell.value.strip())
    return cell.value is not None or cell.formula is not None


def with_ids(
    table: Table, lies: TableCells, cells: Mapping[str, Cell], copy: tuple[str, int]
) -> TableCells:
    """Return where each filled row of a table is, by the id that stands in it, or by one that is made for it."""
    by_id: dict[str, int] = {}
    unmarked: list[int] = []
    for number in filled_rows(table, lies, cells):
        row_id = _typed_id(cells.get(f"{lies.letters[ID]}{number}"))
        if row_id and row_id not in by_id:
            by_id[row_id] = number
        else:
            unmarked.append(number)
    new_ids: set[str] = set()
    for number in unmarked:
        there = (cells.get(f"{lies.letters[word]}{number}") for word in table.words)
        content = [None if cell is None else str(cell.value) for cell in there]
        row_id = made_id([table.path, *copy, content], by_id)
        by_id[row_id] = number
        new_ids.add(row_id)
    in_order = dict(sorted(by_id.items(), key=lambda row: row[1]))
    return replace(lies, numbers=in_order, unmarked=frozenset(new_ids))


def _typed_id(cell: Cell | None) -> str:
    value = None if cell is None else cell.value
    return value if isinstance(value, str) and ROW_ID.fullmatch(value) else ""


def made_id(content: Sequence[object], known: Container[str]) -> str:
    """Return an id for a row of some content: always the same one, unless it is known."""
    again = 0
    while True:
        seed = json.dumps([*content, again], ensure_ascii=False).encode("utf-8", "surrogatepass")
        digest = base64.b32encode(hashlib.sha256(seed).digest()).decode()
        row_id = f"R{digest[:_ID_LENGTH]}"
        if row_id not in known:
            return row_id
        again += 1
