"""The formula cells of a worksheet part, and what becomes of the others when one of them changes.

A shared formula is written out in one cell, its master; the followers only name it (ECMA-376 part 1, 18.3.1.40).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import Position, range_text, split_reference
from xlsync.ooxml.formula_references import translated
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.xml.encoding import escaped, unescaped
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    flat_elements,
    opened,
    with_attribute,
)

_NO_EDIT: Edit = (0, 0, "")
MOST_FORMULAS = 2_000
"""Of more formulas than this it would take too long to find out what they depend on."""


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """One cell with its `<f>`; `named` are that element's attributes, `text` the formula, "" for a follower."""

    position: Position
    cell_element: Element
    formula_element: Element
    named: Mapping[str, str]
    text: str

    @property
    def shared(self) -> str | None:
        """The number of the shared formula it is part of."""
        return self.named.get("si") if self.named.get("t") == "shared" else None

    @property
    def master(self) -> bool:
        """True for the cell in which a shared formula is written out."""
        return self.shared is not None and "ref" in self.named


def formula_cells(grid: SheetGrid) -> list[FormulaCell] | None:
    """The formula cells in file order; None when there are too many, or one whose place is not stated."""
    cells = []
    tag = f"{grid.prefix}c"
    inside = (grid.sheet_data.inner, grid.sheet_data.inner_end)
    for formula in flat_elements(grid.masked, f"{grid.prefix}f", *inside):
        at = grid.masked.rfind(f"<{tag}", grid.sheet_data.inner, formula.start)
        cell = next(flat_elements(grid.masked, tag, at, grid.sheet_data.inner_end), None)
        if at < 0 or cell is None or not cell.start == at < formula.start < cell.end:
            return None
        if grid.text[cell.inner : formula.start].strip():
            return None  # a formula comes first in its cell; this element is something else's
        try:
            position = split_reference(attributes(cell.attributes).get("r", ""))
        except DamagedWorkbook:
            return None
        text = grid.text[formula.inner : formula.inner_end]
        if "<" in text:
            return None
        named = attributes(formula.attributes)
        cells.append(FormulaCell(position, cell, formula, named, unescaped(text)))
        if len(cells) > MOST_FORMULAS:
            return None
    return cells


def whole_text(cell: FormulaCell, masters: Mapping[str, FormulaCell]) -> str | None:
    """The formula a follower stands for, or the cell's own; None when it cannot be told."""
    if cell.text or cell.shared is None:
        return cell.text
    master = masters.get(cell.shared)
    if master is None:
        return None
    return _as_in(cell, master)


def masters_of(cells: list[FormulaCell]) -> dict[str, FormulaCell]:
    """The masters by the number of their shared formula; one given twice belongs to nobody."""
    masters = [(cell.shared, cell) for cell in cells if cell.shared is not None and cell.master]
    numbers = [number for number, _ in masters]
    return {number: cell for number, cell in masters if numbers.count(number) == 1}


def new_master_edits(grid: SheetGrid, changed: Collection[Position]) -> list[Edit] | None:
    """Return the edits that give each shared formula whose master is among the changed cells another master.

    None when a follower's formula cannot be told for certain.
    """
    cells = formula_cells(grid)
    if cells is None:
        return None
    masters = masters_of(cells)
    if sum(cell.master for cell in cells) != len(masters):
        return None
    edits: list[Edit] = []
    for number, master in masters.items():
        if master.position not in changed:
            continue
        followers = _followers(cells, number, master, changed)
        edit = _new_master(grid, master, followers) if followers else _NO_EDIT
        if edit is None:
            return None
        edits.append(edit)
    return edits


def _followers(
    cells: list[FormulaCell], number: str, master: FormulaCell, changed: Collection[Position]
) -> list[FormulaCell]:
    """Return the cells, other than the master and the changed ones, that share the formula of that number."""
    sharing = [cell for cell in cells if cell.shared == number]
    return [cell for cell in sharing if cell is not master and cell.position not in changed]


def _new_master(grid: SheetGrid, master: FormulaCell, followers: list[FormulaCell]) -> Edit | None:
    """Return the edit that writes the formula out in the first follower, for all of them."""
    first = followers[0]
    text = _as_in(first, master)
    if not text:
        return None
    rows, columns = zip(*(cell.position for cell in followers), strict=True)
    area = range_text(min(rows), min(columns), max(rows), max(columns))
    element = first.formula_element
    tag = with_attribute(opened(grid.text[element.start : element.inner]), "ref", area)
    return (element.start, element.end, f"{tag}{escaped(text)}</{element.name}>")


def _as_in(follower: FormulaCell, master: FormulaCell) -> str | None:
    """Return the master's formula as the follower has it."""
    rows = follower.position[0] - master.position[0]
    columns = follower.position[1] - master.position[1]
    return translated(master.text, rows, columns)
