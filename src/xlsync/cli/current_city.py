"""The city that a command works on."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.settings import CitySettings, find_settings
from xlsync.city.unused_form import unused_form
from xlsync.cli.console import complain


def current_city(folder: Path, year: int | None = None) -> CitySettings:
    """Return the city of a folder or one above it, at another fiscal year than its settings name where one is given.

    What keeps a command waiting is said on standard error.
    """
    city = find_settings(folder.resolve(), complain)
    if year is None:
        return city
    from xlsync.city.year_change import at_year

    return at_year(city, year)


def complain_unused_form(city: CitySettings) -> None:
    """Say on standard error that the folder of the city's form holds one that was never put into use."""
    sentence = unused_form(city)
    if sentence:
        complain(sentence)
