"""What people see of a cell's text, as a formula: without the characters that are invisible, with plain spaces and breaks.

`xlsync.kinds.characters.cleaned` is the same in Python, from the same lists (`xlsync.kinds.invisible`). Each character stands
in a cell of its own on the hidden worksheet. Pictures are taken apart, as `without_picture_parts` does.
"""

from __future__ import annotations

from typing import Final

from xlsync.kinds.invisible import INVISIBLE, LINE_BREAKS, PICTURE_PARTS, SPACES
from xlsync.workbook.checks.check_layout import INVISIBLE_ROW, fixed_at

_REMOVED: Final = INVISIBLE + PICTURE_PARTS
_BREAK_CODES: Final = "\r\n\x0b\x0c"
"""Line breaks that Excel's CHAR gives; the others stand in cells, for CHAR goes by the code page of Windows."""
SUBSTITUTED: Final = (
    _REMOVED + SPACES + "".join(text for text in LINE_BREAKS if text[0] not in _BREAK_CODES)
)
"""What the row of single characters on the hidden worksheet holds."""


def seen_formula(raw: str) -> str:
    """Return the formula of the text people see in a cell, "" where it holds no text."""
    text = raw
    for line_break in LINE_BREAKS:  # first, or two that others stood between became one
        if line_break[0] in _BREAK_CODES:
            codes = "&".join(f"CHAR({ord(character)})" for character in line_break)
            text = f"SUBSTITUTE({text},{codes},CHAR(10))"
    for column, character in enumerate(SUBSTITUTED, start=1):
        text = f"SUBSTITUTE({text},{fixed_at(INVISIBLE_ROW, column)},{_new(character)})"
    return f'IF(ISTEXT({raw}),{text},"")'


def _new(character: str) -> str:
    """Return what a character is substituted by."""
    if character in _REMOVED:
        return '""'
    return '" "' if character in SPACES else "CHAR(10)"
