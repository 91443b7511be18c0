"""Money in whole 千円, the unit of the city's budget papers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from xlsync.kinds.characters import half_width, split_marks
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
    leading_number,
    refuse_json,
)

LARGEST_MONEY: Final = 10**12
"""千円: a thousand times the budget of the largest city; beyond it is a slip of the hand, and of JSON's exact range."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole units (千円, the unit of budget papers), typed with or without it: 23,387千円 = 23387."""

    unit: str

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "money"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return f"{self.unit}単位の整数を入力してください（ないときは0）"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a whole number; another unit or a fraction is not guessed at."""
        if type(typed) is int and -LARGEST_MONEY <= typed <= LARGEST_MONEY:
            return Parsed(typed)
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        read = parse_in_unit(typed, self.unit)
        if isinstance(read, Unreadable):
            return read
        number = read.number
        if number != number.to_integral_value():
            return Unreadable(as_typed(typed), "整数ではありません")
        if abs(number) > LARGEST_MONEY:
            return Unreadable(as_typed(typed), "数が大きすぎます")
        return Parsed(int(number), isinstance(typed, str), read.marks)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the number (the number format adds separators and unit), or "-"."""
        return value if value is None or isinstance(value, int) else str(value)

    def to_json(self, value: Value) -> Json:
        """Return an integer, "-" or null."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take an integer, "-" or null."""
        if document is None or document == DASH:
            return None if document is None else DASH
        number = json_number(document, "整数", LARGEST_MONEY)
        if number != number.to_integral_value():
            raise refuse_json(document, "整数")
        return int(number)

    def json_schema(self) -> dict[str, Json]:
        """Accept an integer, "-" or null."""
        whole = {"type": "integer", "minimum": -LARGEST_MONEY, "maximum": LARGEST_MONEY}
        return {"anyOf": [whole, {"const": DASH}, {"type": "null"}]}


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
    if rest.strip() not in {"", unit}:
        return Unreadable(text, f"単位が「{unit}」ではないか、数のほかに文字があります")
    return NumberInUnit(number, marks)
