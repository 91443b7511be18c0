"""集計・出力: the summaries that there are, and the work that goes on or has ended, with its progress."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.exchange.department_summaries import summary_name
from xlsync.open_folder import open_folder
from xlsync.owner_file import opened_by
from xlsync.page.guard import allow
from xlsync.page.job_works import make_summaries
from xlsync.page.page_context import (
    city,
    context,
    edition,
    is_present,
    note_act,
    snapshot,
    visitor,
)
from xlsync.page.refusals import unknown_page
from xlsync.page.screens.file_response import download
from xlsync.page.screens.shown_plan_form import begin_job
from xlsync.page.screens.visible_sheets import visible_rows
from xlsync.page.unit_charts import unit_charts, unit_of
from xlsync.page.visitors import OFFICE, READERS

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as Redirection

    from xlsync.page.unit_charts import UnitChart

working = Blueprint("working", __name__)
_SHOWN = 10
"""Jobs on the screen."""


@dataclass(frozen=True, slots=True)
class SummaryFile:
    """A summary workbook: its name, when it was written (ISO 8601), and who has it open."""

    file: str
    when: str
    opened_by: str


@working.get("/summaries")
@allow(READERS)
def show() -> str:
    """Show the summaries, and the work."""
    jobs = context().jobs.newest(_SHOWN) if visitor().is_office and is_present() else []
    return render_template("summaries.html", files=_files(), jobs=jobs, charts=_charts())


def _charts() -> list[UnitChart]:
    """Return what the sheets that the visitor may see cost, and how far their targets were met, by unit."""
    department = visitor().department
    sheets = [
        (unit_of(row.board_line.unit_names, department), row.progress.status.sheet)
        for row in visible_rows()
    ]
    return unit_charts(sheets, edition())


@working.get("/jobs")
@allow(OFFICE)
def show_work() -> str:
    """Show the work that goes on or has ended."""
    return render_template("work.html", jobs=context().jobs.newest(_SHOWN))


@working.get("/jobs/part")
@allow(OFFICE)
def show_jobs() -> str:
    """Show how far the work is: the part of the screen that is read again."""
    return render_template("jobs.html", jobs=context().jobs.newest(_SHOWN))


@working.post("/summaries")
@allow(OFFICE)
def make() -> Redirection:
    """Begin to write the summaries."""
    return begin_job("集計の作り直し", partial(make_summaries, city()))


@working.post("/jobs/cancel")
@allow(OFFICE)
def cancel() -> Redirection:
    """Let the work at hand end before its next step."""
    context().jobs.cancel(request.form.get("number", 0, type=int))
    note_act("処理の中止")
    return redirect(url_for("working.show_work"), 303)


@working.get("/summaries/<name>")
@allow(READERS)
def take_away(name: str) -> Response:
    """Return a summary workbook, by its name in the listing."""
    if name not in {each.file for each in _files()}:
        raise unknown_page("その集計ファイルはありません")
    with open_folder(city().summaries, city().shared) as folder, folder.open(name) as file:
        data = file.read()
    note_act("集計のダウンロード", "", name)
    return download(data, name)


def _files() -> list[SummaryFile]:
    """Return the summaries that the visitor may read."""
    try:
        with open_folder(city().summaries, city().shared) as folder:
            names = sorted(name for name in folder.names() if name.endswith(".xlsx"))
    except OSError:
        return []
    department = visitor().department
    if department:
        rows = snapshot().sheet_rows
        own = summary_name((row.board_line.department for row in rows), department)
        names = [name for name in names if name == f"{own}.xlsx"]
    return [_file(name) for name in names if not name.startswith("~$")]


def _file(name: str) -> SummaryFile:
    file = city().summaries / name
    opened = opened_by(file)
    written = dt.datetime.fromtimestamp(file.stat().st_mtime, context().now().tzinfo)
    who = "" if opened is None else opened.who or "だれか"
    return SummaryFile(name, written.isoformat(timespec="seconds"), who)


__all__ = ["working"]
