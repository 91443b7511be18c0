"""`xlsync watch`: the watcher brought to life, and beside it the desk that answers the buttons in Excel."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import socket
import threading
from collections.abc import Iterator
from contextvars import copy_context
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.protocol.changes import Request
from xlsync.addin.ways.folder_way import Desk, prepare
from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.further_forms import form_name
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import complain_unused_form, current_city
from xlsync.cli.every_form import Outcome, for_each_form
from xlsync.cli.forms_in_step import FormsInStep
from xlsync.cli.further_watchers import FurtherWatchers
from xlsync.cli.long_running import (
    Bell,
    logging_into,
    renewed_office,
    until_outdated,
    when_reachable,
    working_on,
)
from xlsync.errors import SettingsError
from xlsync.inbox.followup.follow_up import FollowUp
from xlsync.inbox.followup.queued_follow_up import QueuedFollowUp
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import Heartbeat, is_watcher_alive, read_heartbeat
from xlsync.inbox.intake.ingest import ReadWorkbook
from xlsync.inbox.intake.queued_intake import QueuedIntake
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.inbox.status.sheet_states import committed
from xlsync.inbox.watcher import EventListener, Watcher, watch, watch_once
from xlsync.inbox.watcher_lock import is_lock_held, only_watcher
from xlsync.store.postgres_saves import save_queue
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.reading.sandbox import SandboxReader

LOG: Final = logging.getLogger("xlsync.watch")
_BEAT: Final = ("when", "mode", "files", "waiting", "held", "troubles", "last", "reason", "errors")
"""What `--health --json` shows of a heartbeat."""
_DESK_EVERY: Final = 1.0
"""Seconds between two looks for pressed buttons."""
_SHARE_OF_TIME: Final = 4
"""After a look that took a second nobody looks for four: a slow server has other work."""
_NO_DATABASE: Final = (
    "[watch] workers = true は、登録データをPostgreSQLに置いたとき（[folders] store）だけ使えます"
)
_LAST_ANSWER: Final = 60.0
"""Seconds for which the end waits for the answer to a button."""


def watch_city(folder: Path, *, once: bool) -> int:
    """Watch the shared folders of a city's forms until told to stop, or take in once what is there; return the exit code."""
    bell = Bell()
    with bell.hearing_signals():
        city = (
            _readable_city(folder) if once else when_reachable(bell, lambda: _readable_city(folder))
        )
    if city is None:
        return 0
    log = city.store.folder / "log/watch.log"
    with (
        only_watcher(city.store.folder),
        logging_into(log, city.long_running.log_files, LOG),
        bell.hearing_signals(),
    ):
        if once:
            return for_each_form(city.folder, partial(_take_in, own=city, bell=bell), as_json=False)
        with FurtherWatchers(city.folder, bell, _watch_further):
            _watch_until_stopped(city, bell)
    say("終わりました")
    return 0


def _readable_city(folder: Path) -> CitySettings:
    """Return the city of a folder; what cannot be read is told before anything begins."""
    city = current_city(folder)
    complain_unused_form(city)
    _ = city.store.editions(), city.store.form
    return city


def _watch_further(folder: Path, bell: Bell) -> None:
    """Watch the shared folder of a further form until told to stop."""
    city = _readable_city(folder)
    with only_watcher(city.store.folder):
        _watch_until_stopped(city, bell)


def _watch_until_stopped(city: CitySettings, above: Bell) -> None:
    """Watch the shared folder of one form, under each version of it that is put into use meanwhile."""
    while True:
        bell = Bell(above)
        with SandboxReader(city.terms.form) as reader:
            read = _one_at_a_time(reader.read)
            watcher = _watcher(city, read, bell)
            prepare(watcher.config.shared)
            say(f"見張っています：{watcher.config.sheets}（Ctrl+C で終わります）")
            with _at_the_desk(_desk(watcher, read), watcher, bell):
                watch(watcher)
        if above.is_stopped:
            return
        say("様式が改められたので、新しい様式で見張りを続けます")
        readable = when_reachable(Bell(above), partial(_readable_city, city.folder))
        if readable is None:
            return
        city = readable


def _take_in(folder: Path, *, own: CitySettings, bell: Bell) -> Outcome:
    """Take in once what is in the shared folder of one form, `own` or a further one."""
    if folder.samefile(own.folder):
        return _taken_in(own, bell), {}
    with working_on(form_name(folder)):
        city = _readable_city(folder)
        with only_watcher(city.store.folder):
            return _taken_in(city, bell), {}


def _taken_in(city: CitySettings, bell: Bell) -> int:
    with SandboxReader(city.terms.form) as reader:
        read = _one_at_a_time(reader.read)
        watcher = _watcher(city, read, bell)
        prepare(watcher.config.shared)
        _desk(watcher, read).run()
        FormsInStep(city.folder).renew()
        return _tell_once(watcher, watch_once(watcher))


def show_health(folder: Path, *, as_json: bool) -> int:
    """Print whether a watcher is running for each form, by its last heartbeat, and return the exit code."""
    return for_each_form(folder, partial(_health, as_json=as_json), as_json=as_json)


def _health(folder: Path, *, as_json: bool) -> Outcome:
    city = current_city(folder)
    beat = read_heartbeat(city.store.folder)
    alive = is_watcher_alive(city.store.folder, dt.datetime.now().astimezone())
    if not as_json:
        _say_health(beat, alive=alive, hangs=is_lock_held(city.store.folder) is True)
    entries = {name: getattr(beat, name) for name in _BEAT} if beat is not None else {}
    document = {"alive": alive, **entries}
    if beat is None or not alive:
        return FAILED, document
    return ATTENTION if beat.mode == "away" or beat.errors else 0, document


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
        in_step = FormsInStep(watcher.config.folder)
        while not stop.is_set():
            began = clock()
            done = desk.run()
            in_step.renew()
            now_held = committed(watcher.config)
            if watcher.follow.is_behind() and now_held != rung:
                rung = now_held
                bell.ring()
            slow = 0.0 if done else _SHARE_OF_TIME * (clock() - began)
            stop.wait(max(_DESK_EVERY, slow))

    run = copy_context().run  # the log names the form
    thread = threading.Thread(target=run, args=(live,), name="xlsync-desk", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LAST_ANSWER)


def _watcher(city: CitySettings, read: ReadWorkbook, bell: Bell) -> Watcher:
    office = office_of(city)
    world = until_outdated(bell.world(), city.store)
    intake = _queued_intake(city)
    sweep = Sweep(office, world, read, ingest_files=intake)
    if intake is not None:
        sweep.forget(intake.unknown(sweep.entries))
    return Watcher(
        office,
        world,
        sweep,
        FollowUp(office, world, SummaryWriter())
        if intake is None
        else QueuedFollowUp(office, world, intake),
        EventListener(office.sheets, bell.ring),
        partial(renewed_office, ChangedSettings(city.folder, LOG)),
    )


def _queued_intake(city: CitySettings) -> QueuedIntake | None:
    """Return the intake that leaves receiving to workers, None where the settings do not ask for it."""
    if not city.long_running.watch.workers:
        return None
    queue = save_queue(city.store.files)
    if queue is None:
        raise SettingsError(_NO_DATABASE, str(city.folder / SETTINGS_FILE))
    queue.create()
    watcher = f"{socket.gethostname()}:{city.folder.resolve()}"
    queue.claim_share(watcher)
    return QueuedIntake(queue, watcher)


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
