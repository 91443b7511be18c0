"""A cache of parsed parts by their content: the workbooks of one form share some parts, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

Parsed = TypeVar("Parsed")
_Others = ParamSpec("_Others")

_PARTS: Final = 16
_LARGEST: Final = 128 * 2**10
_TEXTS: Final = 8
_LONGEST: Final = 256 * 2**10


def cached_by_content(parse: Callable[[bytes, str], Parsed]) -> Callable[[bytes, str], Parsed]:
    """Return the function of a part's bytes and name with a cache of its last results, which nobody may change.

    Large parts are not cached, so that a hostile file cannot fill the memory.
    """
    cached = lru_cache(maxsize=_PARTS)(parse)

    @wraps(parse)
    def parsed(data: bytes, where: str) -> Parsed:
        return cached(data, where) if len(data) <= _LARGEST else parse(data, where)

    return parsed


def cached_by_text(
    compute: Callable[Concatenate[str, _Others], Parsed],
) -> Callable[Concatenate[str, _Others], Parsed]:
    """Return a function of a part's text, and of what our own code goes along with it, with a cache of its last results.

    Nobody may change the results. Long texts are not cached, as above.
    """
    cached = cast("Callable[Concatenate[str, _Others], Parsed]", lru_cache(maxsize=_PARTS)(compute))

    @wraps(compute)
    def computed(text: str, /, *others: _Others.args, **named: _Others.kwargs) -> Parsed:
        function = cached if len(text) <= _LONGEST else compute
        return function(text, *others, **named)

    return computed
