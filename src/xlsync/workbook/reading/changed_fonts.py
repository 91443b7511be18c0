"""Texts that no longer fit on paper because somebody gave their cell a larger font, or one with higher lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding, finding
from xlsync.ooxml.a1 import split_range, split_reference
from xlsync.rules.paper_lines import text_lines
from xlsync.workbook.reading.page_layout import Box
from xlsync.workbook.reading.text_capacity import frames_of, line_height, room_in

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.ooxml.read.cell_fonts import CellFont
    from xlsync.rules import Room
    from xlsync.workbook.reading.name_check import NamedPage
    from xlsync.workbook.reading.text_capacity import TextFrame

_READABLE: Final = 0.25
"""Of a line's height: so much of the last line may be cut, and it is read all the same."""


def texts_too_large(page: NamedPage, form: Form, values: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield a finding for each text that fits in the form's font and not in its cell's.

    Columns and rows are taken as they are now: who made the letters larger may have made the rows higher.
    """
    formatting = page.workbook.formatting(page.title)
    for path, frame in frames_of(form, page.edition.year).items():
        text, address = values.get(path), page.addresses.get(path)
        if not isinstance(text, str) or address is None:
            continue
        font = formatting.font(address)
        if font.shrinks or not _is_larger(font, frame) or not _fits(text, frame.room):
            continue
        room = room_in(formatting.grid, _box(page, path, frame), font, cut=_READABLE)
        if not _fits(text, room):
            words = f"{font.face}{font.size:g}"
            own = f"{frame.font.face}{frame.font.size:g}"
            title = page.edition.by_path[path].title
            yield finding("font-too-large", path, field=title, font=words, own=own)


def _is_larger(font: CellFont, frame: TextFrame) -> bool:
    """True where a font is broader than the form's or has higher lines; nothing is known of one without a size."""
    higher = line_height(font) > line_height(frame.font)
    return font.size > 0 and (font.size > frame.font.size or higher)


def _fits(text: str, room: Room) -> bool:
    return text_lines(text, room.width) <= room.line_count


def _box(page: NamedPage, path: str, frame: TextFrame) -> Box:
    """Return the area of a field on the page; where its name has none, one as large as the form's."""
    if path in page.ranges:
        return Box(*split_range(page.ranges[path]))
    row, column = split_reference(page.addresses[path])
    return Box(row, column, row + frame.box.height - 1, column + frame.box.width - 1)
