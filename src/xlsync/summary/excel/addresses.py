"""Cells as formulas write them. Rows and columns count from 0."""

from __future__ import annotations

from functools import cache


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
