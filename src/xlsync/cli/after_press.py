"""What follows a press or an act on the page where no watcher is at work: summaries and the board, for one form."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import queue
import threading
from collections.abc import Collection, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings
from xlsync.cli.long_running import renewed_office
from xlsync.errors import XlsyncError
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import is_watcher_alive
from xlsync.inbox.log_messages import line
from xlsync.inbox.status.board_refresh import refresh_board

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime

LOG: Final = logging.getLogger("xlsync.serve")
_CALM: Final = 2.0
"""Seconds for which more presses are waited for before summaries are made."""


@dataclass
class Now:
    """The city as its settings say now."""

    settings: CitySettings
    config: InboxConfig = field(init=False)
    _changed: ChangedSettings = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the city as it was read."""
        self.config = office_of(self.settings)
        self._changed = ChangedSettings(self.settings.folder, LOG)

    def renew(self) -> bool:
        """Look whether the settings have changed; gives False, so that it can stand beside a question."""
        config = renewed_office(self._changed)
        if config is not None:
            LOG.info("設定 読み直しました")
            self.config = config
        return False

    def is_watched(self) -> bool:
        """True where a watcher is at work."""
        now = dt.datetime.now().astimezone()
        return is_watcher_alive(self.config.store.folder, now)


@dataclass
class After:
    """What follows presses: the watcher sees their commits by itself; where none is at work, the summaries and the board."""

    latest: Now
    world: Runtime
    changed_keys: queue.SimpleQueue[frozenset[str] | None] = field(
        default_factory=queue.SimpleQueue
    )
    _summaries: SummaryWriter = field(default_factory=SummaryWriter)

    def note_changed(self, sheet_ids: Collection[str]) -> None:
        """Take the ids of sheets that the page has changed."""
        self.changed_keys.put(frozenset(sheet_ids))

    def live(self) -> None:
        """Renew what presses have changed, until told to stop by None; several presses at one go."""
        waiting: set[str] = set()
        while (keys := self._next(_CALM if waiting else None)) is not None:
            waiting |= keys
            if waiting and not keys:
                self._renew(sorted(waiting))
                waiting.clear()
        if waiting:
            self._renew(sorted(waiting))

    def _next(self, patience: float | None) -> frozenset[str] | None:
        """Return the keys that changed next, none where for a while none did."""
        try:
            return self.changed_keys.get(timeout=patience)
        except queue.Empty:
            return frozenset()

    def _renew(self, keys: list[str]) -> None:
        if self.latest.is_watched():
            return
        try:
            put_off = self._summaries(self.latest.config, keys)
            shown = refresh_board(self.latest.config, self.world.now())
        except XlsyncError as fault:
            LOG.warning("集計 %s", line(str(fault)))
        except Exception:
            LOG.exception("不具合")
        else:
            if put_off or shown == "waiting":
                LOG.info("待機 集計か提出状況が開かれているため、次の提出のあとに書き換えます")


@contextlib.contextmanager
def following(after: After) -> Iterator[After]:
    """Let a thread renew what follows until the end of the block."""
    run = copy_context().run  # the log names the form
    thread = threading.Thread(target=run, args=(after.live,), name="xlsync-after", daemon=True)
    thread.start()
    try:
        yield after
    finally:
        after.changed_keys.put(None)
        thread.join(60)


__all__ = ["After", "Now", "following"]
