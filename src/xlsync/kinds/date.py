"""Dates: 令和7年4月1日, R7.4.1, 2025/4/1, 20250401. JSON holds 2025-04-01; a date without a year is refused.

Excel reads the same texts by formulas (`xlsync.workbook.checks.date_parts`), from the lists that stand here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xlsync.kinds.characters import cleaned
from xlsync.kinds.eras import ERAS, Era, era_day, western_day
from xlsync.kinds.invisible import without_picture_parts
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    blank_or_dash,
    refuse_json,
)

FIRST_YEAR: Final = 1873
"""From this year on Japan counts days as we do (明治6年)."""
FIRST_SERIAL: Final = 3000
"""The smallest number that may be a date of a sheet: below it are years, counts, and the day of 1900 that never was."""
LAST_SERIAL: Final = 2_958_465
"""The 31st of December 9999, Excel's last day."""
_DAY_ZERO: Final = dt.date(1899, 12, 30)
LETTERS: Final = "".join(era.letter for era in ERAS)
WORDS: Final = (
    *(f"({day}{word})" for word in ("曜日", "曜", "") for day in "月火水木金土日"),
    "西暦",
)
"""What says nothing more of a date: the day of the week behind it, the word in front of it."""
_NAMES: Final = tuple(era.name for era in ERAS)
ERA_SPELLINGS: Final = (
    *zip("㍾㍽㍼㍻㋿", LETTERS, strict=True),
    *zip(_NAMES, LETTERS, strict=True),
    *zip((name[0] for name in _NAMES), LETTERS, strict=True),
    *zip(LETTERS.lower(), LETTERS, strict=True),
)
"""How an era is written, the longer spellings first, and its letter."""
SEPARATORS: Final = "年月⽉/-−‐–―"
"""What stands between year, month and day, beside the full stop."""
LAST_SIGNS: Final = "日⽇"
"""What may stand behind the day."""
_HALF_WIDTH: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
_PARTS: Final = re.compile(
    rf"(?P<era>[{LETTERS}]?)(?P<year>[0-9]+)\.(?P<month>[0-9]{{1,2}})\.(?P<day>[0-9]{{1,2}})"
)
SOLID: Final = re.compile(rf"([0-9]{{4}}|[{LETTERS}][0-9]{{2}})([0-9]{{2}})([0-9]{{2}})")
"""Year, month and day without anything between them: 20180401, H300401."""
_ERA_DIGITS: Final = 2
_YEAR_DIGITS: Final = 4
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_COMMON: Final = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_ISO: Final = rf"^(?=187[3-9]|18[89]|19|[2-9])(?:{_COMMON}|{_LEAP})$"
_ISO_LENGTH: Final = 10
NOT_A_DATE: Final = "日付として読み取れません"


@dataclass(frozen=True, slots=True)
class Date:
    """A day. Its value is its ISO text; the page shows it by Japanese eras, or with `western` by the western year."""

    western: bool = False

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "date"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        example = "2025年4月1日、2025/4/1" if self.western else "令和7年4月1日、R7.4.1、2025/4/1"
        return f"日付を年から入力してください（例：{example}）"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a date in any usual spelling; what nobody typed, such as the year, is not added."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        text = as_typed(typed)
        if isinstance(typed, dt.date):
            day = typed.date() if isinstance(typed, dt.datetime) else typed
            early = (day - _DAY_ZERO).days < FIRST_SERIAL
            read: dt.date | str = "1908年より前の日付は、文字で入力してください" if early else day
        elif isinstance(typed, str):
            read = _read(text)
        elif isinstance(typed, int | float | Decimal) and not isinstance(typed, bool):
            read = _read_number(text)
        else:
            read = NOT_A_DATE
        if isinstance(read, str):
            return Unreadable(text, read)
        value = read.isoformat()
        return Parsed(value, normalised=typed != self.show(value))

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the day as the page shows it: 平成30年4月1日."""
        if value is None or value == DASH:
            return None if value is None else DASH
        day = dt.date.fromisoformat(str(value))
        return western_day(day) if self.western else era_day(day)

    def to_json(self, value: Value) -> Json:
        """Return the day as YYYY-MM-DD."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take a day as YYYY-MM-DD, "-" or null."""
        if document is None or document == DASH:
            return None if document is None else DASH
        if not isinstance(document, str) or not re.fullmatch(_ISO, document):
            raise refuse_json(document, "日付（例：2025-04-01）")
        if len(document) != _ISO_LENGTH:
            raise refuse_json(document, "日付（例：2025-04-01）")
        return document

    def json_schema(self) -> dict[str, Json]:
        """Accept a day that there is, as YYYY-MM-DD, "-" or null."""
        day = {"type": "string", "pattern": _ISO, "maxLength": _ISO_LENGTH}
        return {"anyOf": [day, {"const": DASH}, {"type": "null"}]}


