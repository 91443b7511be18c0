"""Carry a plan of the register out: each sheet is one revision, received like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.receive import receive
from xlsync.exchange.register.listed_lineage import record_listed_lineage
from xlsync.exchange.rollover.descendants import carry_descendants
from xlsync.exchange.sheet_of_key import json_with_id

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
    from xlsync.store import Store

Progress = Callable[[Sequence["PlannedSheet"]], Iterable["PlannedSheet"]]


def run_register(
    store: Store, terms: Terms, plan: RegisterPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Change the registered sheets of a plan, then register the new ones, which may take former keys; yield each receipt.

    At last it is written down where sheets come from, and in an edition that was rolled over they are made of those.

    Each is merged with what was stored since the plan was made. Whoever stops half way begins again: what is done is the same.
    """
    changed = in_free_order(plan.changed_sheets)
    leaving = frozenset(planned.sheet.id for planned in changed if planned.former_key)
    source = replace(source, leaving=leaving)
    for planned in progress((*changed, *plan.new_sheets)):
        yield from receive(store, terms, json_with_id(planned.sheet), source)
    record_listed_lineage(store, plan.planned_lineage, source)
    descended = {each.sheet.id for each in plan.planned_lineage}
    carry_descendants(store, terms.fiscal_year, descended, source)


def in_free_order(planned_sheets: Sequence[PlannedSheet]) -> list[PlannedSheet]:
    """Return the sheets so that each takes a key that its former owner has given up before, wherever that is possible."""
    by_former = {planned.former_key: planned for planned in planned_sheets if planned.former_key}
    ordered: dict[str, PlannedSheet] = {}
    for planned in planned_sheets:
        chain: dict[str, PlannedSheet] = {}
        each: PlannedSheet | None = planned
        while each is not None and each.sheet.id not in ordered and each.sheet.id not in chain:
            chain[each.sheet.id] = each
            each = by_former.get(each.sheet.key)
        ordered |= dict(reversed(chain.items()))
    return list(ordered.values())


__all__ = ["run_register"]
