"""Which areas of a page are typed into: unlocked cells, blank boxes, blanks before a unit, behind a label, around 年 月 日."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.box_blanks import blanks_of_box
from xlsync.workbook.official.form_words import is_marks, is_prompt
from xlsync.workbook.official.input_area import BOX, PRESET, UNLOCKED, InputArea
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
_FEWEST_COLOURED: Final = 4
_TIMES_BLANK: Final = 2
"""Blank boxes for each with a text, of a colour that says where to type."""


def input_areas(grid: PageGrid) -> list[InputArea]:
    """Return the areas of a page that are typed into, row by row."""
    boxes = boxes_of(grid)
    unlocked = _unlocked(grid, boxes)
    candidates = [*dates_of(grid), *unlocked]
    if not (unlocked and grid.is_protected):
        candidates += [
            replace(each, is_sure=not unlocked and each.is_sure) for each in _of_boxes(grid, boxes)
        ]
        candidates += _presets(grid, boxes, candidates)
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


def has_unlocked_inputs(grid: PageGrid) -> bool:
    """Whether the cells to be filled in are known by being unlocked."""
    return bool(_unlocked(grid, boxes_of(grid)))


def _unlocked(grid: PageGrid, boxes: list[Box]) -> list[InputArea]:
    """Return the unlocked areas, where somebody unlocked the cells to be filled in and no others."""
    free = frozenset(atom for atom in grid.atoms if _is_unlocked(grid, atom))
    count = sum(atom.size for atom in free)
    is_usual = _FEWEST_UNLOCKED <= count <= _MOST_UNLOCKED * grid.bounds.size
    if not free or not (is_usual or grid.is_protected):
        return []
    return [InputArea(area, UNLOCKED) for area in _in_boxes(grid, boxes, free)]


def _in_boxes(grid: PageGrid, boxes: list[Box], free: frozenset[Area]) -> Iterator[Area]:
    """Yield the unlocked areas of each box that are wide enough, on a page without protection those that look so."""
    for box in boxes:
        for area in _areas_in(grid, box, [atom for atom in box.atoms if atom in free]):
            is_meant = grid.is_protected or _is_meant(grid, box, area)
            if is_meant and grid.width(area) >= NARROWEST:
                yield area


def _areas_in(grid: PageGrid, box: Box, atoms: list[Area]) -> Iterator[Area]:
    rows = [atoms] if _has_frame(grid, box) else _by_row(atoms)
    for row in rows:
        yield from _joined_areas(grid, row)


def _is_meant(grid: PageGrid, box: Box, area: Area) -> bool:
    """Whether an unlocked area of a page without protection looks like an input: in a box or coloured, blank or a mark."""
    text = grid.text(area)
    looks_so = box.is_closed or bool(grid.fill(area)) or grid.has_line_below(area.bottom, area.left)
    takes_list = bool(grid.look(area.top, area.left).items)
    return takes_list or is_marks((text,)) or (looks_so and (not text or is_prompt(text)))


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


def _presets(
    grid: PageGrid, boxes: list[Box], candidates: Sequence[InputArea]
) -> Iterator[InputArea]:
    """Yield boxes with a text in the colour of most blank ones: a sample, or what was filled in before."""
    blank = Counter(grid.fill(each.area) for each in candidates)
    filled = [box.area for box in boxes if _is_filled(grid, box)]
    texts = Counter(grid.fill(area) for area in filled)
    for area in filled:
        colour = grid.fill(area)
        if colour and blank[colour] >= max(_FEWEST_COLOURED, _TIMES_BLANK * texts[colour]):
            yield InputArea(area, PRESET, is_sure=False)


def _is_filled(grid: PageGrid, box: Box) -> bool:
    """Whether a closed box is one cell with a text that is no prompt."""
    text = grid.text(box.area)
    return box.is_closed and len(box.atoms) == 1 and bool(text) and not is_prompt(text)


def _is_struck(grid: PageGrid, box: Box) -> bool:
    return any(grid.look(atom.top, atom.left).cell_lines.is_struck for atom in box.atoms)


def _is_too_small(grid: PageGrid, area: Area) -> bool:
    return grid.width(area) < NARROWEST or grid.height(area) < LOWEST
