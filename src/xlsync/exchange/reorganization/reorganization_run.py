"""Carry a reorganisation out, or take it back: a revision for each sheet, each for itself, so that a run can go on.

The act lists the sheets before any of them is moved. Whoever is killed half way runs it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.exchange.receive import receive
from xlsync.exchange.reorganization.reorganization_plan import act_of, with_units
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.store.reorganization_acts import (
    MovedSheet,
    acts_in_force,
    reorganization_acts,
    write_reorganization_act,
)

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.exchange.reorganization.reorganization_plan import ReorganizationPlan
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.store.reorganization_acts import ReorganizationAct

Progress = Callable[[Sequence[Any]], Iterable[Any]]


def run_reorganization(
    store: Store, terms: Terms, plan: ReorganizationPlan, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Move the sheets of a plan to their units, and yield each receipt."""
    if plan.transfers and not plan.is_recorded:
        with store.writing():
            write_reorganization_act(store.folder, plan.year, act_of(plan, source.when, source.who))
    for each in progress(plan.transfers):
        sheet = with_units(each.sheet, each.new_units)
        yield from receive(store, terms, json_with_id(sheet), source)


def last_act(store: Store, year: int) -> ReorganizationAct:
    """Return the act that would be taken back, or one of which that was begun; StoreError where there is none."""
    acts = reorganization_acts(store.folder, year)
    if acts and acts[-1].reorganization_step == "take-back" and _left(store, acts[-1], year):
        return acts[-1]
    valid = acts_in_force(store.folder, year)
    if not valid:
        raise StoreError(f"{year}年度には、取り消せる組織改編がありません")
    return valid[-1]


def sheets_to_return(
    store: Store, act: ReorganizationAct, year: int
) -> tuple[list[tuple[Sheet, MovedSheet]], list[Sheet]]:
    """Return the sheets that go back to their former units, and those that were moved on since, which stay."""
    going, staying = [], []
    for moved in act.moved_sheets:
        head = store.head(moved.moved_id, year)
        if head is None or head.units == moved.former_units:
            continue
        if head.units == with_units(head, moved.new_units).units:
            going.append((head, moved))
        else:
            staying.append(head)
    return going, staying


def take_reorganization_back(
    store: Store, terms: Terms, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Move the sheets of the last act back to their former units, and yield each receipt."""
    year = terms.fiscal_year
    act = last_act(store, year)
    if act.reorganization_step == "reorganize":
        step = replace(act, reorganization_step="take-back", when=source.when, who=source.who)
        with store.writing():
            write_reorganization_act(store.folder, year, step)
    going, _ = sheets_to_return(store, act, year)
    for head, moved in progress(going):
        sheet = with_units(head, moved.former_units)
        yield from receive(store, terms, json_with_id(sheet), source)


def _left(store: Store, act: ReorganizationAct, year: int) -> bool:
    return bool(sheets_to_return(store, act, year)[0])


__all__ = ["last_act", "run_reorganization", "sheets_to_return", "take_reorganization_back"]
