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
_LINK_SIGNS: Final = {ord(sign): f"%{ord(sign):02x}" for sign in '%# "<>[]^`{}'}
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def as_text(text: str) -> str:
    """Give the text as a cell can hold it: no signs XML lacks, and at most Excel's 32,767 characters."""
    sound = _NOT_XML.sub("\ufffd", text)
    units = sound.encode("utf-16-le")
    if len(units) > 2 * _LONGEST:
        sound = units[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
    # XlsxWriter would take such a text for its own markup
    return sound + " " if sound.startswith("<r>") and sound.endswith("</r>") else sound


def link_url(file: str, place: str) -> str:
    """Give the link to a file (relative path, "/" between folders) and a place in it; "" where Excel would take none."""
    url = f"external:{file.translate(_LINK_SIGNS)}" + (f"#{place}" if place else "")
    return url if file and len(url) <= _LONGEST_LINK and not _NOT_LINKED.search(url) else ""


def breadth(text: str) -> int:
    """Give how many half-width signs wide the text is."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "FWA" else 1 for sign in text)


def shown(number: float | Decimal, number_format: str) -> str:
    """Give a number as its format shows it, near enough to know its width."""
    plain = number_format.partition(";")[0]
    if number_format == styles.MISSING:
        return f"未{number}" if number > 0 else ""
    sign = "△" if number < 0 else "+" if plain.startswith("+") else ""
    if plain.endswith("%"):
        return f"{sign}{abs(number):.1%}"
    return f"{sign}{abs(number):,.2f}" if "0.00" in plain else f"{sign}{abs(number):,}"


def lines_of_text(text: str, room: int) -> list[str]:
    """Give the lines a text breaks into where `room` half-width signs stand in each."""
    lines: list[str] = []
    for line in text.split("\n"):
        current, taken = "", 0
        for sign in line:
            width = breadth(sign)
            if taken + width > room and current:
                lines.append(current)
                current, taken = "", 0
            current, taken = current + sign, taken + width
        lines.append(current)
    return lines


def pieces(text: str, room: int, most: int) -> list[str]:
    """Give a text in pieces of at most `most` lines each; together they are the text, breaks between them apart."""
    found: list[str] = []
    piece: list[str] = []
    taken = 0
    for line in text.split("\n"):
        parts = lines_of_text(line, room)
        while parts:
            fit = parts[: most - taken]
            piece.append("".join(fit))
            taken += len(fit)
            parts = parts[len(fit) :]
            if taken == most:
                found.append("\n".join(piece))
                piece, taken = [], 0
    return [*found, "\n".join(piece)] if piece or not found else found
