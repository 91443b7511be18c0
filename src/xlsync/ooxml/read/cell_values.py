"""The values that the texts of number and date cells stand for (ECMA-376 part 1, 18.18.11)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from xlsync.ooxml.xml.encoding import string_value

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?"
)
_SAFE_DIGITS = 15
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


class CellError(str):
    """What stands in a cell that has no value: an error such as `#N/A`, or a text that is no value of its type.

    It is a str too, so that a cell can be shown without a case of its own; ask `isinstance` to tell an error from a text.

    Example:
        >>> CellError("#N/A") == "#N/A", isinstance("#N/A", CellError)
        (True, False)

    """

    __slots__ = ()


CellValue = str | int | float | bool | datetime | date | time | timedelta | CellError | None


class Cell(NamedTuple):
    """One filled cell.

    Attributes:
        value: What the cell holds, None where it has a formula without a result. Beside a formula it is whatever the program
            that saved the file left there: never trust it.
        formula: The formula without "=", "" for a follower of a shared formula, None for a cell without one.

    Example:
        >>> Cell(280, "A1*2").formula
        'A1*2'

    """

    value: CellValue
    formula: str | None


def number_value(text: str) -> int | float | CellError | None:
    """The number exactly as the file has it: an integer of up to 15 digits, else the nearest double.

    An empty text is None; anything else, NaN and what is beyond a double included, is kept as a CellError.
    """
    if text.isascii() and text.isdigit() and len(text) <= _SAFE_DIGITS:
        return int(text)
    if not text:
        return None
    if _NUMBER.fullmatch(text) is None:
        return CellError(text)
    if text.lstrip("+-").isdigit() and len(text.lstrip("+-")) <= _SAFE_DIGITS:
        return int(text)
    number = float(text)
    return CellError(text) if number in (float("inf"), float("-inf")) else number


def text_value(kind: str, text: str, formula: str | None) -> str | None:
    """Return the text of a cell of type `str` or `inlineStr`.

    A formula may result in an empty text; a cell without one is blank, as some programs write it.
    """
    if not text and kind == "str" and formula is None:
        return None
    return string_value(text) if "_x" in text else text


def typed_value(kind: str, text: str) -> CellValue:
    """Return the value of a boolean, error or date cell; a text as it stands for a type nobody knows."""
    if kind == "b":
        return _BOOLEANS.get(text.strip(), CellError(text))
    if kind == "e":
        return CellError(text)
    if kind == "d":
        return iso_moment(text.strip())
    return string_value(text)


def iso_moment(text: str) -> CellValue:
    """The date, time or duration an ISO 8601 text means; the text itself as a CellError when it means none."""
    for read in (date.fromisoformat, _naive_datetime, _naive_time, _duration):
        try:
            return read(text)
        except ValueError:
            continue
    return CellError(text)


def _duration(text: str) -> timedelta:
    """The duration; ValueError also for years and months, which have no length of their own."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        raise ValueError(text)
    minus, days, hours, minutes, seconds = match.groups("0")
    try:
        length = timedelta(int(days), float(seconds), hours=int(hours), minutes=int(minutes))
    except OverflowError:
        raise ValueError(text) from None
    return -length if minus == "-" else length


def _naive_datetime(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _naive_time(text: str) -> time:
    return time.fromisoformat(text).replace(tzinfo=None)
