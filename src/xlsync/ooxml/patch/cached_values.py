"""Results stored beside formulas that a change has made untrue, taken out of the worksheets that are written anyway.

A program that does not calculate then shows nothing in such a cell, instead of a number that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.a1 import split_range
from xlsync.ooxml.formula_refs import Block, uses
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.cell_xml import cached_cell_text, cell_text
from xlsync.ooxml.patch.shared_formulas import (
    FormulaCell,
    Spot,
    formula_cells,
    masters_of,
    whole_text,
)
from xlsync.ooxml.xml.splice import Edit, spliced

_WORK = 200_000
_DEEP = 4
_MANY_AREAS = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A worksheet part as it will be: the cells whose results changed, and the formulas whose results we wrote."""

    title: str
    text: str
    changed: frozenset[Spot]
    ours: frozenset[Spot]


@dataclass(frozen=True, slots=True)
class _Reach:
    """What formulas may depend on, seen from the worksheets that are written: `places` by their titles."""

    places: Mapping[str, int]
    calculates: Callable[[str], bool]
    meaning: Callable[[str], str | None]
    known: dict[tuple[str, int, int], tuple[list[tuple[int, Block]], bool]]

    def of(self, text: str, place: int, depth: int) -> tuple[list[tuple[int, Block]], bool]:
        """The areas the formula uses, names followed, and whether it may depend on anything else."""
        used = uses(text)
        areas: list[tuple[int, Block]] = []
        doubtful = not used.certain
        for title, block in used.areas:
            there = place if title is None else self.places.get(title.casefold(), -1)
            areas.append((there, block))
            doubtful = doubtful or (there < 0 and title is not None and self.calculates(title))
        for word in used.words:
            meant = self.meaning(word) if depth else None
            if meant is None or len(areas) > _MANY_AREAS:
                return areas, True
            more, doubt = self._followed(meant, place, depth - 1)
            areas += more
            doubtful = doubtful or doubt
        return areas, doubtful

    def _followed(self, text: str, place: int, depth: int) -> tuple[list[tuple[int, Block]], bool]:
        """The same of what a name means, found out once."""
        key = (text, place, depth)
        if key not in self.known:
            self.known[key] = self.of(text, place, depth)
        return self.known[key]


@dataclass(slots=True)
class _Formula:
    """A formula not ours and what it uses: areas by the place of their worksheet among those written."""

    sheet: int
    cell: FormulaCell
    areas: list[tuple[int, Block]]
    doubtful: bool


def without_stale(
    sheets: list[Written], calculates: Callable[[str], bool], meaning: Callable[[str], str | None]
) -> list[str]:
    """The texts of the sheets, formulas that may depend on a changed cell without their stored result.

    `calculates` says whether a worksheet that is not written (or does not exist) may hold something that depends on
    those that are; `meaning` gives what a defined name or a table refers to. Where there is too much to look at, all
    results stay.
    """
    texts = [sheet.text for sheet in sheets]
    grids = [SheetGrid.of(sheet.title, sheet.text, sound=True) for sheet in sheets]
    formulas: list[_Formula] = []
    known: list[set[Spot]] = []
    for place, grid in enumerate(grids):
        cells = formula_cells(grid)
        if cells is None:
            return texts
        known.append({cell.spot for cell in cells})
        foreign = [cell for cell in cells if cell.spot not in sheets[place].ours]
        reach = _Reach(
            {s.title.casefold(): n for n, s in enumerate(sheets)}, calculates, meaning, {}
        )
        formulas += _understood(place, foreign, cells, reach)
    stale = _stale(formulas, [set(sheet.changed) for sheet in sheets])
    for place, grid in enumerate(grids):
        own = [formula.cell for formula in stale if formula.sheet == place]
        edits = {cell.cell.start: _emptied(grid, cell) for cell in own}
        for cell in own:
            edits |= {edit[0]: edit for edit in _others_emptied(grid, cell, known[place])}
        texts[place] = spliced(grid.text, edits.values())
    return texts


