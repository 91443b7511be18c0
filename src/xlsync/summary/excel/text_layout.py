"""Text as a cell can hold it, and how much room it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from xlsync.excel_text import breadth
from xlsync.summary.excel import styles

_LONGEST: Final = 32_767
_WIDEST_LINK: Final = 42.0
_LINE_HEIGHT: Final = 1.3
_WIDEST_LINE_HEIGHT: Final = 1.7
"""Of the size of the font: of ＭＳ Ｐゴシック with its leading, and of 游ゴシック and メイリオ as Excel sets them."""
_AIR: Final = 5.0
_LATIN_WIDTH: Final = 1.3
_LATIN_WIDTHS: Final = {
    **dict.fromkeys("ABCDEGHKNOPQRSTUVXYZ&#<>+=~^", 1.55),
    **dict.fromkeys("MWmw@%", 2.0),
    **dict.fromkeys("ijlI.,:;'|!() []ft", 0.95),
}
"""Half-width characters of a letter in メイリオ, rounded up; digits are among the others."""
_LITERAL = re.compile('"([^"]*)"')
_DECIMALS = re.compile(r"0\.(0+)")
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def as_text(text: str) -> str:
    """Convert a text to what a cell can hold: no characters that XML lacks, and at most Excel's 32,767 characters."""
    sound = _NOT_XML.sub("\ufffd", text)
    units = sound.encode("utf-16-le")
    if len(units) > 2 * _LONGEST:
        sound = units[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    # XlsxWriter would take such a text for its own markup
    return sound + " " if sound.startswith("<r>") and sound.endswith("</r>") else sound


def widest_breadth(text: str) -> float:
    """The width of a text in half-width characters in メイリオ, whose Latin letters are the broadest of the usual fonts."""
    latin = sum(
        _LATIN_WIDTHS.get(character, _LATIN_WIDTH) for character in text if character.isascii()
    )
    return latin + breadth("".join(character for character in text if not character.isascii()))


def height_of_text(text: str, room: float, size: float) -> float:
    """The height in points of a wrapped text, `room` half-width characters wide, of which no usual font loses a line.

    A row is as high as in our own font with some air; where メイリオ or 游ゴシック stands in for it, whose lines are further
    apart and whose letters are broader, the air is taken up.
    """
    own = _lines(map(breadth, text.split("\n")), room) * size * _LINE_HEIGHT + _AIR
    widest = _lines(map(widest_breadth, text.split("\n")), room) * size * _WIDEST_LINE_HEIGHT + 1
    return max(own, widest)


def _lines(breadths: Iterable[float], room: float) -> int:
    return sum(max(1, math.ceil(width / room)) for width in breadths)


def room_of_link(text: str) -> float:
    """The width of a column, in half-width characters, in which a link stands on one line."""
    return widest_breadth(text) + 4.0


def is_too_long_for_link(text: str) -> bool:
    """True for a text that no column is made wide enough for, or of several lines."""
    return room_of_link(text) > _WIDEST_LINK or "\n" in text


def shown(number: float | Decimal, number_format: str) -> str:
    """Format a number roughly as Excel does, to estimate its width."""
    plain, *_ = number_format.split(";")
    if number_format == styles.MISSING:
        return f"未{number}" if number > 0 else ""
    literal = "".join(_LITERAL.findall(plain))
    digits = _LITERAL.sub("", plain)
    plus = "+" if digits.startswith("+") else ""
    prefix = "△" if number < 0 else plus
    if "%" in digits:
        return f"{prefix}{abs(number):.1%}{literal}"
    decimals = _DECIMALS.search(digits)
    precision = f".{len(decimals[1])}f" if decimals else ""
    return f"{prefix}{abs(number):,{precision}}{literal}"


def lines_of_text(text: str, room: int) -> list[str]:
    """Break a text into lines of at most `room` half-width characters."""
    lines: list[str] = []
    for line in text.split("\n"):
        current, filled = "", 0
        for character in line:
            width = breadth(character)
            if filled + width > room and current:
                lines.append(current)
                current, filled = "", 0
            current, filled = current + character, filled + width
        lines.append(current)
    return lines


def pieces(text: str, room: int, most: int) -> list[str]:
    """Cut a text into pieces of at most `most` lines each.

    Joined they are the text again, but for line breaks between them.
    """
    finished: list[str] = []
    piece: list[str] = []
    used = 0
    for line in text.split("\n"):
        parts = lines_of_text(line, room)
        while parts:
            fit = parts[: most - used]
            piece.append("".join(fit))
            used += len(fit)
            parts = parts[len(fit) :]
            if used == most:
                finished.append("\n".join(piece))
                piece, used = [], 0
    return [*finished, "\n".join(piece)] if piece or not finished else finished
