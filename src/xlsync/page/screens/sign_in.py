"""Signing in and out: by a one-time token on one's own computer, or by a key and a name."""

from __future__ import annotations

import threading
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from flask import Blueprint, g, redirect, render_template, request, url_for

from xlsync.addin.ways.keys import digest_of_key
from xlsync.page.authentication import begin_session
from xlsync.page.entry_tokens import take_entry_token
from xlsync.page.guard import EVERYONE, PUBLIC, allow
from xlsync.page.own_address import local_address
from xlsync.page.page_context import context
from xlsync.page.refusals import PageRefused, RefusalText
from xlsync.page.session_cookie import remove_session_id
from xlsync.page.visitors import Visitor, roles_of, visitor_of_key

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

sign_in = Blueprint("sign_in", __name__)
KEPT_PREFIX: Final = "kept."
_TRIES: Final = 5
_WITHIN: Final = 60.0
"""Seconds within which an address may send so many wrong keys."""
_ADDRESSES: Final = 10_000
"""Addresses that are remembered; then counting begins again."""
_PERSON_LENGTH: Final = 40


@dataclass
class WrongKeys:
    """How many wrong keys came from an address of late."""

    by_address: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_too_many(self, address: str, now: float) -> bool:
        """Whether an address has to wait."""
        with self._lock:
            times = self.by_address.get(address, deque())
            while times and now - times[0] > _WITHIN:
                times.popleft()
            return len(times) >= _TRIES

    def note(self, address: str, now: float) -> None:
        """Count a wrong key."""
        with self._lock:
            if len(self.by_address) > _ADDRESSES:
                self.by_address.clear()
            self.by_address.setdefault(address, deque()).append(now)


WRONG_KEYS: Final = WrongKeys()


@sign_in.get("/login")
@allow(PUBLIC)
def show() -> str | Response:
    """Show the sign-in, or lead on who is signed in already."""
    target = local_address(request.args.get("next", ""))
    if g.visitor is not None:
        return redirect(target, 303)
    return render_template(
        "sign_in.html",
        target=target,
        kept=(),
        is_open=context().reach.is_open,
        has_keys=_has_keys(),
    )


@sign_in.post("/login")
@allow(PUBLIC)
def enter() -> str | Response | tuple[str, int]:
    """Sign in with a key and a name; a form that was sent before comes back."""
    address, now = request.remote_addr or "", context().now().timestamp()
    target = local_address(request.form.get("next", ""))
    kept = _kept_fields()
    if WRONG_KEYS.is_too_many(address, now):
        text = "鍵の間違いが続いたため、1分ほど受け付けません。入力した内容は、「戻る」で前の画面に残っています。"
        raise PageRefused(RefusalText(429, "少しお待ちください", text))
    visitor = _visitor_of_key(request.form.get("key", "").strip(), _person_in_form())
    if visitor is None:
        WRONG_KEYS.note(address, now)
        context().page_log.note(context().moment, None, "ログイン", "", "できませんでした")
        fault = "氏名と鍵を確かめて、もう一度入力してください。"
        shown = {"target": target, "kept": kept, "fault": fault, "has_keys": _has_keys()}
        return render_template("sign_in.html", **shown, is_open=context().reach.is_open), 403
    _begin(visitor)
    if kept:
        return render_template("resume.html", target=target, kept=kept)
    return redirect(target, 303)


@sign_in.get("/enter")
@allow(PUBLIC)
def enter_by_token() -> Response:
    """Sign in by the one-time token of `xlsync page`, which has done its work then."""
    token = request.args.get("token", "")
    person = take_entry_token(context().page_folder, token, context().now())
    if person is None:
        what = "この入り口は、もう使われたか、5分を過ぎています。"
        raise PageRefused(
            RefusalText(403, "開けません", what, "もう一度 `xlsync page` を実行してください。")
        )
    roles = roles_of(["office", "it"])
    _begin(Visitor(person, roles, form_name=context().reach.form_name))
    return redirect(url_for("today.show"), 303)


@sign_in.post("/logout")
@allow(EVERYONE)
def leave() -> Response:
    """Sign out."""
    context().sessions.end(g.session_id)
    context().page_log.note(context().moment, g.visitor, "ログアウト")
    response = redirect(url_for("sign_in.show"), 303)
    remove_session_id(response)
    return response


def _begin(visitor: Visitor) -> None:
    begin_session(visitor)
    context().page_log.note(context().moment, visitor, "ログイン")


def _has_keys() -> bool:
    return bool(context().read_keys())


def _person_in_form() -> str:
    typed = unicodedata.normalize("NFC", request.form.get("person", ""))
    printable = "".join(char for char in typed if char.isprintable())
    return " ".join(printable.split())[:_PERSON_LENGTH]


def _visitor_of_key(key: str, person: str) -> Visitor | None:
    """Return whom a key lets in; None without a name, or for a key that is none."""
    if not person:
        return None
    return visitor_of_key(context().read_keys(), digest_of_key(key), person)


def _kept_fields() -> list[tuple[str, str]]:
    """Return the fields of a form that was sent when nobody was signed in any more."""
    return [
        (name.removeprefix(KEPT_PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(KEPT_PREFIX)
    ]


__all__ = ["KEPT_PREFIX", "sign_in"]
