"""What the watcher says of itself, for monitoring: a small file in the store, written anew about every minute."""

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

if TYPE_CHECKING:
    from xlsync.inbox.config import World
    from xlsync.inbox.intake.sweep import Pass

LOG: Final = logging.getLogger("xlsync.watch")
FILE: Final = "watch.json"
EVERY: Final = 60.0
"""Seconds between two beats at most."""
DEAD_AFTER: Final = 300.0

Mode = Literal["running", "away", "stopped"]


@dataclass(frozen=True, slots=True)
class Beat:
    """When the watcher last said something (ISO 8601), and how it was: `mode` is away while the shared folder is gone.

    `last` is when it last took a file in; `troubles` counts files that somebody should look at.
    """

    when: str
    mode: Mode
    files: int = 0
    waiting: int = 0
    held: int = 0
    troubles: int = 0
    last: str = ""
    reason: str = ""


@dataclass
class Heart:
    """Beats for a watcher whose store lies in `folder`: about every minute, and at once where something changed."""

    folder: Path
    world: World
    _beat: Beat = field(default=Beat("", "stopped"))
    _at: float = field(default=float("-inf"))

    def tell(self, done: Pass, troubles: int) -> None:
        """Say what a pass saw."""
        last = self._now() if done.taken else self._beat.last
        mode: Mode = "away" if done.away else "running"
        at_once = mode != self._beat.mode or bool(done.taken)
        self._beat = Beat("", mode, done.files, done.waiting, done.held, troubles, last, done.away)
        self.beat(at_once=at_once)

    def stop(self) -> None:
        """Say that nobody watches any more."""
        self._beat = replace(self._beat, mode="stopped", reason="")
        self.beat(at_once=True)

    def beat(self, *, at_once: bool = False) -> None:
        """Say that we are still there, where a minute has gone by since."""
        now = self.world.clock()
        if not at_once and now - self._at < EVERY:
            return
        self._at = now
        said = asdict(replace(self._beat, when=self._now()))
        try:
            replace_whole(
                self.folder / FILE, json.dumps(said, ensure_ascii=False, indent=2).encode() + b"\n"
            )
        except StoreError as fault:
            LOG.warning("鼓動 %s", line(str(fault)))

    def _now(self) -> str:
        return self.world.now().isoformat(timespec="seconds")


def read_beat(folder: Path) -> Beat | None:
    """Give the last beat, None where there is none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Beat(**json.loads((folder / FILE).read_bytes()))
    return None


def is_alive(beat: Beat | None, now: dt.datetime) -> bool:
    """True where a watcher has spoken lately and has not said that it stops."""
    if beat is None or beat.mode == "stopped":
        return False
    return abs((now - dt.datetime.fromisoformat(beat.when)).total_seconds()) < DEAD_AFTER
