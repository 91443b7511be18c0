"""Which inputs a formula of an official form adds up: =SUM(D9:E28), =B3+B4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.page_grid import Area, area_of

if TYPE_CHECKING:
    from xlsync.workbook.official.page_grid import PageGrid

_CELL: Final = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_REFERENCE: Final = rf"{_CELL}(?::{_CELL})?"
_SUM: Final = re.compile(rf"SUM\(({_REFERENCE}(?:[,;]{_REFERENCE})*)\)")
_PLUS: Final = re.compile(rf"{_REFERENCE}(?:\+{_REFERENCE})*")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_BLANK_GUARD: Final = re.compile(r'IF\([^,]*=(?:""|0),"",(.*)\)')


def added_up(formula: str) -> tuple[Area, ...]:
    """Return the areas whose numbers a formula adds up, () where it does anything else, such as copy a cell.

    >>> [area.address for area in added_up("=SUM(D9:E28)+B3")]
    ['D9:E28', 'B3']
    """
    text = re.sub(r"\s", "", formula).upper().removeprefix("=").removeprefix("+")
    guarded = _BLANK_GUARD.fullmatch(text)
    text = guarded[1] if guarded else text
    text = _SUM.sub(lambda match: match[1].replace(";", ",").replace(",", "+"), text)
    if not _PLUS.fullmatch(text):
        return ()
    areas = tuple(area_of(part) for part in text.split("+"))
    return areas if sum(area.size for area in areas) > 1 else ()


def parts_of(grid: PageGrid, formula: str, inputs: Sequence[Area]) -> tuple[Area, ...]:
    """Return the inputs that a formula adds up, those of other sums included; () where it adds up anything else."""
    parts: list[Area] = []
    for area in added_up(formula):
        inside = [each for each in inputs if area.has(each.top, each.left)]
        if not inside or _has_stranger(grid, area, inputs):
            return ()
        parts += inside
    return tuple(dict.fromkeys(parts))


def _has_stranger(grid: PageGrid, area: Area, inputs: Sequence[Area]) -> bool:
    """Whether an area has a number or formula that is no input; texts count for nothing in a sum."""
    others = [atom for atom in grid.atoms if area.has(atom.top, atom.left) and atom not in inputs]
    looks = [grid.look(atom.top, atom.left) for atom in others]
    return any(look.formula or _NUMBER.fullmatch(look.text) for look in looks)
