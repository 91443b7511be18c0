"""Which cells are filled by a formula of another cell, found in another way than the patcher finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import openpyxl.utils.cell

_ELEMENT = re.compile(r"<(?:[\w.-]+:)?f\s([^<>]*)")
_FILLING = re.compile(r"""\bt\s*=\s*["'](?:array|dataTable)["']""")
_AREA = re.compile(r"""\bref\s*=\s*["']\s*([^"'\s]+)\s*["']""")

Area = tuple[int, int, int, int]


def areas_of_formulas(text: str) -> list[Area]:
    """(left, top, right, bottom) of the array formulas and data tables in a worksheet part's text."""
    found = []
    for attributes in _ELEMENT.findall(text):
        area = _AREA.search(attributes)
        if area is not None and _FILLING.search(attributes):
            try:
                corners = openpyxl.utils.cell.range_boundaries(area[1].upper())
            except ValueError:
                continue
            left, top, right, bottom = corners
            if left is not None and top is not None and right is not None and bottom is not None:
                found.append((left, top, right, bottom))
    return found


def is_within(address: str, areas: Sequence[Area]) -> bool:
    """True when the cell lies in one of the areas."""
    letters, row = openpyxl.utils.cell.coordinate_from_string(address)
    column = openpyxl.utils.cell.column_index_from_string(letters)
    return any(
        left <= column <= right and top <= row <= bottom for left, top, right, bottom in areas
    )
