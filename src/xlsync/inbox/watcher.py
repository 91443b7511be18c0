"""The watch loop: a pass over the folder at the start, at every file event and every few minutes, until asked to stop."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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

from xlsync.errors import StoreUnreachable, XlsyncError
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.queued_follow_up import QueuedFollowUp
from xlsync.inbox.followup.write_back_record import recover
from xlsync.inbox.heartbeat import INTERVAL, HeartbeatWriter
from xlsync.inbox.intake.leftovers import REMOVE_AFTER, temporary_files
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.inbox.log_messages import line
from xlsync.shared_folder import remove_leftovers, scratch_folder
from xlsync.store import remove_leftovers as remove_store_leftovers

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime

LOG: Final = logging.getLogger("xlsync.watch")

_UNREACHABLE_SECONDS: Final = 10.0
"""Between attempts while the database of the store does not answer."""
_MIN_SCAN_INTERVAL: Final = 1.0
"""Shortest time between two scans in seconds, however many events there are."""
_PAUSE_PER_SCAN_SECOND: Final = 4
"""Seconds without a scan per second that the last one took, to spare a slow server."""
_NIGHT_HOUR: Final = 2
_EVENTS: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent, FileClosedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
"""Without "opened" and "closed without writing", which our own reading causes."""


class _WakeOnEvent(FileSystemEventHandler):
    """Calls `wake` at every event; the next scan sees what happened."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wake the watcher."""
        del event
        self._wake()


