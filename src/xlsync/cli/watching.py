"""`xlsync watch`: the watcher brought to life: signals, clocks, log, and the settings read again where they change."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Final

from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.screen import complain, put_json, say, user
from xlsync.cli.settings import SETTINGS_FILE, City, find_city
from xlsync.errors import SettingsError
from xlsync.inbox.follow import Follow
from xlsync.inbox.heartbeat import is_alive, read_beat
from xlsync.inbox.mounts import is_on_network
from xlsync.inbox.office import Office, Timing, World
from xlsync.inbox.summaries import SummaryWriter
from xlsync.inbox.sweep import Pass, Sweep
from xlsync.inbox.watch import Ears, Watcher, only_watcher, watch, watch_once
from xlsync.workbook.bounded import BoundedReader

LOG: Final = logging.getLogger("xlsync.watch")
_LOG_BYTES: Final = 5 * 2**20
_LOGS: Final = 10
_SLICE: Final = 0.5
"""Seconds within which a signal is heeded: on Windows nothing else ends a wait."""
_LOCAL: Final = (10.0, 5.0)
_NETWORK: Final = (30.0, 15.0)
"""Seconds of quiet and between two looks."""


def watch_city(folder: Path, *, once: bool) -> int:
    """Watch a city's shared folder until told to stop, or take in once what is there; give the exit code."""
    city = find_city(folder.resolve())
    city.store.editions()  # a store that cannot be read is told before anything begins
    bell = _Bell()
    with (
        only_watcher(city.store.folder),
        _logging(city.store.folder / "log"),
        bell.hearing_signals(),
        BoundedReader(city.terms.form) as reader,
    ):
        watcher = _watcher(city, reader, bell)
        if once:
            return _tell_once(watcher, watch_once(watcher))
        say(f"見張っています：{watcher.office.sheets}（Ctrl+C で終わります）")
        watch(watcher)
        say("終わりました")
    return 0


def show_health(folder: Path, *, as_json: bool) -> int:
    """Tell whether a watcher is at work, from what it last said; give the exit code."""
    city = find_city(folder.resolve())
    beat, now = read_beat(city.store.folder), dt.datetime.now().astimezone()
    alive = is_alive(beat, now)
    if as_json:
        names = ("when", "mode", "files", "waiting", "held", "troubles", "last", "reason")
        told = {name: getattr(beat, name) for name in names} if beat is not None else {}
        put_json({"alive": alive, **told})
    elif beat is None or not alive:
        complain("見張りが動いていません" + (f"（最後の記録 {beat.when}）" if beat else ""))
    else:
        state = beat.reason or f"ファイル {beat.files}件、確認の要るもの {beat.troubles}件"
        say(f"見張りが動いています（{beat.when}）：{state}")
    if beat is None or not alive:
        return FAILED
    return ATTENTION if beat.mode == "away" else 0


def _watcher(city: City, reader: BoundedReader, bell: _Bell) -> Watcher:
    office = office_of(city)
    world = bell.world()
    return Watcher(
        office,
        world,
        Sweep(office, world, reader.read),
        Follow(office, world, SummaryWriter()),
        Ears(office.sheets, bell.ring),
        _Settings(city.folder).renewed,
    )


def office_of(city: City) -> Office:
    """Give a city as the watcher needs it."""
    said, on_network = city.watch, is_on_network(city.shared.resolve())
    quiet, poll = _NETWORK if on_network else _LOCAL
    native = said.events == "native" or (said.events == "auto" and not on_network)
    timing = Timing(
        said.quiet_seconds or quiet, said.poll_seconds or poll, said.rescan_minutes * 60, native
    )
    return Office(
        city.name,
        city.folder,
        city.shared,
        city.terms,
        city.store,
        city.deadline,
        timing,
        city.write_back,
    )


def _tell_once(watcher: Watcher, passes: list[Pass]) -> int:
    """Say what one run took in, and give the exit code."""
    receipts = [receipt for done in passes for receipt in done.receipts]
    last = passes[-1] if passes else Pass()
    if last.away:
        complain(last.away)
        return FAILED
    taken = sum(receipt.outcome != "refused" for receipt in receipts)
    say(
        f"受領 {taken}件、保存待ち {last.waiting + last.held}件、確認の要るファイル {len(watcher.sweep.troubles)}件"
    )
    asks = any(receipt.needs_attention for receipt in receipts) or watcher.sweep.troubles
    return ATTENTION if asks or last.held else 0


@dataclass
class _Settings:
    """The settings of a city, read again when their file changes; what cannot be read is told, and the old ones stay."""

    folder: Path
    _seen: tuple[int, int] = field(default=(0, 0))

    def __post_init__(self) -> None:
        self._seen = self._look()

    def renewed(self) -> Office | None:
        """Give the settings where they have changed."""
        look = self._look()
        if look == self._seen:
            return None
        self._seen = look
        try:
            return office_of(find_city(self.folder))
        except SettingsError as fault:
            LOG.warning("設定 %s（前の設定のまま続けます）", " ".join(str(fault).split()))
            return None

    def _look(self) -> tuple[int, int]:
        try:
            status = (self.folder / SETTINGS_FILE).stat()
        except OSError:
            return (0, 0)
        return status.st_mtime_ns, status.st_size


class _Bell:
    """What wakes the watcher: a change in the folder, or a signal to stop."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._stop = False

    def ring(self) -> None:
        """Wake the watcher; may be called from any thread, but from no signal."""
        self._rung.set()

    def world(self) -> World:
        """Give the world as it really is."""
        return World(
            lambda: dt.datetime.now().astimezone(),
            time.monotonic,
            self._wait,
            lambda: self._stop,
            user(),
        )

    @contextlib.contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Stop at Ctrl+C and SIGTERM, once the file at hand is done."""
        names = ("SIGINT", "SIGTERM", "SIGBREAK")
        before = {
            number: signal.signal(number, self._told_to_stop)
            for name in names
            if (number := getattr(signal, name, None)) is not None
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = (
            True  # and no more: an Event's lock may be held by the very thread that is interrupted
        )

    def _wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self._stop and (left := end - time.monotonic()) > 0:
            if self._rung.wait(min(left, _SLICE)):
                self._rung.clear()
                return True
        return False


@contextlib.contextmanager
def _logging(folder: Path) -> Iterator[None]:
    """Write the watcher's log into a folder, one line per decision, and to the terminal where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    rotating = RotatingFileHandler(
        folder / "watch.log",
        maxBytes=_LOG_BYTES,
        backupCount=_LOGS,
        encoding="utf-8",
        errors="backslashreplace",
    )
    sinks: list[logging.Handler] = [rotating]
    if sys.stderr is not None and sys.stderr.isatty():
        sinks.append(logging.StreamHandler())
    for sink in sinks:
        sink.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        LOG.addHandler(sink)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    try:
        yield
    finally:
        LOG.propagate = True
        for sink in sinks:
            LOG.removeHandler(sink)
            sink.close()
