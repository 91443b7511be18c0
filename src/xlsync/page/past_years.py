"""Former years on the page: which year an address means, and how its sheets are; they are read, never written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app, g, request

from xlsync.city.office import office_of
from xlsync.city.year_change import at_year
from xlsync.page.sheet_snapshot import Snapshots

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.config import InboxConfig
    from xlsync.page.sheet_snapshot import Snapshot

EXTENSION_OF_PAST: Final = "xlsync.past"
PARAMETER: Final = "edition"
_SHOWN_BY_YEAR: Final = frozenset(
    {
        "today.show",
        "listing.show",
        "listing.take_away",
        "one_sheet.show",
        "comparison.show",
        "files.workbook",
        "files.received",
        "working.show",
        "working.take_away",
    }
)
"""The screens that show a former year, too; every other one is about the present year alone."""


@dataclass
class PastYears:
    """How the sheets of former years are, each year read when somebody first looks at it. `now` is a clock in seconds."""

    now: Callable[[], float]
    _by_year: dict[int, _PastYear] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def snapshot_of(self, city: CitySettings) -> Snapshot:
        """Return the sheets of the year of some settings."""
        with self._lock:
            past = self._by_year.setdefault(city.terms.fiscal_year, _PastYear())
        return past.snapshot_of(city, self.now())


_LASTS: Final = 5.0
"""Seconds for which a former year is not read again: only a command could have changed it."""


@dataclass
class _PastYear:
    """One former year."""

    _snapshots: Snapshots | None = None
    _config: InboxConfig | None = None
    _seen_store: object = None
    _read_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def snapshot_of(self, city: CitySettings, now: float) -> Snapshot:
        with self._lock:
            if self._snapshots is None or self._seen_store is not city.store:
                config = self._config = office_of(city)
                self._snapshots, self._seen_store = Snapshots(lambda: config), city.store
                self._read_at = now - _LASTS
            if abs(now - self._read_at) >= _LASTS:
                self._read_at = now
                self._snapshots.renew()
            return self._snapshots.latest


def city_of_address(present: CitySettings) -> CitySettings:
    """Return the city at the year that the address means, at the present one for any that it has no sheets of."""
    year = request.args.get(PARAMETER, type=int)
    is_past = (
        year is not None
        and request.endpoint in _SHOWN_BY_YEAR
        and year < present.terms.fiscal_year
        and year in present.store.editions()
    )
    return at_year(present, year) if is_past and year is not None else present


def asks_for_past_year(present: CitySettings) -> bool:
    """Whether the address names another year than the present one."""
    return request.args.get(PARAMETER, type=int) not in {None, present.terms.fiscal_year}


def keep_year(endpoint: str, values: dict[str, Any]) -> None:
    """Let an address that is made on the screen of a former year lead to that year, where its screen shows one."""
    year = g.get("past_year")
    if year is not None and endpoint in _SHOWN_BY_YEAR:
        values.setdefault(PARAMETER, year)


def past_years() -> PastYears:
    """Return how the sheets of former years are."""
    return cast("PastYears", current_app.extensions[EXTENSION_OF_PAST])


__all__ = [
    "EXTENSION_OF_PAST",
    "PARAMETER",
    "PastYears",
    "asks_for_past_year",
    "city_of_address",
    "keep_year",
    "past_years",
]
