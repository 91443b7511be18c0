"""How wide the columns of a worksheet are, and how high its rows: in the units of the file."""

from __future__ import annotations

import re
from typing import Final

from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.workbook_part import TRUE
from xlsync.ooxml.xml.splice import attributes

DEFAULT_WIDTH: Final = 8.38
DEFAULT_HEIGHT: Final = 13.5
"""Of a worksheet that says nothing: those of Japanese Excel (ＭＳ Ｐゴシック 11)."""
_FORMAT: Final = re.compile(r"<sheetFormatPr\s[^<>]*>")
_COLUMN: Final = re.compile(r"<col\s[^<>]*>")
_ROW: Final = re.compile(r"<row\s[^<>]*>")
_LAST_COLUMN: Final = 16_384


class Grid:
    """Widths of columns in characters, and heights of rows in points, both by number from 1.

    Args:
        text: The worksheet part. One whose elements have a prefix has default widths and heights only.

    """

    def __init__(self, text: str) -> None:
        form = _FORMAT.search(text)
        defaults = attributes(form[0]) if form is not None else {}
        self._default_width = _number(defaults.get("defaultColWidth"), DEFAULT_WIDTH)
        self._default_height = _number(defaults.get("defaultRowHeight"), DEFAULT_HEIGHT)
        self._widths: dict[int, float] = {}
        for tag in _COLUMN.findall(text):
            self._put_columns(attributes(tag))
        rows = map(attributes, _ROW.findall(text))
        heights = ((whole_number(row.get("r", "")), row) for row in rows)
        self._heights = {number: self._height_of(row) for number, row in heights if number}

    def width(self, column: int) -> float:
        """Return the width of a column, 0 for a hidden one."""
        return self._widths.get(column, self._default_width)

    def height(self, row: int) -> float:
        """Return the height of a row, 0 for a hidden one."""
        return self._heights.get(row, self._default_height)

    def _put_columns(self, column: dict[str, str]) -> None:
        first, last = (whole_number(column.get(end, "")) or 0 for end in ("min", "max"))
        is_hidden = column.get("hidden") in TRUE
        width = 0.0 if is_hidden else _number(column.get("width"), self._default_width)
        self._widths |= dict.fromkeys(range(first, min(last, _LAST_COLUMN) + 1), width)

    def _height_of(self, row: dict[str, str]) -> float:
        is_hidden = row.get("hidden") in TRUE
        return 0.0 if is_hidden else _number(row.get("ht"), self._default_height)


def _number(text: str | None, default: float) -> float:
    """Return what an attribute says, the default where it is missing or no number."""
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