def looks_elsewhere(title: str, text: str) -> bool:
    """True when a formula of the worksheet part may depend on another worksheet."""
    if "<f" not in text and ":f" not in text:
        return False
    try:
        cells = formula_cells(SheetGrid.of(title, text))
    except UnwritableWorkbook:
        return True
    if cells is None:
        return True
    found = [uses(cell.text) for cell in cells]
    return any(
        not used.certain or used.words or any(sheet is not None for sheet, _ in used.areas)
        for used in found
    )


def _understood(
    place: int,
    foreign: list[FormulaCell],
    cells: list[FormulaCell],
    reach: _Reach,
) -> Iterator[_Formula]:
    """The foreign formulas of one worksheet with what they use."""
    masters = masters_of(cells)
    for cell in foreign:
        text = whole_text(cell, masters)
        if not text:
            yield _Formula(place, cell, [], doubtful=True)
            continue
        yield _Formula(place, cell, *reach.of(text, place, _DEEP))


def _stale(formulas: list[_Formula], changed: list[set[Spot]]) -> list[_Formula]:
    """Those that may depend on a changed cell, through others too; none at all when that is too much work."""
    work = _WORK
    stale: list[_Formula] = []
    left = formulas if any(changed) else []
    new = changed
    while left:
        work -= sum(len(new[place]) + 1 for formula in left for place, _ in formula.areas)
        if work < 0:
            return []
        # What was there before has touched nobody who is left; the doubtful go in the first round.
        now = [formula for formula in left if formula.doubtful or _touched(formula, new)]
        if not now:
            break
        new = [set() for _ in changed]
        for formula in now:
            new[formula.sheet].update(_results(formula.cell))
        stale += now
        gone = {id(formula) for formula in now}
        left = [formula for formula in left if id(formula) not in gone]
    return stale


def _touched(formula: _Formula, changed: list[set[Spot]]) -> bool:
    return any(_meets(block, changed[place]) for place, block in formula.areas if place >= 0)


def _meets(block: Block, spots: set[Spot]) -> bool:
    top, left, bottom, right = block
    if (bottom - top + 1) * (right - left + 1) <= len(spots):
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        return any((row, column) in spots for row in rows for column in columns)
    return any(top <= row <= bottom and left <= column <= right for row, column in spots)


def _results(cell: FormulaCell) -> set[Spot]:
    """The cells a formula fills; of a very large area the formula's own only."""
    area = _area(cell)
    if area is None:
        return {cell.spot}
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) > _WORK // 100:
        return {cell.spot}
    return {cell.spot} | {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}


def _area(cell: FormulaCell) -> Block | None:
    """The area that an array formula or a data table fills beside its own cell."""
    if cell.named.get("t") not in ("array", "dataTable"):
        return None
    try:
        top, left, bottom, right = split_range(cell.named.get("ref", ""))
    except DamagedWorkbook:
        return None
    return None if (top, left) == (bottom, right) else (top, left, bottom, right)


def _others_emptied(
    grid: SheetGrid, cell: FormulaCell, formulas: Collection[Spot]
) -> Iterator[Edit]:
    """The edits that leave the other cells a formula fills without their results, unless they have a formula too."""
    area = _area(cell)
    if area is None:
        return
    top, left, bottom, right = area
    for number, row in grid.rows():
        for column, start in grid.cells(number, row) if top <= number <= bottom else ():
            if left <= column <= right and (number, column) not in formulas:
                other = grid.cell_at(start)
                text = cell_text(grid.prefix, other.attributes, None, grid.extension(other))
                if not other.empty:
                    yield (other.start, other.end, text)


def _emptied(grid: SheetGrid, cell: FormulaCell) -> Edit:
    """The edit that leaves a formula cell without its result."""
    element = cell.cell
    formula = grid.text[cell.formula.start : cell.formula.end]
    rest = grid.extension(element)
    text = cached_cell_text(grid.prefix, element.attributes, formula, None, rest)
    return (element.start, element.end, text)
