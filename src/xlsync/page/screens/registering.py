"""登録・配布: a list of sheets, what it would change, and then the sheets and their workbooks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.exchange.register.register_export import register_workbook
from xlsync.exchange.register.register_plan import RegisterPlan, plan_register
from xlsync.page.guard import allow
from xlsync.page.job_works import make_workbooks, register_list
from xlsync.page.page_context import city, context, note_act, source
from xlsync.page.screens.file_response import download
from xlsync.page.screens.shown_plan_form import begin_job, preview_of, refuse_overtaken_list
from xlsync.page.screens.uploaded_file import uploaded, uploaded_before
from xlsync.page.uploads import Upload
from xlsync.page.visitors import OFFICE

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as Redirection

registering = Blueprint("registering", __name__)


@registering.get("/register")
@allow(OFFICE)
def show() -> str:
    """Show where a list is chosen."""
    counted = city().store.counted_keys(city().terms.fiscal_year)
    return render_template("register.html", counted=len(list(counted)))


@registering.get("/register.xlsx")
@allow(OFFICE)
def take_away() -> Response:
    """Return the register as a workbook, which comes back as a list."""
    note_act("台帳のダウンロード")
    return download(register_workbook(city().store, city().terms), "台帳.xlsx")


@registering.post("/register/preview")
@allow(OFFICE)
def upload_list() -> Redirection:
    """Keep an uploaded list, and lead to what it would change: that can be reloaded, and gone back to."""
    upload = uploaded()
    return redirect(url_for("registering.preview", file=upload.digest, name=upload.file), 303)


@registering.get("/register/preview")
@allow(OFFICE)
def preview() -> str:
    """Show what an uploaded list would change; nothing is written."""
    upload = uploaded_before()
    plan = _plan(upload)
    return preview_of("register_preview.html", plan, upload)


@registering.post("/register/run")
@allow(OFFICE)
def carry_out() -> Redirection:
    """Begin to register what was shown; Stale where the store says something else by now."""
    upload = uploaded_before()
    plan = _plan(upload)
    refuse_overtaken_list(plan)
    decided = source(f"事業の一覧（{upload.file}）")
    work = partial(register_list, city(), plan, decided, context().note_changed)
    return begin_job("事業の一覧の登録", work, upload.file)


@registering.post("/register/workbooks")
@allow(OFFICE)
def distribute() -> Redirection:
    """Begin to make the workbooks of all sheets, and to bring those that exist up to date."""
    sheet_ids = list(city().store.counted_keys(city().terms.fiscal_year))
    work = partial(make_workbooks, city(), sheet_ids)
    return begin_job("ファイルの作成と書き戻し", work, f"{len(sheet_ids)}件")


def _plan(upload: Upload) -> RegisterPlan:
    mapping = REGISTER_HEADINGS.read(city())
    return plan_register(city().store, city().terms, upload.file_bytes, upload.file, mapping)


__all__ = ["registering"]
