"""The boxes of a page: cells between which no line is drawn, and the blank areas within a box that somebody types into."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.workbook.official.page_grid import Area, hull

if TYPE_CHECKING:
    from xlsync.workbook.official.page_grid import PageGrid


@dataclass(frozen=True)
class Box:
    """Cells without a line between them. `is_closed` where they are a rectangle with lines, or another colour, all around."""

    area: Area
    atoms: tuple[Area, ...]
    is_closed: bool


def boxes_of(grid: PageGrid) -> list[Box]:
    """Return the boxes of a page, row by row."""
    groups: dict[Area, list[Area]] = defaultdict(list)
    leaders = _Leaders()
    for atom in grid.atoms:
        for other in _joined(grid, atom):
            leaders.join(atom, other)
    for atom in grid.atoms:
        groups[leaders.of(atom)].append(atom)
    return sorted((_box(grid, atoms) for atoms in groups.values()), key=lambda box: box.area)


class _Leaders:
    """Which atoms belong together (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Area, Area] = {}

    def of(self, atom: Area) -> Area:
        while (above := self._above.get(atom, atom)) != atom:
            self._above[atom] = self._above.get(above, above)
            atom = above
        return atom

    def join(self, atom: Area, other: Area) -> None:
        first, second = sorted((self.of(atom), self.of(other)))
        self._above[second] = first


def _joined(grid: PageGrid, atom: Area) -> list[Area]:
    """Return the atoms to the right and below that no line and no change of colour parts from an atom."""
    beside = [*_open_right(grid, atom), *_open_below(grid, atom)]
    return [other for other in beside if grid.fill(other) == grid.fill(atom) and other != atom]


def _open_right(grid: PageGrid, atom: Area) -> list[Area]:
    if atom.right >= grid.bounds.right:
        return []
    rows = [row for row in atom.rows if not grid.has_line_right(row, atom.right)]
    return [grid.atom(row, atom.right + 1) for row in rows]


def _open_below(grid: PageGrid, atom: Area) -> list[Area]:
    if atom.bottom >= grid.bounds.bottom:
        return []
    columns = [column for column in atom.columns if not grid.has_line_below(atom.bottom, column)]
    return [grid.atom(atom.bottom + 1, column) for column in columns]


def _box(grid: PageGrid, atoms: list[Area]) -> Box:
    area = hull(atoms)
    is_whole = sum(atom.size for atom in atoms) == area.size
    return Box(area, tuple(atoms), is_whole and _is_closed(grid, area))


def _is_closed(grid: PageGrid, area: Area) -> bool:
    """Whether lines, or another colour, part a rectangle from all around it; what leaves the page is open."""
    fill = grid.fill(area)
    edges = [
        (side, cell) for side in ("top", "bottom", "left", "right") for cell in _edge(area, side)
    ]
    return all(
        _is_parted(grid, fill, cell, below=side in {"top", "bottom"}) for side, cell in edges
    )


def _edge(area: Area, side: str) -> list[tuple[int, int]]:
    """Return the cells above or to the left of each place where an area ends."""
    if side in {"top", "bottom"}:
        row = area.top - 1 if side == "top" else area.bottom
        return [(row, column) for column in area.columns]
    column = area.left - 1 if side == "left" else area.right
    return [(row, column) for row in area.rows]


def _is_parted(grid: PageGrid, fill: str, cell: tuple[int, int], *, below: bool) -> bool:
    """Whether a line, or another colour, parts a cell from the one below it or to its right."""
    row, column = cell
    other = (row + 1, column) if below else (row, column + 1)
    if grid.has_line_below(row, column) if below else grid.has_line_right(row, column):
        return True
    colours = {grid.fill(grid.atom(row, column)), grid.fill(grid.atom(*other))}
    return bool(fill) and len(colours) > 1
