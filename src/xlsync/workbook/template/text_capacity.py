"""How much text a cell of the page holds on paper: from its columns' widths, its rows' heights and its font."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.xml.encoding import decoded
from xlsync.ooxml.xml.splice import attributes
from xlsync.rules import Room
from xlsync.workbook.reading.page_layout import Box, plan_of

if TYPE_CHECKING:
    from xlsync.form.library import Form

_DIGIT: Final = 8
"""Pixels of a digit in the default font of Japanese Excel (ＭＳ Ｐゴシック 11): the unit of column widths."""
_COLUMN_EDGE: Final = 5
_INNER_EDGE: Final = 6
"""Pixels that no text stands on: of each column's width, and left and right in a cell together."""
_POINTS: Final = 0.75
"""Of a pixel."""
_LEADING: Final = 1.22
"""Height of a line to the size of its font."""
_DEFAULT_WIDTH: Final = 8.38
_DEFAULT_HEIGHT: Final = 13.5
_DEFAULT_SIZE: Final = 11.0
_COLUMN: Final = re.compile(r"<col\s[^<>]*>")
_ROW: Final = re.compile(r"<row\s[^<>]*>")
_CELL: Final = re.compile(r"<c\s[^<>]*>")
_FONT: Final = re.compile(r"<font>.*?</font>|<font/>", re.DOTALL)
_SIZE: Final = re.compile(r'<sz val="([0-9.]+)"')
_FORMATS: Final = re.compile(r"<cellXfs[\s>].*?</cellXfs>", re.DOTALL)
_FORMAT: Final = re.compile(r"<xf\s(?:[^<>]*/>|.*?</xf>)", re.DOTALL)


@lru_cache(maxsize=8)
def room_of(form: Form, year: int) -> Mapping[str, Room]:
    """Return the room of each text field of an edition by path; fields whose text shrinks to fit are left out."""
    package = Package.open(form.drawing())
    book = read_workbook_part(package)
    page = book.worksheet(form.definition.page.worksheet)
    styles = book.target(package, "styles")
    if page is None or styles is None:
        return {}
    drawn = _Drawn(
        decoded(package.part(page.part), page.part), decoded(package.part(styles), styles)
    )
    plan = plan_of(form, year)
    texts = (path for path, field in plan.edition.by_path.items() if field.kind.name == "text")
    rooms = (
        (path, drawn.room(plan.field_boxes[path])) for path in texts if path in plan.field_boxes
    )
    return {path: room for path, room in rooms if room is not None}


class _Drawn:
    """The widths, heights and fonts of a drawing: a part as openpyxl writes it, for it is one of ours."""

    def __init__(self, page: str, styles: str) -> None:
        self._widths: dict[int, float] = {}
        for tag in _COLUMN.findall(page):
            column_tag = attributes(tag)
            for column in range(int(column_tag["min"]), int(column_tag["max"]) + 1):
                self._widths[column] = float(column_tag.get("width", _DEFAULT_WIDTH))
        rows = map(attributes, _ROW.findall(page))
        self._heights = {int(row["r"]): float(row["ht"]) for row in rows if "ht" in row}
        cells = map(attributes, _CELL.findall(page))
        self._styles = {split_reference(cell["r"]): int(cell.get("s", 0)) for cell in cells}
        sizes = [_SIZE.search(font) for font in _FONT.findall(styles)]
        self._sizes = [float(size[1]) if size is not None else _DEFAULT_SIZE for size in sizes]
        self._formats = _FORMAT.findall("".join(_FORMATS.findall(styles)))

    def room(self, box: Box) -> Room | None:
        """Return the room of a field's area, None where its text shrinks to fit."""
        style = self._formats[self._styles.get(box.position, 0)]
        if 'shrinkToFit="1"' in style:
            return None
        font = int(attributes(style.partition(">")[0] + ">").get("fontId", 0))
        size = self._sizes[font] if font < len(self._sizes) else _DEFAULT_SIZE
        width = sum(self._pixels(column) for column in range(box.left, box.right + 1))
        rows = range(box.top, box.bottom + 1)
        height = sum(self._heights.get(row, _DEFAULT_HEIGHT) for row in rows)
        # A line ends with a whole character, and most of ours are two columns wide.
        columns = 2 * math.floor((width - _INNER_EDGE) * _POINTS / size)
        return Room(max(2, columns), max(1, math.floor(height / (size * _LEADING))))

    def _pixels(self, column: int) -> int:
        width = self._widths.get(column, _DEFAULT_WIDTH)
        return int(width * _DIGIT + _COLUMN_EDGE) if width else 0
