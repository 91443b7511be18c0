"""Calling a WSGI application (PEP 3333): its environment from an HTTP request, and its response as one block of bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

_OF_THE_REQUEST: Final = ("CONTENT_TYPE", "CONTENT_LENGTH")
"""Headers whose variable has no "HTTP_" before it."""
_SEPARATORS: Final = {"HTTP_COOKIE": "; "}


@dataclass(frozen=True)
class HttpRequest:
    """A request that came in whole: method, target and headers as sent, the body at its beginning."""

    http_method: str
    target: str
    http_version: str
    header_fields: Sequence[tuple[bytes, bytes]]
    body_file: IO[bytes]
    body_length: int
    """In bytes."""


@dataclass(frozen=True)
class HttpResponse:
    """A response: status code, reason phrase, headers and the whole body."""

    status_code: int
    reason_phrase: str
    headers: tuple[tuple[str, str], ...]
    data: bytes


@dataclass
class _Started:
    """What the application told `start_response`, and what it wrote by the function it got for that."""

    status_line: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    written: list[bytes] = field(default_factory=list)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None, /
    ) -> Any:
        """Note status and headers; nothing was sent yet, so a second call replaces the first."""
        self.status_line, self.headers = status, tuple(headers)
        return self.written.append


def call_wsgi(application: WSGIApplication, environ: WSGIEnvironment) -> HttpResponse:
    """Call the application; what it raises goes through."""
    started = _Started()
    chunks = application(environ, started.start_response)
    try:
        body = b"".join(chunks)
    finally:
        if (close := getattr(chunks, "close", None)) is not None:
            close()
    code, _, reason = started.status_line.partition(" ")
    return HttpResponse(int(code), reason, started.headers, b"".join(started.written) + body)


def environ_of(
    request: HttpRequest, client_address: str, server_address: tuple[str, int]
) -> WSGIEnvironment:
    """Return the environment of a request."""
    path, query = _path_and_query(request.target)
    return {
        **_header_variables(request.header_fields),
        "CONTENT_LENGTH": str(request.body_length),
        "REQUEST_METHOD": request.http_method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": client_address,
        "SERVER_NAME": server_address[0],
        "SERVER_PORT": str(server_address[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": request.body_file,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }


def _path_and_query(target: str) -> tuple[str, str]:
    """Split a request's target, which a client of a proxy sends with scheme and host."""
    if not target.startswith("/"):
        parts = urlsplit(target)
        return (parts.path, parts.query) if parts.netloc else (target, "")
    path, _, query = target.partition("#")[0].partition("?")
    return path, query


def _header_variables(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers as CGI variables, those sent several times joined.

    A name with "_" is left out: it would become the variable of the name with "-", which a proxy in front sets or takes away.
    """
    variables: dict[str, str] = {}
    for name, value in headers:
        if b"_" in name:
            continue
        variable = name.decode("latin-1").upper().replace("-", "_")
        if variable not in _OF_THE_REQUEST:
            variable = f"HTTP_{variable}"
        text = value.decode("latin-1")
        if variable in variables:
            text = variables[variable] + _SEPARATORS.get(variable, ", ") + text
        variables[variable] = text
    variables.pop("HTTP_TRANSFER_ENCODING", None)  # the body is whole when the application reads it
    return variables
