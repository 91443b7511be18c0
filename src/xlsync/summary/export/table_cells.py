"""A value as the cells of a table: a column of numbers holds numbers only, a quantity stands as written and in its parts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds import Quantity
from xlsync.kinds.kind import TableType

if TYPE_CHECKING:
    from xlsync.kinds import Kind, Value

Type = TableType
Cell = int | float | str | None
QUANTITY_PARTS: Final[tuple[tuple[str, str, Type], ...]] = (
    ("value", "数", "number"),
    ("unit", "単位", "string"),
    ("bound", "条件", "string"),
)
"""The parts of a quantity, each in a column of its own: the column's ending, its label, what its cells hold."""


def is_numeric(kind: Kind) -> bool:
    """Whether a column of the kind holds numbers only."""
    return kind.table_type() in {"integer", "number"}


def cell_of(value: Value, kind: Kind) -> Cell:
    """Convert a value to a cell of the table: a column of numbers holds numbers only, one of truth values these."""
    if kind.table_type() == "boolean":
        document = kind.to_json(value)
        return document if isinstance(document, bool) else None
    if not is_numeric(kind):
        return None if value is None else str(value)
    return plain_number(value)


def plain_number(value: Value) -> int | float | None:
    """Return the number of a value, None of what is none."""
    if isinstance(value, int):
        return value
    return float(value) if isinstance(value, Decimal) else None


def part_of(value: Value, part: str) -> Cell:
    """Return a part of a quantity, by its name in `QUANTITY_PARTS`; None of what is no quantity."""
    if not isinstance(value, Quantity):
        return None
    return plain_number(value.number) if part == "value" else getattr(value, part) or None
