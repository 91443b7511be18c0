"""What `xlsync serve` gives the office's page: the city as it is now, sessions, log, clock, and the thread of its snapshot."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.city.further_forms import form_name
from xlsync.cli.form_keys import keys_of_form
from xlsync.page.application import PageApplication, create_page
from xlsync.page.form_pages import FormPages
from xlsync.page.page_context import PageContext, Reach
from xlsync.page.page_jobs import Jobs
from xlsync.page.page_log import PageLog
from xlsync.page.renewed_city import RenewedCity
from xlsync.page.sessions import FOLDER, Sessions
from xlsync.page.sheet_snapshot import Snapshots

if TYPE_CHECKING:
    from xlsync.city.long_running_settings import LongRunning
    from xlsync.city.settings import CitySettings
    from xlsync.sheet_keys import SheetId

NoteChanged = Callable[[Collection["SheetId"]], None]
_PATIENCE: Final = 60.0
"""Seconds for which the end of the server waits for work, and for the snapshot."""


@dataclass(frozen=True)
class PageServer:
    """What the pages of several forms on one server share: who is signed in, how it is reached, which pages there are.

    `read_settings` returns what the settings of the folder that is served say of the server.
    """

    sessions: Sessions
    read_settings: Callable[[], LongRunning]
    is_open: bool
    form_pages: FormPages = field(default_factory=FormPages)


def page_server_of(city: CitySettings, *, is_open: bool) -> PageServer:
    """Return what the pages of a city share; `is_open` says whether other computers reach them."""
    renewed = RenewedCity(city.folder)
    sessions = Sessions(city.store.folder / FOLDER, _now)
    return PageServer(sessions, lambda: renewed.settings().long_running, is_open)


@contextlib.contextmanager
def page_of(
    city: CitySettings, note_changed: NoteChanged, server: PageServer
) -> Iterator[PageApplication]:
    """Yield the page of a city, while a thread keeps its snapshot."""
    renewed = RenewedCity(city.folder)
    snapshots = Snapshots(renewed.config)
    jobs = Jobs(city.store.folder / FOLDER, _now)
    name = form_name(city.folder)
    page = create_page(
        PageContext(
            renewed.settings,
            lambda: keys_of_form(city.folder),
            snapshots,
            server.sessions,
            PageLog(city.store.folder / "log"),
            _now,
            note_changed,
            jobs,
            Reach(_own_hosts(), server.is_open, server.read_settings, name),
        ),
        server.form_pages,
    )
    run = copy_context().run  # the log names the form
    thread = threading.Thread(
        target=run, args=(snapshots.follow,), name="xlsync-snapshot", daemon=True
    )
    thread.start()
    try:
        yield page
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


__all__ = ["PageServer", "page_of", "page_server_of"]
