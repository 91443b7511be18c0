"""Numbers that stand alone or with the unit of their field."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from xlsync.kinds.characters import half_width, split_marks
from xlsync.kinds.kind import Kind
from xlsync.kinds.unit_spellings import is_unit
from xlsync.kinds.value import Json, Typed, Unreadable, Value, as_decimal, as_typed, leading_number


class NumberKind(Kind):
    """A value that is a number: the cell and JSON hold it as one; `parse_filled` is each kind's own."""

    __slots__ = ()

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the number (the number format adds decimals, separators and unit), or "-"."""
        return value if value is None or isinstance(value, int | Decimal) else str(value)

    def to_json(self, value: Value) -> Json:
        """Return a number, whole where the value is, "-" or null."""
        return float(value) if isinstance(value, Decimal) else value


class NumberInUnit(NamedTuple):
    """A number that stood alone or with its unit, and the marks of notes behind it."""

    number: Decimal
    marks: str = ""


def parse_in_unit(typed: Typed, unit: str) -> NumberInUnit | Unreadable:
    """Read one number that stands alone or with exactly this unit behind it."""
    if isinstance(typed, int | float | Decimal) and not isinstance(typed, bool):
        number = as_decimal(typed)
        if number.is_finite():
            return NumberInUnit(number)
    text = as_typed(typed)
    if not isinstance(typed, str):
        return Unreadable(text, "数ではありません")
    plain, marks = split_marks(half_width(text))
    read = leading_number(plain)
    if read is None:
        return Unreadable(text, "数ではありません")
    number, rest = read
    if not is_unit(rest.strip(), unit):
        return Unreadable(text, f"単位が「{unit}」ではないか、数のほかに文字があります")
    return NumberInUnit(number, marks)


__all__ = ["NumberInUnit", "NumberKind", "parse_in_unit"]
