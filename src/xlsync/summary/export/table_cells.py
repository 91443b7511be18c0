"""A value as the cells of a table: a column of numbers holds numbers only, a quantity stands as written and in its parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from xlsync.kinds import Quantity

if TYPE_CHECKING:
    from xlsync.kinds import Value

Type = Literal["integer", "number", "string"]
Cell = int | float | str | None
NUMBERS: Final[Mapping[str, Type]] = {"money": "integer", "measure": "number"}
QUANTITY_PARTS: Final[tuple[tuple[str, str, Type], ...]] = (
    ("value", "数", "number"),
    ("unit", "単位", "string"),
    ("bound", "条件", "string"),
)
"""The parts of a quantity, each in a column of its own: the column's ending, its label, what its cells hold."""


def cell_of(value: Value, kind: Type) -> Cell:
    """Convert a value to a cell of the table: a column of numbers holds numbers only."""
    if kind == "string":
        return None if value is None else str(value)
    return _plain(value) if isinstance(value, int | Decimal) else None


def _plain(number: int | Decimal) -> int | float:
    return number if isinstance(number, int) else float(number)


def part_of(value: Value, part: str) -> Cell:
    """Return a part of a quantity, by its name in `QUANTITY_PARTS`; None of what is no quantity."""
    if not isinstance(value, Quantity):
        return None
    return _plain(value.number) if part == "value" else getattr(value, part) or None
