"""Number formats and what they make of a number: dates, times, durations (ECMA-376 part 1, 18.8.30 and 18.17.4)."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|E[+-]|General|G/標準|AM/PM|A/P', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_WEEKDAY = "aaa"
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


# Numbers of formats that a file need not state, as Excel for Japan shows them (18.8.30 and its table for ja-jp).
BUILTIN_FORMATS = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"\\-#,##0',
    6: '"¥"#,##0;[Red]"¥"\\-#,##0',
    7: '"¥"#,##0.00;"¥"\\-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"\\-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: "[$-411]ge.m.d",
    28: '[$-411]ggge"年"m"月"d"日"',
    29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"',
    36: "[$-411]ge.m.d",
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* \\-#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: "[$-411]ge.m.d",
    51: '[$-411]ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}


@lru_cache(maxsize=1024)
def kind_of_format(code: str) -> DateKind:
    """What the format code shows, judged by its first section without literals and conditions."""
    shown = _LITERAL.sub(lambda literal: "h" if literal[0][0] in "Aa" else "", code).partition(";")[
        0
    ]
    if _ELAPSED.search(shown):
        return DateKind.ELAPSED
    shown = _BRACKETS.sub("", shown).lower()
    letters = set(shown)
    has_time = bool(letters & set("hs"))
    has_date = (
        bool(letters & set("ydegb")) or _WEEKDAY in shown or ("m" in letters and not has_time)
    )
    if has_date:
        return DateKind.BOTH if has_time else DateKind.DATE
    return DateKind.TIME if has_time else DateKind.NONE


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
    origin = _day_zero(serial, date_1904=date_1904)
    if origin is None:
        return None
    try:
        value = origin + _rounded(serial)
    except OverflowError:  # the last milliseconds of the year 9999 round up
        return None
    return value.date() if kind is DateKind.DATE and value.time() == time.min else value


def _day_zero(serial: float, *, date_1904: bool) -> datetime | None:
    """Return the day from which the serial number counts; None where it is the number of no day."""
    if date_1904:
        return _ORIGIN_1904 if 0 <= serial < _LAST_SERIAL - 1462 else None
    if 1 <= serial < _NO_DAY:
        return _ORIGIN_1900
    return _ORIGIN_1900 - _DAY if _NO_DAY + 1 <= serial < _LAST_SERIAL else None


def _rounded(serial: float) -> timedelta:
    """The serial number as days, to the millisecond: a double holds no more of a present-day moment."""
    return timedelta(milliseconds=round(serial * 86_400_000))
