"""Where a workbook stands against the store: what it holds, what is known of it, what is open between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.exchange.incoming import Arrival, completed
from xlsync.exchange.reconcile.choices import settle_choices
from xlsync.exchange.reconcile.field_ownership import decide
from xlsync.exchange.reconcile.merge_base import Memory, recall
from xlsync.exchange.resolution import offered
from xlsync.merging import Conflict, merge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.sheet import Sheet
    from xlsync.store import CopyState, Store


@dataclass(frozen=True)
class Standpoint:
    """One form worksheet against the head: its arrival, its memory, the conflicts open between the two.

    `is_received` is false where it holds anything the store has not taken in. `when` and `who` tell of the save it comes from.
    """

    arrival: Arrival
    memory: Memory
    head: Sheet
    conflicts: tuple[Conflict, ...]
    is_received: bool
    when: str = ""
    who: str = ""


def standpoint(store: Store, terms: Terms, arrival: Arrival, source: Source) -> Standpoint | None:
    """Give where an arriving worksheet stands; None where it may not enter, has no stamp, or is not in the store."""
    if arrival.barred or not arrival.stamp.copy:
        return None
    key, year = arrival.key, arrival.sheet.edition.year
    head = store.head(key, year)
    if head is None:
        return None
    memory = recall(store, arrival, source)
    arrival = completed(arrival, memory.base)
    result = decide(
        merge(memory.base, head, arrival.sheet, terms.groups), memory, arrival, terms.owned
    ).merge
    held = memory.base is not None and offered(memory.base, memory.conflicts).same_content(
        arrival.sheet
    )
    chosen = bool(settle_choices(store, arrival, memory, head, terms.groups).paths)
    issued = (
        store.revision(key, year, arrival.stamp.base).draft if memory.was is None and held else None
    )
    return Standpoint(
        arrival,
        memory,
        head,
        result.conflicts,
        held and not chosen and not result.changes,
        issued.when if issued is not None else "",
        issued.who if issued is not None else "",
    )


def open_conflicts(
    store: Store, terms: Terms, key: str, head: Sheet | None = None
) -> list[Mapping[str, Any]]:
    """Give the conflicts (contract JSON) of all copies of a sheet that are open now; `head` saves asking the store for it.

    They are what a receive of the same workbooks would say: one that the head has come to agree with is closed.
    """
    head = head if head is not None else store.head(key, terms.edition)
    if head is None:
        return []
    return [
        one.to_document()
        for memory in store.copy_states(key, terms.edition).values()
        if memory.conflicts
        for one in _open_now(terms, memory, head)
    ]


def _open_now(terms: Terms, memory: CopyState, head: Sheet) -> tuple[Conflict, ...]:
    asked = {one["path"] for one in memory.conflicts}
    found = merge(
        memory.sheet, head, offered(memory.sheet, memory.conflicts), terms.groups
    ).conflicts
    return tuple(one for one in found if one.path in asked)
