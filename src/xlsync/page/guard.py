"""What every visit must satisfy before a screen sees it: host, session, role, and that a form comes from a page of ours."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, request

from xlsync.addin.ways.visits import host_of, is_loopback
from xlsync.page.authentication import authenticate
from xlsync.page.page_context import context
from xlsync.page.past_years import asks_for_past_year
from xlsync.page.refusals import PageRefused, RefusalText, forbidden, unknown_page
from xlsync.page.session_cookie import put_session_id
from xlsync.page.sessions import is_form_token
from xlsync.page.visitors import EVERYONE, Role

TOKEN_FIELD: Final = "form_token"  # noqa: S105 - the field's name
PUBLIC: Final = frozenset[Role]()
_ATTRIBUTE: Final = "xlsync_roles"
_PATIENCE: Final = 5.0
"""Seconds for which a visit waits for the store to be read for the first time."""
_READING: Final = RefusalText(
    503,
    "登録データを読んでいます",
    "始めたばかりのため、登録データをまだ読み終えていません。",
    "少し待ってから、もう一度開いてください。入力した内容は、「戻る」で前の画面に残っています。",
)
View = TypeVar("View", bound=Callable[..., Any])

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def allow(roles: frozenset[Role]) -> Callable[[View], View]:
    """Return a decorator that says which roles may use a view; one without it is refused to everybody."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, roles)
        return view

    return mark


def allowed_roles(view: Callable[..., Any] | None) -> frozenset[Role] | None:
    """Return which roles may use a view, none for everybody (PUBLIC); None where nothing is said of it."""
    return getattr(view, _ATTRIBUTE, None)


def check_visit() -> None:
    """Raise PageRefused, or SignInNeeded, where the visit at hand is not to be answered by its screen."""
    _refuse_foreign_host()
    authenticate()
    if request.method not in {"GET", "HEAD"}:
        _refuse_foreign_form()
        if asks_for_past_year(context().read_city()):
            raise forbidden("前の年度のシートは、見るだけです")
    if request.endpoint is not None and request.endpoint != "static":
        _check_role(allowed_roles(current_app.view_functions[request.endpoint]))


def _check_role(roles: frozenset[Role] | None) -> None:
    """Raise where the visitor may not use the view, or there is nothing to be shown yet."""
    if roles is None:
        raise unknown_page()
    if roles == PUBLIC:
        return
    if g.visitor is None:
        raise SignInNeeded
    if not g.visitor.roles:
        raise _unlisted(g.visitor.person)
    if not g.visitor.roles & roles:
        words = "この画面を見る" if request.method == "GET" else "この操作をする"
        raise forbidden(f"{words}ことは、「{g.visitor.role_words}」の方にはできません")
    _refuse_without_token()
    if not context().sheet_snapshots.is_published(_PATIENCE):
        raise PageRefused(_not_read_yet(context().sheet_snapshots.reading_fault))


def _not_read_yet(fault: str) -> RefusalText:
    """Return what is said until the store was read once: that it takes a while, or why it cannot be read."""
    if not fault:
        return _READING
    advice = "情報システム担当に知らせてください。読めるようになると、そのまま開けます。"
    return RefusalText(503, "登録データを読めません", f"{fault.rstrip('。')}。", advice)


def _unlisted(person: str) -> PageRefused:
    """Return the refusal of somebody whom the proxy names and the settings do not."""
    what = f"{person} さんは、この画面の利用者に登録されていません。"
    advice = (
        f"情報システム担当の方は、xlsync.toml の [page.people] に「{person}」を書き足してください。"
    )
    return PageRefused(RefusalText(403, "この画面は使えません", what, advice))


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


def _refuse_foreign_host() -> None:
    """Refuse a name that leads here by a trick of somebody's name server."""
    header = host_of(request.headers.get("Host", "")).strip("[]").lower()
    settings = context().reach.read_settings().web_page
    known = {
        *context().reach.own_hosts,
        *(host.lower() for host in settings.hosts),
        urlsplit(settings.public_origin).hostname or "",
    }
    if is_loopback(header) or header in known or _is_address(header):
        return
    shown = "".join(char for char in header if char.isalnum() or char in "-._")[:60]
    raise PageRefused(
        RefusalText(
            421,
            "この宛先では開けません",
            f"「{shown}」という宛先は、このサーバーの名前として登録されていません。",
            f'情報システム担当の方は、xlsync.toml の [page] に hosts = ["{shown}"] と書き足してください。',
        )
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_foreign_form() -> None:
    """Refuse what another page makes the browser send: every form names its origin, which is ours."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    if site == "same-origin" and origin and origin.lower() in _own_addresses():
        return
    raise forbidden("ほかのページから送られた操作は受け付けません")


def _own_addresses() -> set[str]:
    host = request.headers.get("Host", "").lower()
    public = context().reach.read_settings().web_page.public_origin
    return {f"http://{host}", *({public} if public else ())}


def _refuse_without_token() -> None:
    """Refuse a form that no page of this session has made."""
    if request.method in {"GET", "HEAD"}:
        return
    if not is_form_token(g.session_id, request.form.get(TOKEN_FIELD, "")):
        raise SignInNeeded


def secure_headers(response: Any) -> Any:
    """Return a response with the headers that every one has, and the cookie of a session that has just begun."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    session_id = g.get("new_session_id")
    if session_id is not None:
        put_session_id(response, session_id)
    return response


__all__ = [
    "EVERYONE",
    "HEADERS",
    "PUBLIC",
    "TOKEN_FIELD",
    "SignInNeeded",
    "allow",
    "allowed_roles",
    "check_visit",
    "secure_headers",
]
