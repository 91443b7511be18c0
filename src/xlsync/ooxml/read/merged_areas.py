"""Which cells merged ranges cover: they stay in the file with their contents and are not shown."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import split_range, split_reference

_Content = TypeVar("_Content")
_BEYOND = 2**31


class _Area(NamedTuple):
    """A merged range, ordered by its left edge: side by side in one row they never overlap."""

    left: int
    right: int
    top: int
    bottom: int
    text: str


def covered_addresses(
    merges: Iterable[str], addresses: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Merged range → those of the addresses that it covers, which is all in it but its top left cell.

    Ranges are keyed as written and left out where they cover none of the addresses or are no ranges. Of ranges that
    overlap, which Excel calls damaged, one has the cell.
    """
    cells = _by_row(addresses)
    waiting = sorted(_areas(merges), key=lambda area: area.top, reverse=True)
    active: list[_Area] = []
    covered: dict[str, list[str]] = defaultdict(list)
    for row in sorted(cells):
        active = _active_areas(active, waiting, row)
        for column, address in sorted(cells[row]):
            area = _area_over(active, column)
            if area is not None and (row, column) != (area.top, area.left):
                covered[area.text].append(address)
    return {merge: tuple(inside) for merge, inside in covered.items()}


def covered_cells(
    merges: Iterable[str], cells: Mapping[str, _Content]
) -> dict[str, dict[str, _Content]]:
    """Merged range → address → cell of the cells that it covers, as `covered_addresses` has them."""
    covered = {}
    for merge, addresses in covered_addresses(merges, cells).items():
        covered[merge] = {address: cells[address] for address in addresses}
    return covered


def _active_areas(active: list[_Area], waiting: list[_Area], row: int) -> list[_Area]:
    """The areas over the row, by their left edges; those that begin at it are taken from the end of `waiting`."""
    still = [area for area in active if area.bottom >= row]
    count = len(still)
    while waiting and waiting[-1].top <= row:
        still.append(waiting.pop())
    return still if len(still) == count else sorted(still)


def _area_over(areas: list[_Area], column: int) -> _Area | None:
    """The one of the areas, ordered by their left edges, that reaches over the column."""
    index = bisect_right(areas, (column, _BEYOND)) - 1
    return areas[index] if index >= 0 and areas[index].right >= column else None


def _areas(merges: Iterable[str]) -> Iterable[_Area]:
    for text in merges:
        try:
            top, left, bottom, right = split_range(text)
        except DamagedWorkbook:
            continue
        yield _Area(left, right, top, bottom, text)


def _by_row(addresses: Iterable[str]) -> dict[int, list[tuple[int, str]]]:
    """Row → (column, address) of the cells in it."""
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for address in addresses:
        row, column = split_reference(address)
        rows[row].append((column, address))
    return rows
