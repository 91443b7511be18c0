"""`xlsync watch`: the watcher brought to life, and beside it the desk that answers the buttons in Excel."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Request
from xlsync.addin.ways.folder_way import Desk, prepare
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.long_running import Bell, Settings, logging_into, office_of
from xlsync.cli.settings import City, find_city
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import is_alive, read_heartbeat
from xlsync.inbox.intake.ingest import ReadWorkbook
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.inbox.status.sheet_states import committed
from xlsync.inbox.watcher import EventListener, Watcher, only_watcher, watch, watch_once
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.reading.sandbox import SandboxReader

LOG: Final = logging.getLogger("xlsync.watch")
_DESK_EVERY: Final = 1.0
"""Seconds between two looks for pressed buttons."""
_SHARE_OF_TIME: Final = 4
"""After a look that took a second nobody looks for four: a slow server has other work."""
_LAST_ANSWER: Final = 60.0
"""Seconds for which the end waits for the answer to a button."""


def watch_city(folder: Path, *, once: bool) -> int:
    """Watch a city's shared folder until told to stop, or take in once what is there; give the exit code."""
    city = find_city(folder.resolve())
    city.store.editions()  # a store that cannot be read is told before anything begins
    bell = Bell()
    with (
        only_watcher(city.store.folder),
        logging_into(city.store.folder / "log/watch.log", LOG),
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
        say("終わりました")
    return 0


def show_health(folder: Path, *, as_json: bool) -> int:
    """Tell whether a watcher is at work, from what it last said; give the exit code."""
    city = find_city(folder.resolve())
    beat, now = read_heartbeat(city.store.folder), dt.datetime.now().astimezone()
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


def _one_at_a_time(read: ReadWorkbook) -> ReadWorkbook:
    """Give a reader for the watcher and its desk, which are two threads with one child that reads."""
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


def _watcher(city: City, read: ReadWorkbook, bell: Bell) -> Watcher:
    office = office_of(city)
    world = bell.world()
    return Watcher(
        office,
        world,
        Sweep(office, world, read),
        FollowUp(office, world, SummaryWriter()),
        EventListener(office.sheets, bell.ring),
        Settings(city.folder, LOG).renewed,
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
