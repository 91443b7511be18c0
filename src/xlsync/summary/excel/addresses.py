"""Cells as formulas write them. Rows and columns count from 0."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_PLAIN: Final = re.compile(r"(?!(?i:[a-z]{1,3}[0-9]|r[0-9]*c?[0-9]*$|c[0-9]*$))[^\W0-9]\w*")
"""Titles of worksheets that formulas name without quotation marks."""


@cache
def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def cell(row: int, column: int) -> str:
    """The address of a cell, such as D7."""
    return f"{letters(column)}{row + 1}"


def area(first: tuple[int, int], last: tuple[int, int]) -> str:
    """The address of an area, such as D7:D12; of a single cell, such as D7."""
    return cell(*first) if first == last else f"{cell(*first)}:{cell(*last)}"


def worksheet_reference(title: str) -> str:
    """The title of a worksheet as formulas name it: 事業一覧, '一覧 2'."""
    return title if _PLAIN.fullmatch(title) else f"'{title}'"
