"""What a cell can hold, what a value can be, and the small readings that several kinds share."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

DASH: Final = "-"
"""The sheet says "-": none, does not apply, or not yet evaluated. It is not blank and not 0."""

LOOKALIKES: Final = frozenset("-－ー―‐‑‒–—−─━ｰ﹣")
DIGITS_KEPT: Final = 15
"""Excel keeps 15 significant digits; what lies beyond (0.1+0.2) is noise of binary arithmetic."""
_EXACT = 10**DIGITS_KEPT


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and bound: 280分以内 is (280, "分", "以内"). `number` is an int where it is whole."""

    number: int | Decimal
    unit: str = ""
    bound: str = ""


Value: TypeAlias = str | int | Decimal | Quantity | None
Typed: TypeAlias = (
    str | int | float | Decimal | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
)
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value read; `normalised` is true where what was typed differs from what the form officially shows."""

    value: Value
    normalised: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed cannot be this kind of value; `reason` is a Japanese phrase that says why."""

    typed: str
    reason: str


class Kind(Protocol):
    """The five doors of every kind. Laws: `parse(show(v)).value == v`, `from_json(to_json(v)) == v`."""

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read what stands in a cell."""

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return what is written into the cell: text, or a number whose number format adds the unit."""

    def to_json(self, value: Value) -> Json:
        """Return the JSON of a value."""

    def from_json(self, document: Json) -> Value:
        """Return the value of its JSON; ValueError (a Japanese phrase) where it is none of this kind."""

    def json_schema(self) -> dict[str, Json]:
        """Return the JSON Schema (2020-12) that accepts exactly the JSON of this kind."""


@lru_cache(maxsize=1024)  # the same few words of the form's lists, again and again
def fold(text: str) -> str:
    """Return the text for comparison: width, spaces, letter case and 業/业 do not count."""
    plain = unicodedata.normalize("NFKC", text).replace("业", "業")
    return re.sub(r"\s+", "", plain).casefold()


def one_break(text: str) -> str:
    """Return the text with every line break as Excel writes it inside a cell."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def as_typed(typed: Typed) -> str:
    """Return the text a person would see in the cell without any number format."""
    if isinstance(typed, bool):
        return "TRUE" if typed else "FALSE"
    if isinstance(typed, dt.datetime) and typed.time() == dt.time():
        typed = typed.date()
    if isinstance(typed, dt.datetime):
        return f"{typed.year}年{typed.month}月{typed.day}日 {typed:%H:%M}"
    if isinstance(typed, dt.date):
        return f"{typed.year}年{typed.month}月{typed.day}日"
    if isinstance(typed, int | float | Decimal):
        return plain_number(as_decimal(typed))
    return "" if typed is None else str(typed)


def as_decimal(number: float | Decimal) -> Decimal:
    """Round a number to 15 significant digits: what Excel means by its binary value. Zero has no sign."""
    if isinstance(number, int) and -_EXACT < number < _EXACT:
        return Decimal(number)
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if exact.is_zero():
        return Decimal(0)
    if not exact.is_finite() or len(exact.as_tuple().digits) <= DIGITS_KEPT:
        return exact
    return Decimal(f"{exact:.{DIGITS_KEPT}g}")


def plain_number(number: Decimal) -> str:
    """Write a number without an exponent and without trailing zeros: 2.50 → "2.5", 1E+3 → "1000"."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


_NUMBER = re.compile(
    r"(?P<sign>[-+△▲−]?)\s*(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<fraction>\.[0-9]+)?"
)
_NUMBER_LENGTH = 40


def leading_number(text: str) -> tuple[Decimal, str] | None:
    """Read a number at the start of half-width text, and give it with what follows.

    Thousands are grouped by three or not at all: 2,33 is nobody's number, and is not guessed at.
    """
    match = _NUMBER.match(text)
    if match is None or text[match.end() : match.end() + 1] in {",", "."}:
        return None
    if match.end() > _NUMBER_LENGTH:
        return None
    number = Decimal(match["digits"].replace(",", "") + (match["fraction"] or ""))
    negative = match["sign"] in {"-", "△", "▲", "−"}
    return (-number if negative else number), text[match.end() :]


def half_width(text: str) -> str:
    """Return the text in compatibility form (２３，３８７ → 23,387), outer spaces taken off."""
    return unicodedata.normalize("NFKC", text).strip()


def blank_or_dash(typed: Typed) -> Parsed | None:
    """Parse the two values all kinds share, blank and dash; None for anything else."""
    if typed is None:
        return Parsed(None)
    if isinstance(typed, str):
        stripped = typed.strip()
        if not stripped:
            return Parsed(None, normalised=typed != "")
        if len(stripped) == 1 and stripped in LOOKALIKES:
            return Parsed(DASH, normalised=typed != DASH)
    return None


def refuse_json(document: Json, expected: str) -> ValueError:
    """Return the error for JSON that is not of a kind."""
    return ValueError(f"{expected}が必要ですが、{reprlib.repr(document)} があります")


def json_number(document: Json, expected: str, largest: int) -> Decimal:
    """Return a JSON number within ±`largest`; ValueError for anything else."""
    number = isinstance(document, int | float) and not isinstance(document, bool)
    if not number or not -largest <= document <= largest:
        raise refuse_json(document, expected)
    return as_decimal(document)
