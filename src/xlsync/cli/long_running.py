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
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Final, TypeVar

from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.clock_and_user import user
from xlsync.city.log_settings import LogSettings
from xlsync.city.office import office_of
from xlsync.cli.console import complain
from xlsync.cli.json_lines import JsonLines
from xlsync.errors import StoreError, StoreUnreachable
from xlsync.inbox.config import InboxConfig, Runtime
from xlsync.store import Store

Opened = TypeVar("Opened")
_FURTHER_FORM: Final = ContextVar("_FURTHER_FORM", default="")
"""The name of the further form that the running thread works on, "" for the city's own: lines of logs begin with it."""
_SLICE: Final = 0.5
"""Seconds within which a signal is heeded: on Windows nothing else ends a wait."""
_UNREACHABLE_SECONDS: Final = 5.0
"""Between attempts while the database of the store does not answer."""


def renewed_office(settings: ChangedSettings) -> InboxConfig | None:
    """Return what the watched folder is about where a city's settings have changed, else None."""
    city = settings.renewed()
    return None if city is None else office_of(city)


class Bell:
    """What wakes a program that waits: a change somewhere, or a signal to stop. One below another stops with it."""

    def __init__(self, upper: Bell | None = None) -> None:
        self._rung = threading.Event()
        self._stop = False
        self._upper = upper

    @property
    def is_stopped(self) -> bool:
        """Whether the program, or this part of it, was told to stop."""
        return self._stop or (self._upper is not None and self._upper.is_stopped)

    def stop(self) -> None:
        """End all waiting; may be called from a signal, too."""
        # No more than this: an Event's lock may be held by the very thread that is interrupted.
        self._stop = True

    def ring(self) -> None:
        """Wake whoever waits; may be called from any thread, but from no signal."""
        self._rung.set()

    def world(self) -> Runtime:
        """Return the real clock, and waiting that a ring or a signal ends."""
        return Runtime(
            lambda: dt.datetime.now().astimezone(),
            time.monotonic,
            self._wait,
            lambda: self.is_stopped,
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
        self.stop()

    def _wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.is_stopped and (left := end - time.monotonic()) > 0:
            if self._rung.wait(min(left, _SLICE)):
                self._rung.clear()
                return True
        return False


def when_reachable(bell: Bell, opened: Callable[[], Opened]) -> Opened | None:
    """Return what is opened once the database of the store answers; None where we are told to stop meanwhile."""
    runtime, last = bell.world(), ""
    while not runtime.stopping():
        try:
            return opened()
        except StoreUnreachable as fault:
            if str(fault) != last:
                last = str(fault)
                complain(f"{last}（つながるまで待ちます。Ctrl+C で終わります）")
        runtime.wait(_UNREACHABLE_SECONDS)
    return None


@contextlib.contextmanager
def working_on(form_name: str) -> Iterator[None]:
    """Let the lines that this thread writes into a log name a further form of the city."""
    token = _FURTHER_FORM.set(form_name)
    try:
        yield
    finally:
        _FURTHER_FORM.reset(token)


@contextlib.contextmanager
def logging_into(file: Path, settings: LogSettings, *logs: logging.Logger) -> Iterator[None]:
    """Write logs into a file, which rotates, and to the terminal where there is one.

    What changes in the settings counts from the next start on.

    Raises StoreError where the file cannot be opened; a line that cannot be written later is lost without a word.
    """
    rotating = _rotating(file, settings)
    is_json = settings.format == "json"
    text = _formatter("%(asctime)s %(levelname)s %(form)s%(message)s")
    rotating.setFormatter(JsonLines() if is_json else text)
    sinks: list[logging.Handler] = [rotating]
    if sys.stderr is not None and sys.stderr.isatty():
        terminal = logging.StreamHandler()
        terminal.setFormatter(_formatter("%(asctime)s %(form)s%(message)s", "%H:%M:%S"))
        sinks.append(terminal)
    for sink, log in itertools.product(sinks, logs):
        log.addHandler(sink)
    for log in logs:
        log.addFilter(_note_form)
        log.setLevel(logging.INFO)
        log.propagate = False
    tracebacks, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        yield
    finally:
        logging.raiseExceptions = tracebacks
        for log in logs:
            log.removeFilter(_note_form)
            log.propagate = True
            for sink in sinks:
                log.removeHandler(sink)
        for sink in sinks:
            with contextlib.suppress(OSError):  # a full disk
                sink.close()


def _formatter(line: str, time_format: str | None = None) -> logging.Formatter:
    return logging.Formatter(line, time_format, defaults={"form": ""})


def _note_form(record: logging.LogRecord) -> bool:
    """Note in a record of a log which further form it is about."""
    name = _FURTHER_FORM.get()
    if name:
        record.form = f"【{name}】"
    return True


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
