"""Numbers with decimals in one unit: persons (従事割合) and hours (時間外勤務)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsync.kinds.money import read_in_unit
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_decimal,
    as_typed,
    blank_or_dash,
    json_number,
)

_LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class Measure:
    """A decimal number in one unit: 2.50人 = 2.5. `decimals` is how many the page shows; more are kept."""

    unit: str
    decimals: int = 2

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "measure"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a number with or without its unit."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        number = read_in_unit(typed, self.unit)
        if isinstance(number, Unreadable):
            return number
        if abs(number) > _LARGEST:
            return Unreadable(as_typed(typed), "数が大きすぎます")
        return Parsed(as_decimal(number), normalised=isinstance(typed, str))

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the number (the number format adds decimals and unit), or "-"."""
        return value if value is None or isinstance(value, Decimal) else str(value)

    def to_json(self, value: Value) -> Json:
        """Return a number with a decimal point, "-" or null."""
        return float(value) if isinstance(value, Decimal) else value

    def from_json(self, document: Json) -> Value:
        """Take a number, "-" or null."""
        if document is None or document == DASH:
            return None if document is None else DASH
        return json_number(document, "数", _LARGEST)

    def json_schema(self) -> dict[str, Json]:
        """Accept a number, "-" or null."""
        number = {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST}
        return {"anyOf": [number, {"const": DASH}, {"type": "null"}]}
