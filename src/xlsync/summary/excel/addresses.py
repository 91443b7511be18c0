"""Cells as formulas write them. Rows and columns count from 0."""

from __future__ import annotations

from functools import cache


@cache
def letters(column: int) -> str:
    """Give a column's letters: 0 is A, 26 is AA."""
    found = ""
    while column >= 0:
        found = chr(ord("A") + column % 26) + found
        column = column // 26 - 1
    return found


def cell(row: int, column: int) -> str:
    """Give a cell: D7."""
    return f"{letters(column)}{row + 1}"


def area(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Give an area: D7:D12; a single cell by its own name."""
    return cell(*first) if first == last else f"{cell(*first)}:{cell(*last)}"
