"""One visit to the HTTP side: what was sent, what is sent back, and the refusals, which are lists of changes as well."""

from __future__ import annotations

import io
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.request import LARGEST
from xlsync.addin.ways.answering import BEGINNING, CODECS, Form, Worked, failure, id_in, verb_in

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

STATUSES: Final = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Content Too Large", 415: "Unsupported Media Type",
    422: "Unprocessable Content", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable", 504: "Gateway Timeout", 507: "Insufficient Storage",
}  # fmt: skip
KINDS: Final[dict[Form, str]] = {
    "tsv": "text/tab-separated-values; charset=utf-16le",
    "json": "application/json",
}
KEPT: Final = "入力した内容はブックにそのまま残っています。"
_BYTES: Final = "application/octet-stream"
_BEGIN: Final = "xlsync.begin"


@dataclass(frozen=True)
class Visit:
    """What the log tells of one visit; `done` is the press it was, if it was one."""

    address: str
    department: str
    what: str
    status_code: int
    received: int
    sent: int
    seconds: float
    done: Worked | None = None


@dataclass(frozen=True)
class Reply:
    """What is sent back."""

    status_code: int
    data: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()
    department: str = ""
    done: Worked | None = None


class Refused(Exception):
    """A visit that is not to be answered otherwise: its status, and a sentence for the person at the button."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(status, sentence)
        self.status, self.sentence = status, sentence
        self.headers = tuple((name.replace("_", "-"), value) for name, value in headers.items())


def refusal(
    status: int,
    sentence: str,
    form: Form = "tsv",
    headers: tuple[tuple[str, str], ...] = (),
    begin: bytes = b"",
) -> Reply:
    """Return a refusal as an answer to the request whose first bytes are `begin`."""
    answer = failure(sentence, id_in(begin), verb_in(begin))
    return Reply(status, CODECS[form](answer), KINDS[form], headers)


def page_refusal(status: int, sentence: str) -> Reply:
    """Return a refusal as a page that a browser shows; its sentence is one of ours."""
    page = (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>受け取れません</title>'
        f"<h1>受け取れません</h1><p>{sentence}。何も変わっていません。「戻る」で前の画面に戻れます。</p></html>"
    )
    return Reply(status, page.encode(), "text/html; charset=utf-8")


def form_of(environ: WSGIEnvironment) -> Form:
    """Return the format that the Accept header asks for."""
    return "json" if "application/json" in environ.get("HTTP_ACCEPT", "").lower() else "tsv"


def is_loopback(host: str) -> bool:
    """True for a name or address by which a computer calls itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def only(method: str, allowed: str) -> None:
    """Refuse another method than the allowed one."""
    if method != allowed:
        raise Refused(405, f"この場所で使えるのは {allowed} だけです", Allow=allowed)


def path_of(environ: WSGIEnvironment) -> str:
    """Return the path as text; invalid UTF-8 is replaced and matches no path."""
    return str(environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", "replace")


def host_of(header: str) -> str:
    """Return the host of a Host header without its port."""
    return header.rpartition(":")[0] if re.search(r":\d{0,5}$", header) else header


def body_of(environ: WSGIEnvironment) -> bytes:
    """Return the body; Refused if its size or content type is none of a request."""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind not in {"", _BYTES}:
        raise Refused(415, f"送られた内容の種類（{kind[:40]}）は受け取れません。{KEPT}")
    length = length_of(environ)
    if length > LARGEST:
        size = f"{length / 2**20:.0f} MB"
        raise Refused(413, f"ブックが大きすぎます（{size}）。{KEPT}写真などを減らしてください")
    begin = begin_of(environ)
    rest: bytes = environ["wsgi.input"].read(length - len(begin))
    return begin + rest


def begin_of(environ: WSGIEnvironment) -> bytes:
    """Return the first bytes of the body, which hold a request's id: a refusal must name the request it answers."""
    if _BEGIN not in environ:
        environ[_BEGIN] = environ["wsgi.input"].read(min(BEGINNING, length_of(environ)))
    begin: bytes = environ[_BEGIN]
    return begin


def put_back(environ: WSGIEnvironment, body: bytes) -> None:
    """Let a body that was read be read again."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ.pop(_BEGIN, None)


def length_of(environ: WSGIEnvironment) -> int:
    """Return the length of the body in bytes."""
    return int(environ.get("CONTENT_LENGTH") or 0)


def named(environ: WSGIEnvironment, header: str) -> str:
    r"""Return the user that the proxy in front authenticated: DOMAIN\name."""
    if not header:
        return ""
    value = str(environ.get("HTTP_" + header.upper().replace("-", "_"), ""))
    return value.encode("latin-1", "replace").decode("utf-8", "replace").strip()[:200]
