"""What Excel makes of a text that is typed into a cell of no particular format: `0120` becomes 120, `4-5-6` a date."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_EPOCH = dt.date(1899, 12, 30)
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?%?")
_DATE = re.compile(r"(\d{1,4})[-/](\d{1,2})(?:[-/](\d{1,4}))?")
_YEAR = 2018
"""Where only month and day are typed."""
_CENTURY = 2000


def understood(text: str) -> tuple[str | float | bool, str]:
    """Give the value Excel stores, and the number format it gives the cell ("" for none of its own)."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    if narrow.upper() in {"TRUE", "FALSE"}:
        return narrow.upper() == "TRUE", ""
    if _NUMBER.fullmatch(narrow) and any(sign.isdigit() for sign in narrow):
        number = float(narrow.rstrip("%").replace(",", ""))
        return (number / 100, "0%") if narrow.endswith("%") else (number, "")
    found = _DATE.fullmatch(narrow)
    if found is not None and (day := _day(*found.groups())) is not None:
        return float((day - _EPOCH).days), "yyyy/m/d"
    return text, ""


def serial(value: dt.datetime | dt.date | dt.time) -> float:
    """Give a date as Excel counts it."""
    match value:
        case dt.datetime():
            since = value - dt.datetime.combine(_EPOCH, dt.time())
            return since / dt.timedelta(days=1)
        case dt.date():
            return float((value - _EPOCH).days)
        case dt.time():
            return (value.hour * 3600 + value.minute * 60 + value.second) / 86400


def _day(first: str, second: str, third: str | None) -> dt.date | None:
    year, month, day = (
        (int(first), int(second), int(third)) if third else (_YEAR, int(first), int(second))
    )
    try:
        return dt.date(year + _CENTURY if year < 100 else year, month, day)
    except ValueError:
        return None
