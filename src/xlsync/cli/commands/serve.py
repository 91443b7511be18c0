"""`xlsync serve`: the office's page and the buttons over HTTP: settings, keys, log, signals, for all forms of a city."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.addin.ways.connection_limits import CONNECTIONS, Limits
from xlsync.addin.ways.keys import EVERYTHING, FILE, add_key, is_open_to_others
from xlsync.addin.ways.server import listen, serve
from xlsync.addin.ways.visits import is_loopback
from xlsync.city.further_forms import form_name
from xlsync.city.long_running_settings import Serving
from xlsync.city.settings import CitySettings
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.form_keys import has_own_keys_file, keys_of_form
from xlsync.cli.further_sites import FurtherSites
from xlsync.cli.long_running import Bell, logging_into, until_outdated
from xlsync.cli.page_server import page_server_of
from xlsync.cli.served_form import ServedForm, Server, served_form
from xlsync.errors import SettingsError
from xlsync.page.site import BelowPrefix, CitySite

if TYPE_CHECKING:
    from xlsync.page.site import PageAndButtons

LOG: Final = logging.getLogger("xlsync.serve")
_WATCHED: Final = (LOG, logging.getLogger("asyncio"), logging.getLogger("xlsync.watch"))
_AT_ONCE: Final = 4
"""Presses worked at once; the others wait their turn."""
_ONLY_FOR_FORM: Final = (
    "様式「{name}」に、自分の鍵のファイルができます。これからこの様式は、市の鍵では開けません"
    "（鍵のファイル keys.toml を消すと、市の鍵で開けるようになります）"
)


def serve_city(
    folder: Path, host: str, port: int | None, opened: Callable[[int], None] | None = None
) -> int:
    """Serve the office's page and the buttons of a city until told to stop; return the exit code.

    `opened` is told the port, once.
    """
    while not _serve(folder, host, port, Bell(), opened):
        say("様式が改められたので、新しい様式で待ち受けを続けます")
        opened = None
    say("終わりました")
    return 0


def _serve(
    folder: Path,
    host: str,
    port: int | None,
    bell: Bell,
    opened: Callable[[int], None] | None = None,
) -> bool:
    """Answer until told to stop; False where another process put another version of the form into use."""
    city = current_city(folder)
    _ = city.store.editions(), city.store.form  # what cannot be read is told before anything begins
    settings = city.long_running.serve
    host, port = host or settings.host, settings.port if port is None else port
    _refuse_open_door(city, host)
    world = until_outdated(bell.world(), city.store)
    with (
        listen(host, port) as at,
        logging_into(city.store.folder / "log/serve.log", city.long_running.log_files, *_WATCHED),
        bell.hearing_signals(),
        ThreadPoolExecutor(_AT_ONCE, "xlsync-press") as pool,
        served_city(city, pool, bell, is_open=_is_open(settings, host)) as (own, site),
    ):
        where = f"http://{f'[{host}]' if ':' in host else host}:{at.getsockname()[1]}"
        LOG.info("開始 %s", where)
        say(f"待ち受けています：{where}（Ctrl+C で終わります）")
        if opened is not None:
            opened(at.getsockname()[1])
        serve(site, at, lambda: own.renewed.renew() or world.stopping(), _limits(settings))
        LOG.info("終了")
    return bell.world().stopping()


@contextlib.contextmanager
def served_city(
    city: CitySettings, pool: ThreadPoolExecutor, bell: Bell, *, is_open: bool
) -> Iterator[tuple[ServedForm, BelowPrefix]]:
    """Yield a city's own form and the site of all its forms."""
    pages = page_server_of(city, is_open=is_open)
    server = Server(pages, pool, bell.world())
    further: FurtherSites

    def sites() -> Mapping[str, PageAndButtons]:
        return {name: form.site for name, form in further.served.items()}

    def note_forms(served: Mapping[str, ServedForm], failures: Mapping[str, str]) -> None:
        forms = {form_name(city.folder): own.form_page} | {
            key: each.form_page for key, each in served.items()
        }
        pages.form_pages.put(forms, failures)

    def stores() -> list[Path]:
        return [form.city.store.folder for form in further.served.values()]

    with (
        served_form(city, replace(server, other_stores=stores)) as own,
        FurtherSites(
            city.folder, lambda folder: served_form(current_city(folder), server), note_forms, bell
        ) as further,
    ):
        prefix = lambda: pages.read_settings().web_page.prefix  # noqa: E731
        yield own, BelowPrefix(CitySite(own.site, sites), prefix)


def _is_open(settings: Serving, host: str) -> bool:
    """True if other computers reach the server, unless a proxy in front says who everybody is."""
    return not is_loopback(host) or (settings.behind_proxy and not settings.user_header)


def _limits(settings: Serving) -> Limits:
    """Return the server's limits: behind a proxy all connections come from its address."""
    is_behind = settings.behind_proxy or settings.user_header
    return Limits(per_address=CONNECTIONS) if is_behind else Limits()


def new_key(folder: Path, department: str, role: str | None = None) -> int:
    """Make a key for a department and print it, this once; return the exit code."""
    city = current_city(folder)
    name = department.strip()
    if not name:
        raise SettingsError(f"部の名前を書いてください。企画担当の鍵は「{EVERYTHING}」です")
    if not has_own_keys_file(city.folder):
        complain(_ONLY_FOR_FORM.format(name=form_name(city.folder)))
    key = add_key(city.folder, name, dt.datetime.now().astimezone().date(), role or "")
    complain(
        f"{name}の鍵です。ここでしか表示しません。画面のログインか、アドインの設定に使ってください"
    )
    say(key)
    return 0


def _refuse_open_door(city: CitySettings, host: str) -> None:
    """Raise SettingsError where other computers would reach a server without keys."""
    if not keys_of_form(city.folder) and _is_open(city.long_running.serve, host):
        reason = (
            "ほかのパソコンから使えるようにするには、先に部ごとの鍵が要ります。"
            "`xlsync serve --new-key 部の名前` で作ってください"
        )
        raise SettingsError(reason, host)
    if is_open_to_others(city.folder):
        complain(f"{FILE} をほかの利用者も読めます。`chmod 600 {FILE}` で閉じてください")
