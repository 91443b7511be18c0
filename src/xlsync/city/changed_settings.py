"""A city's settings for a program that runs for months: read again where their file changes."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from xlsync.city.further_forms import city_above
from xlsync.city.settings import CitySettings, find_settings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.errors import XlsyncError


@dataclass
class ChangedSettings:
    """The settings of the city in a folder, where they have changed; what cannot be followed is told in a log once."""

    folder: Path
    log: logging.Logger
    _seen: tuple[tuple[int, int], ...] = field(default=())

    def __post_init__(self) -> None:
        """Take the settings file as it is now for known."""
        self._seen = self._look()

    def renewed(self) -> CitySettings | None:
        """Return the settings where a file of theirs has changed since it was looked at last and can be followed, else None."""
        look = self._look()
        if look == self._seen:
            return None
        self._seen = look
        try:
            return find_settings(self.folder)
        except XlsyncError as fault:
            self.log.warning("設定 %s（前の設定のまま続けます）", " ".join(str(fault).split()))
            return None

    def _look(self) -> tuple[tuple[int, int], ...]:
        """Return what tells one state of the settings from another: those in the folder, and those they take from."""
        folders = filter(None, (self.folder, city_above(self.folder)))
        return tuple(_written(folder / SETTINGS_FILE) for folder in folders)


def _written(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_size


__all__ = ["ChangedSettings"]
