"""Who may use the server over HTTP: keys, the visits a web page makes a browser send, and the files a key may fetch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.addin.ways.keys import EVERYTHING, Keys, key_in
from xlsync.addin.ways.visits import Refused, host_of, is_loopback, named
from xlsync.errors import XlsyncError

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

LOG: Final = logging.getLogger("xlsync.serve")


@dataclass
class Access:
    """Access rules of a server.

    Attributes:
        read_keys: Reads the keys at every visit, so that a deleted key stops working at once.
        is_open: True if other computers reach the server: then a key is always needed, else only if the city has any.
        user_header: Header in which a proxy in front names the user, "" for none.
        folder_name: For a further form of a city the folder of its files in the city's shared folder, with a slash: names of
            files that may be fetched begin with it.

    """

    read_keys: Callable[[], Keys]
    is_open: bool = False
    user_header: str = ""
    folder_name: str = ""
    _files: dict[str, set[str]] = field(default_factory=dict)

    def refuse_strangers(self, environ: WSGIEnvironment) -> None:
        """Refuse what a web page makes a browser send: from another page, or by a name that leads here by a trick."""
        if "HTTP_ORIGIN" in environ and environ["REQUEST_METHOD"] != "GET":
            raise Refused(403, "ウェブページからは使えません。Excelのボタンを使ってください")
        host = host_of(environ.get("HTTP_HOST", ""))
        if not self.is_open and not self._keys().are_needed and not is_loopback(host):
            raise Refused(
                403, f"「{host[:60]}」という宛先では使えません。127.0.0.1 を指定してください"
            )

    def department(self, environ: WSGIEnvironment) -> str:
        """Return the department of the key in the header, "" if everything is allowed."""
        keys = self._keys()
        if not keys.are_needed and not self.is_open:
            return ""
        owner = keys.owner(key_in(environ.get("HTTP_AUTHORIZATION", "")))
        if owner is None:
            sentence = "鍵がないか、違います。アドインの設定の鍵を確かめてください"
            raise Refused(401, sentence, WWW_Authenticate="Bearer")
        return "" if owner == EVERYTHING else owner

    def user(self, environ: WSGIEnvironment) -> str:
        """Return the user that a proxy in front authenticated, "" if there is none."""
        return named(environ, self.user_header)

    def allow_files(self, department: str, names: Iterable[str]) -> None:
        """Let a department's key fetch the files that an answer to it named."""
        self._files.setdefault(department, set()).update(names)

    def may_fetch(self, department: str, name: str) -> bool:
        """True for a file that an answer to the department's key named, and for every file without a department."""
        return not department or name in self._files.get(department, ())

    def _keys(self) -> Keys:
        try:
            return self.read_keys()
        except XlsyncError as fault:
            LOG.warning("鍵 %s", " ".join(str(fault).split()))
            sentence = "サーバーの鍵のファイルを読めません。情報システム担当に連絡してください"
            raise Refused(503, sentence) from fault
