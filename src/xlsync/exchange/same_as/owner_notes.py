"""What a workbook says of the fields that another form of the city owns: a note on チェック."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.exchange.figures.figure_notes import listed_fields
from xlsync.finding import finding
from xlsync.sheet_keys import SheetId
from xlsync.store.shared_fields import shared_fields

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def owner_findings(store: Store, sheet: Sheet) -> list[Finding]:
    """Return a note for each sheet of another form that owns fields of a sheet: which sheet, and which fields."""
    owners = shared_fields(store.files, SheetId(sheet.id), sheet.edition.year)
    paths: dict[str, list[str]] = {}
    for path, owner in owners.items():
        if path in sheet.edition.by_path:
            paths.setdefault(owner.words, []).append(path)
    return [
        finding("same-as-from", fields[0], owner=words, listed=listed_fields(sheet, fields))
        for words, fields in paths.items()
    ]


__all__ = ["owner_findings"]
