"""財務データ: amounts of the financial system, what they would change, and then the sheets and their workbooks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.city.figure_files import known_imports, read_kinds, sheets_and_shares
from xlsync.errors import SettingsError
from xlsync.exchange.figures.figures_plan import FiguresFile, FiguresPlan, plan_figures
from xlsync.page.guard import allow
from xlsync.page.job_works import take_figures_in
from xlsync.page.page_context import city, context, edition, source
from xlsync.page.screens.shown_plan_form import begin_job, preview_of, refuse_overtaken_list
from xlsync.page.screens.uploaded_file import uploaded, uploaded_before
from xlsync.page.uploads import Upload
from xlsync.page.visitors import OFFICE

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

taking_figures = Blueprint("taking_figures", __name__)


@taking_figures.get("/figures")
@allow(OFFICE)
def show() -> str:
    """Show which kinds of file the city knows, and where a file is chosen."""
    taken_in = known_imports(city())
    return render_template(
        "figures.html", kinds=read_kinds(city()), taken_in=taken_in.this_years_imports
    )


@taking_figures.post("/figures/preview")
@allow(OFFICE)
def upload_figures() -> Response:
    """Keep an uploaded file, and lead to what it would change: that can be reloaded, and gone back to."""
    upload = uploaded()
    kind = request.form.get("kind", "")
    address = url_for("taking_figures.preview", file=upload.digest, name=upload.file, kind=kind)
    return redirect(address, 303)


@taking_figures.get("/figures/preview")
@allow(OFFICE)
def preview() -> str:
    """Show what an uploaded file would change; nothing is written."""
    upload = uploaded_before()
    plan = _plan(upload)
    return preview_of("figures_preview.html", plan, upload)


@taking_figures.post("/figures/run")
@allow(OFFICE)
def carry_out() -> Response:
    """Begin to take in what was shown; Stale where the store says something else by now."""
    upload = uploaded_before()
    plan = _plan(upload)
    refuse_overtaken_list(plan)
    decided = source(f"{plan.file_kind.name}（{upload.file}）")
    work = partial(take_figures_in, city(), plan, decided, context().note_changed)
    return begin_job("財務データの取り込み", work, upload.file)


def _plan(upload: Upload) -> FiguresPlan:
    kinds, name = read_kinds(city()), request.values.get("kind", "")
    if name not in kinds:
        reason = "この種類の見出しは、まだ決めてありません。「見出しの対応を決める」で一度だけ決めてください"
        raise SettingsError(reason, name)
    sheets, shares = sheets_and_shares(city())
    figures_file = FiguresFile(upload.file_bytes, upload.file, kinds[name])
    return plan_figures(figures_file, edition(), sheets, shares, known_imports(city()))


__all__ = ["taking_figures"]
