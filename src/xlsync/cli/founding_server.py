"""The server of a folder without a city: the browser asks for what `xlsync init` asks for, and then the city's page opens."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import webbrowser
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from xlsync.addin.ways.server import listen, serve
from xlsync.city.clock_and_user import today, user
from xlsync.city.long_running_settings import Serving
from xlsync.cli.commands.init import create_city
from xlsync.cli.console import complain, say
from xlsync.cli.long_running import Bell
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.founding import NewCity, PageAlone, create_founding_page
from xlsync.page.sessions import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

_LAST_LOOK: Final = 2.0
"""Seconds for which the browser gets style and script of its last screen, before the city's own page is served."""
_APRIL: Final = 4


def serve_founding(folder: Path, port: int | None, *, with_browser: bool) -> int:
    """Serve the page that founds a city in a folder, and return its port once that is done; 0 where it was told to stop."""
    token, founded, bell = secrets.token_urlsafe(32), threading.Event(), Bell()
    page = create_founding_page(folder, token, _this_year(), partial(_make_city, folder, founded))
    with (
        listen("127.0.0.1", Serving().port if port is None else port) as at,
        bell.hearing_signals(),
    ):
        bound_port: int = at.getsockname()[1]
        address = f"http://127.0.0.1:{bound_port}/found?{urlencode({'token': token})}"
        complain(
            "このフォルダには、まだ市の設定がありません。ブラウザーで作れます（終わるときは Ctrl+C）"
        )
        say(address)
        if with_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        world = bell.world()
        serve(PageAlone(page.wsgi_app), at, lambda: founded.is_set() or world.stopping())
    return bound_port if founded.is_set() else 0


def _this_year() -> int:
    day = today()
    return day.year if day.month >= _APRIL else day.year - 1


def _make_city(folder: Path, founded: threading.Event, new: NewCity) -> str:
    """Make a city, and return the address at which its page can be opened, once."""
    city = create_city(folder, new.name, new.fiscal_year, form=new.form_folder)
    now = dt.datetime.now().astimezone()
    token = make_entry_token(city.store.folder / FOLDER, user(), now)
    threading.Timer(_LAST_LOOK, founded.set).start()
    return f"/enter?{urlencode({'token': token})}"


__all__ = ["serve_founding"]
