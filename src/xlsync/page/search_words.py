"""Words searched for, and the texts they are searched in: width, letter case, kana and old forms do not count."""

from __future__ import annotations

from typing import Final

from xlsync.organization import plain_name

_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
"""Each katakana that has a hiragana, and that one."""


def searchable(text: str) -> str:
    """Return a text as words are searched in it."""
    return plain_name(text).translate(_KATAKANA)


def searched_words(query: str) -> tuple[str, ...]:
    """Return the words of a query, however they are separated, as they are searched for."""
    return tuple(filter(None, map(searchable, query.split())))


__all__ = ["searchable", "searched_words"]