def plain_parts(text: str) -> str:
    """Return a date's text as year, month and day with full stops between them, the era as its letter.

    What is no date comes out as something else than that.

    >>> plain_parts("令和 元年５月１日（水）"), plain_parts("20180401"), plain_parts("h30/4/1")
    ('R1.5.1', '2018.04.01', 'H30.4.1')
    """
    plain = without_picture_parts(cleaned(text)).translate(_HALF_WIDTH)
    plain = re.sub(r"[ 　\n\t]", "", plain)
    for word in WORDS:
        plain = plain.replace(word, "")
    for spelling, letter in ERA_SPELLINGS:
        plain = plain.replace(spelling, letter)
    for separator in SEPARATORS:
        plain = plain.replace(separator, ".")
    for letter in LETTERS:
        plain = plain.replace(f"{letter}元.", f"{letter}1.", 1)
    plain = plain[:-1] if plain[-1:] and plain[-1] in LAST_SIGNS else plain
    solid = SOLID.fullmatch(plain)
    return plain if solid is None else ".".join(solid.groups())


def digits_apart(text: str) -> bool:
    """Whether spaces part two digits of a text: 2018.4.1 2 may be two things."""
    plain = without_picture_parts(cleaned(text)).translate(_HALF_WIDTH)
    return re.search(r"[0-9][ 　\n\t]+[0-9]", plain) is not None


def _read_number(text: str) -> dt.date | str:
    """Return the day that eight digits say, or why a number is none: 43191 may be any day, by the workbook's count."""
    if re.fullmatch("[0-9]{8}", text):
        return _read(text)
    return "数だけでは、いつの日か分かりません"


def _read(text: str) -> dt.date | str:
    """Return the day that a text says, or why it says none."""
    if digits_apart(text):
        return NOT_A_DATE
    plain = plain_parts(text)
    parts = _PARTS.fullmatch(plain)
    if parts is None:
        return _what_is_missing(plain)
    year = _year(parts["era"], parts["year"])
    if isinstance(year, str):
        return year
    try:
        return dt.date(year, int(parts["month"]), int(parts["day"]))
    except ValueError:
        return "暦にない日付です"


def _what_is_missing(plain: str) -> str:
    if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}", plain):
        return "年が書かれていません"
    if re.fullmatch(rf"(?:[{LETTERS}][0-9]{{1,2}}|[0-9]{{4}})(?:\.(?:[0-9]{{1,2}}\.?)?)?", plain):
        return "月日まで書かれていません"
    return NOT_A_DATE


def _year(letter: str, digits: str) -> int | str:
    """Return the western year, or why the digits are none."""
    if letter:
        return _year_of_era(next(era for era in ERAS if era.letter == letter), digits)
    if len(digits) != _YEAR_DIGITS:
        return "年が、元号でも西暦4けたでも書かれていません"
    return int(digits) if int(digits) >= FIRST_YEAR else f"{FIRST_YEAR}年より前の日付です"


def _year_of_era(era: Era, digits: str) -> int | str:
    if len(digits) > _ERA_DIGITS or int(digits) == 0:
        return f"{era.name}の年ではありません"
    if era.last_number is not None and int(digits) > era.last_number:
        return f"{era.name}は{era.last_number}年までです"
    year = era.first + int(digits) - 1
    return year if year >= FIRST_YEAR else f"{era.name}6年より前の日付です"


__all__ = [
    "ERA_SPELLINGS",
    "FIRST_SERIAL",
    "FIRST_YEAR",
    "LAST_SERIAL",
    "LAST_SIGNS",
    "LETTERS",
    "SEPARATORS",
    "SOLID",
    "WORDS",
    "Date",
    "digits_apart",
    "plain_parts",
]
