"""What `xlsync serve` gives the office's page: the city as it is now, sessions, log, clock, and the thread of its snapshot."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Final

from xlsync.addin.ways.keys import read_keys
from xlsync.page.application import create_page
from xlsync.page.page_context import PageContext, Reach
from xlsync.page.page_jobs import Jobs
from xlsync.page.page_log import PageLog
from xlsync.page.renewed_city import RenewedCity
from xlsync.page.sessions import FOLDER, Sessions
from xlsync.page.sheet_snapshot import Snapshots

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from xlsync.city.settings import CitySettings
    from xlsync.sheet_keys import SheetId

NoteChanged = Callable[[Collection["SheetId"]], None]
_PATIENCE: Final = 60.0
"""Seconds for which the end of the server waits for work, and for the snapshot."""


@contextlib.contextmanager
def page_of(
    city: CitySettings, note_changed: NoteChanged, *, is_open: bool
) -> Iterator[tuple[WSGIApplication, Callable[[], str]]]:
    """Yield the page of a city, and what says the path of its public address, while a thread keeps its snapshot."""
    renewed = RenewedCity(city.folder)
    snapshots = Snapshots(renewed.config)
    jobs = Jobs(city.store.folder / FOLDER, _now)
    page = create_page(
        PageContext(
            renewed.settings,
            lambda: read_keys(city.folder),
            snapshots,
            Sessions(city.store.folder / FOLDER, _now),
            PageLog(city.store.folder / "log"),
            _now,
            note_changed,
            jobs,
            Reach(_own_hosts(), is_open),
        )
    )
    thread = threading.Thread(target=snapshots.follow, name="xlsync-snapshot", daemon=True)
    thread.start()
    try:
        yield page.wsgi_app, lambda: renewed.settings().long_running.web_page.prefix
    finally:
        jobs.stop(_PATIENCE)
        snapshots.end()
        thread.join(_PATIENCE)


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def _own_hosts() -> frozenset[str]:
    """Return the names by which other computers know this one."""
    names = {socket.gethostname()}
    with contextlib.suppress(OSError):
        names.add(socket.getfqdn())
    return frozenset(name.lower() for name in names if name)


__all__ = ["page_of"]
