"""Texts as Excel counts them: in UTF-16 units, of which a character beyond U+FFFF (𠮷, 👪) has two; and how wide they are."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

CELL_LIMIT: Final = 32_767
"""Units that a cell, and every intermediate result of a formula, can hold."""

_LONGEST_LINK: Final = 2_000
_NOT_LINKED = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LINK_ESCAPES: Final = {ord(character): f"%{ord(character):02x}" for character in '%# "<>[]^`{}'}


def excel_length(text: str) -> int:
    """Return the length of a text as LEN of Excel does.

    >>> excel_length("吉野"), excel_length("𠮷野")
    (2, 3)
    """
    return len(text) if text.isascii() else len(_units(text)) // 2


def excel_left(text: str, count: int) -> str:
    """Return at most `count` units from the start of a text, as LEFT of Excel does, but never half a character.

    >>> excel_left("𠮷野家", 3), excel_left("𠮷野家", 1)
    ('𠮷野', '')
    """
    if len(text) * 2 <= count:
        return text
    cut = _units(text)[: 2 * count].decode("utf-16-le", "surrogatepass")
    half = bool(cut) and "\ud800" <= cut[-1] <= "\udbff" and not text.startswith(cut)
    return cut[:-1] if half else cut


def excel_units(text: str) -> str:
    """Return a text of as many characters as Excel counts: a character beyond U+FFFF as its two halves."""
    if all(character <= "\uffff" for character in text):
        return text
    units = _units(text)
    return "".join(chr(units[at] | units[at + 1] << 8) for at in range(0, len(units), 2))


def breadth(text: str) -> int:
    """Return the width of a text in half-width characters.

    >>> breadth("令和6年")
    7
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "FWA" for character in text)
    return len(text) + wide


def link_url(file: str, reference: str) -> str:
    """Return the URL, as XlsxWriter takes it, of a file (relative path, "/" between folders) and a cell in it.

    "" where Excel would not accept it.
    """
    url = f"external:{file.translate(_LINK_ESCAPES)}" + (f"#{reference}" if reference else "")
    return url if file and len(url) <= _LONGEST_LINK and not _NOT_LINKED.search(url) else ""


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
