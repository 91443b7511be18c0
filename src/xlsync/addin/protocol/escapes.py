"""Names and values in one line each: TAB, CR, LF and the backslash are written as docs/protocol.md says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

_WRITTEN: Final = MappingProxyType({"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"})
_MEANT: Final = MappingProxyType({written: sign for sign, written in _WRITTEN.items()})
_SIGN: Final = re.compile(r"[\\\t\r\n]")
_ESCAPE: Final = re.compile(r"\\.?", re.DOTALL)


def line_of(words: Iterable[str]) -> str:
    """Give words as one line with its end."""
    return "\t".join(_SIGN.sub(lambda found: _WRITTEN[found[0]], word) for word in words) + "\r\n"


def lines_in(text: str) -> list[list[str]]:
    """Give the words of each line; ValueError (a Japanese phrase) where a line has no end or an escape no meaning."""
    *lines, rest = text.split("\r\n")
    if rest:
        raise ValueError("最後の行が途中で切れています")
    return [[_word(word) for word in line.split("\t")] for line in lines]


def encoded(text: str) -> bytes:
    """Give the text as UTF-16LE; half of a sign, which no one can have typed, becomes a question mark."""
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
    return _ESCAPE.sub(_meant, written)


def _meant(found: re.Match[str]) -> str:
    sign = _MEANT.get(found[0])
    if sign is None:
        raise ValueError("「\\」のあとの文字が違います")
    return sign
