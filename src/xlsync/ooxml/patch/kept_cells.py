"""Cells of a worksheet as written, put into another page of the same workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import Area, Position, range_text, split_range, split_reference
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.shared_formulas import FormulaCell, formula_cells, masters_of, whole_text
from xlsync.ooxml.patch.worksheet_children import reprefixed
from xlsync.ooxml.xml.encoding import escaped
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    inserted,
    opened,
    spliced,
    with_attribute,
    without_attribute,
)


class NotKept(NamedTuple):
    """Something of a worksheet that its new page has not: what it is, and its address or name.

    Attributes:
        what: "cell", "formula" (its value is kept), "comment", "hyperlink", "table" or "sparklines".
        where: The address on the old page, or the table's name.

    """

    what: str
    where: str


@dataclass
class KeptCells:
    """The text of a page with cells of the old one in it.

    Attributes:
        text: The page's text.
        addresses: The cells that are in it, old address → new address.
        not_kept: Those that are not, and formulas of which only the value is.

    """

    text: str
    addresses: dict[str, str] = field(default_factory=dict)
    not_kept: list[NotKept] = field(default_factory=list)


def with_kept_cells(old: SheetGrid, page: SheetGrid, kept: Mapping[str, str]) -> KeptCells:
    """Return the page with cells of the old one (old address → new address) as they are written there.

    A cell stays behind where the page has contents of its own, or hides its cell in a merged area.
    """
    result = KeptCells(page.text)
    formulas = _Formulas(old)
    rows = _Rows(page)
    merges = list(page.merges())
    cells: dict[Position, str] = {}
    for address, cell in _cells(old, kept):
        target = split_reference(kept[address])
        is_hidden = any(_hides(area, target) for area in merges)
        if is_hidden or target in cells or rows.has_contents(target):
            result.not_kept.append(NotKept("cell", address))
            continue
        text, is_whole = formulas.cell_text(address, cell, kept[address])
        cells[target] = reprefixed(text, old.prefix, page.prefix)
        result.addresses[address] = kept[address]
        if not is_whole:
            result.not_kept.append(NotKept("formula", address))
    result.text = spliced(page.text, [*rows.edits(cells), *_dimension_edits(page, cells)])
    return result


def _cells(grid: SheetGrid, addresses: Iterable[str]) -> Iterator[tuple[str, Element]]:
    """Return those of the addresses that have a cell, with its element."""
    rows = _Rows(grid)
    for address in addresses:
        cell = rows.cell(split_reference(address))
        if cell is not None:
            yield address, cell


class _Rows:
    """The rows of a page and the cells in them by column."""

    def __init__(self, grid: SheetGrid) -> None:
        self._grid = grid
        self._rows = dict(grid.rows())
        self._cells: dict[int, dict[int, int]] = {}

    def cell(self, position: Position) -> Element | None:
        """The element of a cell."""
        row, column = position
        start = self._starts(row).get(column)
        return None if start is None else self._grid.cell_at(start)

    def has_contents(self, position: Position) -> bool:
        """True where a cell has more than a format."""
        cell = self.cell(position)
        return cell is not None and bool(self._grid.text[cell.inner : cell.inner_end].strip())

    def edits(self, cells: Mapping[Position, str]) -> Iterator[Edit]:
        """The edits that put the texts of cells where they belong."""
        by_row: dict[int, dict[int, str]] = {}
        for (row, column), text in sorted(cells.items()):
            by_row.setdefault(row, {})[column] = text
        new: dict[int, str] = {}
        for row, texts in by_row.items():
            if row in self._rows:
                yield from self._row_edits(row, texts)
                continue
            after = [element.start for number, element in self._rows.items() if number > row]
            at = min(after, default=self._grid.sheet_data.inner_end)
            tag = f"{self._grid.prefix}row"
            new[at] = new.get(at, "") + f'<{tag} r="{row}">{"".join(texts.values())}</{tag}>'
        for at, text in new.items():
            yield inserted(self._grid.text, self._grid.sheet_data, at, text)

    def _row_edits(self, row: int, texts: Mapping[int, str]) -> Iterator[Edit]:
        """The edits of a row that exists; how far its cells reach is left for Excel to find out."""
        element = self._rows[row]
        starts = self._starts(row)
        new: dict[int, str] = {}
        for column, text in texts.items():
            if column in starts:
                cell = self._grid.cell_at(starts[column])
                yield (cell.start, cell.end, text)
                continue
            after = [start for other, start in starts.items() if other > column]
            at = min(after, default=element.inner_end)
            new[at] = new.get(at, "") + text
        tag = without_attribute(self._grid.text[element.start : element.inner], "spans")
        if element.empty:
            content = "".join(new.values())
            yield (element.start, element.end, f"{opened(tag)}{content}</{element.name}>")
            return
        yield (element.start, element.inner, tag)
        yield from ((at, at, text) for at, text in new.items())

    def _starts(self, row: int) -> dict[int, int]:
        """Where the cells of a row start, by column."""
        if row not in self._cells:
            element = self._rows.get(row)
            self._cells[row] = {} if element is None else dict(self._grid.cells(row, element))
        return self._cells[row]


class _Formulas:
    """The formulas of a page, each as its cell has it once it stands alone."""

    def __init__(self, grid: SheetGrid) -> None:
        self._grid = grid

    @cached_property
    def _by_position(self) -> Mapping[Position, FormulaCell]:
        cells = formula_cells(self._grid) or []
        return {cell.position: cell for cell in cells}

    @cached_property
    def _masters(self) -> Mapping[str, FormulaCell]:
        return masters_of(list(self._by_position.values()))

    def cell_text(self, address: str, cell: Element, target: str) -> tuple[str, bool]:
        """Return the cell's element at its new address, and False where it is there without its formula."""
        text = self._grid.text
        tag = with_attribute(text[cell.start : cell.inner], "r", target)
        formula = self._grid.formula(cell)
        if cell.empty:
            return tag, True
        inside = text[cell.inner : cell.inner_end]
        if formula is None:
            return f"{tag}{inside}</{cell.name}>", True
        written = self._formula_text(address, formula, target)
        after = text[formula.end : cell.inner_end]
        if written is None:
            return f"{without_attribute(tag, 'cm')}{after}</{cell.name}>", False
        return f"{tag}{written}{after}</{cell.name}>", True

    def _formula_text(self, address: str, formula: Element, target: str) -> str | None:
        """Return the formula's element, a shared one written out; None for one that other cells are part of."""
        named = attributes(formula.attributes)
        tag = self._grid.text[formula.start : formula.inner]
        kind = named.get("t", "normal")
        if kind == "shared":
            shared = self._by_position.get(split_reference(address))
            whole = None if shared is None else whole_text(shared, self._masters)
            return None if whole is None else f"<{formula.name}>{escaped(whole)}</{formula.name}>"
        if kind == "dataTable":
            return None
        if kind == "array":
            top, left, bottom, right = split_range(named.get("ref", address))
            if (top, left) != (bottom, right):
                return None
            tag = with_attribute(tag, "ref", target)
        return tag + self._grid.text[formula.inner : formula.end]


def _hides(area: Area, position: Position) -> bool:
    top, left, bottom, right = area
    row, column = position
    return top <= row <= bottom and left <= column <= right and position != (top, left)


def _dimension_edits(page: SheetGrid, cells: Iterable[Position]) -> Iterator[Edit]:
    """The edit that widens `<dimension>` to the cells."""
    element = page.dimension()
    if element is None:
        return
    try:
        top, left, bottom, right = split_range(attributes(element.attributes).get("ref", ""))
    except DamagedWorkbook:
        return
    rows, columns = [top, bottom], [left, right]
    for row, column in cells:
        rows.append(row)
        columns.append(column)
    widened = range_text(min(rows), min(columns), max(rows), max(columns))
    tag = page.text[element.start : element.inner]
    yield (element.start, element.inner, with_attribute(tag, "ref", widened))
