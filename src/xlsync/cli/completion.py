"""What the shell offers at the Tab key: codes, departments, divisions and states of the city one is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.errors import XlsyncError

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


def complete_key(incomplete: str) -> list[str]:
    """Return the codes of the city's projects that begin like this."""
    return _offer(incomplete, _todays_keys)


def _todays_keys(city: CitySettings) -> Iterable[str]:
    year = city.terms.fiscal_year
    return city.store.keys_by_id(year, city.store.keys(year)).values()


def complete_department(incomplete: str) -> list[str]:
    """Return the departments that begin like this."""
    return _offer(
        incomplete,
        lambda city: {sheet.department for sheet in city.store.heads(city.terms.fiscal_year)},
    )


def complete_division(incomplete: str) -> list[str]:
    """Return the divisions that begin like this."""
    return _offer(
        incomplete,
        lambda city: {sheet.division for sheet in city.store.heads(city.terms.fiscal_year)},
    )


def complete_state(incomplete: str) -> list[str]:
    """Return the states of a sheet that begin like this."""
    from xlsync.summary.figures.sheet_completion import ALL_STATES

    return _offer(incomplete, lambda _: ALL_STATES.values())


def _offer(incomplete: str, words_of: Callable[[CitySettings], Iterable[str]]) -> list[str]:
    """Return the words that begin like this; none where there is no city to read, since nobody asked for an error."""
    from xlsync.city.settings import find_settings

    try:
        words = words_of(find_settings(Path.cwd()))
    except XlsyncError:
        return []
    return sorted(word for word in words if word and word.startswith(incomplete))
