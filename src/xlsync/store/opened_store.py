"""Open the store that a city's settings name."""

from __future__ import annotations

from pathlib import Path

from xlsync.form.library import Form
from xlsync.store.store import Store
from xlsync.store.store_location import StoreLocation, files_at, local_folder
from xlsync.store.store_path import Notify


def store_at(base: Path, location: str, city: str, form: Form, notify: Notify) -> Store:
    """Return the store at a location that settings name, relative to `base`; it need not exist."""
    at = StoreLocation(local_folder(base, location), files_at(base, location, city))
    return Store(at, form, must_exist=False, notify=notify)


__all__ = ["store_at"]
