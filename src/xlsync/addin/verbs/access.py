"""What a department's key may see: one check of every sheet in a workbook, made before a verb computes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Terms
    from xlsync.exchange.incoming import Incoming


def refusal(press: Press) -> str:
    """Return why the key may not be used on this workbook, "" where it may be used on every sheet in it."""
    for incoming in press.incoming_sheets:
        if not may_see(press, incoming):
            theirs = "、".join(sorted(departments_of(press, incoming) - {""})) or "部等名が空欄"
            return (
                f"「{incoming.worksheet}」は{theirs}のシートです。"
                f"このボタンは{press.department}のシートだけに使えます。部等名を確かめ、違うときは企画担当に連絡してください。"
            )
    return ""


def may_see(press: Press, incoming: Incoming) -> bool:
    """True where the key opens every sheet, or the sheet belongs to its department and to no other.

    Everything in a workbook can be typed by whoever sends it, so a sheet that must not enter the store is checked like any
    other, by what it says and by every stored sheet that its key or its stamp names.
    """
    if not press.department:
        return True
    terms = press.config.terms
    departments = departments_of(press, incoming)
    return all(is_same(terms, name, press.department) for name in departments)


def departments_of(press: Press, incoming: Incoming) -> set[str]:
    """Return the departments of the stored sheets that a worksheet names, else the one typed into it."""
    year = incoming.sheet.edition.year
    store = press.config.store
    keys = {incoming.key, incoming.sheet.key, incoming.stamp.key} - {""}
    owners = {each for key in keys for each in store.owners_of(key, year).every}
    heads = [store.head(sheet_id, year) for sheet_id in owners]
    held = {head.department for head in heads if head is not None}
    return held or {incoming.sheet.department}


def department_of(press: Press, incoming: Incoming) -> str:
    """Return the department of a sheet: as the store has it, else as it says."""
    head = None
    if not incoming.barred:
        head = press.config.store.head(incoming.sheet_id, incoming.sheet.edition.year)
    return (head or incoming.sheet).department


def is_same(terms: Terms, name: str, other: str) -> bool:
    """True where two names mean one department; width, spaces and old forms of characters are ignored."""
    organization = terms.organization
    names = [(name,), (other,)]
    spelled = names if organization is None else [organization.spelled(pair) for pair in names]
    plain = [plain_name(pair[0]) for pair in spelled]
    return plain[0] == plain[1]
