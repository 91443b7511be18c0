"""Which fields of a sheet still say what was carried over from last year's: 「昨年度のシートから」."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from xlsync.merging import field_as_json
from xlsync.store.rollover_acts import rollover_act

if TYPE_CHECKING:
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_DIGITS: Final = 16


def marks_of(sheet: Sheet, paths: Collection[str]) -> dict[str, str]:
    """Return what is kept of the values at paths, so that it can be told later whether somebody has changed them."""
    return {path: _digest(sheet, path) for path in paths}


def carried_marks(store: Store | None, sheet: Sheet) -> frozenset[str]:
    """Return the paths of the fields that were carried over from last year's sheet and that nobody has changed since."""
    if store is None or not sheet.id:
        return frozenset()
    act = rollover_act(store.files, sheet.id, sheet.edition.year)
    marks = {} if act is None else act.marked
    return frozenset(
        path for path, digest in marks.items() if path in sheet and _digest(sheet, path) == digest
    )


def _digest(sheet: Sheet, path: str) -> str:
    text = json.dumps(field_as_json(sheet, path), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


__all__ = ["carried_marks", "marks_of"]
