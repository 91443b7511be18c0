"""What is merged of a sheet: of each field its value, an unreadable text, or the share of a live formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsync.computed import Share, results, share_of
from xlsync.kinds import Value
from xlsync.kinds.characters import same_look
from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Cell:
    """What is merged: a value, an unreadable text, or a live formula (its share), to which both sides may contribute."""

    value: Value = None
    unreadable_text: str | None = None
    share: Share | None = None


def differ(first: Cell, second: Cell) -> bool:
    """Return whether two cells differ in what the page shows; two texts that look alike do not."""
    if first == second:
        return False
    return not (
        first.share == second.share
        and _look_alike(first.value, second.value)
        and _look_alike(first.unreadable_text, second.unreadable_text)
    )


def _look_alike(first: Value, second: Value) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return same_look(first, second)
    return first == second


def sheet_of_cells(sheet: Sheet, cells: Mapping[str, Cell]) -> Sheet:
    """Return the cells as a sheet like the given one, live formulas computed over what both sides contributed."""
    values = {path: cell.value for path, cell in cells.items()}
    live = {path: cell.share for path, cell in cells.items() if cell.share is not None}
    texts = {
        path: cell.unreadable_text
        for path, cell in cells.items()
        if cell.unreadable_text is not None
    }
    computed = results(sheet.edition, live, values)
    return sheet.with_cells({**values, **computed}, texts)


def cells_of(sheet: Sheet) -> dict[str, Cell]:
    """Return what each field of a sheet holds; a computed field whose formula is live holds its share alone."""
    unreadable = sheet.unreadable
    cells = {path: Cell(value, unreadable.get(path)) for path, value in sheet.items()}
    for path, rule in sheet.edition.formulas.items():
        if path not in unreadable and (share := share_of(rule, sheet)) is not None:
            cells[path] = Cell(share=share)
    return cells
