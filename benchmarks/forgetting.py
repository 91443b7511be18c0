"""A process that has met no workbook yet, as far as xlsync's own memory goes: for measuring the first of a form."""

from __future__ import annotations

import functools
import gc
from typing import Any

_Known = functools._lru_cache_wrapper  # noqa: SLF001 - the type of what remembers has no other name


def memories() -> list[_Known[Any]]:
    """Give everything in xlsync.workbook that remembers what it made before."""
    return [
        known
        for known in gc.get_objects()
        if isinstance(known, _Known)
        and known.__module__.startswith(("xlsync.ooxml", "xlsync.workbook"))
    ]


def forget(known: list[_Known[Any]]) -> None:
    """Empty them."""
    for one in known:
        one.cache_clear()
