"""The cookie in which a browser keeps the id of a session: it goes to this page alone, and by https wherever that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from xlsync.page.own_address import site_root
from xlsync.page.page_context import context

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

COOKIE: Final = "xlsync"


def session_id_of_visit() -> str:
    """Return the id of a session that the visit brings, "" for none."""
    return request.cookies.get(_cookie_name(), "")


def put_session_id(response: Response, session_id: str) -> None:
    """Let the browser keep the id of a session."""
    response.set_cookie(
        _cookie_name(),
        session_id,
        path=site_root() or "/",
        httponly=True,
        samesite="Lax",
        secure=_is_https(),
    )


def remove_session_id(response: Response) -> None:
    """Let the browser forget the id of a session."""
    response.delete_cookie(_cookie_name(), path=site_root() or "/", secure=_is_https())


def _is_https() -> bool:
    """Whether people reach the page by https alone."""
    return context().reach.read_settings().web_page.public_origin.startswith("https:")


def _cookie_name() -> str:
    """Return the name of the cookie: by https one that no page by http can set.

    At the root of a host it is one that no other host can set either. Below a prefix the cookie has that path, so that
    other programs on the same host are not sent it; "__Host-" does not allow a path.
    """
    if not _is_https():
        return COOKIE
    return f"__Secure-{COOKIE}" if site_root() else f"__Host-{COOKIE}"


__all__ = ["COOKIE", "put_session_id", "remove_session_id", "session_id_of_visit"]
