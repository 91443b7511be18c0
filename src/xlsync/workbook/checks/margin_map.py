"""A small map of the form's page, right of what is printed, that shows in colours where something is left to do.

Excel prints every colour of a cell, also those of conditional formats. So the fields themselves stay plain, and the colours
stand in empty cells beside the page: the same rows as the field, and of a few narrow columns those that lie over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openpyxl.formatting.rule import Rule
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation

from xlsync.ooxml.a1 import column_letters
from xlsync.workbook.checks.check_layout import RANK, STATE_NAME, STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS: Final = 6
"""Of the map; the page has some thirty."""
_WIDTH: Final = 1.3
_GAP: Final = 1
"""Columns between the page and its map."""
_DEFAULT_WIDTH: Final = 8.38
_TITLE: Final = "直すところの位置"
_HINT: Final = (
    "{page}を小さくした図です。未入力の欄を黄、エラーの欄を赤、注意の欄を青で示します。印刷されません。"
    "内容はシート「チェック」をご覧ください。"
)


@dataclass(frozen=True, slots=True)
class MarginMap:
    """Where the map of a page lies: its first column and last row, and how far right each column of the page ends."""

    first_column: int
    last_row: int
    right_edges: tuple[float, ...]

    def area(self, field_area: str) -> str:
        """Return the cells of the map that stand for a field's area."""
        left, top, right, bottom = (int(bound or 1) for bound in range_boundaries(field_area))
        start = self.right_edges[left - 2] if left > 1 else 0.0
        first = self._column_over(start)
        last = max(first, self._column_over(self.right_edges[right - 1] - 1e-6))
        return f"{column_letters(first)}{top}:{column_letters(last)}{bottom}"

    @property
    def whole(self) -> str:
        """The cells of the whole map."""
        last = column_letters(self.first_column + COLUMNS - 1)
        return f"{column_letters(self.first_column)}1:{last}{self.last_row}"

    def _column_over(self, position: float) -> int:
        share = position / self.right_edges[-1]
        return self.first_column + min(COLUMNS - 1, int(share * COLUMNS))


def map_of(page: Worksheet) -> MarginMap:
    """Return where the map of a drawn page lies: beside all that is printed."""
    last_column, last_row = page.max_column, page.max_row
    for area in str(page.print_area or "").split(","):
        bounds = range_boundaries(area.rpartition("!")[2]) if area else (1, 1, 1, 1)
        last_column = max(last_column, int(bounds[2] or 1))
        last_row = max(last_row, int(bounds[3] or 1))
    widths = _widths(page)
    edges, position = [], 0.0
    for column in range(1, last_column + 1):
        position += widths.get(column, _DEFAULT_WIDTH)
        edges.append(position)
    return MarginMap(last_column + 1 + _GAP, last_row, tuple(edges))


def _widths(page: Worksheet) -> dict[int, float]:
    """Return the width of each column that has one of its own; openpyxl keeps equal neighbours under the first one's letter."""
    widths: dict[int, float] = {}
    for letters, column in page.column_dimensions.items():
        first = int(column.min or column_index_from_string(letters))
        for number in range(first, int(column.max or first) + 1):
            widths[number] = 0.0 if column.hidden else float(column.width)
    return widths


def draw_map(
    page: Worksheet,
    areas: Mapping[str, str],
    numbers: Mapping[str, int],
    looks: Mapping[str, DifferentialStyle],
) -> None:
    """Draw the map of a page beside it.

    Args:
        page: The form's page, whose print area stays free of the map.
        areas: The area of each field on it, by path.
        numbers: The number of each field among the states of the checks, by path.
        looks: The colour of each state.

    """
    drawn = map_of(page)
    if not page.print_area:
        page.print_area = page.dimensions
    for offset in range(-_GAP, COLUMNS):
        page.column_dimensions[column_letters(drawn.first_column + offset)].width = _WIDTH
    # Where fields share a cell of the map, the gravest of their states shows: its rules stand first.
    for state in RANK:
        for path, area in areas.items():
            formula = f"INDEX({STATE_NAME},{numbers[path]})={STATES[state]}"
            rule = Rule("expression", dxf=looks[state], formula=[formula])
            page.conditional_formatting.add(drawn.area(area), rule)
    hint = DataValidation(
        promptTitle=_TITLE, prompt=_HINT.format(page=page.title), showInputMessage=True
    )
    hint.add(drawn.whole)
    page.add_data_validation(hint)
