"""The server below the WSGI application: a socket, waitress, and limits of size, time and number that it lacks itself."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server
from waitress.task import ErrorTask

from xlsync.addin.protocol.request import LARGEST
from xlsync.addin.ways.connection_limits import CONNECTIONS, PER_ADDRESS, surplus
from xlsync.addin.ways.visits import STATUSES, Visit, refusal
from xlsync.addin.ways.web import Web
from xlsync.errors import SettingsError

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

LOG: Final = logging.getLogger("xlsync.serve")
THREADS: Final = 16
HEADER_BYTES: Final = 16 * 2**10
BODY_BYTES: Final = 2 * LARGEST
"""Beyond these a body is not even received; what is only too large is, so that its sender can read why."""
HEADER_SECONDS: Final = 10.0
"""For the head of a request, from the opening of the connection or its first byte."""
RECEIVE_SECONDS: Final = 60.0
"""For a request to come in whole, however busy its sender looks."""
SEND_SECONDS: Final = 120.0
IDLE_SECONDS: Final = 20
_LAST_ANSWERS: Final = 30
_SLICE: Final = 0.5
_WORDS: Final = {
    413: "送られた内容が大きすぎます。ブックの写真などを減らしてください",
    431: "送られた見出しが大きすぎます。アドインの設定を確かめてください",
    501: "この送り方（Transfer-Encoding）は受け取れません",
}
_GARBLED: Final = "送られた内容をHTTPとして読み取れません。アドインの設定の宛先を確かめてください"


class _Refusal(ErrorTask):
    """What waitress refuses by itself, said by a list of changes like everything else."""

    def execute(self) -> None:
        error: Any = self.request.error  # type: ignore[attr-defined]  # the stubs take the parser for its error
        status = error.code if error.code in STATUSES else 400
        reply = refusal(status, _WORDS.get(status, _GARBLED))
        self.status = f"{status} {STATUSES[status]}"
        cast("list[tuple[str, str]]", self.response_headers).extend(
            [("Content-Type", reply.content_type), ("Cache-Control", "no-store")]
        )
        self.set_close_on_finish()
        self.content_length = len(reply.data)
        web = cast("Web", self.channel.server.application)
        web.note_visit(Visit(str(self.channel.addr[0]), "", "?", status, 0, len(reply.data), 0.0))
        self.write(reply.data)


class _Parser(HTTPRequestParser):
    """Refuses a request with two lengths: a proxy in front may believe the other one, and take its rest for a request."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        has_length = "CONTENT_LENGTH" in self.headers
        if (self.chunked and has_length) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding")


class _Channel(HTTPChannel):
    """A connection that is closed where its request, or the reading of its answer, drags on."""

    error_task_class = _Refusal
    parser_class = _Parser
    header_seconds = HEADER_SECONDS
    receive_seconds = RECEIVE_SECONDS
    send_seconds = SEND_SECONDS
    _sending = float("inf")

    def __init__(self, server: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(server, *arguments, **options)
        self.opened = self._began = time.monotonic()
        channels = list(server.active_channels.values())
        surplus_channel = surplus(self, channels, server.per_address, CONNECTIONS)
        if surplus_channel is not None:
            surplus_channel.handle_close()

    @property
    def address(self) -> str:
        """The address of the computer at the other end."""
        return str(self.addr[0])

    @property
    def is_waiting(self) -> bool:
        """True if no whole request came in that is not answered yet."""
        return not self.requests and not self.total_outbufs_len

    def received(self, data: bytes) -> bool:
        going_on = self.request is not None
        is_complete = super().received(data)
        if self.request is None:
            self._began = float("inf")
        elif not going_on:
            self._began = time.monotonic()
        return is_complete

    def readable(self) -> bool:
        """Asked at each turn of the loop."""
        now = time.monotonic()
        self._sending = min(self._sending, now) if self.total_outbufs_len else float("inf")
        if now - self._sending > self.send_seconds:
            self.handle_close()  # at once: where nobody reads, its turn to write never comes
        elif now - self._began > self._request_seconds():
            self.will_close = True
        return self.connected and super().readable()

    def _request_seconds(self) -> float:
        has_head = self.request is not None and self.request.headers_finished
        return self.receive_seconds if has_head else self.header_seconds

    def writable(self) -> bool:
        """Asked at each turn of the loop, after `readable`."""
        return self.connected and super().writable()


def listen(host: str, port: int) -> socket.socket:
    """Take a port; SettingsError says why it cannot be had."""
    where = f"{host}:{port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
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
    web: Web, at: socket.socket, stopping: Callable[[], bool], per_address: int = PER_ADDRESS
) -> None:
    """Serve until told to stop, then let the answers at hand be finished."""
    with serving(web, at, per_address) as (server, sockets):
        while not stopping():
            _turn(sockets)
        LOG.info("終了します")
        server.accepting = False
        server.task_dispatcher.shutdown(timeout=_LAST_ANSWERS)
        end = time.monotonic() + _SLICE * 10
        while _is_sending(sockets) and time.monotonic() < end:
            _turn(sockets)


@contextlib.contextmanager
def serving(
    web: Web, at: socket.socket, per_address: int = PER_ADDRESS
) -> Iterator[tuple[BaseWSGIServer, dict[int, Any]]]:
    """Create the server; yield it with its sockets, which are closed afterwards."""
    sockets: dict[int, Any] = {}
    adjusted: Any = {
        "sockets": [at],
        "threads": THREADS,
        "connection_limit": 2 * CONNECTIONS,  # one too many is closed, not kept waiting
        "channel_timeout": IDLE_SECONDS,
        "cleanup_interval": 5,
        "max_request_header_size": HEADER_BYTES,
        "max_request_body_size": BODY_BYTES,
        "asyncore_use_poll": hasattr(select, "poll"),
        "clear_untrusted_proxy_headers": False,  # nothing here asks for them
        "ident": None,
        "log_socket_errors": False,
    }
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # that people wait their turn is no news
    server = cast("BaseWSGIServer", create_server(web, map=sockets, **adjusted))
    server.channel_class = _Channel
    cast("Any", server).per_address = per_address
    try:
        yield server, sockets
    finally:
        wasyncore.close_all(sockets)


def _turn(sockets: dict[int, Any]) -> None:
    wasyncore.loop(timeout=_SLICE, use_poll=hasattr(select, "poll"), map=sockets, count=1)


def _is_sending(sockets: dict[int, Any]) -> bool:
    return any(
        isinstance(channel, HTTPChannel) and channel.total_outbufs_len
        for channel in sockets.values()
    )
