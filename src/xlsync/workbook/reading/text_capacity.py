"""How much text a cell of the page holds on paper: from its columns' widths, its rows' heights and its font."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.excel_text import excel_length
from xlsync.ooxml.a1 import column_letters, split_range
from xlsync.ooxml.read.cell_fonts import CellFont
from xlsync.ooxml.read.reader import open_workbook
from xlsync.rules import Room
from xlsync.workbook.reading.page_layout import Box, PagePlan, plans_of

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.library import Form
    from xlsync.ooxml.read.grid import Grid

_DIGIT: Final = 8
"""Pixels of a digit in the default font of Japanese Excel (ＭＳ Ｐゴシック 11): the unit of column widths."""
_COLUMN_EDGE: Final = 5
_INNER_EDGE: Final = 6
"""Pixels that no text stands on: of each column's width, and left and right in a cell together."""
_POINTS: Final = 0.75
"""Of a pixel."""
_DEFAULT_SIZE: Final = 11.0
_LEADING: Final = 1.22
"""Height of a line to the size of its font."""
_HIGH_LEADING: Final = 1.7
_HIGH_FACES: Final = ("メイリオ", "Meiryo", "游", "Yu Gothic", "Yu Mincho")
"""Fonts whose lines Excel sets that high; `Meiryo UI` is not among them."""


class TextFrame(NamedTuple):
    """A field's area on the page with its font."""

    box: Box
    font: CellFont
    room: Room


def room_of(form: Form, year: int) -> Mapping[str, Room]:
    """Return the room of each text field of an edition by path; fields whose text shrinks to fit are left out."""
    return {path: frame.room for path, frame in frames_of(form, year).items()}


@lru_cache(maxsize=8)
def column_room_of(form: Form, year: int) -> Mapping[str, Room]:
    """Return the room of a cell of each text column of an edition's tables by the column's path, as `room_of` does."""
    columns = {each.path: each for each in form.at(year).columns}
    rooms: dict[str, Room] = {}
    for plan in plans_of(form, year):
        ranges = plan.column_ranges.items()
        boxes = ((columns[path], _first_cell(plan, at)) for path, at in ranges if path in columns)
        rooms |= {path: frame.room for path, frame in _frames(form, plan.title, boxes)}
    return rooms


def _first_cell(plan: PagePlan, area: str) -> Box:
    """Return the area of a column in the first row of its table, which lies below the first of the column's range."""
    above, left, _, _ = split_range(area)
    single = Box(above + 1, left, above + 1, left)
    return next((box for box in plan.merges if box.position == single.position), single)


@lru_cache(maxsize=8)
def frames_of(form: Form, year: int) -> Mapping[str, TextFrame]:
    """Return the area of each text field of an edition by path; fields whose text shrinks to fit are left out."""
    frames: dict[str, TextFrame] = {}
    for plan in plans_of(form, year):
        fields = plan.edition.by_path
        boxes = ((fields[path], box) for path, box in plan.field_boxes.items())
        frames |= _frames(form, plan.title, boxes)
    return {path: frames[path] for path in form.at(year).by_path if path in frames}


def _frames(
    form: Form, title: str, boxes: Iterable[tuple[Field, Box]]
) -> Iterator[tuple[str, TextFrame]]:
    """Yield the path and the area of each text field among fields with their areas on a worksheet of the drawing."""
    drawing = open_workbook(form.drawing())
    if title not in drawing.worksheets:
        return
    formatting = drawing.formatting(title)
    for field, box in boxes:
        if field.kind.is_free_text:
            font = formatting.font(f"{column_letters(box.left)}{box.top}")
            if not font.shrinks:
                yield field.path, TextFrame(box, font, room_in(formatting.grid, box, font))


def room_in(grid: Grid, box: Box, font: CellFont) -> Room:
    """Return what an area of a worksheet holds in a font."""
    width, height = printable_size(grid, box)
    # A line ends with a whole character, and most of ours are two columns wide.
    columns = 2 * math.floor(width / _size(font))
    return Room(max(2, columns), max(1, math.floor(height / line_height(font))))


def printable_size(grid: Grid, box: Box) -> tuple[float, float]:
    """Return how wide and how high, in points, the text of an area may be."""
    width = sum(_pixels(grid.width(column)) for column in range(box.left, box.right + 1))
    height = sum(grid.height(row) for row in range(box.top, box.bottom + 1))
    return (width - _INNER_EDGE) * _POINTS, height


def line_height(font: CellFont) -> float:
    """Return the height of a line in points."""
    is_high = font.face.startswith(_HIGH_FACES) and font.face != "Meiryo UI"
    return _size(font) * (_HIGH_LEADING if is_high else _LEADING)


def character_width(character: str, font: CellFont) -> float:
    """Return how many points wide a character is: half its font's size in ASCII, else the whole; a control takes none."""
    if character < " ":
        return 0.0
    return _size(font) * (0.5 if character <= "~" else excel_length(character))


def _size(font: CellFont) -> float:
    return font.size or _DEFAULT_SIZE


def _pixels(width: float) -> int:
    return int(width * _DIGIT + _COLUMN_EDGE) if width else 0
