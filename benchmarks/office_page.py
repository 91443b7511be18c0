"""The office's page over a city of 1,000 sheets: first look, list, search, sheet; many readers; memory over many views."""

from __future__ import annotations

import datetime as dt
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.test import Client

from benchmarks.clock import race, table
from benchmarks.watched_city import EDITION, city_of, sheets_of
from xlsync.addin.ways.keys import Keys
from xlsync.city.settings import CitySettings
from xlsync.exchange import export_known, template_of
from xlsync.exchange.receipt import Source
from xlsync.exchange.receive import receive
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.page.application import create_page
from xlsync.page.entry_tokens import make_entry_token
from xlsync.page.page_context import PageContext, Reach
from xlsync.page.page_jobs import Jobs
from xlsync.page.page_log import PageLog
from xlsync.page.renewed_city import RenewedCity
from xlsync.page.sessions import FOLDER, Sessions
from xlsync.page.sheet_snapshot import Snapshots
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from xlsync.sheet import Sheet

_STATIC = "a static page of as many bytes"
_READERS = 20
_VIEWS = 1_000
_CONFLICTS = 5


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
    return shown + _further(client, first) + _settling(client, city, snapshots)


def _static(data: bytes, _environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    """Answer always the same bytes: a WSGI application."""
    start("200 OK", [("Content-Length", str(len(data)))])
    return [data]


def _settling(client: Client, city: CitySettings, snapshots: Snapshots) -> str:
    """Return how long it takes to settle a conflict, and how long readers wait while saves come in."""
    head = next(iter(city.store.heads(EDITION)))
    field = next(f for f in head.edition.fields if f.multiline and f.filled_by == "staff")
    times = []
    for number in range(_CONFLICTS):
        _conflict(city, head, field.path, number)
        snapshots.renew()
        page = client.get(f"/sheets/{head.id}").get_data(as_text=True)
        fields = {
            "form_token": _hidden(page, "form_token"),
            "seen": _hidden(page, "seen"),
            f"choice.{field.path}": "ours",
        }
        began = time.perf_counter()
        answer = client.post(
            f"/sheets/{head.id}/conflicts", data=fields, headers={"Origin": "http://localhost"}
        )
        times.append(time.perf_counter() - began)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            raise RuntimeError(answer.get_data(as_text=True)[:2000])
    with ThreadPoolExecutor(_READERS + 1) as pool:
        saves = pool.submit(_save_on, city, head, field.path, snapshots)
        reads = list(pool.map(lambda _: _timed(client), range(_READERS * 3)))
        saved = saves.result()
    return (
        f"Settling a conflict {statistics.median(times) * 1000:,.0f} ms. {_READERS} readers beside {saved} saves: "
        f"median {statistics.median(reads) * 1000:,.0f} ms, longest {max(reads) * 1000:,.0f} ms.\n"
    )


def _conflict(city: CitySettings, head: Sheet, path: str, number: int) -> None:
    """Let two people save different texts in the same field of copies of one workbook."""
    terms, store = city.terms, city.store
    known = store.head(head.id, EDITION) or head
    data = export_known(template_of(terms), known, f"{number:08x}", store, terms)
    reading = read(data)[0]
    cell = (reading.worksheet, reading.cells[path])
    for person in "甲乙":
        saved = patch_cells(data, {cell: f"{person}の{number}番目の内容"})
        source = Source(f"{person}{number}.xlsx", "2018-06-01T09:00:00+09:00", person)
        receive(store, terms, saved, source)


def _save_on(city: CitySettings, head: Sheet, path: str, snapshots: Snapshots) -> int:
    """Receive saves for some seconds, renewing the snapshot after each; return how many."""
    until, count = time.perf_counter() + 3, 0
    while time.perf_counter() < until:
        _conflict(city, head, path, 1_000 + count)
        snapshots.renew()
        count += 2
    return count


def _hidden(page: str, name: str) -> str:
    match = re.search(f'name="{name}" value="([^"]*)"', page)
    return "" if match is None else match[1]


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
            Reach(
                frozenset(), is_open=False, read_settings=lambda: renewed.settings().long_running
            ),
        )
    )
    client = Client(page)
    token = make_entry_token(folder, "企画", now())
    client.get(f"/enter?token={token}")
    return client


if __name__ == "__main__":  # python -m benchmarks.office_page 1000
    with city_of(0) as (bench_city, _):
        print(office_page(bench_city, 20, int(sys.argv[1])))
