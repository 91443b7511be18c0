"""`xlsync serve`: the buttons over HTTP: settings, keys, log, signals, and what follows a press where nobody watches."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.addin.dispatch import Pressed, press
from xlsync.addin.ways.answering import outcome_words
from xlsync.addin.ways.connection_limits import CONNECTIONS, Limits
from xlsync.addin.ways.keys import EVERYTHING, FILE, add_key, is_open_to_others, read_keys
from xlsync.addin.ways.replays import Replays
from xlsync.addin.ways.server import listen, serve
from xlsync.addin.ways.visits import Visit, is_loopback
from xlsync.addin.ways.web import Web
from xlsync.addin.ways.web_access import Access
from xlsync.city.changed_settings import ChangedSettings
from xlsync.city.long_running_settings import Serving
from xlsync.city.office import office_of
from xlsync.city.settings import CitySettings
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.long_running import Bell, logging_into, renewed_office, until_outdated
from xlsync.cli.page_server import page_of
from xlsync.errors import SettingsError, XlsyncError
from xlsync.inbox.followup.summary_refresh import SummaryWriter
from xlsync.inbox.heartbeat import is_watcher_alive
from xlsync.inbox.log_messages import line
from xlsync.inbox.status.board_refresh import refresh_board
from xlsync.page.site import BelowPrefix, PageAndButtons
from xlsync.workbook.reading.sandbox import SandboxReader

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Request
    from xlsync.form.library import Form
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.workbook.reading.reading import Reading

LOG: Final = logging.getLogger("xlsync.serve")
_WATCHED: Final = (LOG, logging.getLogger("asyncio"), logging.getLogger("xlsync.watch"))
_AT_ONCE: Final = 4
"""Presses worked at once; the others wait their turn."""
_CHILDREN: Final = 2
"""Processes that read workbooks: more would only share the same processors."""
_CALM: Final = 2.0
"""Seconds for which more presses are waited for before summaries are made."""


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
        _readers(city.terms.form) as readers,
        ThreadPoolExecutor(_AT_ONCE, "xlsync-press") as pool,
        _following(After(Now(city), world)) as after,
        page_of(city, after.note_changed, is_open=_is_open(settings, host)) as (page, read_prefix),
    ):
        web = _web(city, after, readers, pool, is_open=_is_open(settings, host))
        where = f"http://{f'[{host}]' if ':' in host else host}:{at.getsockname()[1]}"
        LOG.info("開始 %s", where)
        say(f"待ち受けています：{where}（Ctrl+C で終わります）")
        if opened is not None:
            opened(at.getsockname()[1])
        serve(
            BelowPrefix(PageAndButtons(page, web), read_prefix),
            at,
            lambda: after.latest.renew() or world.stopping(),
            _limits(settings),
        )
        LOG.info("終了")
    return bell.world().stopping()


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
    key = add_key(city.folder, name, dt.datetime.now().astimezone().date(), role or "")
    complain(
        f"{name}の鍵です。ここでしか表示しません。画面のログインか、アドインの設定に使ってください"
    )
    say(key)
    return 0


def _refuse_open_door(city: CitySettings, host: str) -> None:
    """Raise SettingsError where other computers would reach a server without keys."""
    if not read_keys(city.folder) and _is_open(city.long_running.serve, host):
        reason = (
            "ほかのパソコンから使えるようにするには、先に部ごとの鍵が要ります。"
            "`xlsync serve --new-key 部の名前` で作ってください"
        )
        raise SettingsError(reason, host)
    if is_open_to_others(city.folder):
        complain(f"{FILE} をほかの利用者も読めます。`chmod 600 {FILE}` で閉じてください")


@dataclass
class Now:
    """The city as its settings say now."""

    settings: CitySettings
    config: InboxConfig = field(init=False)
    _changed: ChangedSettings = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the city as it was read."""
        self.config = office_of(self.settings)
        self._changed = ChangedSettings(self.settings.folder, LOG)

    def renew(self) -> bool:
        """Look whether the settings have changed; gives False, so that it can stand beside a question."""
        config = renewed_office(self._changed)
        if config is not None:
            LOG.info("設定 読み直しました")
            self.config = config
        return False

    def is_watched(self) -> bool:
        """True where a watcher is at work."""
        now = dt.datetime.now().astimezone()
        return is_watcher_alive(self.config.store.folder, now)


@dataclass
class After:
    """What follows presses: the watcher sees their commits by itself; where none is at work, the summaries and the board."""

    latest: Now
    world: Runtime
    changed_keys: queue.SimpleQueue[frozenset[str] | None] = field(
        default_factory=queue.SimpleQueue
    )
    _summaries: SummaryWriter = field(default_factory=SummaryWriter)

    def note_changed(self, sheet_ids: Collection[str]) -> None:
        """Take the ids of sheets that the page has changed."""
        self.changed_keys.put(frozenset(sheet_ids))

    def live(self) -> None:
        """Renew what presses have changed, until told to stop by None; several presses at one go."""
        waiting: set[str] = set()
        while (keys := self._next(_CALM if waiting else None)) is not None:
            waiting |= keys
            if waiting and not keys:
                self._renew(sorted(waiting))
                waiting.clear()
        if waiting:
            self._renew(sorted(waiting))

    def _next(self, patience: float | None) -> frozenset[str] | None:
        """Return the keys that changed next, none where for a while none did."""
        try:
            return self.changed_keys.get(timeout=patience)
        except queue.Empty:
            return frozenset()

    def _renew(self, keys: list[str]) -> None:
        if self.latest.is_watched():
            return
        try:
            put_off = self._summaries(self.latest.config, keys)
            shown = refresh_board(self.latest.config, self.world.now())
        except XlsyncError as fault:
            LOG.warning("集計 %s", line(str(fault)))
        except Exception:
            LOG.exception("不具合")
        else:
            if put_off or shown == "waiting":
                LOG.info("待機 集計か提出状況が開かれているため、次の提出のあとに書き換えます")


@contextlib.contextmanager
def _following(after: After) -> Iterator[After]:
    thread = threading.Thread(target=after.live, name="xlsync-after", daemon=True)
    thread.start()
    try:
        yield after
    finally:
        after.changed_keys.put(None)
        thread.join(60)


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


def _web(
    city: CitySettings, after: After, readers: Readers, pool: ThreadPoolExecutor, *, is_open: bool
) -> Web:
    now = after.latest

    def work(request: Request, department: str) -> Pressed:
        return press(now.config, request, after.world.now(), department, readers.read)

    def note(visit: Visit) -> None:
        LOG.info("%s", visit_words(visit))
        if visit.done is not None and visit.done.has_changed:
            after.changed_keys.put(
                frozenset(receipt.sheet_id for receipt in visit.done.receipts if receipt.sheet_id)
            )

    return Web(
        lambda: now.config,
        work,
        Access(lambda: read_keys(city.folder), is_open, city.long_running.serve.user_header),
        now.is_watched,
        note,
        time.monotonic,
        pool,
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
