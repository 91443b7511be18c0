"""`xlsync work`, a worker that does what watchers have queued, and `xlsync jobs`, what waits and who works."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.settings import find_settings
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.every_form import every_form
from xlsync.cli.job_queues import queue_of
from xlsync.cli.long_running import Bell, logging_into, when_reachable
from xlsync.cli.publication_job_lines import cancel_publication, say_publications
from xlsync.errors import SettingsError, StoreError, StoreUnreachable, XlsyncError
from xlsync.store.postgres_publications import PublicationQueue
from xlsync.store.postgres_workers import WorkerList
from xlsync.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.store.postgres_publications import QueuedPublication
    from xlsync.store.postgres_workers import CityWork, WorkerState

_NOT_INSTALLED: Final = (
    "処理係には追加の部品が必要です。`pip install xlsync[server]` で入れてください"
)
_LEFT_OUT: Final = "（この市や様式の仕事はせずに始めます。直したら、処理係を動かし直してください）"
_OTHER_DATABASE: Final = (
    "ほかの市と別のデータベースです。データベースごとに処理係を動かしてください"
)
_NOBODY: Final = "{city}の仕事をする処理係がいません。`xlsync work` を動かしてください"
_OLDER: Final = "{city}の保存は新しい版の見張りからです。処理係のxlsyncも新しくしてください"
_VERSIONS: Final = (
    "処理係の版がそろっていません（このxlsyncは{version}版）。同じ版にそろえてください"
)
_LISTED: Final = 5
"""Publications of a city that are listed: what is not finished, and the last ones that are."""
_MINUTE: Final = 60
"""Seconds, also of silence after which the list calls a worker silent."""


def work_for(folders: Sequence[Path], *, dead_after: float) -> int:
    """Do the jobs of some cities until told to stop; return the exit code."""
    try:
        importlib.import_module("procrastinate")
    except ImportError as fault:
        raise StoreError(_NOT_INSTALLED) from fault
    bell = Bell()
    with bell.hearing_signals():
        opened = when_reachable(bell, lambda: _opened(folders))
    if opened is None:
        return 0
    cities, faults = opened
    if not cities:
        raise faults[0]
    for each in faults:
        complain(f"{each}{_LEFT_OUT}")
    return _work(bell, cities, dead_after)


def _work(bell: Bell, cities: list[CitySettings], dead_after: float) -> int:
    from xlsync.inbox.intake.sweep import LOG as WATCH_LOG
    from xlsync.workers.job_queue import JobQueue
    from xlsync.workers.worker_city import LOG, worker_cities
    from xlsync.workers.worker_process import WorkerTerms, work

    uris = {queue_of(city).uri for city in cities}
    if len(uris) > 1:
        raise SettingsError(_OTHER_DATABASE, str(cities[-1].folder))
    first, runtime = cities[0], bell.world()
    terms = WorkerTerms(f"{socket.gethostname()}-{os.getpid()}", dead_after)
    file = first.store.folder / f"log/work-{os.getpid()}.log"
    with (
        logging_into(file, first.long_running.log_files, LOG, WATCH_LOG),
        bell.hearing_signals(),
        worker_cities([city.folder for city in cities], runtime) as opened,
    ):
        names = "、".join(opened)
        say(f"{names}の仕事を待っています（{terms.name}、Ctrl+C で終わります）")
        asyncio.run(work(JobQueue(uris.pop(), opened), terms, runtime))
    say("終わりました")
    return 0


def _opened(folders: Sequence[Path]) -> tuple[list[CitySettings], list[XlsyncError]]:
    """Return the cities of some folders with their further forms, and why others cannot be opened."""
    cities: list[CitySettings] = []
    faults: list[XlsyncError] = []
    for folder in chain.from_iterable(every_form(folder).values() for folder in folders):
        try:
            cities.append(_city(folder))
        except StoreUnreachable:
            raise
        except XlsyncError as fault:
            faults.append(fault)
    return cities, faults


def _city(folder: Path) -> CitySettings:
    city = find_settings(folder)
    queue_of(city).create()
    _ = city.store.form  # what cannot be read is told before anything begins
    return city


def show_jobs(folder: Path, *, cancelled_number: int | None = None, as_json: bool) -> int:
    """Print what waits of each city and which workers there are; return the exit code.

    A publication whose number is given is cancelled first.
    """
    city = current_city(folder)
    queue = queue_of(city)
    queue.create()
    if cancelled_number is not None:
        cancel_publication(city, cancelled_number, folder)
    worker_list = WorkerList(queue)
    waiting, publications = worker_list.overview(), PublicationQueue(queue).newest(_LISTED)
    try:
        workers = worker_list.workers()
    except StoreError:  # a role of one city
        workers = None
    if as_json:
        put_json(_document(waiting, publications, workers))
    else:
        _say_waiting(waiting)
        say_publications(publications)
        _say_workers(workers)
    troubles = [] if workers is None else _troubles(waiting, publications, workers)
    for trouble in () if as_json else troubles:
        complain(trouble)
    return ATTENTION if troubles else 0


def _document(
    waiting: list[CityWork],
    publications: list[QueuedPublication],
    workers: list[WorkerState] | None,
) -> dict[str, object]:
    return {
        "cities": list(map(asdict, waiting)),
        "publications": list(map(asdict, publications)),
        "workers": None if workers is None else list(map(asdict, workers)),
    }


def _say_waiting(waiting: list[CityWork]) -> None:
    for each in waiting:
        oldest = f"（いちばん古いものは{_ago(each.oldest)}から）" if each.waiting else ""
        say(
            f"{each.city_name}：受け取り待ち {each.waiting}件{oldest}、やり直し待ち {each.put_back}件"
        )
    if not waiting:
        say("待っている仕事はありません")


def _say_workers(workers: list[WorkerState] | None) -> None:
    for each in workers or ():
        state = "応答がありません" if each.silent > _MINUTE else "動いています"
        say(
            f"処理係 {each.name}（{each.program_version}版、{'、'.join(each.cities)}）：{state}（{_ago(each.silent)}）"
        )


def _ago(seconds: int) -> str:
    minutes = seconds // _MINUTE
    return f"{minutes}分前" if minutes else f"{max(0, seconds)}秒前"


def _troubles(
    waiting: list[CityWork], publications: list[QueuedPublication], workers: list[WorkerState]
) -> list[str]:
    """Return what somebody has to look after."""
    alive = [worker for worker in workers if worker.silent <= _MINUTE]
    formats = _waiting_formats(waiting, publications)
    troubles = [_trouble_of(city, job_format, alive) for city, job_format in formats.items()]
    if len({worker.program_version for worker in alive}) > 1:
        troubles.append(_VERSIONS.format(version=VERSION))
    return list(filter(None, troubles))


def _waiting_formats(
    waiting: list[CityWork], publications: list[QueuedPublication]
) -> dict[str, int]:
    """Return the newest format of what waits of each city."""
    formats = {each.city_name: each.format or 0 for each in waiting if each.waiting}
    for each in publications:
        if each.is_open:
            formats[each.city_name] = max(each.format, formats.get(each.city_name, 0))
    return formats


def _trouble_of(city_name: str, job_format: int, alive: list[WorkerState]) -> str:
    """Return why nobody does what waits of a city, "" where somebody does."""
    formats = [worker.format for worker in alive if city_name in worker.cities]
    if not formats:
        return _NOBODY.format(city=city_name)
    return _OLDER.format(city=city_name) if max(formats) < job_format else ""


__all__ = ["show_jobs", "work_for"]
