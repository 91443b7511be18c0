"""Carry a plan of the register out: each sheet is one revision, received like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from xlsync.exchange.receive import receive

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
    from xlsync.store import Store

Progress = Callable[[Sequence["PlannedSheet"]], Iterable["PlannedSheet"]]


def run_register(
    store: Store, terms: Terms, plan: RegisterPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Register the new sheets of a plan and change the others; yield the receipt of each.

    Each is merged with what was stored since the plan was made. Whoever stops half way begins again: what is done is the same.
    """
    for planned in progress((*plan.new_sheets, *plan.changed_sheets)):
        yield from receive(store, terms, planned.sheet.to_json(), source)


__all__ = ["run_register"]
