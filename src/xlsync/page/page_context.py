"""What the screens are given: the city's settings, the snapshot, sessions, clock, and whom to tell of changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, g

from xlsync.exchange import Source
from xlsync.page.health_watch import HEALTH_EXTENSION
from xlsync.page.past_years import city_of_address, past_years
from xlsync.page.sessions import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.addin.ways.keys import Keys
    from xlsync.city.long_running_settings import LongRunning
    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Edition
    from xlsync.page.health_watch import HealthWatch
    from xlsync.page.page_jobs import Jobs
    from xlsync.page.page_log import PageLog
    from xlsync.page.sessions import Sessions
    from xlsync.page.sheet_snapshot import Snapshot, Snapshots
    from xlsync.page.visitors import Visitor
    from xlsync.sheet_keys import SheetId

EXTENSION: Final = "xlsync"


@dataclass(frozen=True, slots=True)
class Reach:
    """How the server is reached, on which this page is one of several where the city has several forms.

    Attributes:
        own_hosts: The names by which this computer calls itself.
        is_open: Whether other computers reach the server.
        read_settings: Returns what the settings of the folder that is served say of the server, as they are now.
        form_name: The name of the further form that the page is about, "" for the city's own.

    """

    own_hosts: frozenset[str]
    is_open: bool
    read_settings: Callable[[], LongRunning]
    form_name: str = ""


@dataclass(frozen=True)
class PageContext:
    """What the page works with.

    Attributes:
        read_city: Returns the city's settings as they are now.
        read_keys: Returns the keys as they are now.
        sheet_snapshots: How far each sheet is.
        sessions: Who is signed in.
        page_log: What was done on the page.
        now: The clock.
        note_changed: Told the ids of sheets that the page has changed.
        jobs: Work that takes longer than a visit.
        reach: Under which names, and from where, the page is reached.

    """

    read_city: Callable[[], CitySettings]
    read_keys: Callable[[], Keys]
    sheet_snapshots: Snapshots
    sessions: Sessions
    page_log: PageLog
    now: Callable[[], dt.datetime]
    note_changed: Callable[[Collection[SheetId]], None]
    jobs: Jobs
    reach: Reach

    @property
    def page_folder(self) -> Path:
        """The folder of the store in which the page keeps what is its own."""
        return self.read_city().store.folder / FOLDER

    @property
    def log_folder(self) -> Path:
        """The folder of the logs of the server, which all forms of the city share."""
        return self.sessions.folder.parent / "log"

    @property
    def moment(self) -> str:
        """The time as ISO 8601 with offset, to the second."""
        return self.now().isoformat(timespec="seconds")


def context() -> PageContext:
    """Return what the page works with, for the visit at hand."""
    return cast("PageContext", current_app.extensions[EXTENSION])


def health_watch() -> HealthWatch:
    """Return how what runs beside the page was when it was last looked at."""
    return cast("HealthWatch", current_app.extensions[HEALTH_EXTENSION])


def city() -> CitySettings:
    """Return the city's settings for the visit at hand: the same from its beginning to its end."""
    if "city" not in g:
        present = context().read_city()
        g.city = city_of_address(present)
        g.past_year = None if g.city is present else g.city.terms.fiscal_year
    return cast("CitySettings", g.city)


def snapshot() -> Snapshot:
    """Return how the sheets are of the year that the visit at hand is about."""
    shown = city()
    return context().sheet_snapshots.latest if is_present() else past_years().snapshot_of(shown)


def is_present() -> bool:
    """Whether the visit at hand is about the present year: a former one is only read."""
    city()
    return g.past_year is None


def edition() -> Edition:
    """Return the form at the city's fiscal year."""
    terms = city().terms
    return terms.form.at(terms.fiscal_year)


def visitor() -> Visitor:
    """Return who visits."""
    return cast("Visitor", g.visitor)


def source(what: str) -> Source:
    """Return what stands in the record of an act on the page: what it was, when, and by whom in which role."""
    return Source(f"{what}・{visitor().signature}", context().moment, visitor().person)


def leave_message(text: str) -> None:
    """Leave a message for the next page that this visitor sees."""
    context().sessions.leave_message(g.session_id, text)


def note_act(what: str, sheet_key: str = "", result: str = "") -> None:
    """Write a line into the page's log."""
    context().page_log.note(context().moment, visitor(), what, sheet_key, result)


def note_changed(sheet_ids: Collection[SheetId]) -> None:
    """Let the snapshot, and whoever follows, know that sheets were changed that still count."""
    context().sheet_snapshots.renew_of(sheet_ids)
    context().note_changed(sheet_ids)


__all__ = [
    "EXTENSION",
    "PageContext",
    "Reach",
    "city",
    "context",
    "edition",
    "health_watch",
    "is_present",
    "leave_message",
    "note_act",
    "note_changed",
    "snapshot",
    "source",
    "visitor",
]
