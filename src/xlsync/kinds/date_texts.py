"""Texts of dates: 令和7年4月1日, R7.4.1, 2025/4/1, 20250401. A date without a year is none.

Excel reads the same texts by formulas (`xlsync.kinds.excel.date_parts`), from the lists that stand here.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from xlsync.kinds.characters import cleaned
from xlsync.kinds.eras import ERAS, Era
from xlsync.kinds.invisible import without_picture_parts

FIRST_YEAR: Final = 1873
"""From this year on Japan counts days as we do (明治6年)."""
FIRST_SERIAL: Final = 3000
"""The smallest number that may be a date of a sheet: below it are years, counts, and the day of 1900 that never was."""
LAST_SERIAL: Final = 2_958_465
"""The 31st of December 9999, Excel's last day."""
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
NOT_A_DATE: Final = "日付として読み取れません"


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


def read_number(text: str) -> dt.date | str:
    """Return the day that eight digits say, or why a number is none: 43191 may be any day, by the workbook's count."""
    if re.fullmatch("[0-9]{8}", text):
        return read_day(text)
    return "数だけでは、いつの日か分かりません"


def read_day(text: str) -> dt.date | str:
    """Return the day that a text says, or why it says none."""
    if digits_apart(text):
        return NOT_A_DATE
    plain = plain_parts(text)
    parts = _PARTS.fullmatch(plain)
    if parts is None:
        return _what_is_missing(plain)
    year = year_of(parts["era"], parts["year"])
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


def year_of(letter: str, digits: str) -> int | str:
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
    "NOT_A_DATE",
    "SEPARATORS",
    "SOLID",
    "WORDS",
    "digits_apart",
    "plain_parts",
    "read_day",
    "read_number",
    "year_of",
]
