"""How far each sheet is, as the screens show it: one thread reads the store again and publishes a frozen snapshot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.exchange.sheet_status import unit_order
from xlsync.inbox.status.sheet_states import States
from xlsync.page.search_words import searchable

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.sheet_keys import SheetId
    from xlsync.store import DamagedSheet
    from xlsync.summary.figures.progress import Line

LOG: Final = logging.getLogger("xlsync.serve")
_EVERY: Final = 1.0
"""Seconds between two looks at the store."""


@dataclass(frozen=True)
class SheetRow:
    """A sheet as the screens list it.

    Attributes:
        progress: How far it is.
        board_line: Its line on the board.
        search_text: What is searched for words.

    """

    progress: Progress
    board_line: Line
    search_text: str

    @property
    def sheet_id(self) -> SheetId:
        """Its id in the store."""
        return self.progress.stored_id

    @property
    def seen_number(self) -> int:
        """The number of the revision that the row shows."""
        return self.progress.revision


@dataclass(frozen=True)
class Snapshot:
    """Every sheet that counts, in the city's order. `version` differs after every change."""

    version: int = 0
    sheet_rows: tuple[SheetRow, ...] = ()
    damaged: tuple[DamagedSheet, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[SheetId, SheetRow]:
        """The rows by the sheet's id."""
        return MappingProxyType({row.sheet_id: row for row in self.sheet_rows})


@dataclass
class Snapshots:
    """The newest snapshot, and what renews it. `read_config` is asked each time: the city's settings may change."""

    read_config: Callable[[], InboxConfig]
    _latest: Snapshot = field(default_factory=Snapshot)
    _states: States | None = None
    _config: InboxConfig | None = None
    _rows: dict[SheetId, SheetRow] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)
    _published: threading.Event = field(default_factory=threading.Event)

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot that was published."""
        return self._latest

    def is_published(self, patience: float) -> bool:
        """Whether there is a snapshot, within so many seconds: a large store takes a while to be read for the first time."""
        return self._published.wait(patience)

    def renew(self) -> Snapshot:
        """Read again what has changed in the store, publish that, and return it."""
        with self._lock:
            config = self.read_config()
            if self._states is None or config is not self._config:
                self._states, self._config = States(config.store, config.terms), config
                self._rows = {}
            states = self._states
            changed = states.renew()
            if changed or not self._latest.version:
                self._publish(states, changed)
            return self._latest

    def _publish(self, states: States, changed: set[SheetId]) -> None:
        kept = {
            sheet_id: row
            for sheet_id, row in self._rows.items()
            if sheet_id not in changed and sheet_id in states.progress
        }
        self._rows = {
            sheet_id: kept.get(sheet_id) or _row(progress)
            for sheet_id, progress in states.progress.items()
        }
        config = self._config
        organization = None if config is None else config.terms.organization
        rows = sorted(
            self._rows.values(),
            key=lambda row: unit_order(row.progress.units, row.progress.key, organization),
        )
        damaged = tuple(states.damaged.values())
        self._latest = Snapshot(self._latest.version + 1, tuple(rows), damaged)
        self._published.set()

    def follow(self) -> None:
        """Renew the snapshot again and again until `end` is called; what cannot be read now is read the next time."""
        while not self._ending.is_set():
            try:
                self.renew()
            except XlsyncError as fault:
                LOG.warning("画面 %s", " ".join(str(fault).split()))
            except Exception:
                LOG.exception("不具合")
            self._ending.wait(_EVERY)

    def end(self) -> None:
        """Let `follow` end."""
        self._ending.set()


def _row(progress: Progress) -> SheetRow:
    line = progress.line
    words = (line.key, line.title, *line.unit_names, line.last_save.who)
    return SheetRow(progress, line, searchable(" ".join(words)))


__all__ = ["SheetRow", "Snapshot", "Snapshots"]
