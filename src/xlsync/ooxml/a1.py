"""Cell references such as B12 and ranges such as B12:D14, as numbers counted from 1."""

from __future__ import annotations

import re
from functools import lru_cache

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml import limits

Position = tuple[int, int]
"""Row and column of a cell."""
Area = tuple[int, int, int, int]
"""Top, left, bottom and right of a block of cells, all inclusive."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
# Those of a 32-bit number; no index or count of a workbook is longer.
_DIGITS = 10


@lru_cache(maxsize=4096)
def split_reference(reference: str) -> Position:
    """(row, column) of a cell reference; DamagedWorkbook when it lies nowhere on a worksheet."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is not None:
        row, column = int(match[2]), column_number(match[1])
        if row <= limits.MAX_ROW and column <= limits.MAX_COLUMN:
            return row, column
    raise DamagedWorkbook(
        "セル番地が正しくありません。Excelで開いて保存し直してください。", reference[:40]
    )


def whole_number(text: str) -> int | None:
    """The number a few decimal digits mean, None for any other text: Python itself refuses to read thousands of digits."""
    return int(text) if len(text) <= _DIGITS and text.isascii() and text.isdigit() else None


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=4096)
def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_range(text: str) -> Area:
    """(top, left, bottom, right) of a range or a single cell, in that order however it was written."""
    first, _, last = text.partition(":")
    top, left = split_reference(first)
    bottom, right = split_reference(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def range_text(top: int, left: int, bottom: int, right: int) -> str:
    """The range as Excel writes it; a single cell has no colon."""
    first, last = f"{column_letters(left)}{top}", f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def is_within(cell: Position, area: Area) -> bool:
    """True where an area holds a cell.

    >>> is_within((2, 3), split_range("B2:C4")), is_within((5, 3), split_range("B2:C4"))
    (True, False)
    """
    top, left, bottom, right = area
    return top <= cell[0] <= bottom and left <= cell[1] <= right
