"""A date, time or duration and its number format → the text the cell shows: 平成30年4月1日, 4月1日, 36:30."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from xlsync.workbook.reading.format_tokens import Piece, section_for

Moment = date | datetime | time | timedelta

_ERAS: Final = (
    (date(2019, 5, 1), "令和", "令", "R"),
    (date(1989, 1, 8), "平成", "平", "H"),
    (date(1926, 12, 25), "昭和", "昭", "S"),
    (date(1912, 7, 30), "大正", "大", "T"),
    (date(1868, 1, 25), "明治", "明", "M"),
)
_WEEKDAYS: Final = "月火水木金土日"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NOON: Final = 12
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's count, for every day after February 1900."""


def shown_moment(moment: Moment, code: str) -> str | None:
    """Return what a cell with this moment and format code shows; None for a format without dates or times."""
    section = section_for(_serial(moment), code)
    pieces = () if section is None else section.pieces
    words = [piece.word.lower() for piece in pieces]
    if not any(word[:1] in "ymdhsegab[" for word in words if word):
        return None
    if any(word in {"general", "g/標準"} for word in words):
        return None
    clock = _Clock(
        moment,
        twelve_hours=any(word in {"am/pm", "a/p"} for word in words),
        gannen="[gannen]" in words,
    )
    return "".join(_text(clock, pieces, words, index) for index in range(len(words))).strip()


def shows_month_alone(moment: Moment, code: str) -> bool:
    """Whether a format shows months, and no year."""
    section = section_for(_serial(moment), code)
    pieces = () if section is None else section.pieces
    words = [piece.word.lower() for piece in pieces]
    months = any(word[:1] == "m" and not _is_minute(words, at) for at, word in enumerate(words))
    has_year = any(word[:1] in {"y", "e"} or "年" in text for text, word in pieces)
    return months and not has_year


def is_date_without_year(moment: Moment, code: str) -> bool:
    """Whether a date shows no more than month and day: Excel makes such dates of 4-1, and adds the year nobody typed."""
    return isinstance(moment, date) and shows_month_alone(moment, code)


def _serial(moment: Moment) -> Decimal:
    """Return the number of days that a moment is to Excel, which the conditions of a format are about."""
    days = (moment - _EPOCH).days if type(moment) is date else 0
    if isinstance(moment, datetime):
        days = (moment.date() - _EPOCH).days
    return Decimal(days) + Decimal(_since_midnight(moment).total_seconds()) / 86_400


def _text(clock: _Clock, pieces: tuple[Piece, ...], words: list[str], index: int) -> str:
    word = words[index]
    if not word:
        return pieces[index].text
    if word.startswith("["):
        return clock.elapsed(word)
    if word[0] == "m" and _is_minute(words, index):
        return clock.number(clock.minute, word)
    if word[0] in "ymdegba" and word not in {"am/pm", "a/p"}:
        return clock.date_part(word)
    if word[0] in "hs" or word in {"am/pm", "a/p"}:
        return clock.time_part(word)
    return pieces[index].text if word in {".", ",", "/", "@"} else ""


def _is_minute(words: list[str], index: int) -> bool:
    """Whether an m stands for minutes: behind hours or in front of seconds."""
    parts = [word for word in words[:index] if word and word not in {"/", ".", ","}]
    following = [word for word in words[index + 1 :] if word and word not in {"/", ".", ","}]
    before = parts[-1] if parts else ""
    after = following[0] if following else ""
    return before.strip("[]")[:1] == "h" or after.strip("[]")[:1] == "s"


class _Clock:
    """The parts of a moment as placeholders write them."""

    def __init__(self, moment: Moment, *, twelve_hours: bool, gannen: bool) -> None:
        self._date = moment if isinstance(moment, date) else date(1899, 12, 31)
        self._twelve_hours, self._gannen = twelve_hours, gannen
        self._elapsed = _since_midnight(moment)
        seconds = int(abs(self._elapsed).total_seconds())
        self._hour, self.minute, self._second = (
            seconds // 3600 % 24,
            seconds // 60 % 60,
            seconds % 60,
        )

    @staticmethod
    def number(value: int, word: str) -> str:
        """Return a number with a leading zero where the placeholder has two letters."""
        return f"{value:02}" if len(word) > 1 else str(value)

    def elapsed(self, word: str) -> str:
        """Return all hours, minutes or seconds of a duration."""
        unit = {"h": 3600, "m": 60, "s": 1}.get(word[1])
        if unit is None or word == "[gannen]":
            return ""
        total = int(abs(self._elapsed).total_seconds()) // unit
        minus = "-" if self._elapsed < timedelta() else ""
        return f"{minus}{total:0{len(word) - 2}}"

    def date_part(self, word: str) -> str:
        """Return what a placeholder of dates shows."""
        letter, length = word[0], len(word)
        if letter == "y":
            return f"{self._date.year:04}" if length > 2 else f"{self._date.year % 100:02}"  # noqa: PLR2004 (yy, yyyy)
        if letter in "eg":
            return self._era(word)
        if letter == "m":
            return self._named(_MONTHS[self._date.month - 1], self._date.month, length)
        if letter == "d":
            return self._named(_DAYS[self._date.weekday()], self._date.day, length)
        weekday = _WEEKDAYS[self._date.weekday()]
        return f"{weekday}曜日" if length > 3 else weekday  # noqa: PLR2004 (aaa, aaaa)

    def time_part(self, word: str) -> str:
        """Return what a placeholder of times shows."""
        if word in {"am/pm", "a/p"}:
            half = "AM" if self._hour < _NOON else "PM"
            return half if word == "am/pm" else half[0]
        hour = (self._hour % _NOON or _NOON) if self._twelve_hours else self._hour
        return self.number(hour if word[0] == "h" else self._second, word)

    def _named(self, name: str, value: int, length: int) -> str:
        if length > 2:  # noqa: PLR2004 (mmm, mmmm, mmmmm)
            return {3: name[:3], 5: name[0]}.get(length, name)
        return self.number(value, "m" * length)

    def _era(self, word: str) -> str:
        start, full, short, letter = next(
            (era for era in _ERAS if era[0] <= self._date), (date(1, 1, 1), "", "", "")
        )
        year = self._date.year - start.year + 1 if full else self._date.year
        text = ""
        names = word.count("g")
        if names:
            text = {1: letter, 2: short}.get(names, full)
        if "e" in word:
            first = self._gannen and year == 1
            text += "元" if first else self.number(year, "e" * word.count("e"))
        return text


def _since_midnight(moment: Moment) -> timedelta:
    if isinstance(moment, timedelta):
        return moment
    if isinstance(moment, datetime | time):
        return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return timedelta()


__all__ = ["Moment", "is_date_without_year", "shown_moment", "shows_month_alone"]
