"""What somebody typed into a workbook of a former version of the form, in a field that the version in use no longer has.

Such a value changes nothing in the sheet. It is written down once, with a revision, and said to whoever typed it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlsync.carry_over import LostValue
    from xlsync.exchange.incoming import Incoming
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def new_unplaced_values(store: Store, incoming: Incoming) -> tuple[LostValue, ...]:
    """Return the values without a field that no revision of the sheet holds yet."""
    if not incoming.lost:
        return ()
    known = _known_values(store, incoming)
    return tuple(value for value in incoming.lost if value.shown not in known[value.path])


def _known_values(store: Store, incoming: Incoming) -> Mapping[str, set[str]]:
    """Return what each path without a field said in any revision, as people read it."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for revision in store.revisions(incoming.sheet_id, incoming.sheet.edition.year):
        written = store.as_written(revision).sheet
        for value in incoming.lost:
            known[value.path].update(_spellings(written, value.path))
        for document in revision.draft.unplaced:
            known[document["path"]].add(document["value"])
    return known


def _spellings(sheet: Sheet, path: str) -> set[str]:
    """Return what a sheet says at a path, as people read it; a number also without zeros that nobody typed (58.0 is 58)."""
    field = sheet.edition.by_path.get(path)
    if field is None:
        return {""}
    value = sheet[path]
    plain = value.normalize() + 0 if isinstance(value, Decimal) else value
    return {sheet.unreadable.get(path) or field.words(each) for each in (value, plain)}


def unplaced_findings(incoming: Incoming, values: Iterable[LostValue]) -> tuple[Finding, ...]:
    """Return a warning for each value that has no field."""
    return tuple(
        finding("no-field", "", field=value.field_label, typed=value.shown).at(
            incoming.worksheet, ""
        )
        for value in values
    )


__all__ = ["new_unplaced_values", "unplaced_findings"]
