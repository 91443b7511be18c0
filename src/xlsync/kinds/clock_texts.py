"""Texts of times and durations: 9:30, 午後1時半, 90分, 1時間30分; in Python and as Excel formulas.

Of the helper cells, `body` is the text with a colon behind its hours, `unsigned` that without the half of the day in front,
`digits` the hours as written, `bound` the minutes ("?" where there are none), `number` the half of the day: 12, 0, -1 for none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlsync.kinds.excel.cell_formulas import plain_digits, plain_digits_formula
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.excel.note_marks import LOOKED_AT, only_digits

MINUTES: Final = 60
DAY: Final = 24 * MINUTES
NOON: Final = 12
_TO_COLON: Final = (("時間半", ":30"), ("時間", ":"), ("時半", ":30"), ("時", ":"))
"""The longer ones first. What is left of 9時30分 is 9:30分."""
_MINUTE: Final = "分"
_MORNING: Final = ("午前", "AM", "am")
_AFTERNOON: Final = ("午後", "PM", "pm")
_NONE: Final = "?"


def clock_parts(text: str) -> dict[str, str | int]:
    """Return the parts of a text in half width.

    >>> (
    ...     clock_parts("午後1時半")["bound"],
    ...     clock_parts("90分")["bound"],
    ...     clock_parts("9時")["digits"],
    ... )
    ('30', '90', '9')
    """
    body = text.replace(" ", "")
    for word, colon in _TO_COLON:
        body = body.replace(word, colon)
    half = 0 if body.startswith(_MORNING) else -1
    half = NOON if body.startswith(_AFTERNOON) else half
    unsigned = body if half < 0 else body[2 : 2 + LOOKED_AT]
    hours, colon, behind = unsigned.partition(":")
    return {
        "body": body,
        "unsigned": unsigned,
        "digits": plain_digits(hours) if colon else "",
        "bound": _minutes(behind[:LOOKED_AT]) if colon else _alone(unsigned),
        "number": half,
    }


def _minutes(behind: str) -> str:
    minutes = behind.removesuffix(_MINUTE)
    is_short = behind != _MINUTE and len(minutes) <= len("30")
    return minutes if is_short else _NONE


def _alone(text: str) -> str:
    is_minutes = text.endswith(_MINUTE) and 1 < len(text) <= len("1234567分")
    return text[:-1] if is_minutes else _NONE


def has_colon(parts: Mapping[str, str | int]) -> bool:
    """Whether a text names hours."""
    return ":" in str(parts["unsigned"])


def clock_formulas(at: Mapping[str, str]) -> dict[str, str]:
    """Return the formulas of the helper cells between `cleaned` and `value`, whose addresses are `at`."""
    body = f'SUBSTITUTE({at["cleaned"]}," ","")'
    for word, colon in _TO_COLON:
        body = f"SUBSTITUTE({body},{quoted(word)},{quoted(colon)})"
    rest = at["unsigned"]
    hours = f'LEFT({rest},FIND(":",{rest}&":")-1)'
    behind = f'MID({rest},FIND(":",{rest}&":")+1,{LOOKED_AT})'
    minutes = f'IF(RIGHT({behind},1)="{_MINUTE}",LEFT({behind},LEN({behind})-1),{behind})'
    of_hours = f'IF(OR(EXACT({behind},"{_MINUTE}"),LEN({minutes})>2),"{_NONE}",{minutes})'
    is_alone = f'AND(RIGHT({rest},1)="{_MINUTE}",LEN({rest})>1,LEN({rest})<=8)'
    alone = f'IF({is_alone},LEFT({rest},LEN({rest})-1),"{_NONE}")'
    return {
        "body": body,
        "unsigned": f'IF({at["number"]}<0,{at["body"]}&"",MID({at["body"]},3,{LOOKED_AT}))',
        "digits": f'IF({has_colon_formula(at)},{plain_digits_formula(hours)},"")',
        "bound": f"IF({has_colon_formula(at)},{of_hours},{alone})",
        "number": f"IF({_begins(at['body'], _AFTERNOON)},{NOON},IF({_begins(at['body'], _MORNING)},0,-1))",
    }


def has_colon_formula(at: Mapping[str, str]) -> str:
    """Return the formula of whether a text names hours."""
    return f'ISNUMBER(FIND(":",{at["unsigned"]}))'


def _begins(body: str, words: tuple[str, ...]) -> str:
    return f"OR({','.join(f'EXACT(LEFT({body},2),{quoted(word)})' for word in words)})"


def is_count(text: str) -> bool:
    """Whether a text is digits alone, one at least."""
    return re.fullmatch("[0-9]+", text) is not None


def is_count_formula(text: str) -> str:
    """Return the formula of the same."""
    return f"AND(LEN({text})>=1,{only_digits(text)})"


def whole_minutes_formula(days: str) -> str:
    """Return the formula of whether a number of days is a number of whole minutes."""
    return f"ROUND({days}*{DAY},3)=ROUND({days}*{DAY},0)"


def whole_minutes(days: float) -> int | None:
    """Return the minutes of a number of days; None where there are seconds, too."""
    minutes = days * DAY
    return round(minutes) if round(minutes, 3) == round(minutes) else None


__all__ = [
    "DAY",
    "MINUTES",
    "NOON",
    "clock_formulas",
    "clock_parts",
    "has_colon",
    "has_colon_formula",
    "is_count",
    "is_count_formula",
    "whole_minutes",
    "whole_minutes_formula",
]
