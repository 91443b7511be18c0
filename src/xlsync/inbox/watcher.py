"""The watcher: a pass at the start, at every nudge, and every few minutes whatever the nudges; until it is told to stop."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock, Timeout
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from xlsync.errors import StoreBusy
from xlsync.inbox.followup.follow_up import Follow
from xlsync.inbox.heartbeat import EVERY, Heart
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.inbox.log_messages import line

if TYPE_CHECKING:
    from xlsync.inbox.config import Office, World

LOG: Final = logging.getLogger("xlsync.watch")
LOCK: Final = "watch.lock"

_BREATH: Final = 1.0
"""Seconds between two scans at least, however many events there are."""
_SHARE_OF_TIME: Final = 4
"""After a scan that took a second nobody scans for four: a slow server has other work."""
_NIGHT: Final = 2
_HEARD: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent, FileClosedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
"""Not: opened, and closed without writing. Those are our own readings."""


class _Doorbell(FileSystemEventHandler):
    """Rings at every event; what happened, the scan will see."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Ring."""
        del event
        self._ring()


@dataclass
class Ears:
    """Listens for events below a folder, and calls `ring` at each; `listening` is False where there are none to be had."""

    folder: Path
    ring: Callable[[], None]
    listening: bool = False
    _observer: Any = None

    def open(self) -> None:
        """Begin to listen; where the system cannot, the folder is looked at from time to time."""
        observer = Observer()
        try:
            observer.schedule(
                _Doorbell(self.ring), str(self.folder), recursive=True, event_filter=_HEARD
            )
            observer.start()
        except OSError as fault:
            LOG.warning(
                "通知 受けられません（%s）。定期的に見に行きます",
                line(fault.strerror or str(fault)),
            )
            return
        self._observer, self.listening = observer, True

    def close(self) -> None:
        """Listen no more."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(5)
        self._observer, self.listening = None, False


@dataclass
class Watcher:
    """What watching is, step by step. `renewed` gives the settings where they were changed, None where not."""

    office: Office
    world: World
    sweep: Sweep
    follow: Follow
    ears: Ears
    renewed: Callable[[], Office | None] = lambda: None
    heart: Heart = field(init=False)
    _night: dt.date | None = None
    _deaf: bool = False

    def __post_init__(self) -> None:
        """Have a heart."""
        self.heart = Heart(self.office.store.folder, self.world)

    def step(self) -> tuple[Pass, float]:
        """Look once and do what follows; give what was done, and when to look again (our clock)."""
        self._renew()
        self._turn_of_the_night()
        done = self.sweep.run()
        self._listen(away=bool(done.away))
        if not done.away:
            self.follow.after(self.sweep, done)
        self.heart.tell(done, len(self.sweep.troubles))
        return done, self._next(done)

    def rest(self, until: float) -> None:
        """Wait until it is time or somebody calls, but long enough that scanning is not all we do."""
        earliest = min(until, self.world.clock() + _BREATH)
        while not self.world.stopping() and (now := self.world.clock()) < until:
            called = self.world.wait(min(until - now, EVERY))
            self.heart.beat()
            if called:
                break
        while not self.world.stopping() and (now := self.world.clock()) < earliest:
            self.world.wait(earliest - now)

    def _renew(self) -> None:
        office = self.renewed()
        if office is not None:
            LOG.info("設定 読み直しました")
            self.office = office
            self.sweep.renew(office)
            self.follow.renew(office)

    def _listen(self, *, away: bool) -> None:
        """Listen while the folder is there, and anew when it has come back; ask a system that cannot only once."""
        if away:
            self.ears.close()
            self._deaf = False
        elif self.office.timing.native and not self.ears.listening and not self._deaf:
            self.ears.open()
            self._deaf = not self.ears.listening

    def _turn_of_the_night(self) -> None:
        """Once a night compare every file's contents with what was taken, and every sheet with the board."""
        now = self.world.now()
        if self._night is None:
            self._night = now.date()
        elif now.date() > self._night and now.hour >= _NIGHT:
            self._night = now.date()
            LOG.info("照合 すべてのファイルの内容を確かめます")
            self.sweep.hash_everything()
            self.follow.renew(self.office)

    def _next(self, done: Pass) -> float:
        timing, now = self.office.timing, self.world.clock()
        usual = now + (timing.rescan if self.ears.listening else timing.poll)
        dues = [due for due in (done.due, self.follow.due) if due is not None]
        return max(min((usual, *dues)), now + _SHARE_OF_TIME * done.scanning)


@contextlib.contextmanager
def only_watcher(folder: Path) -> Iterator[None]:
    """Be the only watcher of a store; StoreBusy where there is one already. The lock of one that died is free."""
    try:
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout as fault:
        raise StoreBusy(
            "ほかの xlsync watch がこの保管庫を見ています。1つだけ動かしてください", str(folder)
        ) from fault


def watch(watcher: Watcher) -> None:
    """Watch until told to stop."""
    LOG.info("開始 %s", line(str(watcher.office.sheets)))
    try:
        while not watcher.world.stopping():
            _, due = watcher.step()
            watcher.rest(due)
    finally:
        watcher.ears.close()
        watcher.heart.stop()
        LOG.info("終了")


def watch_once(watcher: Watcher) -> list[Pass]:
    """Take what settles within a few rests, and stop; give what was done. What still grows is for the next time."""
    world, passes = watcher.world, list[Pass]()
    end = world.clock() + 4 * watcher.office.timing.quiet + EVERY
    try:
        while not world.stopping():
            done, due = watcher.step()
            passes.append(done)
            if not (done.waiting or watcher.follow.is_unfinished) or world.clock() >= end:
                break
            watcher.rest(due)
    finally:
        watcher.ears.close()
        watcher.heart.stop()
    return passes
