"""記録と監視: who did what, and whether what runs beside the page is well."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.page.guard import allow
from xlsync.page.page_context import city, context, health_watch, leave_message, note_act
from xlsync.page.visitors import MONITORS, OFFICE
from xlsync.store import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response

record = Blueprint("record", __name__)
_SHOWN = 300
"""Lines on one page of the record."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """Something that was done: when, by whom, in which role or by what way, what, about which sheet, with what result."""

    when: str
    who: str
    role_words: str
    what: str
    sheet_key: str
    result: str


@record.get("/record")
@allow(OFFICE)
def show() -> str:
    """Show what was done on the page, and the newest revision of each sheet; earlier ones are in the sheet's history."""
    query = request.args.get("q", "").strip()
    lines = sorted((*_revisions(), *_page_acts()), key=lambda each: each.when[:19], reverse=True)
    matching = [
        line for line in lines if not query or query in f"{line.who} {line.sheet_key} {line.what}"
    ]
    return render_template(
        "record.html", lines=matching[:_SHOWN], found_count=len(matching), query=query
    )


def _revisions() -> Iterator[RecordLine]:
    """Yield the newest revisions of sheets, as the snapshot has them."""
    for row in context().sheet_snapshots.latest.sheet_rows:
        status = row.progress.status
        what = "ファイルの受領" if status.brought else "登録"
        yield RecordLine(
            status.when, status.who, "", what, row.board_line.key, f"第{row.seen_number}版（最新）"
        )


def _page_acts() -> Iterator[RecordLine]:
    for line in islice(context().page_log.lines(), 5_000):
        yield RecordLine(
            line.when, line.who, line.role_words, line.what, line.sheet_key, line.result
        )


@record.get("/health")
@allow(MONITORS)
def show_health() -> str:
    """Show how the watcher, the shared folder, the disk and the sessions are."""
    return render_template(
        "health.html",
        items=health_watch().items(),
        sessions=context().sessions.every(),
        damaged=context().sheet_snapshots.latest.damaged,
        faults=None,
    )


@record.post("/health/audit")
@allow(MONITORS)
def audit_store() -> str:
    """Read the whole store, and show what is wrong with it."""
    faults = [f"{damage.file}：{damage.message}" for damage in audit(city().store)]
    note_act("登録データの点検", "", f"異常 {len(faults)}件")
    return render_template(
        "health.html",
        items=health_watch().items(),
        sessions=context().sessions.every(),
        damaged=context().sheet_snapshots.latest.damaged,
        faults=faults,
    )


@record.post("/health/sessions")
@allow(MONITORS)
def end_session() -> Response:
    """End a session by its short name."""
    name = request.form.get("name", "")
    if context().sessions.end_named(name):
        note_act("ログインの取消し", "", name)
        leave_message("ログインを取り消しました。")
    return redirect(url_for("record.show_health"), 303)


__all__ = ["record"]
