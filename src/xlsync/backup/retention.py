"""Which snapshots are kept: the last few, and the newest of each of the last days, weeks, months and years (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """How many of each are kept. A snapshot stays where any of these keeps it."""

    last: int = 3
    daily: int = 14
    weekly: int = 8
    monthly: int = 24
    yearly: int = 10


def moment_of(name: str) -> dt.datetime:
    """Return when a snapshot was taken, by its name."""
    return dt.datetime.strptime(name[:15], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - the clock of the wall, as in the name


def expired(names: Iterable[str], retention: Retention) -> list[str]:
    """Return the snapshots that need not be kept any longer, oldest first. The newest is never among them."""
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[: max(retention.last, 1)])
    periods: list[tuple[int, Callable[[dt.datetime], tuple[int, ...]]]] = [
        (retention.daily, lambda when: (when.year, when.month, when.day)),
        (retention.weekly, lambda when: tuple(when.isocalendar()[:2])),
        (retention.monthly, lambda when: (when.year, when.month)),
        (retention.yearly, lambda when: (when.year,)),
    ]
    for count, period_of in periods:
        newest: dict[tuple[int, ...], str] = {}
        for name in newest_first:
            newest.setdefault(period_of(moment_of(name)), name)
        kept.update([*newest.values()][:count])
    return sorted(set(newest_first) - kept)
