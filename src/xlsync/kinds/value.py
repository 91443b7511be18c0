"""What a cell can hold, what a value can be, and the small readings that several kinds share."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

from xlsync.kinds.characters import cleaned, half_width

DASH: Final = "-"
"""The sheet says "-": none, does not apply, or not yet evaluated. It is not blank and not 0."""

LOOKALIKES: Final = frozenset("-－ー―‐‑‒–—−─━ｰ﹣")
DIGITS_KEPT: Final = 15
"""Excel keeps 15 significant digits; what lies beyond (0.1+0.2) is noise of binary arithmetic."""
_EXACT = 10**DIGITS_KEPT
LARGEST_QUANTITY: Final = 10**DIGITS_KEPT - 1
"""The largest number every door takes: all its digits are exact, in Excel and in JSON."""
SMALLEST_QUANTITY: Final = Decimal(1).scaleb(-DIGITS_KEPT)
"""The smallest number but 0; what is nearer to 0 is noise."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and bound: 280分以内 is (280, "分", "以内"). `number` is an int where it is whole."""

    number: int | Decimal
    unit: str = ""
    bound: str = ""


Value: TypeAlias = str | int | Decimal | Quantity | tuple[Any, ...] | None
Typed: TypeAlias = (
    str | int | float | Decimal | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
)
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value read; `normalised` is true where what was typed differs from what the form officially shows.

    `marks` are the marks of notes behind a number (①, ※1) that were left out.
    """

    value: Value
    normalised: bool = False
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed cannot be this kind of value; `reason` is a Japanese phrase that says why."""

    typed: str
    reason: str


@lru_cache(maxsize=1024)  # the same few words of the form's lists, again and again
def fold(text: str) -> str:
    """Return the text for comparison: width, spaces, letter case and 業/业 do not count."""
    plain = half_width(text).replace("业", "業")
    return re.sub(r"\s+", "", plain).casefold()


def as_typed(typed: Typed) -> str:
    """Return the text a person would see in the cell without any number format."""
    if isinstance(typed, bool):
        return "TRUE" if typed else "FALSE"
    if isinstance(typed, int | float | Decimal):
        return plain_number(as_decimal(typed))
    if isinstance(typed, dt.date | dt.time | dt.timedelta):
        return _moment_text(typed)
    return "" if typed is None else cleaned(str(typed))


def _moment_text(moment: dt.date | dt.time | dt.timedelta) -> str:
    """Return a date, time or duration as people write it: 2018年4月1日, 9:30, 1499:15."""
    if isinstance(moment, dt.timedelta):
        minutes, seconds = divmod(abs(moment).total_seconds(), 60)
        minus = "-" if moment < dt.timedelta() else ""
        rest = f":{int(seconds):02}" if seconds >= 1 else ""
        return f"{minus}{int(minutes) // 60}:{int(minutes) % 60:02}{rest}"
    if isinstance(moment, dt.time):
        return f"{moment.hour}:{moment:%M:%S}" if moment.second else f"{moment.hour}:{moment:%M}"
    date = f"{moment.year}年{moment.month}月{moment.day}日"
    if isinstance(moment, dt.datetime) and moment.time() != dt.time():
        return f"{date} {moment:%H:%M}"
    return date


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


def blank_or_dash(typed: Typed) -> Parsed | None:
    """Parse the two values all kinds share, blank and dash; None for anything else."""
    if typed is None:
        return Parsed(None)
    if isinstance(typed, str):
        stripped = cleaned(typed).strip()
        if not stripped:
            return Parsed(None, normalised=typed != "")
        if len(stripped) == 1 and stripped in LOOKALIKES:
            return Parsed(DASH, normalised=typed != DASH)
    return None


def refuse_json(document: Json, expected: str) -> ValueError:
    """Return the error for JSON that is not of a kind."""
    return ValueError(f"{expected}が必要ですが、{reprlib.repr(document)} があります")


def or_blank(schema: dict[str, Json]) -> dict[str, Json]:
    """Return the JSON Schema that also accepts "-" and null."""
    return {"anyOf": [schema, {"const": DASH}, {"type": "null"}]}


def json_number(document: Json, expected: str, largest: int) -> Decimal:
    """Return a JSON number within ±`largest`; ValueError for anything else."""
    number = isinstance(document, int | float) and not isinstance(document, bool)
    if not number or not -largest <= document <= largest:
        raise refuse_json(document, expected)
    return as_decimal(document)
