"""A city as it was at a snapshot, for reading alone: a copy of its store, cut back to that moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.settings import phase_called
from xlsync.store import Store, rebuild
from xlsync.store.phase_snapshots import cut_back, snapshot_named
from xlsync.store.store_copy import copy_store

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


@contextmanager
def city_at_snapshot(city: CitySettings, name: str) -> Iterator[CitySettings]:
    """Return a city with the sheets, stages and phase of a snapshot; StoreError where there is none of that name.

    Of a snapshot that was taken by an earlier release, conflicts that were open then are not known.
    """
    year = city.terms.fiscal_year
    snapshot = snapshot_named(city.store.files, year, name)
    with tempfile.TemporaryDirectory(prefix="xlsync-") as folder:
        copied = Path(folder) / "store"
        copy_store(city.store, copied)
        cut_back(copied, year, snapshot)
        store = Store(copied, city.terms.form)
        rebuild(store)
        store = store.at_form_version(city.store.stored_form.number)
        phase = phase_called(city.folder, snapshot.phase_name)
        rules = replace(city.terms.procedure_rules, phase=phase)
        yield replace(city, store=store, terms=replace(city.terms, procedure_rules=rules))


__all__ = ["city_at_snapshot"]
