"""One form of a city on the server: its page, its buttons, the processes that read its workbooks, and what follows a press."""

from __future__ import annotations

import contextlib
import logging
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.ways.answering import outcome_words
from xlsync.addin.ways.replays import Replays
from xlsync.addin.ways.visits import Visit
from xlsync.addin.ways.web import Web, WebHealth, named_in_share
from xlsync.addin.ways.web_access import Access
from xlsync.city.further_forms import city_above, form_name
from xlsync.city.settings import CitySettings
from xlsync.cli.after_press import After, Now, following
from xlsync.cli.form_keys import keys_of_form
from xlsync.cli.long_running import working_on
from xlsync.cli.page_server import page_of
from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import line
from xlsync.page.application import PageApplication
from xlsync.page.site import PageAndButtons
from xlsync.workbook.reading.sandbox import SandboxReader

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.addin.protocol.changes import Request
    from xlsync.cli.page_server import PageServer
    from xlsync.form.library import Form
    from xlsync.inbox.config import Runtime
    from xlsync.workbook.reading.reading import Reading

LOG: Final = logging.getLogger("xlsync.serve")
_CHILDREN: Final = 2
"""Processes that read workbooks of a form: more would only share the same processors. Each begins at its first workbook."""


@dataclass(frozen=True)
class Server:
    """What the forms on a server share.

    Attributes:
        page_server: What their pages share.
        pool: The threads that work presses.
        world: The clock, and whether to stop.
        other_stores: Returns the folders of the stores of the further forms that are served.

    """

    page_server: PageServer
    pool: Executor
    world: Runtime
    other_stores: Callable[[], Iterable[Path]] = tuple


@dataclass(frozen=True)
class ServedForm:
    """A form that is served."""

    city: CitySettings
    form_page: PageApplication
    web: Web
    renewed: Now

    @property
    def site(self) -> PageAndButtons:
        """Its page and its buttons; what they write into the log names the form."""
        around = partial(working_on, form_name(self.city.folder))
        return PageAndButtons(self.form_page.wsgi_app, self.web, around)

    def is_outdated(self) -> bool:
        """Whether another process has put another version of the form into use."""
        with contextlib.suppress(XlsyncError):
            return self.city.store.stored_form.is_outdated()
        return False


@contextlib.contextmanager
def served_form(city: CitySettings, server: Server) -> Iterator[ServedForm]:
    """Serve a form until the end of the block.

    Raises:
        XlsyncError: Its store cannot be opened.

    """
    _ = city.store.editions(), city.store.form  # what cannot be read is told before anything begins
    with (
        _readers(city.terms.form) as readers,
        following(After(Now(city), server.world)) as after,
        page_of(city, after.note_changed, server.page_server) as page,
    ):
        yield ServedForm(city, page, _web(city, after, readers, server), after.latest)


class Readers:
    """Some children that read workbooks, each for one press at a time."""

    def __init__(self, children: list[SandboxReader]) -> None:
        self._free: queue.SimpleQueue[SandboxReader] = queue.SimpleQueue()
        for child in children:
            self._free.put(child)

    def read(self, data: bytes, _form: Form) -> list[Reading]:
        """Return what a child process reads, when one is free."""
        child = self._free.get()
        try:
            return child.read(data)
        finally:
            self._free.put(child)


@contextlib.contextmanager
def _readers(form: Form) -> Iterator[Readers]:
    with contextlib.ExitStack() as stack:
        yield Readers([stack.enter_context(SandboxReader(form)) for _ in range(_CHILDREN)])


def _web(city: CitySettings, after: After, readers: Readers, server: Server) -> Web:
    now, name = after.latest, form_name(city.folder)
    folder_name = f"{name}/" if city_above(city.folder) else ""

    def work(request: Request, department: str) -> Pressed:
        with working_on(name):
            pressed = press(now.config, request, after.world.now(), department, readers.read)
        return named_in_share(pressed, folder_name)

    def note(visit: Visit) -> None:
        LOG.info("%s", visit_words(visit))
        if visit.done is not None and visit.done.has_changed:
            after.changed_keys.put(
                frozenset(receipt.sheet_id for receipt in visit.done.receipts if receipt.sheet_id)
            )

    reach = server.page_server
    return Web(
        lambda: now.config,
        work,
        Access(
            lambda: keys_of_form(city.folder),
            reach.is_open,
            reach.read_settings().serve.user_header,
            folder_name,
        ),
        WebHealth(now.is_watched, server.other_stores),
        note,
        time.monotonic,
        server.pool,
        Replays(time.monotonic),
    )


def visit_words(visit: Visit) -> str:
    """Say what a visit was: address, key's department, who, verb, file, outcome, status, bytes in and out, seconds."""
    done = visit.done
    asked = done.request if done is not None else None
    columns = (
        visit.address,
        visit.department or "-",
        asked.user if asked else "-",
        asked.verb if asked else visit.what,
        asked.file if asked else "-",
        outcome_words(done) if done is not None else "-",
        str(visit.status_code),
        str(visit.received),
        str(visit.sent),
        f"{visit.seconds:.2f}",
    )
    return "\t".join(line(word) for word in columns)


__all__ = ["ServedForm", "Server", "served_form"]
