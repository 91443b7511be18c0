"""Cached results of formulas that a change has made untrue, removed from the worksheets that are written anyway.

A program that does not calculate then shows nothing in such a cell, instead of a number that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.a1 import Area, Position, split_range
from xlsync.ooxml.formula_references import FormulaReferences, formula_references
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.cell_xml import cached_cell_text, cell_text
from xlsync.ooxml.patch.shared_formulas import FormulaCell, formula_cells, masters_of, whole_text
from xlsync.ooxml.xml.splice import Edit, spliced

_MOST_WORK = 200_000
_LARGEST_AREA = _MOST_WORK // 100
_NAME_DEPTH = 4
_MOST_AREAS = 200
_NOT_WRITTEN = -1

WrittenArea = tuple[int, Area]
"""The index of a worksheet among those written, `_NOT_WRITTEN` for another one, and an area on it."""


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A worksheet part as it will be: the cells that changed, and the formulas that were given a new result."""

    title: str
    text: str
    changed: frozenset[Position]
    with_new_result: frozenset[Position]


@dataclass(frozen=True, slots=True)
class _Dependencies:
    """Finds what a formula depends on; `sheet_indices` are the indices of the worksheets written by their titles."""

    sheet_indices: Mapping[str, int]
    calculates: Callable[[str], bool]
    find_definition: Callable[[str], str | None]
    computed: dict[tuple[str, int, int], tuple[list[WrittenArea], bool]]

    def of(self, formula: str, sheet: int, depth: int) -> tuple[list[WrittenArea], bool]:
        """Return the areas the formula uses, those of its names included, and whether it may depend on anything else."""
        references = formula_references(formula)
        areas = [(self._index(title, sheet), area) for title, area in references.areas]
        uncertain = not references.is_complete or any(
            self._calculates_elsewhere(title) for title, _ in references.areas
        )
        for name in references.names:
            defined = self.find_definition(name) if depth else None
            if defined is None or len(areas) > _MOST_AREAS:
                return areas, True
            more, doubt = self._of_definition(defined, sheet, depth - 1)
            areas += more
            uncertain = uncertain or doubt
        return areas, uncertain

    def _index(self, title: str | None, own: int) -> int:
        return own if title is None else self.sheet_indices.get(title.casefold(), _NOT_WRITTEN)

    def _calculates_elsewhere(self, title: str | None) -> bool:
        """True for a worksheet that is not written and whose formulas may depend on those that are."""
        return (
            title is not None
            and title.casefold() not in self.sheet_indices
            and self.calculates(title)
        )

    def _of_definition(
        self, formula: str, sheet: int, depth: int
    ) -> tuple[list[WrittenArea], bool]:
        """Return the same of what a name is defined as, computed once."""
        key = (formula, sheet, depth)
        if key not in self.computed:
            self.computed[key] = self.of(formula, sheet, depth)
        return self.computed[key]


@dataclass(slots=True)
class _Formula:
    """A formula that was given no new result, in the worksheet of that index, and what it depends on."""

    sheet_index: int
    formula_cell: FormulaCell
    written_areas: list[WrittenArea]
    uncertain: bool


def without_stale(
    sheets: list[WrittenSheet],
    calculates: Callable[[str], bool],
    definition: Callable[[str], str | None],
) -> list[str]:
    """Return the texts of the sheets, formulas that may depend on a changed cell without their cached result.

    `calculates` says whether a worksheet that is not written (or does not exist) may hold something that depends on
    those that are; `definition` gives what a defined name or a table refers to. Where there is too much to look at, all
    results stay.
    """
    grids = [SheetGrid.of(sheet.title, sheet.text, sound=True) for sheet in sheets]
    cells = _formula_cells_of_all(grids)
    if cells is None:
        return [sheet.text for sheet in sheets]
    indices = {sheet.title.casefold(): index for index, sheet in enumerate(sheets)}
    dependencies = _Dependencies(indices, calculates, definition, {})
    formulas: list[_Formula] = []
    for index, sheet in enumerate(sheets):
        formulas += _without_new_result(index, cells[index], sheet.with_new_result, dependencies)
    changed = [set(sheet.changed) for sheet in sheets]
    edits = map(_edits, grids, _by_sheet(_stale(formulas, changed), len(sheets)), cells)
    return [spliced(grid.text, of_sheet) for grid, of_sheet in zip(grids, edits, strict=True)]


def _formula_cells_of_all(grids: list[SheetGrid]) -> list[list[FormulaCell]] | None:
    cells = [formula_cells(grid) for grid in grids]
    known = [of_sheet for of_sheet in cells if of_sheet is not None]
    return known if len(known) == len(cells) else None


def _by_sheet(formulas: list[_Formula], count: int) -> list[list[FormulaCell]]:
    cells: list[list[FormulaCell]] = [[] for _ in range(count)]
    for formula in formulas:
        cells[formula.sheet_index].append(formula.formula_cell)
    return cells


