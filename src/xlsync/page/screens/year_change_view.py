"""年度更新: what it would do, as a ledger that changes nothing, and then the year change itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.city.year_change import planned_rollover, settings_notes
from xlsync.errors import Stale
from xlsync.exchange.rollover.carried_sheets import SHEET_FATE_WORDS
from xlsync.exchange.rollover.ledger import ledger_workbook
from xlsync.page.guard import allow
from xlsync.page.job_works import change_year
from xlsync.page.page_context import city, context, note_act, source
from xlsync.page.screens.file_response import download
from xlsync.page.screens.shown_plan_form import OVERTAKEN, begin_job, refuse_overtaken
from xlsync.page.uploads import plan_digest
from xlsync.page.visitors import OFFICE
from xlsync.store.rollover_acts import is_begun

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as Redirection

    from xlsync.exchange.rollover.rollover_plan import RolloverPlan

year_changing = Blueprint("year_changing", __name__)


@year_changing.get("/rollover")
@allow(OFFICE)
def show() -> str:
    """Show what the year change would do; nothing is written."""
    plan = _plan()
    rest = _rest()
    by_fate = {word: plan.with_fate(fate) for fate, word in SHEET_FATE_WORDS.items()}
    return render_template(
        "rollover.html",
        plan=plan,
        by_fate=by_fate,
        refused=plan.with_fate("refused"),
        damaged=plan.unfinished_sheets.damaged,
        rest=rest,
        rest_digest="" if rest is None else plan_digest(rest.to_document()),
        fate_words=SHEET_FATE_WORDS,
        notes=settings_notes(city(), plan),
        digest=plan_digest(plan.to_document()),
        fault=request.args.get("fault", ""),
    )


@year_changing.get("/rollover.xlsx")
@allow(OFFICE)
def rehearse() -> Response:
    """Return the ledger of the year change, cell by cell; nothing is written."""
    plan = _plan()
    note_act("年度更新の予行")
    data = ledger_workbook(plan, city().terms.form, context().now().date())
    return download(data, f"年度更新の予行_{plan.to_year}年度.xlsx")


@year_changing.post("/rollover")
@allow(OFFICE)
def carry_out() -> Redirection:
    """Begin the year change, where the year was typed and nothing has changed since it was looked at."""
    plan = _plan()
    if request.form.get("year", "").strip() != str(plan.to_year):
        return redirect(url_for("year_changing.show", fault="year") + "#start", 303)
    return _begin(plan)


@year_changing.post("/rollover/rest")
@allow(OFFICE)
def finish() -> Redirection:
    """Begin what is left of the year change into the present year, where nothing has changed since it was looked at."""
    return _begin(_rest())


def _begin(plan: RolloverPlan | None) -> Redirection:
    if plan is None:
        raise Stale(OVERTAKEN)
    refuse_overtaken(plan.to_document())
    work = partial(change_year, city(), plan, source("年度更新"))
    return begin_job("年度更新", work, f"{plan.to_year}年度")


def _plan() -> RolloverPlan:
    return planned_rollover(city(), city().terms.fiscal_year + 1)


def _rest() -> RolloverPlan | None:
    """Return what is left to write of the year change into the present year; None where nothing is, or there was none."""
    year = city().terms.fiscal_year
    if not is_begun(city().store.files, year):
        return None
    plan = planned_rollover(city(), year)
    return plan if plan.to_write else None


__all__ = ["year_changing"]
