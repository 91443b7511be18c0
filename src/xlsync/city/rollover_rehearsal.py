"""Rehearse a roll-over on a copy of the store: the workbooks of the new year to look at, which are never taken in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.workbook_export import export_trials
from xlsync.city.year_change import LEDGER, write_ledger
from xlsync.exchange.rollover.rollover_plan import plan_rollover
from xlsync.exchange.rollover.rollover_run import run_rollover
from xlsync.store import Store, copy_store

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.city.workbook_export import Exported
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.rollover.rollover_plan import RolloverPlan
    from xlsync.exchange.rollover.rollover_run import Progress


def rehearse_rollover(
    city: CitySettings, plan: RolloverPlan, folder: Path, source: Source, progress: Progress
) -> Exported:
    """Carry a plan out on a copy, write trial workbooks of the new edition and the ledger into a folder; nothing else changes.

    Workbooks that are there already stay.
    """
    year = plan.to_year
    with tempfile.TemporaryDirectory(prefix="xlsync-") as temporary:
        copied = Path(temporary) / "store"
        copy_store(city.store, copied)
        store = Store(copied, city.terms.form)
        for _ in run_rollover(store, plan, source, progress):
            pass
        rehearsed = replace(city, store=store, terms=city.terms.at_year(year))
        counted = frozenset(store.counted_keys(year))
        heads = [head for head in store.heads(year) if head.id in counted]
        exported = export_trials(rehearsed, progress(heads), folder)
        written = plan_rollover(store, city.terms, year)
        write_ledger(rehearsed, written, folder / LEDGER.format(year=year), source.when)
        return exported


__all__ = ["rehearse_rollover"]
