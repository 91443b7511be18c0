"""A text in lines of so many half-width characters, broken as Japanese is: no line begins with a closing mark."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

_NEVER_FIRST: Final = frozenset(
    "、。，．・：；？！）」』】〕｝〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.)]}"
)


def wrapped_lines(text: str, columns: int) -> Iterator[str]:
    """Yield the lines of a text, at least one for each paragraph; a closing mark hangs behind its line.

    >>> list(wrapped_lines("あいうえお、かき", 10))
    ['あいうえお、', 'かき']
    """
    for paragraph in text.split("\n"):
        yield from _lines_of(paragraph, columns)


def _lines_of(paragraph: str, columns: int) -> Iterator[str]:
    line, width = "", 0
    for character in paragraph:
        wide = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        if line and width + wide > columns and character not in _NEVER_FIRST:
            yield line
            line, width = "", 0
        line += character
        width += wide
    yield line


__all__ = ["wrapped_lines"]
