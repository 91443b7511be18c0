"""What was made of the small parts seen last: the workbooks of one form share some of theirs, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

Made = TypeVar("Made")

_PARTS: Final = 16
_LARGEST: Final = 128 * 2**10


def remembered(make: Callable[[bytes, str], Made]) -> Callable[[bytes, str], Made]:
    """The function of a part's bytes and its name, answered from memory where the same bytes came a moment ago.

    What it makes must never be changed. Large parts are not kept, so that a hostile file cannot fill the memory.
    """
    known = lru_cache(maxsize=_PARTS)(make)

    @wraps(make)
    def answer(data: bytes, where: str) -> Made:
        return known(data, where) if len(data) <= _LARGEST else make(data, where)

    return answer
