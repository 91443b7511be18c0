"""How wide the columns of a printed worksheet are, and where its pages end, so that the rows of one block stay together. Pure.

Excel fits a worksheet to the width of the paper by making it smaller only: what is narrower is given wider columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

Paper = Literal["A3", "A4"]

PAPER_CODES: Final[Mapping[Paper, int]] = {"A3": 8, "A4": 9}
MARGINS: Final = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
"""In inches."""
_SIZES: Final[Mapping[Paper, tuple[float, float]]] = {"A3": (16.54, 11.69), "A4": (11.69, 8.27)}
_WIDEST_STRETCH: Final = 1.6
_DIGIT_PIXELS: Final = 8
"""Of a digit of ＭＳ Ｐゴシック in 11 points, which measures the columns; each has 5 pixels more."""
_DEFAULT_HEIGHT: Final = 13.5
_POINTS, _PIXELS = 72, 96
_SAFETY: Final = 0.97
"""Printers differ by so much in what they take for the height of a row."""


def stretch(paper: Paper, widths: Sequence[float]) -> float:
    """Return by how much columns, in digits, must be wider to fill the paper; 1 where they do, or nearly."""
    return min(_WIDEST_STRETCH, max(1.0, _room_across(paper) / sum(map(_inches, widths))))


def page_breaks(
    paper: Paper,
    widths: Sequence[float],
    heights: Mapping[int, float],
    rows: tuple[range, Sequence[range]],
) -> Iterator[int]:
    """Yield the rows that begin a page; `rows` are those that every page repeats, and the blocks below them in order."""
    repeated, blocks = rows
    scale = min(1.0, _room_across(paper) / sum(map(_inches, widths)))
    room = _SAFETY * _POINTS * (_SIZES[paper][1] - MARGINS["top"] - MARGINS["bottom"]) / scale
    head = _height(heights, repeated)
    used = _height(heights, range(blocks[0].start)) if blocks else 0.0
    for block in blocks:
        high = _height(heights, block)
        if used + high > room and used > head:
            yield block.start
            used = head
        used += high


def _room_across(paper: Paper) -> float:
    return _SIZES[paper][0] - MARGINS["left"] - MARGINS["right"]


def _height(heights: Mapping[int, float], rows: range) -> float:
    return sum(heights.get(row, _DEFAULT_HEIGHT) for row in rows)


def _inches(digits: float) -> float:
    return (_DIGIT_PIXELS * digits + 5) / _PIXELS
