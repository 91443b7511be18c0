"""The buttons' way over HTTP, from this side: a request out to `xlsync serve`, its answer back."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from xlsync.addin.protocol.accepted import ANSWER_BYTES, WORKBOOK_BYTES
from xlsync.addin.protocol.request import pack
from xlsync.addin.protocol.tsv import from_tsv
from xlsync.errors import ProtocolError, SettingsError

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Answer, Request

ROOT: Final = "/xlsync/1"
_SECONDS: Final = 120.0


@dataclass(frozen=True)
class WebWay:
    """A server at `url` (http://server:8765), with a department's key where it wants one.

    Neither a proxy nor a redirection is followed: workbook and key are for this server only.
    """

    url: str
    key: str = ""
    seconds: float = _SECONDS

    def __post_init__(self) -> None:
        """Refuse what is no address of a server."""
        try:
            parts = urlsplit(self.url)
            fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fine = False
        if not fine:
            raise SettingsError("http://サーバー名:番号 の形で書いてください", self.url)

    def press(self, request: Request) -> Answer:
        """Send a request and return its answer, a refusal too; ProtocolError where none comes that can be read."""
        _, data = self._get("POST", "", pack(request), ANSWER_BYTES)
        return from_tsv(data)

    def file(self, name: str) -> Path:
        """Fetch a file that an answer named, into a folder of its own: Excel still has it open when this program ends."""
        status, data = self._get("GET", f"/files/{quote(name)}", None, WORKBOOK_BYTES)
        if status != HTTPStatus.OK:
            raise ProtocolError("ファイルを受け取れません。もう一度実行してください", name)
        file = Path(tempfile.mkdtemp(prefix="xlsync-")) / name.rpartition("/")[2]
        file.write_bytes(data)
        return file

    def _get(self, method: str, path: str, body: bytes | None, most: int) -> tuple[int, bytes]:
        """Send one HTTP request and return the status and body of the response."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            headers |= {
                "Content-Type": "application/octet-stream",
                "Accept": "text/tab-separated-values",
            }
        try:
            with closing(self._connection()) as connection:
                connection.request(method, f"{self._path}{ROOT}{path}", body, headers)
                response = connection.getresponse()
                data = response.read(most + 1)
        except (OSError, HTTPException, ValueError) as fault:
            reason = "サーバーとつながりません。宛先と、サーバーが動いていることを確かめてください"
            raise ProtocolError(reason, self.url) from fault
        if len(data) > most:
            raise ProtocolError("サーバーの応答が大きすぎます", self.url)
        return response.status, data

    @property
    def _path(self) -> str:
        return quote(urlsplit(self.url).path.rstrip("/"), safe="/%")

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        connection_class = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return connection_class(str(parts.hostname), parts.port, timeout=self.seconds)
