"""Names and values in one line each: TAB, CR, LF and the backslash are written as docs/protocol.md says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

_ESCAPES: Final = MappingProxyType({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})
_CHARACTERS: Final = MappingProxyType(
    {written: character for character, written in _ESCAPES.items()}
)
_SPECIAL: Final = re.compile(r"[\\\t\r\n]")
_ESCAPE: Final = re.compile(r"\\.?", re.DOTALL)


def line_of(words: Iterable[str]) -> str:
    """Return words as one escaped line, its end included."""
    return (
        "\t".join(_SPECIAL.sub(lambda match: _ESCAPES[match[0]], word) for word in words) + "\r\n"
    )


def lines_in(text: str) -> list[list[str]]:
    """Split text into lines of unescaped words; ValueError (a Japanese phrase) for a cut line or an unknown escape."""
    *lines, rest = text.split("\r\n")
    if rest:
        raise ValueError("最後の行が途中で切れています")
    return [[*map(_word, line.split("\t"))] for line in lines]


def encoded(text: str) -> bytes:
    """Encode as UTF-16LE; a lone surrogate, which no one can have typed, becomes a question mark."""
    return text.encode("utf-16-le", "replace")


def decoded(data: bytes) -> str:
    """Read UTF-16LE; ValueError (a Japanese phrase) where it is none."""
    try:
        return data.decode("utf-16-le")
    except UnicodeDecodeError as fault:
        raise ValueError("文字コードがUTF-16ではありません") from fault


def _word(written: str) -> str:
    if "\r" in written or "\n" in written:
        raise ValueError("行の途中に改行があります")
    return _ESCAPE.sub(_character, written)


def _character(match: re.Match[str]) -> str:
    character = _CHARACTERS.get(match[0])
    if character is None:
        raise ValueError("「\\」のあとの文字が違います")
    return character
