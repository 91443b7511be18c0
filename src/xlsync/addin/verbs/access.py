"""Which sheets a department may touch: its own, as the store has them, else as the sheet says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Terms
    from xlsync.exchange.incoming import Arrival


def refusal(press: Press, department: str) -> str:
    """Say why a workbook is not this department's, "" where every sheet in it is."""
    for arrival in press.arrivals:
        if arrival.barred:
            continue  # nothing is taken from it, and nothing told of it
        theirs = department_of(press, arrival)
        if not is_same(press.office.terms, theirs, department):
            return (
                f"「{arrival.worksheet}」は{theirs or '部等名が空欄'}のシートです。"
                f"このボタンは{department}のシートだけに使えます。部等名を確かめ、違うときは企画担当に連絡してください。"
            )
    return ""


def department_of(press: Press, arrival: Arrival) -> str:
    """Give the department a sheet belongs to."""
    head = None
    if not arrival.barred:
        head = press.office.store.head(arrival.key, arrival.sheet.edition.year)
    return (head or arrival.sheet).department


def is_same(terms: Terms, one: str, other: str) -> bool:
    """True where two names mean one department; width, spaces and old forms of signs do not count."""
    organization = terms.organization
    names = [(one,), (other,)]
    spelled = names if organization is None else [organization.spelled(name) for name in names]
    plain = [plain_name(name[0]) for name in spelled]
    return plain[0] == plain[1]
