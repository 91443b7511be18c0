"""The formula cells of a worksheet part, and what becomes of the others when one of them changes.

A shared formula is written out in one cell, its master; the followers only name it (ECMA-376 part 1, 18.3.1.40).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import range_text, split_reference
from xlsync.ooxml.formula_refs import shifted
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

Spot = tuple[int, int]
MANY = 2_000
"""Of more formulas than this nobody is told what they depend on: finding it out would take too long."""


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """One cell with its `<f>`; `named` are that element's attributes, `text` the formula, "" for a follower."""

    spot: Spot
    cell: Element
    formula: Element
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
    found = []
    tag = f"{grid.prefix}c"
    inside = (grid.data.inner, grid.data.inner_end)
    for formula in flat_elements(grid.masked, f"{grid.prefix}f", *inside):
        at = grid.masked.rfind(f"<{tag}", grid.data.inner, formula.start)
        cell = next(flat_elements(grid.masked, tag, at, grid.data.inner_end), None)
        if at < 0 or cell is None or not cell.start == at < formula.start < cell.end:
            return None
        if grid.text[cell.inner : formula.start].strip():
            return None  # a formula comes first in its cell; this element is something else's
        try:
            spot = split_reference(attributes(cell.attributes).get("r", ""))
        except DamagedWorkbook:
            return None
        text = grid.text[formula.inner : formula.inner_end]
        if "<" in text:
            return None
        named = attributes(formula.attributes)
        found.append(FormulaCell(spot, cell, formula, named, unescaped(text)))
        if len(found) > MANY:
            return None
    return found


def whole_text(cell: FormulaCell, masters: Mapping[str, FormulaCell]) -> str | None:
    """The formula a follower stands for, or the cell's own; None when it cannot be told."""
    if cell.text or cell.shared is None:
        return cell.text
    master = masters.get(cell.shared)
    if master is None:
        return None
    return shifted(master.text, cell.spot[0] - master.spot[0], cell.spot[1] - master.spot[1])


def masters_of(cells: list[FormulaCell]) -> dict[str, FormulaCell]:
    """The masters by the number of their shared formula; one given twice belongs to nobody."""
    found = [(cell.shared, cell) for cell in cells if cell.shared is not None and cell.master]
    numbers = [number for number, _ in found]
    return {number: cell for number, cell in found if numbers.count(number) == 1}


def passed_on(grid: SheetGrid, gone: Collection[Spot]) -> list[Edit] | None:
    """The edits that make the first follower left the master of each shared formula whose master is gone.

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
        if master.spot not in gone:
            continue
        left = [
            cell
            for cell in cells
            if cell.shared == number and cell is not master and cell.spot not in gone
        ]
        if not left:
            continue
        edit = _inherited(grid, master, left)
        if edit is None:
            return None
        edits.append(edit)
    return edits


def _inherited(grid: SheetGrid, master: FormulaCell, left: list[FormulaCell]) -> Edit | None:
    """The edit that writes the formula out in the first of the followers."""
    heir = left[0]
    text = shifted(master.text, heir.spot[0] - master.spot[0], heir.spot[1] - master.spot[1])
    if not text:
        return None
    rows, columns = zip(*(cell.spot for cell in left), strict=True)
    area = range_text(min(rows), min(columns), max(rows), max(columns))
    element = heir.formula
    tag = with_attribute(opened(grid.text[element.start : element.inner]), "ref", area)
    return (element.start, element.end, f"{tag}{escaped(text)}</{element.name}>")
