"""What a program needs that runs for months: its settings read again where they change, a bell, signals, a log."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Final

from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.clock_and_user import user
from xlsync.city.log_settings import LogSettings
from xlsync.city.office import office_of
from xlsync.cli.json_lines import JsonLines
from xlsync.errors import StoreError, StoreUnreachable
from xlsync.inbox.config import InboxConfig, Runtime
from xlsync.store import Store

_SLICE: Final = 0.5
"""Seconds within which a signal is heeded: on Windows nothing else ends a wait."""


def renewed_office(settings: ChangedSettings) -> InboxConfig | None:
    """Return what the watched folder is about where a city's settings have changed, else None."""
    city = settings.renewed()
    return None if city is None else office_of(city)


class Bell:
    """What wakes a program that waits: a change somewhere, or a signal to stop."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._stop = False

    def ring(self) -> None:
        """Wake whoever waits; may be called from any thread, but from no signal."""
        self._rung.set()

    def world(self) -> Runtime:
        """Return the real clock, and waiting that a ring or a signal ends."""
        return Runtime(
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
            number: signal.signal(number, self._on_signal)
            for name in names
            if (number := getattr(signal, name, None)) is not None
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # No more than this: an Event's lock may be held by the very thread that is interrupted.
        self._stop = True

    def _wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self._stop and (left := end - time.monotonic()) > 0:
            if self._rung.wait(min(left, _SLICE)):
                self._rung.clear()
                return True
        return False


@contextlib.contextmanager
def logging_into(file: Path, settings: LogSettings, *logs: logging.Logger) -> Iterator[None]:
    """Write logs into a file, which rotates, and to the terminal where there is one.

    What changes in the settings counts from the next start on.

    Raises StoreError where the file cannot be opened; a line that cannot be written later is lost without a word.
    """
    rotating = _rotating(file, settings)
    is_json = settings.format == "json"
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    rotating.setFormatter(JsonLines() if is_json else text)
    sinks: list[logging.Handler] = [rotating]
    if sys.stderr is not None and sys.stderr.isatty():
        terminal = logging.StreamHandler()
        terminal.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        sinks.append(terminal)
    for sink, log in itertools.product(sinks, logs):
        log.addHandler(sink)
    for log in logs:
        log.setLevel(logging.INFO)
        log.propagate = False
    tracebacks, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        yield
    finally:
        logging.raiseExceptions = tracebacks
        for log in logs:
            log.propagate = True
            for sink in sinks:
                log.removeHandler(sink)
        for sink in sinks:
            with contextlib.suppress(OSError):  # a full disk
                sink.close()


def _rotating(file: Path, settings: LogSettings) -> RotatingFileHandler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(
            file,
            maxBytes=int(settings.megabytes * 2**20),
            backupCount=settings.keep_files,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError as fault:
        raise StoreError(f"書き込めません（{fault.strerror or fault}）", str(file)) from fault


def until_outdated(world: Runtime, store: Store) -> Runtime:
    """Return a runtime that also stops when another process has put another version of the store's form into use."""

    def is_outdated() -> bool:
        with contextlib.suppress(StoreUnreachable):
            return store.stored_form.is_outdated()
        return False

    return replace(world, stopping=lambda: world.stopping() or is_outdated())
