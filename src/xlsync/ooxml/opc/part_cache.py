"""A cache of parsed parts by their content: the workbooks of one form share some parts, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

Parsed = TypeVar("Parsed")

_PARTS: Final = 16
_LARGEST: Final = 128 * 2**10


def cached_by_content(parse: Callable[[bytes, str], Parsed]) -> Callable[[bytes, str], Parsed]:
    """Return the function of a part's bytes and name with a cache of its last results, which nobody may change.

    Large parts are not cached, so that a hostile file cannot fill the memory.
    """
    cached = lru_cache(maxsize=_PARTS)(parse)

    @wraps(parse)
    def parsed(data: bytes, where: str) -> Parsed:
        return cached(data, where) if len(data) <= _LARGEST else parse(data, where)

    return parsed
