"""The watcher's heartbeat for monitoring: a small JSON file in the store, rewritten several times a minute."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from xlsync.disk import replace_whole
from xlsync.errors import StoreError
from xlsync.inbox.log_messages import line
from xlsync.inbox.watcher_lock import is_lock_held

if TYPE_CHECKING:
    from xlsync.inbox.config import Runtime
    from xlsync.inbox.intake.sweep import Pass

LOG: Final = logging.getLogger("xlsync.watch")
FILE: Final = "watch.json"
INTERVAL: Final = 15.0
"""Seconds from one heartbeat to the next; one step of the watcher's work may take as long again, or twice."""
STALE_AFTER: Final = 60.0
"""Seconds after which a watcher that still holds its lock counts as stopped: it hangs, as on a share that answers no more."""

Mode = Literal["running", "away", "stopped"]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When the heartbeat was written (ISO 8601) and the watcher's state; `mode` is away while the shared folder is missing.

    `last` is when a file was last taken in; `troubles` counts the files listed on the board under ご確認ください; `errors`
    has a sentence for each step of the watcher's work that fails.
    """

    when: str
    mode: Mode
    files: int = 0
    waiting: int = 0
    held: int = 0
    troubles: int = 0
    last: str = ""
    reason: str = ""
    errors: tuple[str, ...] = ()


@dataclass
class HeartbeatWriter:
    """Writes the heartbeat into the store's folder: every 15 seconds, at once where the mode changed or a file was taken in."""

    folder: Path
    runtime: Runtime
    _heartbeat: Heartbeat = field(default=Heartbeat("", "stopped"))
    _written_at: float = field(default=float("-inf"))

    def record_pass(self, done: Pass, troubles: int, errors: tuple[str, ...]) -> None:
        """Record the counts of a pass over the folder, and the steps that fail."""
        last = self._now() if done.ingested_paths else self._heartbeat.last
        mode: Mode = "away" if done.away else "running"
        before = self._heartbeat
        at_once = (mode, errors) != (before.mode, before.errors) or bool(done.ingested_paths)
        self._heartbeat = Heartbeat(
            "", mode, done.file_count, done.waiting, done.held, troubles, last, done.away, errors
        )
        self.write_if_due(at_once=at_once)

    def stop(self) -> None:
        """Write that the watcher has ended; where that fails, its lock tells so."""
        self._heartbeat = replace(self._heartbeat, mode="stopped", reason="")
        try:
            self.write_if_due(at_once=True)
        except StoreError as fault:
            LOG.warning("鼓動 %s", line(str(fault)))

    def write_if_due(self, *, at_once: bool = False) -> None:
        """Write the heartbeat where the last one is older than the interval.

        Raises StoreError where the store cannot be written: then nothing can be received either.
        """
        now = self.runtime.clock()
        if not at_once and now - self._written_at < INTERVAL:
            return
        self._written_at = now
        record = asdict(replace(self._heartbeat, when=self._now()))
        replace_whole(
            self.folder / FILE,
            json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n",
        )

    def _now(self) -> str:
        return self.runtime.now().isoformat(timespec="seconds")


def read_heartbeat(folder: Path) -> Heartbeat | None:
    """Return the last heartbeat written, None where none can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        record = json.loads((folder / FILE).read_bytes())
        return Heartbeat(**{**record, "errors": tuple(record.get("errors", ()))})
    return None


def is_watcher_alive(folder: Path, now: dt.datetime) -> bool:
    """True where a watcher works on a store: it holds its lock, which a killed one does not, and its heartbeat is recent."""
    return is_recent(read_heartbeat(folder), now) and is_lock_held(folder) is not False


def is_recent(heartbeat: Heartbeat | None, now: dt.datetime) -> bool:
    """True where the heartbeat is recent and does not say that the watcher has ended."""
    if heartbeat is None or heartbeat.mode == "stopped":
        return False
    return abs((now - dt.datetime.fromisoformat(heartbeat.when)).total_seconds()) < STALE_AFTER
