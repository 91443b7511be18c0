"""What days and months share: an ISO text as value, shown by Japanese eras or by the western year."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final, Self

from xlsync.kinds.date_texts import FIRST_SERIAL
from xlsync.kinds.eras import era_day, western_day
from xlsync.kinds.kind import KindOptions, Shape
from xlsync.kinds.texts_by_pattern import TextByPattern
from xlsync.kinds.value import DASH, Parsed, Typed, Unreadable, Value, as_typed

DAY_ZERO: Final = dt.date(1899, 12, 30)
"""Day 0 of Excel's count."""


@dataclass(frozen=True, slots=True)
class TextByCalendar(TextByPattern):
    """A day or month of a year; the page shows it by Japanese eras, or with `western` by the western year."""

    western: bool = False

    options = frozenset({"calendar"})
    shape: ClassVar[Shape] = "moment"

    @classmethod
    def of(cls, options: KindOptions) -> Self:
        """Return values by the calendar that the entry names."""
        return cls(western=options.western)

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read any usual spelling; what nobody typed, such as the year, is not added."""
        read = self._of_date(typed) if isinstance(typed, dt.date) else self.read_day(typed)
        if isinstance(read, str):
            return Unreadable(as_typed(typed), read)
        value = self.iso_text(read)
        return Parsed(value, normalised=typed != self.show(value))

    def _of_date(self, typed: dt.date) -> dt.date | str:
        """Return the day that Excel has in a cell; of its first years nobody can tell whether they are counts."""
        day = typed.date() if isinstance(typed, dt.datetime) else typed
        is_early = (day - DAY_ZERO).days < FIRST_SERIAL
        return f"1908年より前の{self.office_word}は、文字で入力してください" if is_early else day

    @abstractmethod
    def read_day(self, typed: Typed) -> dt.date | str:
        """Return the (first) day that something typed means, or why it means none."""

    @abstractmethod
    def iso_text(self, day: dt.date) -> str:
        """Return the value that a day gives."""

    @abstractmethod
    def day_of(self, value: str) -> dt.date:
        """Return the (first) day of a value."""

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the day as the page shows it: 平成30年4月1日."""
        if value is None or value == DASH:
            return None if value is None else DASH
        day = self.day_of(str(value))
        return self.part_shown(western_day(day) if self.western else era_day(day))

    def part_shown(self, day: str) -> str:
        """Return the part of a day's words that is shown: all of it."""
        return day


__all__ = ["DAY_ZERO", "TextByCalendar"]
