"""The office's page over a city of 1,000 sheets: first look, list, search, sheet; many readers; memory over many views."""

from __future__ import annotations

import datetime as dt
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from werkzeug.test import Client

from benchmarks.clock import race, table
from benchmarks.watched_city import EDITION, sheets_of
from xlsync.addin.ways.keys import Keys
from xlsync.city.settings import CitySettings
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.page.application import create_page
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.page_context import PageContext, Reach
from xlsync.page.page_jobs import Jobs
from xlsync.page.page_log import PageLog
from xlsync.page.renewed_city import RenewedCity
from xlsync.page.sessions import FOLDER, Sessions
from xlsync.page.sheet_snapshot import Snapshots

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_STATIC = "a static page of as many bytes"
_READERS = 20
_VIEWS = 1_000


def office_page(city: CitySettings, rounds: int, count: int) -> str:
    """Return the table for a city that has no sheets yet."""
    for sheet in sheets_of(city, count):
        source = Source("登録", "2018-05-01T09:00:00+09:00", "企画担当")
        receive(city.store, city.terms, sheet.to_json(), source)
    renewed = RenewedCity(city.folder)
    snapshots = Snapshots(renewed.config)
    began = time.perf_counter()
    snapshots.renew()
    first = time.perf_counter() - began
    client = _signed_in(renewed, snapshots)
    key = next(iter(city.store.keys(EDITION)))
    views = {
        "list": "/sheets",
        "search": "/sheets?q=情報　１課&part=results",
        "sheet": f"/sheets/{key}",
        "today": "/",
    }
    data = client.get("/sheets").get_data()
    static = Client(partial(_static, data))
    rivals: dict[str, Callable[[], object]] = {
        **{name: partial(client.get, address) for name, address in views.items()},
        _STATIC: partial(static.get, "/"),
    }
    rows = race(rivals, _STATIC, rounds)
    shown = table(f"The office's page, {count:,} sheets, {len(data):,} bytes a list", rows, _STATIC)
    return shown + _further(client, first)


def _static(data: bytes, _environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    """Answer always the same bytes: a WSGI application."""
    start("200 OK", [("Content-Length", str(len(data)))])
    return [data]


def _further(client: Client, first: float) -> str:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(_VIEWS):
        client.get("/sheets?part=results")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(_READERS) as pool:
        times = list(pool.map(lambda _: _timed(client), range(_READERS * 3)))
    return (
        f"\nFirst look at the store {first:.2f} s. {_READERS} readers at once: median "
        f"{statistics.median(times) * 1000:,.0f} ms. Memory over {_VIEWS:,} views: "
        f"+{(after - before) / 1024:,.1f} MB.\n"
    )


def _timed(client: Client) -> float:
    began = time.perf_counter()
    Client(client.application, use_cookies=False).get(
        "/sheets", headers={"Cookie": _cookie(client)}
    )
    return time.perf_counter() - began


def _cookie(client: Client) -> str:
    cookie = client.get_cookie("xlsync")
    return "" if cookie is None else f"{cookie.key}={cookie.value}"


def _signed_in(renewed: RenewedCity, snapshots: Snapshots) -> Client:
    city = renewed.settings()
    folder = city.store.folder / FOLDER

    def now() -> dt.datetime:
        return dt.datetime.now().astimezone()

    page = create_page(
        PageContext(
            renewed.settings,
            Keys,
            snapshots,
            Sessions(folder, now),
            PageLog(city.store.folder / "log"),
            now,
            lambda _: None,
            Jobs(folder, now),
            Reach(frozenset(), is_open=False),
        )
    )
    client = Client(page)
    token = make_entry_token(folder, "企画", now())
    client.get(f"/enter?token={token}")
    return client


__all__ = ["office_page"]
