"""`xlsync page`: open the office's page in the browser of this computer, by a one-time token."""

from __future__ import annotations

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
from xlsync.city.settings_file import settings_folder
from xlsync.cli.commands.serve import serve_city
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.founding_server import serve_founding
from xlsync.page.entry_tokens import make_entry_token
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
    settings = city.long_running.serve
    port = settings.port if port is None else port
    if is_served(city.store.folder, port):
        _open(city, port, with_browser=with_browser)
        return 0

    def opened(bound_port: int) -> None:
        _open(city, bound_port, with_browser=with_browser)

    host = settings.host if is_loopback(settings.host) else "127.0.0.1"
    return serve_city(folder, host, port, opened)


def is_served(store: Path, port: int) -> bool:
    """Whether an `xlsync serve` of the store in a folder answers on a port of this computer; another city's does not count."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/xlsync/1/health", timeout=_WITHIN
        ) as answer:
            return bool(json.loads(answer.read())["store"] == store_fingerprint(store))
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _open(city: CitySettings, port: int, *, with_browser: bool) -> None:
    """Open the browser at a token of its own; the address is told as well, for a computer that has none to open."""
    now = dt.datetime.now().astimezone()
    token = make_entry_token(city.store.folder / FOLDER, user(), now)
    address = f"http://127.0.0.1:{port}/enter?{urlencode({'token': token})}"
    complain("この入り口は1回だけ、5分以内に使えます。ほかの人に見せないでください")
    say(address)
    if with_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


__all__ = ["is_served", "open_page"]
