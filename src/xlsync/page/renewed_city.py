"""A city's settings for the threads of a server that runs for months."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings, find_settings

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig

LOG: Final = logging.getLogger("xlsync.serve")


@dataclass
class RenewedCity:
    """The settings of the city in a folder as their file says now; where that cannot be followed, as it said before."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Read the settings; SettingsError where they cannot be followed."""
        self._changed = ChangedSettings(self.folder, LOG)
        self._city = find_settings(self.folder)
        self._config = office_of(self._city)

    def settings(self) -> CitySettings:
        """Return the settings as their file says now."""
        with self._lock:
            city = self._changed.renewed()
            if city is not None:
                self._city, self._config = city, office_of(city)
            return self._city

    def config(self) -> InboxConfig:
        """Return the same for the watched folder: one object until the settings change."""
        self.settings()
        return self._config


__all__ = ["RenewedCity"]
