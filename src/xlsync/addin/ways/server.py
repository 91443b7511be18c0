"""The HTTP server below the WSGI application: asyncio accepts connections, h11 parses, threads call the application."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

from xlsync.addin.ways.answering import BUG
from xlsync.addin.ways.connection_limits import Limits, surplus
from xlsync.addin.ways.http_connection import HttpConnection
from xlsync.addin.ways.visits import STATUSES, refusal
from xlsync.addin.ways.wsgi_call import HttpRequest, HttpResponse, call_wsgi, environ_of
from xlsync.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from xlsync.addin.ways.visits import Visit

LOG: Final = logging.getLogger("xlsync.serve")
THREADS: Final = 16
_LAST_ANSWERS: Final = 30.0
"""Seconds for which answers at hand are waited for when the server ends."""
_LOOK_SECONDS: Final = 0.5
"""Between two looks at whether to end."""


class Site(Protocol):
    """What is served: a WSGI application that is told of each visit that never reached it."""

    @property
    def note_visit(self) -> Callable[[Visit], None]:
        """Take what the log tells of a visit."""

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse, /
    ) -> Iterable[bytes]:
        """Answer a request."""


def listen(host: str, port: int) -> socket.socket:
    """Take a port; SettingsError says why it cannot be had."""
    where = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        # With the protocol named, or asyncio does not set TCP_NODELAY.
        listener = socket.socket(family, kind, protocol)
    except OSError as fault:
        raise SettingsError(f"この宛先では待ち受けられません（{fault.strerror}）", where) from fault
    try:
        if (
            sys.platform == "win32"
        ):  # there, the usual option lets a second server take the port as well
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1)  # only now another one on this port is refused
    except OSError as fault:
        listener.close()
        reason = (
            f"ポート {port} は使えません（{fault.strerror}）。"
            "ほかの xlsync serve やプログラムが使っていないか確かめ、別の番号を --port で指定してください"
        )
        raise SettingsError(reason, where) from fault
    return listener


def serve(
    site: Site, at: socket.socket, stopping: Callable[[], bool], limits: Limits | None = None
) -> None:
    """Serve until told to stop, then let the answers at hand be finished."""
    server = _Server(site, at, limits or Limits())
    try:
        asyncio.run(server.serve_until(stopping))
    finally:
        server.threads.shutdown(wait=False, cancel_futures=True)


class _Server:
    """The open connections of a listening socket, and the threads that call the application."""

    def __init__(self, site: Site, at: socket.socket, limits: Limits) -> None:
        self._site, self._at, self._limits = site, at, limits
        self._name: tuple[str, int] = at.getsockname()[:2]
        self._connections: dict[HttpConnection, asyncio.Task[None]] = {}
        self.threads = ThreadPoolExecutor(THREADS, "xlsync-http")

    async def serve_until(self, stopping: Callable[[], bool]) -> None:
        """Accept connections until told to stop."""
        acceptor = await asyncio.start_server(self._connected, sock=self._at)
        while not stopping():  # noqa: ASYNC110 - a signal, another process or a thread of a test says so
            await asyncio.sleep(_LOOK_SECONDS)
        LOG.info("終了します")
        acceptor.close()
        for connection in [*self._connections]:
            if connection.is_waiting:
                connection.abort()
        if self._connections:
            await asyncio.wait(self._connections.values(), timeout=_LAST_ANSWERS)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a new connection to its end; where there are too many, one of them is closed first."""
        connection = HttpConnection(
            (reader, writer), self._limits, self._answer, self._site.note_visit
        )
        limits = self._limits
        surplus_connection = surplus(
            connection, self._connections, limits.per_address, limits.connections
        )
        task = asyncio.ensure_future(connection.serve())
        self._connections[connection] = task
        task.add_done_callback(lambda _: self._connections.pop(connection, None))
        if surplus_connection is not None:
            self._connections.pop(surplus_connection, None)  # or the next ones would choose it too
            surplus_connection.abort()
        await task

    async def _answer(self, request: HttpRequest, address: str) -> HttpResponse:
        """Call the application in a thread."""
        environ = environ_of(request, address, self._name)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.threads, call_wsgi, self._site, environ)
        except Exception:
            LOG.exception("不具合")
            reply = refusal(500, BUG)
            headers = (("Content-Type", reply.content_type),)
            return HttpResponse(500, STATUSES[500], headers, reply.data)
