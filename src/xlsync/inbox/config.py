"""What the watcher is told of the city: its folders, terms, deadline and how patient it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.store import Store

BOARD_PAGE: Final = "提出状況.html"
BOARD_BOOK: Final = "提出状況.xlsx"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when (that day included) saves are in time; `closed`: saves are held for the office, not taken."""

    day: dt.date | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: how long a file must rest, between two scans without events, and with them; `native`: events are listened to."""

    quiet: float = 10.0
    poll: float = 5.0
    rescan: float = 300.0
    native: bool = True


@dataclass(frozen=True)
class Office:
    """A city as the watcher needs it; folders are absolute. `folder` is where places are named from."""

    name: str
    folder: Path
    shared: Path
    terms: Terms
    store: Store
    deadline: Deadline = field(default=Deadline())
    timing: Timing = field(default=Timing())
    write_back: bool = True

    @property
    def sheets(self) -> Path:
        """Where the living workbooks are: what is watched."""
        return self.shared / "評価シート"

    @property
    def summaries(self) -> Path:
        """Where the summary workbooks are."""
        return self.shared / "集計"


@dataclass(frozen=True)
class World:
    """What comes in from outside: the time of day (with its offset), a clock that never goes back, and who runs this.

    `wait` waits for so many seconds and gives False, or sooner gives True where something calls; `stopping` tells to end.
    """

    now: Callable[[], dt.datetime]
    clock: Callable[[], float]
    wait: Callable[[float], bool]
    stopping: Callable[[], bool]
    user: str = ""
