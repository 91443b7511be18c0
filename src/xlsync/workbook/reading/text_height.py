"""How high a wrapped text is on paper whose pieces have fonts of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from xlsync.workbook.reading.text_capacity import character_width, line_height

if TYPE_CHECKING:
    from xlsync.ooxml.read.cell_fonts import CellFont

Pieces = list[tuple[str, "CellFont"]]
"""The pieces of a text in order, each with its font."""
_READABLE: Final = 0.25
"""Of a line's height: so much of the last line may be cut, and it is read all the same."""


def fits_on_paper(pieces: Pieces, width: float, height: float) -> bool:
    """True where a text is read to its end in an area of such a width and height in points."""
    lines = [line for paragraph in _paragraphs(pieces) for line in _lines(paragraph, width)]
    return sum(lines) - _READABLE * lines[-1] <= height


def _paragraphs(pieces: Pieces) -> list[Pieces]:
    """Return the pieces of each paragraph; the line break counts to the one that it ends."""
    paragraphs: list[Pieces] = [[]]
    for text, font in pieces:
        for part in text.splitlines(keepends=True):
            paragraphs[-1].append((part, font))
            if part.endswith("\n"):
                paragraphs.append([])
    return paragraphs if paragraphs[-1] else paragraphs[:-1]


def _lines(paragraph: Pieces, width: float) -> Iterator[float]:
    """Yield the height of each line of a paragraph: that of the highest font in it."""
    used = high = 0.0
    for needed, height in _characters(paragraph):
        if used and used + needed > width:
            yield high
            used = high = 0.0
        used, high = used + needed, max(high, height)
    yield high


def _characters(paragraph: Pieces) -> Iterable[tuple[float, float]]:
    """Yield the width and the line's height of each character; a line break takes no room."""
    for text, font in paragraph:
        height = line_height(font)
        for character in text:
            yield character_width(character, font), height
