"""Sheets whose lineage was written down after the roll-over: made of their predecessors at once, where nobody has typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from xlsync.exchange.rollover.rollover_plan import RolloverPlan, planned_descendants, year_before
from xlsync.exchange.rollover.rollover_run import run_rollover
from xlsync.store.rollover_acts import is_begun

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store


def carry_descendants(store: Store, year: int, ids: Collection[SheetId], source: Source) -> int:
    """Make sheets of an edition anew of the sheets they come from, and return how many were changed.

    Nothing happens in an edition that no roll-over has begun. What was typed in the new year stays.
    """
    if not ids or not is_begun(store.files, year):
        return 0
    from_year = year_before(store, year)
    heads = [head for head in store.heads(year) if head.id in ids]
    planned = planned_descendants(store, heads, from_year).values()
    plan = RolloverPlan(from_year, year, tuple(each for each in planned if each is not None))
    done = run_rollover(store, plan, source, lambda sheets: sheets)
    return sum(not reason for _, reason in done)


__all__ = ["carry_descendants"]
