"""`xlsync watch`: the watcher brought to life, and beside it the desk that answers the buttons in Excel."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Request
from xlsync.addin.ways.folder_way import Desk, prepare
from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import complain_unused_form, current_city
from xlsync.cli.long_running import Bell, logging_into, renewed_office, until_outdated
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import Heartbeat, is_watcher_alive, read_heartbeat
from xlsync.inbox.intake.ingest import ReadWorkbook
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.inbox.status.sheet_states import committed
from xlsync.inbox.watcher import EventListener, Watcher, watch, watch_once
from xlsync.inbox.watcher_lock import is_lock_held, only_watcher
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.reading.sandbox import SandboxReader

LOG: Final = logging.getLogger("xlsync.watch")
_BEAT: Final = ("when", "mode", "files", "waiting", "held", "troubles", "last", "reason", "errors")
"""What `--health --json` shows of a heartbeat."""
_DESK_EVERY: Final = 1.0
"""Seconds between two looks for pressed buttons."""
_SHARE_OF_TIME: Final = 4
"""After a look that took a second nobody looks for four: a slow server has other work."""
_LAST_ANSWER: Final = 60.0
"""Seconds for which the end waits for the answer to a button."""


def watch_city(folder: Path, *, once: bool) -> int:
    """Watch a city's shared folder until told to stop, or take in once what is there; return the exit code."""
    while True:
        city = current_city(folder)
        complain_unused_form(city)
        _ = (
            city.store.editions(),
            city.store.form,
        )  # what cannot be read is told before anything begins
        code = _watch(city, Bell(), once=once)
        if code is not None:
            return code
        say("様式が改められたので、新しい様式で見張りを続けます")


def _watch(city: CitySettings, bell: Bell, *, once: bool) -> int | None:
    """Watch until told to stop; return the exit code, None where another process put another version of the form into use."""
    with (
        only_watcher(city.store.folder),
        logging_into(city.store.folder / "log/watch.log", city.long_running.log_files, LOG),
        bell.hearing_signals(),
        SandboxReader(city.terms.form) as reader,
    ):
        read = _one_at_a_time(reader.read)
        watcher = _watcher(city, read, bell)
        desk = _desk(watcher, read)
        prepare(watcher.config.shared)
        if once:
            desk.run()
            return _tell_once(watcher, watch_once(watcher))
        say(f"見張っています：{watcher.config.sheets}（Ctrl+C で終わります）")
        with _at_the_desk(desk, watcher, bell):
            watch(watcher)
    if not bell.world().stopping():
        return None
    say("終わりました")
    return 0


def show_health(folder: Path, *, as_json: bool) -> int:
    """Print whether a watcher is running, by its last heartbeat, and return the exit code."""
    city = current_city(folder)
    beat = read_heartbeat(city.store.folder)
    alive = is_watcher_alive(city.store.folder, dt.datetime.now().astimezone())
    if as_json:
        entries = {name: getattr(beat, name) for name in _BEAT} if beat is not None else {}
        put_json({"alive": alive, **entries})
    else:
        _say_health(beat, alive=alive, hangs=is_lock_held(city.store.folder) is True)
    if beat is None or not alive:
        return FAILED
    return ATTENTION if beat.mode == "away" or beat.errors else 0


def _say_health(beat: Heartbeat | None, *, alive: bool, hangs: bool) -> None:
    if beat is not None and alive:
        state = beat.reason or f"ファイル {beat.files}件、確認の要るもの {beat.troubles}件"
        say(f"見張りが動いています（{beat.when}）：{state}")
        for error in beat.errors:
            complain(error)
    else:
        state = "固まっています" if hangs else "動いていません"
        complain(f"見張りが{state}" + (f"（最後の記録 {beat.when}）" if beat else ""))


def _one_at_a_time(read: ReadWorkbook) -> ReadWorkbook:
    """Return a reader that the watcher's thread and the buttons' thread may share: one child process reads for both."""
    lock = threading.Lock()

    def alone(data: bytes) -> list[Reading]:
        with lock:
            return read(data)

    return alone


def _desk(watcher: Watcher, read: ReadWorkbook) -> Desk:
    world = watcher.runtime

    def work(request: Request) -> Pressed:
        return press(watcher.config, request, world.now(), reader=lambda data, _form: read(data))

    return Desk(lambda: watcher.config.shared, work, world.clock, world.stopping)


@contextlib.contextmanager
def _at_the_desk(desk: Desk, watcher: Watcher, bell: Bell) -> Iterator[None]:
    """Answer buttons beside the watching, and wake the watcher for what they, or other programs, have put into the store."""
    stop = threading.Event()

    def live() -> None:
        rung, clock = 0, watcher.runtime.clock
        while not stop.is_set():
            began = clock()
            done = desk.run()
            now_held = committed(watcher.config)
            if watcher.follow.is_behind() and now_held != rung:
                rung = now_held
                bell.ring()
            slow = 0.0 if done else _SHARE_OF_TIME * (clock() - began)
            stop.wait(max(_DESK_EVERY, slow))

    thread = threading.Thread(target=live, name="xlsync-desk", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LAST_ANSWER)


def _watcher(city: CitySettings, read: ReadWorkbook, bell: Bell) -> Watcher:
    office = office_of(city)
    world = until_outdated(bell.world(), city.store)
    return Watcher(
        office,
        world,
        Sweep(office, world, read),
        FollowUp(office, world, SummaryWriter()),
        EventListener(office.sheets, bell.ring),
        partial(renewed_office, ChangedSettings(city.folder, LOG)),
    )


def _tell_once(watcher: Watcher, passes: list[Pass]) -> int:
    """Say what one run took in, and give the exit code."""
    last = passes[-1] if passes else Pass()
    if last.away:
        complain(last.away)
        return FAILED
    receipts = list(chain.from_iterable(done.receipts for done in passes))
    received = sum(receipt.outcome not in {"refused", "trial"} for receipt in receipts)
    troubles = watcher.sweep.troubles.keys() - watcher.sweep.trials
    say(
        f"受領 {received}件、保存待ち {last.waiting + last.held}件、確認の要るファイル {len(troubles)}件"
    )
    errors = watcher.follow.step_errors.texts
    for error in errors:
        complain(error)
    asks = any(receipt.needs_attention for receipt in receipts)
    return ATTENTION if any((asks, errors, troubles, last.held)) else 0
