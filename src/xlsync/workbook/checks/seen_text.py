"""What people see of a cell's text, as a formula: without the characters that are invisible, with plain spaces and breaks.

`xlsync.kinds.characters.cleaned` is the same in Python. Excel leaves out the invisible characters that programs put into
texts; each stands in a cell of its own on the hidden worksheet.
"""

from __future__ import annotations

from typing import Final

from xlsync.workbook.checks.check_layout import INVISIBLE_ROW, fixed_at

JOINER: Final = "\u200d"
"""The zero width joiner, which in a text may hold the parts of a picture together."""
REMOVED: Final = (
    "\u200b\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\xad\u061c\u180e\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069\u3164\u2800\x7f"
) + JOINER
SPACES: Final = "\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
INVISIBLE: Final = REMOVED + SPACES
_BREAKS: Final = (
    ("CHAR(13)&CHAR(10)", "CHAR(10)"),
    ("CHAR(13)", "CHAR(10)"),
    ("CHAR(11)", "CHAR(10)"),
)


def seen_formula(raw: str, *, is_prose: bool) -> str:
    """Return the formula of the text people see in a cell, "" where it holds no text; prose keeps the joiners of pictures."""
    text = raw
    for column, character in enumerate(INVISIBLE, start=1):
        if character != JOINER or not is_prose:
            by = '""' if character in REMOVED else '" "'
            text = f"SUBSTITUTE({text},{fixed_at(INVISIBLE_ROW, column)},{by})"
    for old, new in _BREAKS:
        text = f"SUBSTITUTE({text},{old},{new})"
    return f'IF(ISTEXT({raw}),{text},"")'
