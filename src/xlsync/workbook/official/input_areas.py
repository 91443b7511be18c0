"""Which areas of a page are typed into: unlocked cells, blank boxes, blanks before a unit, behind a label, around 年 月 日."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.box_blanks import blanks_of_box
from xlsync.workbook.official.input_area import BOX, UNLOCKED, InputArea
from xlsync.workbook.official.open_blanks import blanks_behind_labels, dates_of
from xlsync.workbook.official.page_boxes import boxes_of
from xlsync.workbook.official.page_grid import Area, hull

if TYPE_CHECKING:
    from xlsync.workbook.official.page_boxes import Box
    from xlsync.workbook.official.page_grid import PageGrid

NARROWEST: Final = 1.6
"""Characters; narrower boxes are spacers."""
LOWEST: Final = 5.0
"""Points; lower boxes are lines."""
_MOST_UNLOCKED: Final = 0.6
_FEWEST_UNLOCKED: Final = 3


def input_areas(grid: PageGrid) -> list[InputArea]:
    """Return the areas of a page that are typed into, row by row."""
    boxes = boxes_of(grid)
    unlocked = _unlocked(grid, boxes)
    candidates = [*dates_of(grid), *unlocked]
    candidates += [] if unlocked else _of_boxes(grid, boxes)
    candidates += blanks_behind_labels(grid, boxes)
    return sorted(_apart(grid, candidates), key=lambda each: each.area)


def _apart(grid: PageGrid, candidates: Iterable[InputArea]) -> list[InputArea]:
    """Return the candidates without formulas, and of those that overlap the first."""
    kept: list[InputArea] = []
    for candidate in candidates:
        is_free = not any(candidate.area.overlaps(other.area) for other in kept)
        if is_free and not _is_formula(grid, candidate.area):
            kept.append(candidate)
    return kept


def _is_formula(grid: PageGrid, area: Area) -> bool:
    return bool(grid.look(area.top, area.left).formula)


def _unlocked(grid: PageGrid, boxes: list[Box]) -> list[InputArea]:
    """Return the unlocked areas, where somebody unlocked the cells to be filled in and no others."""
    free = frozenset(atom for atom in grid.atoms if _is_unlocked(grid, atom))
    count = sum(atom.size for atom in free)
    is_usual = _FEWEST_UNLOCKED <= count <= _MOST_UNLOCKED * grid.bounds.size
    if not free or not (is_usual or grid.is_protected):
        return []
    return [InputArea(area, UNLOCKED) for area in _in_boxes(grid, boxes, free)]


def _in_boxes(grid: PageGrid, boxes: list[Box], free: frozenset[Area]) -> Iterator[Area]:
    """Yield the unlocked areas of each box that are wide enough."""
    for box in boxes:
        atoms = [atom for atom in box.atoms if atom in free]
        rows = [atoms] if _has_frame(grid, box) else _by_row(atoms)
        areas = [area for row in rows for area in _joined_areas(grid, row)]
        yield from (area for area in areas if grid.width(area) >= NARROWEST)


def _has_frame(grid: PageGrid, box: Box) -> bool:
    """Whether a line is drawn below a closed box: without, rows of one colour are fields of their own."""
    return box.is_closed and grid.has_line_below(box.area.bottom, box.area.left)


def _by_row(atoms: list[Area]) -> list[list[Area]]:
    """Return atoms between which no line is drawn row by row: one above the other they are fields of their own."""
    return [list(row) for _, row in groupby(sorted(atoms), key=lambda atom: atom.top)]


def _is_unlocked(grid: PageGrid, atom: Area) -> bool:
    look = grid.look(atom.top, atom.left)
    return not look.is_locked and not look.formula


def _joined_areas(grid: PageGrid, atoms: list[Area]) -> list[Area]:
    """Return atoms of one box as areas: each with text by itself, blank ones as one where they are a rectangle."""
    blank = [atom for atom in atoms if not grid.text(atom)]
    if len(blank) <= 1:
        return atoms
    whole = hull(blank)
    if sum(atom.size for atom in blank) != whole.size:
        return atoms
    return [whole, *(atom for atom in atoms if atom not in blank)]


def _of_boxes(grid: PageGrid, boxes: list[Box]) -> Iterator[InputArea]:
    """Yield what is typed into closed boxes."""
    for box in boxes:
        if not box.is_closed or _is_too_small(grid, box.area) or _is_struck(grid, box):
            continue
        texts = [atom for atom in box.atoms if grid.text(atom)]
        if not texts:
            yield InputArea(box.area, BOX)
        elif len(texts) < len(box.atoms):
            yield from blanks_of_box(grid, box, texts)


def _is_struck(grid: PageGrid, box: Box) -> bool:
    return any(grid.look(atom.top, atom.left).cell_lines.is_struck for atom in box.atoms)


def _is_too_small(grid: PageGrid, area: Area) -> bool:
    return grid.width(area) < NARROWEST or grid.height(area) < LOWEST
