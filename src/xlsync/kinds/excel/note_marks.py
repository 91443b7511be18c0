"""Marks of notes behind a number (234①, 234※1), which are no part of it: in Excel and in Python.

`plain` is the half-width text with every digit as 0, `mark` the position of the first mark in it, `unmarked` the text
before the marks. What a mark is stands in `xlsync.kinds.characters.split_marks`; Excel looks for it in the first 30 units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlsync.excel_text import excel_units
from xlsync.kinds.characters import CIRCLED, RAISED_DIGITS
from xlsync.kinds.excel.formula_text import quoted

LOOKED_AT: Final = 30
"""Units of a number's text, and of the marks behind it, that are looked at."""
POSITIONS_AT: Final = "$A$3:$AD$3"
"""Where the hidden worksheet holds 1, 2, 3 …: the positions in a number's text."""
MARKS_AT: Final = "$I$1"
"""Where it holds every character that is a mark by itself."""
MARKS: Final = (
    "※*†‡"
    + "".join(
        chr(code)
        for first, last in re.findall("(.)-(.)", CIRCLED)
        for code in range(ord(first), ord(last) + 1)
    )
    + RAISED_DIGITS
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NUMBERED: Final = (
    *("(注00)", "(注0)", "(注)", "(※00)", "(※0)", "(※)"),
    *("※00", "※0", "注00)", "注0)", "注00", "注0"),
)
"""Marks of several characters, longer ones first; each is taken for †, with which none of them begins."""
_WORDS: Final = (("(注", 0), ("(※", 0), ("0注", 1), (" 注", 1))
"""Where such a mark may begin, and how many units behind the place."""


def mark_formulas(at: Mapping[str, str]) -> dict[str, str]:
    """Return the formulas of the three helper cells of a text, whose addresses are `at`."""
    return {
        "plain": digits_as_zero(at["cleaned"]),
        "mark": _mark(at["plain"]),
        "unmarked": _unmarked(at["cleaned"], at["plain"], at["mark"]),
    }


def only_digits(text: str) -> str:
    """Return the formula of whether a text holds digits only, or nothing."""
    each = f'FIND(MID({text}&REPT("0",{LOOKED_AT}),{POSITIONS_AT},1),"0123456789")'
    return f"SUMPRODUCT(--ISNUMBER({each}))={LOOKED_AT}"


def digits_as_zero(cleaned: str) -> str:
    """Return the formula of a text with every digit as 0."""
    for digit in "123456789":
        cleaned = f'SUBSTITUTE({cleaned},"{digit}","0")'
    return cleaned


def _mark(plain: str) -> str:
    """The first mark's position; beyond the text where there is none."""
    is_mark = f'ISNUMBER(FIND(MID({plain}&"※",{POSITIONS_AT},1),{MARKS_AT}))'
    single = f"SUMPRODUCT(MIN({POSITIONS_AT}+100*(1-{is_mark})))"
    others = (f"FIND({quoted(word)},{plain}&{quoted(word)})+{behind}" for word, behind in _WORDS)
    return f"MIN({single},{','.join(others)})"


def _unmarked(cleaned: str, plain: str, mark: str) -> str:
    """The text before the marks; the whole text where something else follows the first one."""
    tail = f"MID({plain},{mark},{LOOKED_AT})"
    for token in _NUMBERED:
        tail = f'SUBSTITUTE({tail},{quoted(token)},"†")'
    each = f'FIND(MID({tail}&REPT("※",{LOOKED_AT}),{POSITIONS_AT},1),{MARKS_AT}&" ")'
    only_marks = f"SUMPRODUCT(--ISNUMBER({each}))={LOOKED_AT}"
    raised = f"ISNUMBER(FIND(MID({plain},{mark},1),{quoted(RAISED_DIGITS)}))"
    of_a_unit = f'AND({raised},ISNUMBER(FIND(MID(" "&{plain},{mark},1),{quoted(_LETTERS)})))'
    is_inside = f"{mark}>1,{mark}<=LEN({plain}),LEN({plain})-{mark}<{LOOKED_AT}"
    return (
        f"IF(AND({is_inside},{only_marks},NOT({of_a_unit})),"
        f'TRIM(LEFT({cleaned},{mark}-1)),{cleaned}&"")'
    )


def marks_of(cleaned: str) -> dict[str, str | int]:
    """Return what the three formulas come to for a text."""
    plain = excel_units(re.sub("[1-9]", "0", cleaned))
    mark = _first_mark(plain)
    unmarked = cleaned
    if 1 < mark <= len(plain) and len(plain) - mark < LOOKED_AT and _is_all_marks(plain, mark - 1):
        unmarked = cleaned[: mark - 1].strip(" ")
    return {"plain": re.sub("[1-9]", "0", cleaned), "mark": mark, "unmarked": unmarked}


def _first_mark(plain: str) -> int:
    looked_at = (plain + "※")[:LOOKED_AT]
    single = next((at for at, unit in enumerate(looked_at, start=1) if unit in MARKS), None)
    others = [(plain + word).index(word) + 1 + behind for word, behind in _WORDS]
    return min(single or 100 + 1, *others)


def _is_all_marks(plain: str, start: int) -> bool:
    if plain[start] in RAISED_DIGITS and plain[start - 1] in _LETTERS:
        return False
    tail = plain[start : start + LOOKED_AT]
    for token in _NUMBERED:
        tail = tail.replace(token, "†")
    return all(unit in MARKS or unit == " " for unit in tail)
