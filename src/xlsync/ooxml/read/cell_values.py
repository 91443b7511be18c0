"""The values that the texts of number and date cells stand for (ECMA-376 part 1, 18.18.11)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?"
)
_SAFE_DIGITS = 15


class CellError(str):
    """What stands in a cell that has no value: an error such as `#N/A`, or a text that is no value of its type."""

    __slots__ = ()


CellValue = str | int | float | bool | datetime | date | time | timedelta | CellError | None


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
    sign, days, hours, minutes, seconds = match.groups("0")
    try:
        length = timedelta(int(days), float(seconds), hours=int(hours), minutes=int(minutes))
    except OverflowError:
        raise ValueError(text) from None
    return -length if sign == "-" else length


def _naive_datetime(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _naive_time(text: str) -> time:
    return time.fromisoformat(text).replace(tzinfo=None)
