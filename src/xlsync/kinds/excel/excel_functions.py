"""Excel's functions ASC and TRIM in Python."""

from __future__ import annotations

import unicodedata
from typing import Final


def trimmed(text: str) -> str:
    """Return the text as Excel's TRIM leaves it, line breaks, tabs and wide spaces being spaces."""
    spaced = text.replace("\n", " ").replace("\t", " ").replace("　", " ")
    return " ".join(word for word in spaced.split(" ") if word)


def half_width(text: str) -> str:
    """Return the text as Excel's ASC returns it: full-width ASCII and katakana in half width."""
    return "".join(_HALF.get(character, character) for character in text)


def _half_table() -> dict[str, str]:
    table = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {
        "　": " ",
        "￥": "\\",
        "゛": "ﾞ",
        "゜": "ﾟ",
    }
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    for code in range(0xFF61, 0xFF9E):
        wide = unicodedata.normalize("NFKC", chr(code))
        table[wide] = chr(code)
        for mark, half in marks.items():
            voiced = unicodedata.normalize("NFC", wide + mark)
            if len(voiced) == 1:
                table[voiced] = chr(code) + half
    return table


_HALF: Final = _half_table()
