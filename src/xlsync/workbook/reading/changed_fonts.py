"""Texts that no longer fit on paper because somebody made some of their letters larger, or their lines higher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding
from xlsync.ooxml.a1 import split_range, split_reference
from xlsync.rules.paper_lines import text_lines
from xlsync.workbook.reading.page_layout import Box
from xlsync.workbook.reading.text_capacity import frames_of, line_height, printable_size
from xlsync.workbook.reading.text_height import Pieces, fits_on_paper

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.kinds import Value
    from xlsync.ooxml.read.cell_fonts import CellFont
    from xlsync.workbook.reading.name_check import NamedPage
    from xlsync.workbook.reading.text_capacity import TextFrame


def texts_too_large(page: NamedPage, form: Form, values: Mapping[str, Value]) -> Iterator[Finding]:
    """Yield a finding for each text that fits in the form's font and not in those of its letters.

    Columns and rows are taken as they are now: who made the letters larger may have made the rows higher.
    """
    formatting = page.workbook.formatting(page.title)
    for path, frame in frames_of(form, page.edition.year).items():
        text, address = values.get(path), page.addresses.get(path)
        if not isinstance(text, str) or address is None:
            continue
        pieces = formatting.run_fonts(address) or [(text, formatting.font(address))]
        if (
            not _has_larger(pieces, frame)
            or text_lines(text, frame.room.width) > frame.room.line_count
        ):
            continue
        width, height = printable_size(formatting.grid, _box(page, path, frame))
        if not fits_on_paper(pieces, width, max(height, line_height(frame.font))):
            title = page.edition.by_path[path].title
            own = f"{frame.font.face}{frame.font.size:g}"
            yield finding("font-too-large", path, field=title, font=_words(pieces), own=own)


def _has_larger(pieces: Pieces, frame: TextFrame) -> bool:
    """True where some letters are larger than the form's or have higher lines, and do not shrink to fit."""
    return any(
        _is_larger(font, frame) for text, font in pieces if text.strip() and not font.shrinks
    )


def _is_larger(font: CellFont, frame: TextFrame) -> bool:
    """True where a font is broader than the form's or has higher lines; nothing is known of one without a size."""
    higher = line_height(font) > line_height(frame.font)
    return font.size > 0 and (font.size > frame.font.size or higher)


def _words(pieces: Pieces) -> str:
    """Return the face and size of a text's highest letters, and whether only some have them."""
    fonts = {font for text, font in pieces if text.strip()}
    highest = max(fonts, key=line_height)
    return f"{'一部が' if len(fonts) > 1 else ''}{highest.face}{highest.size:g}"


def _box(page: NamedPage, path: str, frame: TextFrame) -> Box:
    """Return the area of a field on the page; where its name has none, one as large as the form's."""
    if path in page.ranges:
        return Box(*split_range(page.ranges[path]))
    row, column = split_reference(page.addresses[path])
    return Box(row, column, row + frame.box.height - 1, column + frame.box.width - 1)
