"""A number format code (ECMA-376 part 1, 18.8.31) → its sections, and each section's pieces: literal text, or a placeholder."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

_SECTION: Final = re.compile(r'(?:"[^"]*"?|\[[^\]]*\]|[\\_*!].|[^;"\[\\_*!]|!)*', re.DOTALL)
_PIECE: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<skipped>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<word>General|G/標準|AM/PM|A/P|上午/下午|y+|e+|g+|b+|d+|h+|s+|a+|m+|[0#?]+(?:,(?=[0#?])|[0#?])*|E[+-]|[.,%@/])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
"""Excel for Japan takes "!" for an escape, too: 0!.0, shows thousands as tens of thousands."""
_CONDITION: Final = re.compile(r"(?P<sign>[<>]=|<>|[<>=])\s*(?P<limit>-?[0-9]+(?:\.[0-9]+)?)")
_COMPARISONS: Final = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": operator.eq,
        "<>": operator.ne,
    }
)
_COLOUR: Final = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|黒|青|水|緑|紫|赤|白|黄|(?:color|色)\s*[0-9]+",
    re.IGNORECASE,
)
_ELAPSED: Final = re.compile(r"h+|m+|s+", re.IGNORECASE)
_SYSTEM: Final = MappingProxyType({"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"})
"""Formats that follow the settings of Windows, and what those are in Japan; what the code says besides is not shown."""
_BY_SIGN: Final = 3
"""A positive number, a negative one, zero; a fourth section is for texts."""


class Piece(NamedTuple):
    """A piece of a section: `word` is its placeholder (`#,##0`, `ggg`, `[h]`), "" for the literal `text`."""

    text: str
    word: str = ""


class Section(NamedTuple):
    """One section of a format code: its pieces, whether it sets a colour, and which numbers it is for (None: by sign)."""

    pieces: tuple[Piece, ...]
    is_coloured: bool = False
    condition: Callable[[Decimal], bool] | None = None


@lru_cache(maxsize=512)
def sections(code: str) -> tuple[Section, ...]:
    """Return the sections of a format code."""
    for start, meant in _SYSTEM.items():
        if code.upper().startswith(start):
            return (_section(meant),)
    parts: list[str] = []
    at = 0
    while at <= len(code):
        match = _SECTION.match(code, at)
        parts.append("" if match is None else match[0])
        at += len(parts[-1]) + 1
    return tuple(map(_section, parts))


def section_for(number: Decimal, code: str) -> Section | None:
    """Return the section that shows a number: the first one whose condition it meets; None where none is for it."""
    parts = sections(code)[:_BY_SIGN]
    if any(part.condition is not None for part in parts):
        return next(
            (part for part in parts if part.condition is None or part.condition(number)), None
        )
    if number < 0 and len(parts) > 1:
        return parts[1]
    return parts[2] if number == 0 and len(parts) == _BY_SIGN else parts[0]


def text_section(code: str) -> Section | None:
    """Return the section that shows a text; None where the format leaves texts as they are."""
    parts = sections(code)
    if len(parts) > _BY_SIGN:
        return parts[_BY_SIGN]
    last = parts[-1]
    return last if any(piece.word == "@" for piece in last.pieces) else None


def _section(code: str) -> Section:
    pieces: list[Piece] = []
    is_coloured, condition = False, None
    for match in _PIECE.finditer(code):
        kind, content = match.lastgroup, match[match.lastgroup or 0]
        if kind == "bracket":
            is_coloured = is_coloured or _COLOUR.fullmatch(content) is not None
            condition = _condition(content) or condition
            pieces.append(_bracket(content))
        elif kind == "word":
            pieces.append(Piece(content, content))
        elif kind != "skipped":
            pieces.append(Piece(content))
    return Section(tuple(pieces), is_coloured, condition)


def _condition(content: str) -> Callable[[Decimal], bool] | None:
    match = _CONDITION.fullmatch(content.strip())
    if match is None:
        return None
    compare, limit = _COMPARISONS[match["sign"]], Decimal(match["limit"])
    return lambda number: compare(number, limit)


def _bracket(content: str) -> Piece:
    """Return elapsed time ([h]), the symbol of a currency ([$¥-411]), or nothing for colours, conditions and languages."""
    if _ELAPSED.fullmatch(content):
        return Piece("", f"[{content.lower()}]")
    if content.startswith("$"):
        symbol, _, language = content[1:].partition("-")
        return Piece(symbol, "" if symbol or "gannen" not in language else "[gannen]")
    return Piece("")


__all__ = ["Piece", "Section", "section_for", "sections", "text_section"]
