"""Which numbers are dates: number formats of cell styles, and serial numbers (ECMA-376 part 1, 18.8.30 and 18.17.4)."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from xlsync.workbook.part_text import local_name, parsed

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|E[+-]|General|G/標準|AM/PM|A/P', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DAY = timedelta(days=1)
_ORIGIN_1900 = datetime(1899, 12, 31)  # noqa: DTZ001 - worksheets know no time zones
_ORIGIN_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_NO_DAY = 60
_LAST_SERIAL = 2_958_466


class DateKind(enum.Enum):
    """What a number format shows of a number."""

    NONE = enum.auto()
    DATE = enum.auto()
    TIME = enum.auto()
    BOTH = enum.auto()
    ELAPSED = enum.auto()


_BUILTIN = {
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36), DateKind.DATE),
    **dict.fromkeys((50, 51, 52, 53, 54, 55, 56, 57, 58), DateKind.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), DateKind.TIME),
    22: DateKind.BOTH,
    46: DateKind.ELAPSED,
}


@lru_cache(maxsize=1024)
def kind_of_format(code: str) -> DateKind:
    """What the format code shows, judged by its first section without literals and conditions."""
    shown = _LITERAL.sub(lambda found: "h" if found[0][0] in "Aa" else "", code).partition(";")[0]
    if _ELAPSED.search(shown):
        return DateKind.ELAPSED
    letters = set(_BRACKETS.sub("", shown).lower())
    has_time = bool(letters & set("hs"))
    has_date = bool(letters & set("ydegb")) or ("m" in letters and not has_time)
    if has_date:
        return DateKind.BOTH if has_time else DateKind.DATE
    return DateKind.TIME if has_time else DateKind.NONE


def date_styles(styles: bytes, where: str) -> dict[str, DateKind]:
    """Cell style index (as cells write it) → what it shows, for those styles that show dates or times."""
    root = parsed(styles, where)
    codes: dict[str, str] = {}
    kinds: dict[str, DateKind] = {}
    for group in root:
        if local_name(group.tag) == "numFmts":
            codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in group}
        elif local_name(group.tag) == "cellXfs":
            for index, style in enumerate(group):
                kind = _kind(style.get("numFmtId", "0"), codes)
                if kind is not DateKind.NONE:
                    kinds[str(index)] = kind
    return kinds


def _kind(format_id: str, codes: dict[str, str]) -> DateKind:
    if format_id in codes:
        return kind_of_format(codes[format_id])
    return _BUILTIN.get(int(format_id), DateKind.NONE) if format_id.isdecimal() else DateKind.NONE


def moment(
    serial: float, kind: DateKind, *, date_1904: bool
) -> date | datetime | time | timedelta | None:
    """The date or time a serial number (days) shows as; None where no such day exists.

    Serial 60 of the 1900 system is the 29th of February 1900, which never was; before it the count is one day off.
    """
    if kind is DateKind.ELAPSED:
        return _rounded(serial) if abs(serial) < _LAST_SERIAL else None
    if kind is DateKind.TIME and 0 <= serial < 1:
        return (_ORIGIN_1904 + _rounded(serial) % _DAY).time()
    origin, first = (_ORIGIN_1904, 0) if date_1904 else (_ORIGIN_1900, 1)
    if not date_1904 and serial >= _NO_DAY + 1:
        origin -= _DAY
    if not first <= serial < _LAST_SERIAL - 1462 * date_1904 or (
        not date_1904 and _NO_DAY <= serial < _NO_DAY + 1
    ):
        return None
    try:
        value = origin + _rounded(serial)
    except OverflowError:  # the last milliseconds of the year 9999 round up
        return None
    return value.date() if kind is DateKind.DATE and value.time() == time.min else value


def _rounded(serial: float) -> timedelta:
    """The serial number as days, to the millisecond: a double holds no more of a present-day moment."""
    return timedelta(milliseconds=round(serial * 86_400_000))