@dataclass
class EventListener:
    """Calls `wake` at every file event below a folder; `listening` is False where the system provides none."""

    folder: Path
    wake: Callable[[], None]
    listening: bool = False
    _observer: Any = None

    def open(self) -> None:
        """Subscribe to file events; where the system refuses, the folder is polled instead."""
        observer = Observer()
        try:
            observer.schedule(
                _WakeOnEvent(self.wake), str(self.folder), recursive=True, event_filter=_EVENTS
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
        """Unsubscribe."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(5)
        self._observer, self.listening = None, False


@dataclass
class Watcher:
    """The steps of the watch loop. `reload` returns the configuration where it was changed, else None."""

    config: InboxConfig
    runtime: Runtime
    sweep: Sweep
    follow: FollowUp | QueuedFollowUp
    events: EventListener
    reload: Callable[[], InboxConfig | None] = lambda: None
    heartbeat: HeartbeatWriter = field(init=False)
    _last_night: dt.date | None = None
    _events_refused: bool = False

    def __post_init__(self) -> None:
        """Create the heartbeat writer, which also writes between the steps of long work."""
        self.heartbeat = HeartbeatWriter(self.config.store.folder, self.runtime)
        self.follow.before_step = self.heartbeat.write_if_due

    def step(self) -> tuple[Pass, float]:
        """Make one pass and its follow-up work; return the pass and when the next is due (monotonic clock)."""
        try:
            return self._step()
        except StoreUnreachable as fault:
            LOG.warning("中断 %s", line(str(fault)))
            done = Pass(away=str(fault))
            self.heartbeat.record_pass(
                done, len(self.sweep.troubles), self.follow.step_errors.texts
            )
            return done, self.runtime.clock() + _UNREACHABLE_SECONDS

    def _step(self) -> tuple[Pass, float]:
        self._reload_config()
        self._start_nightly_check()
        done = self.sweep.run()
        self.follow.step_errors.record("控え（store/inbox.json）", self.sweep.index_error)
        self._listen(away=bool(done.away))
        if not done.away:
            self.follow.after(self.sweep, done)
        errors = self.follow.step_errors.texts
        self.heartbeat.record_pass(done, len(self.sweep.troubles), errors)
        return done, self._next(done)

    def pause(self, until: float) -> None:
        """Wait until a time, a file event or the loss of the folder, but never less than the shortest scan interval."""
        earliest = min(until, self.runtime.clock() + _MIN_SCAN_INTERVAL)
        while not self.runtime.stopping() and (now := self.runtime.clock()) < until:
            woken = self.runtime.wait(min(until - now, INTERVAL))
            self.heartbeat.write_if_due()
            self.follow.keep_watch()
            if woken or not self._can_list_folder():
                break
        while not self.runtime.stopping() and (now := self.runtime.clock()) < earliest:
            self.runtime.wait(earliest - now)

    def _can_list_folder(self) -> bool:
        """False where the folder is gone or may not be listed any more, of which no file event tells."""
        try:
            with os.scandir(self.config.sheets):
                return True
        except OSError:
            return False

    def _reload_config(self) -> None:
        config = self.reload()
        if config is not None:
            LOG.info("設定 読み直しました")
            self.config = config
            self.sweep.renew(config)
            self.follow.renew(config)

    def _listen(self, *, away: bool) -> None:
        """Subscribe to file events while the folder exists, and again after it came back; a refusal is final."""
        if away:
            self.events.close()
            self._events_refused = False
        elif self.config.timing.native and not self.events.listening and not self._events_refused:
            self.events.open()
            self._events_refused = not self.events.listening

    def _start_nightly_check(self) -> None:
        """Once a night compare every file's contents with what was taken in, and every sheet with the board."""
        now = self.runtime.now()
        if self._last_night is None:
            self._last_night = now.date()
        elif now.date() > self._last_night and now.hour >= _NIGHT_HOUR:
            self._last_night = now.date()
            LOG.info("照合 すべてのファイルの内容を確かめます")
            self.sweep.hash_everything()
            self.follow.renew(self.config)

    def _next(self, done: Pass) -> float:
        timing, now = self.config.timing, self.runtime.clock()
        regular = now + (timing.rescan if self.events.listening else timing.poll)
        dues = [due for due in (done.due_at, self.follow.due_at) if due is not None]
        return max(min((regular, *dues)), now + _PAUSE_PER_SCAN_SECOND * done.scanning)


def put_right(config: InboxConfig, now: dt.datetime) -> str:
    """Put right what killed programs have left half done in the shared folder, and delete their temporary files.

    Return why that is not possible, "" where it was done.
    """
    try:
        for file in recover(config.share):
            LOG.warning("復旧 書き戻しの途中で止まったファイルを確かめました %s", line(file))
        remove_leftovers(scratch_folder(config.store.folder))
        for left in temporary_files(config.store.folder, config.store.folder):
            left.unlink()  # only a watcher writes there, and we are the only one
        for folder in (config.folder, config.folder / "form"):
            for left in _abandoned_files(folder, now):
                left.unlink()
        remove_store_leftovers(config.store)
    except (OSError, XlsyncError) as fault:
        LOG.warning("復旧 できません（%s）", line(str(fault)))
        return f"前に止まったときの後始末ができません（{line(str(fault))}）"
    return ""


def _abandoned_files(folder: Path, now: dt.datetime) -> list[Path]:
    """Return the temporary files of settings, keys and forms, but for those that are just being written."""
    signatures = temporary_files(folder, folder).items()
    oldest = now.timestamp() - REMOVE_AFTER
    return [file for file, signature in signatures if signature.mtime / 1e9 < oldest]


def watch(watcher: Watcher) -> None:
    """Run the watch loop until asked to stop."""
    LOG.info("開始 %s", line(str(watcher.config.sheets)))
    watcher.heartbeat.write_if_due(at_once=True)  # nothing begins where the store cannot be written
    watcher.follow.step_errors.record("復旧", put_right(watcher.config, watcher.runtime.now()))
    try:
        while not watcher.runtime.stopping():
            _, due = watcher.step()
            watcher.pause(due)
    finally:
        watcher.events.close()
        watcher.heartbeat.stop()
        LOG.info("終了")


def watch_once(watcher: Watcher) -> list[Pass]:
    """Take in what becomes stable within a few quiet periods, then stop; return the passes. What still grows is left.

    The periods begin anew after a pass that could not take in all that is stable, or not write all workbooks that are to be
    written: where there is much, none of it is left.
    """
    runtime, passes = watcher.runtime, list[Pass]()
    watcher.heartbeat.write_if_due(at_once=True)
    watcher.follow.step_errors.record("復旧", put_right(watcher.config, watcher.runtime.now()))
    longest = 4 * watcher.config.timing.quiet + INTERVAL
    end, unfinished = runtime.clock() + longest, 0
    try:
        while not runtime.stopping():
            done, due = watcher.step()
            passes.append(done)
            former, unfinished = unfinished, watcher.follow.unfinished_count
            if not (done.waiting or unfinished):
                break
            has_left = bool(done.ingested_paths) and (done.ready or unfinished)
            if len(passes) == 1 or has_left or unfinished < former:
                end = runtime.clock() + longest
            if runtime.clock() >= end:
                break
            watcher.pause(due)
    finally:
        watcher.events.close()
        watcher.heartbeat.stop()
    return passes
