"""A city's settings for a server that runs for months: read again where their file changes."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings, find_settings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.errors import XlsyncError

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig

LOG: Final = logging.getLogger("xlsync.serve")


@dataclass
class RenewedCity:
    """The settings of the city in a folder; what cannot be read is told in the log, and the old ones stay."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read the settings; SettingsError where they cannot be followed."""
        self._seen = self._look()
        self._city = find_settings(self.folder)
        self._config = office_of(self._city)

    def settings(self) -> CitySettings:
        """Return the settings as their file says now."""
        with self._lock:
            look = self._look()
            if look != self._seen:
                self._seen = look
                self._read()
            return self._city

    def config(self) -> InboxConfig:
        """Return the same for the watched folder: one object until the settings change."""
        self.settings()
        return self._config

    def _read(self) -> None:
        try:
            city = find_settings(self.folder)
        except XlsyncError as fault:
            LOG.warning("設定 %s（前の設定のまま続けます）", " ".join(str(fault).split()))
            return
        self._city, self._config = city, office_of(city)

    def _look(self) -> tuple[int, int]:
        try:
            status = (self.folder / SETTINGS_FILE).stat()
        except OSError:
            return (0, 0)
        return status.st_mtime_ns, status.st_size


__all__ = ["RenewedCity"]