def looks_elsewhere(title: str, text: str) -> bool:
    """True when a formula of the worksheet part may depend on another worksheet."""
    if "<f" not in text and ":f" not in text:
        return False
    try:
        cells = formula_cells(SheetGrid.of(title, text))
    except UnwritableWorkbook:
        return True
    return cells is None or any(_refers_elsewhere(formula_references(cell.text)) for cell in cells)


def _refers_elsewhere(references: FormulaReferences) -> bool:
    names_sheet = any(title is not None for title, _ in references.areas)
    return names_sheet or bool(references.names) or not references.is_complete


def _without_new_result(
    sheet: int,
    cells: list[FormulaCell],
    given: Collection[Position],
    dependencies: _Dependencies,
) -> Iterator[_Formula]:
    """Yield the formulas of one worksheet that are not among those `given` a new result."""
    masters = masters_of(cells)
    for cell in cells:
        if cell.position in given:
            continue
        text = whole_text(cell, masters)
        if text:
            yield _Formula(sheet, cell, *dependencies.of(text, sheet, _NAME_DEPTH))
        else:
            yield _Formula(sheet, cell, [], uncertain=True)


def _stale(formulas: list[_Formula], changed: list[set[Position]]) -> list[_Formula]:
    """Return those that may depend on a changed cell, through others too; none when that is too much work."""
    work_left = _MOST_WORK
    stale: list[_Formula] = []
    waiting = formulas if any(changed) else []
    new = changed
    while waiting:
        work_left -= _work(waiting, new)
        if work_left < 0:
            return []
        # What changed before has touched none of those waiting; the uncertain ones go in the first round.
        touched, waiting = _split(waiting, new)
        if not touched:
            break
        new = [set() for _ in changed]
        for formula in touched:
            new[formula.sheet_index].update(_results(formula.formula_cell))
        stale += touched
    return stale


def _work(formulas: list[_Formula], new: list[set[Position]]) -> int:
    return sum(len(new[sheet]) + 1 for formula in formulas for sheet, _ in formula.written_areas)


def _split(
    formulas: list[_Formula], new: list[set[Position]]
) -> tuple[list[_Formula], list[_Formula]]:
    """Return the formulas that may depend on the new changes, and the others."""
    touched: list[_Formula] = []
    others: list[_Formula] = []
    for formula in formulas:
        is_touched = formula.uncertain or _is_touched(formula, new)
        (touched if is_touched else others).append(formula)
    return touched, others


def _is_touched(formula: _Formula, changed: list[set[Position]]) -> bool:
    return any(
        _contains_any(area, changed[sheet])
        for sheet, area in formula.written_areas
        if sheet != _NOT_WRITTEN
    )


def _contains_any(area: Area, cells: set[Position]) -> bool:
    top, left, bottom, right = area
    if _size(area) <= len(cells):
        return not cells.isdisjoint(_positions(area))
    return any(top <= row <= bottom and left <= column <= right for row, column in cells)


def _size(area: Area) -> int:
    top, left, bottom, right = area
    return (bottom - top + 1) * (right - left + 1)


def _positions(area: Area) -> Iterator[Position]:
    top, left, bottom, right = area
    return product(range(top, bottom + 1), range(left, right + 1))


def _results(cell: FormulaCell) -> set[Position]:
    """Return the cells a formula fills; of a very large area the formula's own only."""
    area = _result_area(cell)
    if area is None or _size(area) > _LARGEST_AREA:
        return {cell.position}
    return {cell.position, *_positions(area)}


def _result_area(cell: FormulaCell) -> Area | None:
    """Return the area that an array formula or a data table fills beside its own cell."""
    if cell.named.get("t") not in ("array", "dataTable"):
        return None
    try:
        area = split_range(cell.named.get("ref", ""))
    except DamagedWorkbook:
        return None
    return None if _size(area) == 1 else area


def _edits(
    grid: SheetGrid, stale: list[FormulaCell], cells: Collection[FormulaCell]
) -> Collection[Edit]:
    """Return the edits that remove the results of the stale ones among the formula cells of one worksheet."""
    formulas = {cell.position for cell in cells}
    edits = {cell.cell_element.start: _without_result(grid, cell) for cell in stale}
    for cell in stale:
        edits |= {edit[0]: edit for edit in _area_edits(grid, cell, formulas)}
    return edits.values()


def _area_edits(
    grid: SheetGrid, cell: FormulaCell, formulas: Collection[Position]
) -> Iterator[Edit]:
    """Yield the edits that clear the other cells a formula fills, unless they have a formula too."""
    area = _result_area(cell)
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


def _without_result(grid: SheetGrid, cell: FormulaCell) -> Edit:
    """Return the edit that leaves a formula cell without its result."""
    element = cell.cell_element
    formula = grid.text[cell.formula_element.start : cell.formula_element.end]
    rest = grid.extension(element)
    text = cached_cell_text(grid.prefix, element.attributes, formula, None, rest)
    return (element.start, element.end, text)
