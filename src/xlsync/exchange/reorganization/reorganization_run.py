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
            write_reorganization_act(store.files, plan.year, act_of(plan, source.when, source.who))
    for each in progress(plan.transfers):
        sheet = with_units(each.sheet, each.new_units)
        yield from receive(store, terms, json_with_id(sheet), source)


def act_to_take_back(store: Store, year: int, *, has_files_left: bool) -> ReorganizationAct:
    """Return the last act, or the one that was begun to be taken back and is not finished: sheets or files are left.

    Raises StoreError where there was none.
    """
    acts, valid = reorganization_acts(store.files, year), acts_in_force(store.files, year)
    if not acts:
        raise StoreError(f"{year}年度には、取り消せる組織改編がありません")
    is_begun = acts[-1].reorganization_step == "take-back"
    is_left = has_files_left or bool(sheets_to_return(store, acts[-1], year)[0])
    return acts[-1] if is_begun and (is_left or not valid) else valid[-1]


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
    store: Store, terms: Terms, act: ReorganizationAct, source: Source, progress: Progress
) -> Iterator[Receipt]:
    """Move the sheets of an act (`act_to_take_back`) back to their former units as they were typed, and yield each receipt."""
    year = terms.fiscal_year
    if act.reorganization_step == "reorganize":
        step = replace(act, reorganization_step="take-back", when=source.when, who=source.who)
        with store.writing():
            write_reorganization_act(store.files, year, step)
    going, _ = sheets_to_return(store, act, year)
    for head, moved in progress(going):
        sheet = with_units(head, moved.former_units, absent=None)
        yield from receive(store, terms, json_with_id(sheet), source)


__all__ = [
    "act_to_take_back",
    "run_reorganization",
    "sheets_to_return",
    "take_reorganization_back",
]
