"""A city founded in the browser: the page of a folder in which there is none yet, for one's own computer alone."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, render_template, request

from xlsync.addin.ways.visits import Visit, host_of, is_loopback
from xlsync.errors import XlsyncError
from xlsync.page.guard import HEADERS
from xlsync.page.page_words import coded
from xlsync.page.uploads import form_file_names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_EARLIEST: Final = 1989
_LATEST: Final = 2100


@dataclass(frozen=True, slots=True)
class NewCity:
    """A city to be made: its name, its fiscal year, and the folder of a form of its own, None for the shipped one."""

    name: str
    fiscal_year: int
    form_folder: Path | None = None


@dataclass(frozen=True)
class PageAlone:
    """A page without the buttons, as the server takes it."""

    page_application: WSGIApplication

    @staticmethod
    def note_visit(_visit: Visit) -> None:
        """Note nothing: there is no log yet."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self.page_application(environ, start_response)


def create_founding_page(
    folder: Path, token: str, year: int, make_city: Callable[[NewCity], str]
) -> Flask:
    """Return the page that asks for a city's name and year.

    Args:
        folder: Where the city will be.
        token: What the address of the page bears; whoever does not know it is refused.
        year: The fiscal year that is proposed.
        make_city: Makes the city, and returns the address at which its page can be opened; an error of ours says why not.

    """
    app = Flask("xlsync.page", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=24 * 2**20)
    app.add_template_filter(coded, "coded")

    def shown(fault: str = "", status: int = 200, address: str = "") -> tuple[str, int]:
        typed = request.form
        context = {
            "folder": folder,
            "token": token,
            "name": typed.get("name", ""),
            "year": typed.get("year", str(year)),
            "fault": fault,
            "address": address,
        }
        return render_template("founding.html", **context), status

    @app.get("/found")
    def ask() -> tuple[str, int]:
        return shown() if _is_invited(token, request.args) else _refused()

    @app.post("/found")
    def make() -> tuple[str, int]:
        if not _is_invited(token, request.form) or not _has_own_origin():
            return _refused()
        try:
            with tempfile.TemporaryDirectory(prefix="xlsync-") as scratch:
                return shown(address=make_city(_new_city(Path(scratch))))
        except XlsyncError as fault:
            return shown(f"まだ作っていません。{fault}", 422)

    @app.errorhandler(404)
    def unknown(_fault: Exception) -> tuple[str, int]:
        return _refused()

    app.after_request(_secure)
    return app


def _is_invited(token: str, fields: Any) -> bool:
    """Whether a visit comes from this computer, by a name of its own, and knows the token."""
    host = host_of(request.headers.get("Host", "")).strip("[]").lower()
    is_here = is_loopback(host) and is_loopback(request.remote_addr or "")
    return is_here and hmac.compare_digest(fields.get("token", "").encode(), token.encode())


def _has_own_origin() -> bool:
    return request.headers.get("Origin", "") == f"http://{request.headers.get('Host', '')}"


def _refused() -> tuple[str, int]:
    words = "開けません。`xlsync page` をもう一度実行してください。"
    return render_template("founding.html", refusal=words), 403


def _new_city(scratch: Path) -> NewCity:
    name = " ".join(request.form.get("name", "").split())
    typed = request.form.get("year", "").strip()
    year = int(typed) if typed.isdecimal() else 0
    if not name:
        raise XlsyncError("市の名前を入力してください")
    if not _EARLIEST <= year <= _LATEST:
        raise XlsyncError("対象年度を西暦で入力してください（例：2026）")
    files = [file for file in request.files.getlist("form") if file.filename]
    for file, called in zip(
        files, form_file_names([str(each.filename) for each in files]), strict=True
    ):
        file.save(scratch / called)
    return NewCity(name, year, scratch if files else None)


def _secure(response: Any) -> Any:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


__all__ = ["NewCity", "PageAlone", "create_founding_page"]
