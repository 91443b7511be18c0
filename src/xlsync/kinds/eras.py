"""The eras by which years are counted in Japan, and a day as people write it by them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Era:
    """An era: the letter and name before its year numbers, its first year, the day it came into use, its last year's number.

    `last_number` is None for the era that goes on.
    """

    letter: str
    name: str
    first: int
    first_day: dt.date
    last_number: int | None = None


ERAS: Final = (
    Era("M", "明治", 1868, dt.date(1868, 10, 23), 45),
    Era("T", "大正", 1912, dt.date(1912, 7, 30), 15),
    Era("S", "昭和", 1926, dt.date(1926, 12, 25), 64),
    Era("H", "平成", 1989, dt.date(1989, 1, 8), 31),
    Era("R", "令和", 2019, dt.date(2019, 5, 1)),
)
"""Cabinet Office, 元号. A new era is a new line here."""


LARGEST_NUMBER: Final = 99
"""Nobody counts the years of an era in three digits: a later day is written by the western year."""


def western_day(day: dt.date) -> str:
    """Return a day with its western year: 2025年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def era_day(day: dt.date) -> str:
    """Return a day with its era's name, the first year as 元.

    >>> era_day(dt.date(2019, 4, 30)), era_day(dt.date(2019, 5, 1))
    ('平成31年4月30日', '令和元年5月1日')
    """
    era = [era for era in ERAS if era.first_day <= day][-1]
    number = day.year - era.first + 1
    if number > LARGEST_NUMBER:
        return western_day(day)
    return f"{era.name}{'元' if number == 1 else number}年{day.month}月{day.day}日"
