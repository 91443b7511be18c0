"""A number format code (ECMA-376 part 1, 18.8.31) → its sections, and each section's pieces: literal text, or a placeholder."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_SECTION: Final = re.compile(r'(?:"[^"]*"?|\[[^\]]*\]|[\\_*].|[^;"\[\\_*])*', re.DOTALL)
_PIECE: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<skipped>[_*].)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<word>General|G/標準|AM/PM|A/P|上午/下午|y+|e+|g+|b+|d+|h+|s+|a+|m+|[0#?]+(?:,(?=[0#?])|[0#?])*|E[+-]|[.,%@/])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"[<>=]")
_ELAPSED: Final = re.compile(r"h+|m+|s+", re.IGNORECASE)


class Piece(NamedTuple):
    """A piece of a section: `word` is its placeholder (`#,##0`, `ggg`, `[h]`), "" for the literal `text`."""

    text: str
    word: str = ""


@lru_cache(maxsize=512)
def sections(code: str) -> tuple[tuple[Piece, ...], ...] | None:
    """Return the pieces of each section of a format code; None for one with conditions, which is not followed."""
    parts: list[str] = []
    at = 0
    while at <= len(code):
        match = _SECTION.match(code, at)
        parts.append("" if match is None else match[0])
        at += len(parts[-1]) + 1
    if any(_has_condition(part) for part in parts):
        return None
    return tuple(_pieces(part) for part in parts)


def _has_condition(section: str) -> bool:
    brackets = (match["bracket"] for match in _PIECE.finditer(section))
    return any(content is not None and _CONDITION.match(content) for content in brackets)


def _pieces(section: str) -> tuple[Piece, ...]:
    pieces = []
    for match in _PIECE.finditer(section):
        kind, content = match.lastgroup, match[match.lastgroup or 0]
        if kind == "bracket":
            pieces.append(_bracket(content))
        elif kind == "word":
            pieces.append(Piece(content, content))
        elif kind != "skipped":
            pieces.append(Piece(content))
    return tuple(pieces)


def _bracket(content: str) -> Piece:
    """Return elapsed time ([h]), the symbol of a currency ([$¥-411]), or nothing for colours and languages."""
    if _ELAPSED.fullmatch(content):
        return Piece("", f"[{content.lower()}]")
    if content.startswith("$"):
        symbol, _, language = content[1:].partition("-")
        return Piece(symbol, "" if symbol or "gannen" not in language else "[gannen]")
    return Piece("")
