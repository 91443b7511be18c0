"""Text as a cell can hold it, and how much room it takes."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from xlsync.summary.excel import styles

_LONGEST: Final = 32_767
_LONGEST_LINK: Final = 2_000
_NOT_LINKED = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LINK_ESCAPES: Final = {ord(character): f"%{ord(character):02x}" for character in '%# "<>[]^`{}'}
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


def link_url(file: str, reference: str) -> str:
    """The URL of a file (relative path, "/" between folders) and a cell in it; "" where Excel would not accept it."""
    url = f"external:{file.translate(_LINK_ESCAPES)}" + (f"#{reference}" if reference else "")
    return url if file and len(url) <= _LONGEST_LINK and not _NOT_LINKED.search(url) else ""


def breadth(text: str) -> int:
    """The width of a text in half-width characters."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "FWA" for character in text)
    return len(text) + wide


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
