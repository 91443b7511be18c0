"""Another key for a sheet: what that means, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import StoreError
from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
from xlsync.merging import changes_between
from xlsync.sheet_keys import split_key
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def plan_key_change(store: Store, terms: Terms, key: str, new_key: str) -> PlannedSheet:
    """Return a sheet under its new key; StoreError where it is not registered, or the key is none or another sheet's."""
    year = terms.fiscal_year
    head = store.head(store.id_of(key, year), year)
    if head is None:
        raise not_registered(store.form, key)
    sheet = head.with_values(_codes(head, new_key))
    others = set(store.owners_of(sheet.key, year).todays_owners) - {head.id}
    if others:
        raise StoreError("いま別の事業の番号です。何もしていません", sheet.key)
    return PlannedSheet(0, sheet, changes_between(head, sheet), head.key)


def register_plan_of(planned: PlannedSheet) -> RegisterPlan:
    """Return the plan that changes the key of one sheet, an empty one where it has that key already."""
    is_same = planned.sheet.key == planned.former_key
    return RegisterPlan() if is_same else RegisterPlan(changed_sheets=(planned,))


def _codes(head: Sheet, new_key: str) -> dict[str, Value]:
    """Return the fields of a key by path; StoreError where it is no key of the form."""
    paths = head.edition.definition.identity.key
    parts = split_key(new_key, len(paths))
    word = head.edition.definition.words.key
    try:
        fields = [head.edition.by_path[path] for path in paths]
        values = [field.kind.from_json(part) for field, part in zip(fields, parts, strict=True)]
    except ValueError as fault:
        raise StoreError(f"{word}の形ではありません（例：{head.key}）", new_key) from fault
    return dict(zip(paths, values, strict=True))


__all__ = ["plan_key_change", "register_plan_of"]
