"""The keys that open a form on the server: those in its own file, else those of its city."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.addin.ways.keys import FILE, Keys, read_keys
from xlsync.city.further_forms import city_above, file_that_counts

if TYPE_CHECKING:
    from pathlib import Path


def has_own_keys_file(folder: Path) -> bool:
    """Whether a folder's own file of keys counts, not that of the city above."""
    return file_that_counts(folder, FILE).parent == folder


def keys_of_form(folder: Path) -> Keys:
    """Return the keys of the form in a folder; SettingsError where a file of keys cannot be read.

    Where the city has keys, a further form whose own file has none is opened by no key, but not without one either.
    """
    if not has_own_keys_file(folder):
        return read_keys(file_that_counts(folder, FILE).parent)
    keys, above = read_keys(folder), city_above(folder)
    if keys or above is None:
        return keys
    return replace(keys, is_needed_without_any=bool(read_keys(above)))


__all__ = ["has_own_keys_file", "keys_of_form"]
