"""Empty the caches of xlsync, so that the first workbook of a form can be measured."""

from __future__ import annotations

import functools
import gc
from typing import Any

_Cache = functools._lru_cache_wrapper  # noqa: SLF001 - the type has no public name


def caches() -> list[_Cache[Any]]:
    """Return every cache of xlsync.ooxml and xlsync.workbook."""
    return [
        cache
        for cache in gc.get_objects()
        if isinstance(cache, _Cache)
        and cache.__module__.startswith(("xlsync.ooxml", "xlsync.workbook"))
    ]


def clear(cache: list[_Cache[Any]]) -> None:
    """Empty the caches."""
    for entry in cache:
        entry.cache_clear()
