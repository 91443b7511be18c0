"""The conflicts of all copies of a sheet that nobody has decided yet, as they are today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlsync.exchange.incoming import Incoming
from xlsync.exchange.reconcile.copy_state_names import is_unstamped
from xlsync.exchange.reconcile.merge_base import CopySave, MergeBase
from xlsync.exchange.reconcile.reconcile import StoreFacts, reconcile
from xlsync.exchange.resolution import with_incoming_values
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.merging import Conflict
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import CopyState, Store


def open_conflicts(
    store: Store, terms: Terms, key: SheetId, head: Sheet | None = None
) -> list[Mapping[str, Any]]:
    """Return the conflicts (contract JSON) of all copies of a sheet that are open now, each with whose the copy's value is.

    They are what receiving the same workbooks again would report: one that the head has come to agree with is closed.
    `copy` is the name of the copy's state, `file` where it lies, `who` and `when` tell of its last save that changed anything.

    Args:
        store: The store.
        terms: The city's terms.
        key: The sheet's id.
        head: Its newest revision where the caller has it, else it is read.

    """
    head = head if head is not None else store.head(key, terms.fiscal_year)
    if head is None:
        return []
    unowned = replace(terms, office_parts=())
    return [
        {**conflict.to_document(), **_offer_origin(name, state)}
        for name, state in store.copy_states(key, terms.fiscal_year).items()
        if state.conflicts
        # Without a stamp nobody knows whether it was the planning office's own JSON.
        for conflict in _open_conflicts(unowned if is_unstamped(name) else terms, state, head)
    ]


def _offer_origin(name: str, state: CopyState) -> dict[str, str]:
    file = state.copy_file.path
    return {"copy": name, "file": file, "who": state.who, "when": state.when}


def _open_conflicts(terms: Terms, state: CopyState, head: Sheet) -> tuple[Conflict, ...]:
    """Return the conflicts that the copy would be in if it came again."""
    sheet = with_incoming_values(state.sheet, state.conflicts)
    stamp = Stamp(terms.form.id, terms.fiscal_year, head.id, state.base_revision)
    incoming = Incoming(sheet, stamp, state.who, Reading("", stamp, sheet, ()))
    save = CopySave(source_path=state.copy_file.path)
    merge_base = MergeBase(
        save, state.sheet, state.base_revision, state.conflicts, overruled=state.overruled
    )
    decision = reconcile(StoreFacts(incoming, head, merge_base, {}), terms)
    reported = {conflict["path"] for conflict in state.conflicts}
    return tuple(conflict for conflict in decision.conflicts if conflict.path in reported)


__all__ = ["open_conflicts"]
