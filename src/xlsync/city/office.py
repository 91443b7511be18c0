"""A city's settings as the watcher needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.inbox.config import InboxConfig, Timing
from xlsync.inbox.intake.mounts import is_on_network

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

_LOCAL: Final = (10.0, 5.0)
_NETWORK: Final = (30.0, 15.0)
"""Seconds without a change before a file is read, and between two scans."""


def office_of(city: CitySettings) -> InboxConfig:
    """Return what the watcher, the buttons and the board need of a city."""
    settings, on_network = city.long_running.watch, is_on_network(city.shared.resolve())
    quiet, poll = _NETWORK if on_network else _LOCAL
    native = settings.events == "native" or (settings.events == "auto" and not on_network)
    timing = Timing(
        settings.quiet_seconds or quiet,
        settings.poll_seconds or poll,
        settings.rescan_minutes * 60,
        native,
    )
    return InboxConfig(
        city.name,
        city.folder,
        city.shared,
        city.terms,
        city.store,
        city.deadline,
        timing,
        city.write_back,
        city.libreoffice,
    )
