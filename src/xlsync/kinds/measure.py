"""Numbers with decimals in one unit: persons (従事割合) and hours (時間外勤務)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xlsync.kinds.money import parse_in_unit
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

HOURS: Final = "時間"
"""The unit in which a duration can be told."""
LARGEST_MEASURE: Final = 10**9
"""Persons or hours; beyond it is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A decimal number in one unit: 2.50人 = 2.5. `decimals` is how many the page shows; more are kept."""

    unit: str
    decimals: int = 2

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "measure"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return f"{self.unit}の数を入力してください（例：2.50。ないときは0）"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a number with or without its unit."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        read = parse_in_unit(self._in_hours(typed), self.unit)
        if isinstance(read, Unreadable):
            return read
        number = as_decimal(read.number)
        if abs(number) > LARGEST_MEASURE:
            return Unreadable(as_typed(typed), "数が大きすぎます")
        return Parsed(number, not isinstance(typed, int | float | Decimal), read.marks)

    def _in_hours(self, typed: Typed) -> Typed:
        """Return a duration or a time of day in hours, where that is the unit: 1499:15 is 1499.25時間."""
        if self.unit != HOURS or not isinstance(typed, dt.time | dt.timedelta):
            return typed
        if isinstance(typed, dt.time):
            typed = dt.timedelta(hours=typed.hour, minutes=typed.minute, seconds=typed.second)
        return Decimal(round(typed.total_seconds())) / 3600

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
        return json_number(document, "数", LARGEST_MEASURE)

    def json_schema(self) -> dict[str, Json]:
        """Accept a number, "-" or null."""
        number = {"type": "number", "minimum": -LARGEST_MEASURE, "maximum": LARGEST_MEASURE}
        return {"anyOf": [number, {"const": DASH}, {"type": "null"}]}
