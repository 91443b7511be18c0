"""The city that a command works on."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.settings import CitySettings, find_settings
from xlsync.cli.console import complain


def current_city(folder: Path) -> CitySettings:
    """Return the city of a folder or one above it; what keeps a command waiting is said on standard error."""
    return find_settings(folder.resolve(), complain)
