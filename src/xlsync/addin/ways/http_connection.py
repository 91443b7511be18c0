"""One connection of the HTTP server: its requests are read and answered one after the other, within the limits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import IO, TYPE_CHECKING, Final, cast

import h11

from xlsync.addin.ways.visits import KEPT, STATUSES, Visit, page_refusal, refusal
from xlsync.addin.ways.wsgi_call import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from xlsync.addin.ways.connection_limits import Limits

LOG: Final = logging.getLogger("xlsync.serve")
_READ_BYTES: Final = 64 * 2**10
_SPOOLED_BYTES: Final = 2**20
"""Bytes of a body that are kept in memory; a longer one goes to a temporary file."""
_LINGER_SECONDS: Final = 2.0
"""For which what a refused sender still sends is read and dropped: else its system drops our answer unread."""
_BUTTONS: Final = b"/xlsync/"
_WITHOUT_BODY: Final = (204, 304)
_SENTENCES: Final = {
    413: "送られた内容が大きすぎます。ブックの写真などを減らしてください",
    431: "送られた見出しが大きすぎます。アドインの設定を確かめてください",
    501: "この送り方（Transfer-Encoding）は受け取れません",
    507: f"サーバーが一時ファイルを書けないため、受け取れませんでした。{KEPT}情報システム担当に連絡してください",
}
_GARBLED: Final = "送られた内容をHTTPとして読み取れません。アドインの設定の宛先を確かめてください"


class _Unacceptable(Exception):
    """A request that is refused before the application sees it, with its status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class HttpConnection:
    """A connection; `answer` answers a request, `note_visit` takes what the log tells of a refused one."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        limits: Limits,
        answer: Callable[[HttpRequest, str], Awaitable[HttpResponse]],
        note_visit: Callable[[Visit], None],
    ) -> None:
        self._reader, self._writer = streams
        self._limits, self._answer, self._note_visit = limits, answer, note_visit
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.header_bytes)
        # Drained then means that the system has taken everything.
        self._writer.transport.set_write_buffer_limits(high=0)
        peer = self._writer.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.opened = time.monotonic()
        self.is_waiting = True
        self._is_for_page = False

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""
        self._writer.transport.abort()

    async def serve(self) -> None:
        """Answer requests until either side ends; then the connection is closed."""
        try:
            async with asyncio.timeout(self._limits.header_seconds):
                head = await self._head()
            while head is not None and await self._answer_request(head):
                self._http.start_next_cycle()
                head = await self._next_head()
        except _Unacceptable as fault:
            await self._refuse(fault.status)
        except h11.RemoteProtocolError as fault:
            await self._refuse(fault.error_status_hint)
        except h11.LocalProtocolError:
            LOG.exception("不具合")  # the application answered what HTTP does not allow
        except TimeoutError:
            LOG.info("切断 %s 送受信が遅すぎます", self.address)
        except OSError:
            pass  # the other side is gone
        finally:
            self.abort()

    # --- reading

    async def _next_head(self) -> h11.Request | None:
        """Return the head of a further request; None where none comes in time."""
        if not self._http.trailing_data[0]:
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    self._http.receive_data(await self._reader.read(_READ_BYTES))
            except TimeoutError:
                return None
        async with asyncio.timeout(self._limits.header_seconds):
            return await self._head()

    async def _head(self) -> h11.Request | None:
        """Return the head of a request, None where the other side closed instead."""
        event = await self._event()
        if not isinstance(event, h11.Request):
            return None
        self._is_for_page = not event.target.startswith(_BUTTONS)
        _raise_unacceptable(event, self._limits)
        return event

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        """Return what comes next."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(_READ_BYTES))
        return cast("h11.Event | type[h11.PAUSED]", event)

    async def _receive_body(self, body: IO[bytes]) -> int:
        """Write a request's body to a file, which is then at its beginning; return its length in bytes."""
        length = 0
        async with asyncio.timeout(self._limits.receive_seconds):
            while isinstance(event := await self._event(), h11.Data):
                length += len(event.data)
                if length > self._limits.body_bytes:
                    raise _Unacceptable(413)
                _store(event.data, body)
        body.seek(0)
        return length

    # --- answering

    async def _answer_request(self, head: h11.Request) -> bool:
        """Receive the rest of a request and answer it; True if another one may follow."""
        with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as body:
            length = await self._receive_body(body)
            method, target, version = (
                part.decode("latin-1") for part in (head.method, head.target, head.http_version)
            )
            request = HttpRequest(method, target, version, head.headers, body, length)
            self.is_waiting = False
            response = await self._answer(request, self.address)
            await self._respond(response, has_body=method != "HEAD")
            self.is_waiting = True
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            return True
        await self._linger()
        return False

    async def _refuse(self, hint: int) -> None:
        """Refuse what came in, as the buttons or a browser show it, and read no more of it."""
        status = hint if hint in STATUSES else 400
        as_shown = page_refusal if self._is_for_page else refusal
        reply = as_shown(status, _SENTENCES.get(status, _GARBLED))
        self._note_visit(Visit(self.address, "", "?", status, 0, len(reply.data), 0.0))
        headers = (
            ("Content-Type", reply.content_type),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        )
        with contextlib.suppress(OSError, h11.LocalProtocolError):  # TimeoutError is one of OSError
            await self._respond(HttpResponse(status, STATUSES[status], headers, reply.data))
            await self._linger()

    async def _respond(self, response: HttpResponse, *, has_body: bool = True) -> None:
        """Send a response whole."""
        given = {name.lower() for name, _ in response.headers}
        headers = [*response.headers, ("Date", formatdate(usegmt=True))]
        if "content-length" not in given and response.status_code not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(response.data))))
        head = h11.Response(
            status_code=response.status_code,
            reason=response.reason_phrase,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers],
        )
        data = [h11.Data(data=response.data)] if has_body and response.data else []
        await self._send(head, *data, h11.EndOfMessage())

    async def _send(self, *events: h11.Event) -> None:
        """Send events; returns when the system has taken all of them."""
        chunks: list[bytes] = []
        for event in events:
            chunks += self._http.send_with_data_passthrough(event) or ()
        # At once: what comes after a first packet may wait for its receipt.
        self._writer.writelines(chunks)
        async with asyncio.timeout(self._limits.send_seconds):
            await self._writer.drain()

    async def _linger(self) -> None:
        """Say that nothing more comes, and drop for a moment what the other side still sends."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while await self._reader.read(_READ_BYTES):
                    pass


def _raise_unacceptable(head: h11.Request, limits: Limits) -> None:
    """Raise where a request is not even received: too large, or with two lengths.

    A proxy in front may believe the other length, and take the rest of the request for a further one.
    """
    if sum(len(name) + len(value) for name, value in head.headers) > limits.header_bytes:
        raise _Unacceptable(431)
    headers = dict(head.headers)  # two different lengths are refused by h11
    has_length, is_chunked = b"content-length" in headers, b"transfer-encoding" in headers
    if is_chunked and (has_length or head.http_version < b"1.1"):
        raise _Unacceptable(400)
    if has_length and int(headers[b"content-length"]) > limits.body_bytes:
        raise _Unacceptable(413)


def _store(data: bytes, body: IO[bytes]) -> None:
    try:
        body.write(data)
    except OSError as fault:
        raise _Unacceptable(507) from fault
