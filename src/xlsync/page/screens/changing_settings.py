"""設定: what the city has decided, as it is written, changed as a whole once it is validated, with what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.city.settings_change import (
    ChangedBy,
    change_settings,
    former_settings,
    settings_history,
    settings_text,
    text_digest,
)
from xlsync.errors import SettingsError, Stale
from xlsync.page.acts.settings_forms import present_entries
from xlsync.page.guard import allow
from xlsync.page.page_context import city, context, leave_message, note_act, visitor
from xlsync.page.refusals import unknown_page
from xlsync.page.screens.file_response import download
from xlsync.page.visitors import OFFICE

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response
    from werkzeug.wrappers import Response as Redirection

changing_settings = Blueprint("changing_settings", __name__)
_SHOWN: Final = 20


@changing_settings.get("/settings")
@allow(OFFICE)
def show() -> str:
    """Show the settings, and why they are not followed where somebody wrote so by hand."""
    text = settings_text(city().folder)
    return _page(text, text_digest(text))


@changing_settings.post("/settings")
@allow(OFFICE)
def change() -> Redirection | tuple[str, int]:
    """Change the settings, or show again what was typed with the reason why they cannot be so."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        by = ChangedBy(visitor().person, context().moment)
        seen = request.form.get("digest", "")
        is_changed = change_settings(city(), text, seen, _kept_in(), by)
    except (SettingsError, Stale) as fault:
        fresh = text_digest(settings_text(city().folder))
        return _page(text, fresh, f"登録していません。{fault}"), 422
    if is_changed:
        note_act("設定の変更")
        leave_message("設定を変えました。見張りとこの画面には、すぐに反映されます。")
    return redirect(url_for("changing_settings.show"), 303)


@changing_settings.get("/settings/<int:number>")
@allow(OFFICE)
def take_away(number: int) -> Response:
    """Return a text that the settings had."""
    for former in former_settings(_kept_in()):
        if former.number == number:
            return download(former.file.read_bytes(), f"設定_{number}.toml", "application/toml")
    raise unknown_page("その設定はありません")


def _page(text: str, digest: str, fault: str = "") -> str:
    document: dict[str, Any] = {}
    try:
        document = present_entries()
    except SettingsError as unfollowed:
        fault = fault or f"{unfollowed}。前の設定のまま続けています"
    return render_template(
        "settings.html",
        text=text,
        digest=digest,
        fault=fault,
        history=settings_history(_kept_in(), settings_text(city().folder))[:_SHOWN],
        document=document,
        terms=city().terms,
        deadline=city().deadline,
    )


def _kept_in() -> Path:
    return context().page_folder / "settings"


__all__ = ["changing_settings"]
