"""What a sheet said under earlier versions of its form, in fields that the version in use does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.carry_over import LostValue
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


def formless_values(store: Store, sheet_id: SheetId, year: int) -> tuple[LostValue, ...]:
    """Return the values without a field: of each version of the form what the last revision made under it says, newest first.

    So they are also found where the sheet has been changed since the form was.
    """
    if len(store.stored_form.versions.numbers()) < 2:  # noqa: PLR2004 - a form that never changed has a field for each
        return ()
    last_by_version = {each.form_version: each for each in store.revisions(sheet_id, year)}
    values: dict[str, LostValue] = {}
    for revision in sorted(last_by_version.values(), key=lambda each: -each.number):
        for value in revision.lost:
            values.setdefault(value.path, value)
    return tuple(values.values())


__all__ = ["formless_values"]
