"""A worksheet of an official form as a grid: what stands in each cell, and between which cells a line is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter, range_boundaries

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.styles.borders import Side
    from openpyxl.worksheet.worksheet import Worksheet

USUAL_WIDTH: Final = 8.43
USUAL_HEIGHT: Final = 15.0
LARGEST_CELLS: Final = 60_000
"""Cells of a page that is looked at cell by cell; a worksheet with more is a table of data, and is cut off."""
_NO_FILL: Final = frozenset({"", "FFFFFFFF", "00FFFFFF", "theme:0:0.0", "indexed:9"})


class Area(NamedTuple):
    """A rectangle of cells, from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """Return A1 for a cell, A1:B2 for several."""
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def first(self) -> str:
        """Return the address of the cell at the top left."""
        return f"{get_column_letter(self.left)}{self.top}"

    @property
    def rows(self) -> range:
        """Return its rows."""
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        """Return its columns."""
        return range(self.left, self.right + 1)

    @property
    def size(self) -> int:
        """Return how many cells it has."""
        return len(self.rows) * len(self.columns)

    def has(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def overlaps(self, other: Area) -> bool:
        """Whether two areas share a cell."""
        beside = self.right < other.left or other.right < self.left
        return not beside and self.top <= other.bottom and other.top <= self.bottom

    def around(self, other: Area) -> bool:
        """Whether all of another area lies in it."""
        return self.has(other.top, other.left) and self.has(other.bottom, other.right)


def area_of(address: str) -> Area:
    """Return the area of an address (B2, B2:D4); ValueError where it is none."""
    left, top, right, bottom = range_boundaries(address.replace("$", ""))
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(address)
    return Area(int(top), int(left), int(bottom), int(right))


def hull(areas: list[Area]) -> Area:
    """Return the smallest area that has all of some areas."""
    tops, lefts, bottoms, rights = zip(*areas, strict=True)
    return Area(min(tops), min(lefts), max(bottoms), max(rights))


@dataclass(frozen=True, slots=True)
class Lines:
    """On which sides of a cell a line is drawn, and whether one strikes it out."""

    has_top: bool = False
    has_left: bool = False
    has_bottom: bool = False
    has_right: bool = False
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A cell of the page: its text without a number format, its formula, how it looks; `items` are its pull-down list."""

    text: str = ""
    formula: str = ""
    number_format: str = "General"
    fill: str = ""
    is_locked: bool = True
    is_bold: bool = False
    cell_lines: Lines = Lines()
    items: tuple[str, ...] = ()


_BLANK: Final = Look()


@dataclass(frozen=True)
class PageGrid:
    """A page: its cells within `bounds`, merged areas, widths of columns in characters and heights of rows in points."""

    title: str
    bounds: Area
    looks: Mapping[tuple[int, int], Look]
    merged_areas: tuple[Area, ...]
    widths: Mapping[int, float]
    heights: Mapping[int, float]
    is_protected: bool = False
    hidden_parts: tuple[str, ...] = ()

    def look(self, row: int, column: int) -> Look:
        """Return a cell's look, that of a blank one outside the page."""
        return self.looks.get((row, column), _BLANK)

    @cached_property
    def _merged_at(self) -> dict[tuple[int, int], Area]:
        return {(r, c): area for area in self.merged_areas for r in area.rows for c in area.columns}

    def atom(self, row: int, column: int) -> Area:
        """Return the merged area that a cell belongs to, else the cell itself."""
        return self._merged_at.get((row, column), Area(row, column, row, column))

    def text(self, area: Area) -> str:
        """Return the text of an area's first cell."""
        return self.look(area.top, area.left).text

    @cached_property
    def atoms(self) -> tuple[Area, ...]:
        """Every merged area and every other cell of the page, row by row."""
        cells = ((r, c) for r in self.bounds.rows for c in self.bounds.columns)
        return tuple(dict.fromkeys(self.atom(r, c) for r, c in cells))

    @cached_property
    def texts(self) -> tuple[Area, ...]:
        """The atoms that hold a text or number."""
        return tuple(atom for atom in self.atoms if self.text(atom))

    def width(self, area: Area) -> float:
        """Return how wide an area is, in half-width characters."""
        return sum(self.widths.get(column, USUAL_WIDTH) for column in area.columns)

    def height(self, area: Area) -> float:
        """Return how high an area is, in points."""
        return sum(self.heights.get(row, USUAL_HEIGHT) for row in area.rows)

    def has_line_below(self, row: int, column: int) -> bool:
        """Whether a line is drawn between a cell and the one below it."""
        return (
            self.look(row, column).cell_lines.has_bottom
            or self.look(row + 1, column).cell_lines.has_top
        )

    def has_line_right(self, row: int, column: int) -> bool:
        """Whether a line is drawn between a cell and the one to its right."""
        return (
            self.look(row, column).cell_lines.has_right
            or self.look(row, column + 1).cell_lines.has_left
        )

    def fill(self, area: Area) -> str:
        """Return the colour of an area's first cell, "" for none or white."""
        return self.look(area.top, area.left).fill


def grid_of(page: Worksheet, lists: Mapping[str, tuple[str, ...]]) -> PageGrid:
    """Return a worksheet as a grid; `lists` are the words of the pull-down lists by the address of each cell."""
    bounds = _bounds(page)
    looks: dict[tuple[int, int], Look] = {}
    for row in page.iter_rows(bounds.top, bounds.bottom, bounds.left, bounds.right):
        for cell in row:
            looks[int(cell.row or 0), int(cell.column or 0)] = _look(cell, lists)
    every = (area_of(str(merge)) for merge in page.merged_cells.ranges)
    merged = sorted(area for area in every if area.overlaps(bounds))
    return PageGrid(
        page.title,
        bounds,
        looks,
        tuple(merged),
        _widths(page, bounds),
        {r: float(page.row_dimensions[r].height or USUAL_HEIGHT) for r in bounds.rows},
        bool(page.protection.sheet),
        tuple(_hidden(page, bounds)),
    )


def _bounds(page: Worksheet) -> Area:
    """Return the print area, else what is used, cut off where it is too much to look at."""
    printed = [str(area) for area in page.print_area.split(",")] if page.print_area else []
    areas = [area_of(text.rpartition("!")[2]) for text in printed if ":" in text]
    used = area_of(page.dimensions)
    area = areas[0] if areas else used
    area = Area(area.top, area.left, min(area.bottom, max(used.bottom, area.top)), area.right)
    columns = len(area.columns)
    last = min(area.bottom, area.top + max(1, LARGEST_CELLS // columns) - 1)
    return Area(area.top, area.left, last, area.right)


def _widths(page: Worksheet, bounds: Area) -> dict[int, float]:
    default = page.sheet_format.defaultColWidth or page.sheet_format.baseColWidth or USUAL_WIDTH
    widths = dict.fromkeys(bounds.columns, float(default))
    for dimension in page.column_dimensions.values():
        for column in range(dimension.min or 0, (dimension.max or 0) + 1):
            if column in widths and dimension.width:
                widths[column] = 0.0 if dimension.hidden else float(dimension.width)
    return widths


def _hidden(page: Worksheet, bounds: Area) -> Iterator[str]:
    """Yield what is hidden of a page: 3行, C列."""
    yield from (f"{row}行" for row in bounds.rows if page.row_dimensions[row].hidden)
    for dimension in page.column_dimensions.values():
        if dimension.hidden and bounds.left <= (dimension.min or 0) <= bounds.right:
            yield f"{get_column_letter(dimension.min or 1)}列"


def _look(cell: Cell | MergedCell, lists: Mapping[str, tuple[str, ...]]) -> Look:
    border = cell.border
    lines = Lines(
        has_top=_is_drawn(border.top),
        has_left=_is_drawn(border.left),
        has_bottom=_is_drawn(border.bottom),
        has_right=_is_drawn(border.right),
        is_struck=_is_drawn(border.diagonal),
    )
    value = None if isinstance(cell, MergedCell) else cell.value
    is_formula = cell.data_type == "f"
    return Look(
        "" if value is None or is_formula else str(value).strip(" \n\t"),
        _formula(value) if is_formula else "",
        cell.number_format,
        _fill(cell),
        cell.protection.locked is not False,
        bool(cell.font.b),
        lines,
        lists.get(cell.coordinate, ()),
    )


def _is_drawn(side: Side | None) -> bool:
    return side is not None and bool(side.style)


def _formula(value: object) -> str:
    """Return a formula's text; of an array formula, openpyxl gives an object."""
    return str(getattr(value, "text", value) or "")


def _fill(cell: Cell | MergedCell) -> str:
    fill = cell.fill
    if fill.fill_type != "solid":
        return ""
    colour = fill.fgColor
    is_rgb = colour.type == "rgb"
    name = str(colour.rgb) if is_rgb else f"{colour.type}:{colour.value}:{colour.tint}"
    return "" if name in _NO_FILL or name.startswith("theme:0:0") else name
