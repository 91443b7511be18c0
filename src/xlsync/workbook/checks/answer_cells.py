"""Where on チェック staff say that a sheet is handed in, by whom and when, and what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from xlsync.workbook.reading.page_answers import (
    DAY_NAME,
    HAND_IN_NAME,
    MARK_NAME,
    NO_REQUEST,
    OPEN,
    PERSON_NAME,
    REQUEST_MARK_NAME,
    REQUEST_NAME,
)

HAND_IN, PERSON, DAY, MARK = "B5", "B6", "B7", "G5"
REQUEST, REQUEST_MARK, REQUEST_HELP = "B8", "G8", "C8"
LABELS: Final[Mapping[str, str]] = MappingProxyType({"A5": "提出", "A6": "氏名", "A7": "日付"})
REQUEST_LABEL: Final = "A8"
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {HAND_IN_NAME: HAND_IN, PERSON_NAME: PERSON, DAY_NAME: DAY, MARK_NAME: MARK}
)
REQUEST_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {REQUEST_NAME: REQUEST, REQUEST_MARK_NAME: REQUEST_MARK}
)
"""The hidden name of each cell."""


def hand_in_cells(texts: Sequence[str | None]) -> dict[str, str | None]:
    """Map the cells to what they are to say: word, person, day and mark."""
    return dict(zip((HAND_IN, PERSON, DAY, MARK), texts, strict=True))


def request_cells(texts: Sequence[str | None]) -> dict[str, str | None]:
    """Map the cells of a request to what they are to say: word and mark."""
    return dict(zip((REQUEST, REQUEST_MARK), texts, strict=True))


NEW: Final = MappingProxyType(
    hand_in_cells((OPEN, None, None, None)) | request_cells((NO_REQUEST, None))
)
"""What they say in a workbook of which nothing is known."""

HAND_IN_CELLS: Final = frozenset({HAND_IN, PERSON, DAY, MARK})

__all__ = [
    "DAY",
    "HAND_IN",
    "HAND_IN_CELLS",
    "LABELS",
    "MARK",
    "NAMES",
    "NEW",
    "PERSON",
    "REQUEST",
    "REQUEST_HELP",
    "REQUEST_LABEL",
    "REQUEST_MARK",
    "REQUEST_NAMES",
    "hand_in_cells",
    "request_cells",
]
