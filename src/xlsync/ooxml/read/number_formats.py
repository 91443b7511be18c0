"""Which numbers are dates: number formats of cell styles, and serial numbers (ECMA-376 part 1, 18.8.30 and 18.17.4)."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.part_cache import remembered
from xlsync.ooxml.xml.encoding import decoded, has_tag, local_name, parsed, plain, unescaped

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|E[+-]|General|G/標準|AM/PM|A/P', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<styleSheet[\s>]")
_FORMAT_ID = re.compile(r"""\bnumFmtId\s*=\s*["']([0-9]+)["']""", re.ASCII)
_FORMAT = re.compile(r'<numFmt numFmtId="([0-9]+)" formatCode="([^"<]*)" ?/>')
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


class DateStyles:
    """Which cell styles show dates or times, each looked at when a number in that style is met first."""

    def __init__(self, styles: bytes, where: str) -> None:
        text = plain(decoded(styles, where))
        usual = _usual_formats(text)
        self._formats, self._codes = _tree_formats(styles, where) if usual is None else usual
        self._kinds: dict[str, DateKind] = {}

    def kind(self, style: str) -> DateKind:
        """What the style shows; `style` is its index as cells write it."""
        if style not in self._kinds:
            self._kinds[style] = self._kind(style)
        return self._kinds[style]

    def _kind(self, style: str) -> DateKind:
        index = whole_number(style)
        if index is None or index >= len(self._formats) or style != str(index):
            return DateKind.NONE
        number = _FORMAT_ID.search(self._formats[index])
        identity = "0" if number is None else number[1]
        if identity in self._codes:
            return kind_of_format(self._codes[identity])
        return _BUILTIN.get(whole_number(identity) or 0, DateKind.NONE)


@remembered
def date_styles(data: bytes, where: str) -> DateStyles:
    """The cell styles of a styles part."""
    return DateStyles(data, where)


def _usual_formats(text: str) -> tuple[list[str], dict[str, str]] | None:
    """Each cell style's attributes and the codes of number formats; None for a part of unusual shape."""
    start, stop = text.find("<cellXfs"), text.find("</cellXfs>")
    if _ROOT.match(text) is None or has_tag(text, "<!") or stop < 0 or not start < stop:
        return None
    if text.find("<cellXfs", start + 1) >= 0 or "xmln" in text[start:stop]:
        return None
    formats = text[start:stop].split("<xf ")[1:]
    if text.count("<xf", start, stop) != len(formats):
        return None
    head = text[:start]
    stated = _FORMAT.findall(head) if "<numFmt " in head else []
    if head.count("<numFmt ") != len(stated):
        return None
    return formats, {identity: unescaped(code) for identity, code in stated}


def _tree_formats(styles: bytes, where: str) -> tuple[list[str], dict[str, str]]:
    """The same from the part's tree."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    for group in parsed(styles, where):
        if local_name(group.tag) == "numFmts":
            codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in group}
        elif local_name(group.tag) == "cellXfs":
            formats = [f' numFmtId="{style.get("numFmtId", "0")}"' for style in group]
    return formats, codes


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
