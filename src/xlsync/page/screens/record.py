"""記録と監視: who did what, and whether what runs beside the page is well."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from xlsync.city.diagnosis.examination import examine
from xlsync.errors import XlsyncError
from xlsync.page.act_record import ACT_WAY_WORDS, RECORD_EXTENSION, RecordFilter
from xlsync.page.acts.backup_acts import backup_lines
from xlsync.page.authentication import visitor_of_session
from xlsync.page.diagnosis_file import IN_IT, NOT_IN_IT, diagnosis_file
from xlsync.page.guard import allow
from xlsync.page.page_context import city, context, health_watch, leave_message, note_act
from xlsync.page.screens.file_response import download
from xlsync.page.visitors import MONITORS, OFFICE
from xlsync.store import audit, read_seal_list, rebuild
from xlsync.store.paper_anchors import anchors_in

if TYPE_CHECKING:
    import datetime as dt

    from werkzeug.wrappers import Response

    from xlsync.page.act_record import ActRecord
    from xlsync.page.visitors import Visitor

record = Blueprint("record", __name__)
_BACKUPS: Final = 5


@record.get("/record")
@allow(OFFICE)
def show() -> str:
    """Show what was done, by whoever and by whatever way, of all years, newest first."""
    given = request.args
    names = ("q", "who", "way", "from", "to")
    texts = {name: given.get(name, "").strip() for name in names}
    wanted = RecordFilter(*texts.values())
    acts: ActRecord = current_app.extensions[RECORD_EXTENSION]
    rows = context().sheet_snapshots.latest.sheet_rows
    page = acts.page(city().store, wanted, context().page_log, rows)
    return render_template("record.html", page=page, texts=texts, ways=ACT_WAY_WORDS)


@record.get("/health")
@allow(MONITORS)
def show_health() -> str:
    """Show how the watcher, the shared folder, the disk, the backups and the sessions are."""
    return _health()


def _health(**shown: Any) -> str:
    lines = read_seal_list(city().store.files).seal_lines
    return render_template(
        "health.html",
        items=health_watch().items(),
        sessions=_sessions(),
        damaged=context().sheet_snapshots.latest.damaged,
        backups=_backups(),
        anchor=lines[-1].anchor if lines else "",
        in_diagnosis=IN_IT,
        not_in_diagnosis=NOT_IN_IT,
        **shown,
    )


def _sessions() -> list[tuple[str, Visitor, dt.datetime]]:
    """Return the sessions that let somebody in here: the short name of each, who it is here, and when last seen."""
    listed = (
        (name, visitor_of_session(context(), session), session.seen_at)
        for name, session in context().sessions.every()
    )
    return [(name, visitor, seen_at) for name, visitor, seen_at in listed if visitor is not None]


def _backups() -> list[str]:
    """Return a line for each of the newest backups, or why there is none."""
    try:
        return list(islice(backup_lines(city().folder), _BACKUPS))
    except XlsyncError as fault:
        return [str(fault)]


@record.post("/health/audit")
@allow(MONITORS)
def audit_store() -> str | tuple[str, int]:
    """Read the whole store, and show what is wrong with it; first restore what follows from revisions, where that is wanted."""
    anchors = anchors_in(request.form.get("anchors", "").split())
    if anchors is None:
        fault = (
            "照合番号は 12:1a2b-3c4d-5e6f-7a8b-9c0d のように書いてください。まだ点検していません。"
        )
        return _health(fault=fault, anchors=request.form.get("anchors", "")), 422
    restored = rebuild(city().store) if request.form.get("rebuild") else []
    faults = [f"{damage.file}：{damage.message}" for damage in audit(city().store, anchors)]
    lines = [f"{file.file}：{file.message}" for file in restored]
    note_act("登録データの点検", "", f"異常 {len(faults)}件、作り直し {len(lines)}件")
    return _health(faults=faults, restored=lines)


@record.post("/health/doctor")
@allow(MONITORS)
def examine_all() -> str:
    """Look at this computer and the city's folder as `xlsync doctor` does, and show what is to be done."""
    diagnoses = list(examine(city().folder, "utf-8"))
    open_points = sum(each.asks_for_work for each in diagnoses)
    note_act("パソコンと市のフォルダの点検", "", f"確かめるところ {open_points}件")
    return _health(diagnoses=diagnoses)


@record.post("/health/diagnosis.zip")
@allow(MONITORS)
def take_diagnosis() -> Response:
    """Return a file for whoever helps, in which nothing of the sheets is."""
    note_act("診断の保存")
    folder, when = city().folder, context().moment
    data = diagnosis_file(folder, context().log_folder, examine(folder, "utf-8"), when)
    return download(data, f"診断_{when[:10]}.zip", "application/zip")


@record.post("/health/sessions")
@allow(MONITORS)
def end_session() -> Response:
    """End a session by its short name."""
    name = request.form.get("name", "")
    is_here = name in {listed for listed, *_ in _sessions()}
    if is_here and context().sessions.end_named(name):
        note_act("ログインの取消し", "", name)
        leave_message("ログインを取り消しました。")
    return redirect(url_for("record.show_health"), 303)


__all__ = ["record"]
