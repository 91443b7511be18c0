"""Which registered sheet a JSON document is about, and the document with what it leaves out of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.exchange.sheet_of_key import sheet_id_of_document
from xlsync.form.nesting import filled_up
from xlsync.sheet_document import BESIDE_FIELDS
from xlsync.sheet_keys import SheetId, fault_of_key, split_key

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def id_of_document(document: Any, edition: int, store: Store | None) -> tuple[SheetId, str]:
    """Return the id that a document says or its key means, and why nobody can tell; a faulty key is told elsewhere."""
    key, sheet_id = document.get("key"), document.get("id")
    if isinstance(sheet_id, str) and not fault_of_key(sheet_id):
        return SheetId(sheet_id), ""
    if store is None or not isinstance(key, str) or fault_of_key(key):
        return SheetId(key if isinstance(key, str) else ""), ""
    return sheet_id_of_document(store, key, edition)


def with_absent_fields(edition: Edition, document: Any, stored: Sheet | None) -> Any:
    """Return a document with every field: one it does not name is blank, of a registered sheet as it is stored.

    The parts of a former key are those of that key, as in a document that has them all.
    """
    absent = {} if stored is None else dict(stored)
    if stored is not None and "id" not in document and document["key"] != stored.key:
        paths = edition.definition.identity.key
        absent |= dict(zip(paths, split_key(document["key"], len(paths)), strict=False))
    beside = {step: document[step] for step in BESIDE_FIELDS if step in document}
    body = {step: value for step, value in document.items() if step not in beside}
    return {**beside, **filled_up(edition, body, absent)}


def stored_sheet_of(store: Store, sheet_id: SheetId, edition: int, document: Any) -> Sheet | None:
    """Return the registered sheet that a document is about: the revision it names, else the newest; None for none."""
    number = document.get("revision")
    if fault_of_key(sheet_id):
        return None
    newest = store.find_newest(sheet_id, edition)
    if newest is None or not isinstance(number, int):
        return None if newest is None else newest.sheet
    named = store.find_revision(sheet_id, edition, number)
    return (named or newest).sheet


def with_todays_key(sheet: Sheet, stored: Sheet | None) -> Sheet:
    """Return a sheet found by a former key with the key of the revision it is compared with: who says no id changes no key."""
    if stored is None or stored.key == sheet.key:
        return sheet
    return sheet.with_values({path: stored[path] for path in sheet.edition.definition.identity.key})


__all__ = ["id_of_document", "stored_sheet_of", "with_absent_fields", "with_todays_key"]
