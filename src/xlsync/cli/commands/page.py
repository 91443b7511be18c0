"""`xlsync page`: open the office's page in the browser of this computer, by a one-time token."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from xlsync.addin.ways.visits import is_loopback
from xlsync.addin.ways.web import store_fingerprint
from xlsync.city.clock_and_user import user
from xlsync.city.further_forms import city_above, form_name
from xlsync.city.settings_file import settings_folder
from xlsync.cli.commands.serve import serve_city
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.founding_server import serve_founding
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.form_pages import form_prefix
from xlsync.page.sessions import FOLDER

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

_WITHIN: Final = 2.0
"""Seconds within which a server on this computer answers."""


def open_page(folder: Path, port: int | None, *, with_browser: bool) -> int:
    """Open the page, and serve it where no server of this city is at work; return the exit code.

    Where there is no city yet, the browser asks for its name and makes it.
    """
    if settings_folder(folder.resolve()) is None:
        bound_port = serve_founding(folder.resolve(), port, with_browser=with_browser)
        return serve_city(folder, "127.0.0.1", bound_port) if bound_port else 0
    city = current_city(folder)
    whole = current_city(city_above(city.folder) or city.folder)
    for settings in (whole.long_running.serve, city.long_running.serve):
        at = settings.port if port is None else port
        prefix = prefix_where_served(city.store.folder, form_name(city.folder), at)
        if prefix is not None:
            _open(city, at, prefix, with_browser=with_browser)
            return 0
    prefix = form_prefix(form_name(city.folder)) if whole.folder != city.folder else ""

    def opened(bound_port: int) -> None:
        _open(city, bound_port, prefix, with_browser=with_browser)

    settings = whole.long_running.serve
    host = settings.host if is_loopback(settings.host) else "127.0.0.1"
    return serve_city(whole.folder, host, settings.port if port is None else port, opened)


def prefix_where_served(store: Path, name: str, port: int) -> str | None:
    """Return what the addresses of a store's page begin with on a port of this computer, None where it is not served there.

    An `xlsync serve` of another city does not count. `name` is that of the form where the store is of a further one.
    """
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/xlsync/1/health", timeout=_WITHIN
        ) as answer:
            health = json.loads(answer.read())
        own, others = health["store"], health.get("further-stores", [])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    with contextlib.suppress(OSError):  # there is no such store
        wanted = store_fingerprint(store)
        if wanted == own:
            return ""
        return form_prefix(name) if wanted in others else None
    return None


def _open(city: CitySettings, port: int, prefix: str, *, with_browser: bool) -> None:
    """Open the browser at a token of its own; the address is told as well, for a computer that has none to open."""
    now = dt.datetime.now().astimezone()
    token = make_entry_token(city.store.folder / FOLDER, user(), now)
    address = f"http://127.0.0.1:{port}{prefix}/enter?{urlencode({'token': token})}"
    complain("この入り口は1回だけ、5分以内に使えます。ほかの人に見せないでください")
    say(address)
    if with_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


__all__ = ["open_page", "prefix_where_served"]
