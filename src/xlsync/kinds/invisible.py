"""Characters that nobody sees on the page: which of them are left out, by Python and by the formulas of チェック alike.

Each list stands here once. `xlsync.kinds.characters.cleaned` applies it in Python, `xlsync.workbook.checks.seen_text` in
Excel, which takes one nested function for each character and bears 64 of them. So the lists hold what programs really put
into texts; what else is invisible (`is_kept_though_invisible`) stays in a text, and in a number it is refused by its name.
"""

from __future__ import annotations

import re
from typing import Final

INVISIBLE: Final = (
    "\x7f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063"
    "\u2064\u2066\u2067\u2068\u2069\u2800\u3164\ufe00\ufe01\ufe02\ufeff\uffa0\ufff9\ufffa\ufffb"
)
"""Left out of every text."""
PICTURE_PARTS: Final = "\u200d\ufe0e\ufe0f"
"""Zero width joiner and variation selectors: kept in pictures (👪, ❤️), where the checks look past them; else left out."""
SPACES: Final = (
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)
"""Spaces of Latin typography, each a plain space; the ideographic space (U+3000) is as wide as a character, and stays."""
LINE_BREAKS: Final = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
"""What programs break lines with beside "\\n"; the longer first."""
_KEPT: Final = re.compile(
    "[\x80-\x84\x86-\x9f\u17b4\u17b5\u180b-\u180d\u180f\u2065\u206a-\u206f\ufe03-\ufe0d\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_SHAPES: Final = re.compile("[\U000e0100-\U000e01ef]")
"""Variation selectors of ideographs (葛󠄀): what they choose is to be seen."""
_ALWAYS: Final = str.maketrans("", "", INVISIBLE + PICTURE_PARTS)


def is_kept_though_invisible(character: str) -> bool:
    r"""Whether a character is invisible or only chooses the shape of another, but is left out of no text.

    >>> is_kept_though_invisible("\U000e0041"), is_kept_though_invisible("\u200b")
    (True, False)
    """
    return _KEPT.fullmatch(character) is not None or _SHAPES.fullmatch(character) is not None


def is_only_invisible(text: str) -> bool:
    r"""Whether a cleaned text holds something, but nothing that anybody sees.

    >>> is_only_invisible("\U000e0041 "), is_only_invisible(" ")
    (True, False)
    """
    written = text.strip()
    return written != "" and all(map(is_kept_though_invisible, written))


def visible_part(text: str) -> str:
    """Return a text without any character that nobody sees; spaces and line breaks are kept."""
    return _KEPT.sub("", text.translate(_ALWAYS))


def without_picture_parts(text: str) -> str:
    """Return a text with the pictures in it taken apart (👪, ❤️), as no formula can tell them from what to leave out."""
    if not any(part in text for part in PICTURE_PARTS):
        return text
    return "".join(character for character in text if character not in PICTURE_PARTS)


__all__ = [
    "INVISIBLE",
    "LINE_BREAKS",
    "PICTURE_PARTS",
    "SPACES",
    "is_kept_though_invisible",
    "is_only_invisible",
    "visible_part",
    "without_picture_parts",
]
