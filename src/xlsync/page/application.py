"""The Flask application of the office's page: every visit is checked, every refusal is a page of its own."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from xlsync.errors import XlsyncError
from xlsync.page.act_record import RECORD_EXTENSION, ActRecord
from xlsync.page.acts import ACTS
from xlsync.page.form_pages import FORM_PAGES, FormPages, form_pages
from xlsync.page.guard import TOKEN_FIELD, SignInNeeded, check_visit, secure_headers
from xlsync.page.health_watch import HEALTH_EXTENSION, HealthWatch
from xlsync.page.own_address import own_address
from xlsync.page.page_context import (
    EXTENSION,
    PageContext,
    city,
    context,
    edition,
    health_watch,
    is_present,
)
from xlsync.page.page_log import PageLog
from xlsync.page.page_words import add_words
from xlsync.page.past_years import EXTENSION_OF_PAST, PastYears, keep_year
from xlsync.page.refusals import BUG, PageRefused, RefusalText, refusal_of, unknown_page
from xlsync.page.screens import OFFICE_MENU, SCREENS
from xlsync.page.screens.visible_sheets import open_counts
from xlsync.page.sessions import form_token
from xlsync.page.watcher_health import health_items

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from xlsync.city.settings import CitySettings

LOG: Final = logging.getLogger("xlsync.serve")
PageApplication = Flask
"""The page of one form."""
_LARGEST_BODY: Final = 24 * 2**20
"""Bytes of an upload: a workbook of 20 MB, and the form around it."""
_REPLACED: Final = frozenset({404, 405})


def create_page(page_context: PageContext, pages: FormPages | None = None) -> Flask:
    """Return the page as a WSGI application; `pages` are those of all forms on the same server."""
    app = Flask("xlsync.page", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, MAX_FORM_MEMORY_SIZE=4 * 2**20)
    app.config["MAX_FORM_PARTS"] = 20_000
    app.extensions[EXTENSION] = page_context
    app.extensions[FORM_PAGES] = pages or FormPages()
    app.extensions[HEALTH_EXTENSION] = HealthWatch(
        lambda: health_items(page_context.read_city(), page_context.now()),
        lambda: page_context.now().timestamp(),
    )
    app.url_map.merge_slashes = False  # or Werkzeug leads to the address that the proxy has used
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    add_words(app, page_context.now)
    for screen in SCREENS:
        app.register_blueprint(screen)
    app.extensions[RECORD_EXTENSION] = ActRecord()
    app.extensions[EXTENSION_OF_PAST] = PastYears(lambda: page_context.now().timestamp())
    app.url_defaults(keep_year)
    app.before_request(check_visit)
    app.after_request(secure_headers)
    app.context_processor(_frame)
    app.register_error_handler(PageRefused, lambda fault: _refuse(fault.text))
    app.register_error_handler(SignInNeeded, _sign_in_first)
    app.register_error_handler(XlsyncError, lambda fault: _refuse(refusal_of(fault)))
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _bug)
    return app


def _frame() -> dict[str, Any]:
    """Return what every template is given: who visits, the city, the counts beside the menu."""
    visitor = g.get("visitor")
    if visitor is None:
        return {"visitor": None, "city": city(), "edition": edition(), "token": ""}
    present = context().read_city()
    counts = open_counts()
    return {
        "visitor": visitor,
        "city": city(),
        "edition": edition(),
        "own_address": own_address(),
        "forms": form_pages().links(),
        "sheet_words": edition().definition.words,
        "token": form_token(g.session_id),
        "token_field": TOKEN_FIELD,
        "office_menu": OFFICE_MENU,
        "office_acts": ACTS,
        "may_act": visitor.is_office and is_present(),
        "is_past": not is_present(),
        "present_year": present.terms.fiscal_year,
        "years": _years(present),
        "waiting_count": counts.waiting_count,
        "conflict_count": counts.open_conflicts,
        "snapshot_version": context().sheet_snapshots.latest.version,
        "take_messages": _take_messages,
        "health": health_watch().words(),
    }


def _take_messages() -> list[str]:
    """Return what was left for the next screen, once; nothing for what a script asks for: a refusal of that is a whole page."""
    if "text/html" not in request.headers.get("Accept", "text/html"):  # a script accepts */*
        return []
    return context().sessions.take_messages(g.session_id)


def _years(present: CitySettings) -> list[int]:
    """Return the years of which there are sheets, the newest first."""
    newest = present.terms.fiscal_year
    return sorted({newest, *(y for y in present.store.editions() if y < newest)}, reverse=True)


def _refuse(text: RefusalText) -> tuple[str, int]:
    """Return the page of a refusal; what somebody wanted to do is written into the log."""
    if request.method not in {"GET", "HEAD"} or text.status_code in {403, 421}:
        what = f"{request.method} {request.path}"
        context().page_log.note(context().moment, g.get("visitor"), what, "", text.title)
    return render_template("refusal.html", refusal=text), text.status_code


def _refuse_http(fault: HTTPException) -> tuple[str, int] | HTTPException | Response:
    """Return the page of what Flask refuses by itself."""
    if fault.code is None or fault.code < HTTPStatus.BAD_REQUEST:
        return fault
    if fault.code in _REPLACED:
        return _refuse(unknown_page().text)
    if fault.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        what = "送られたファイルが大きすぎます（20 MB まで）。何も受け取っていません。"
        return _refuse(RefusalText(413, "大きすぎます", what, "写真などを減らしてください。"))
    what = "送られた内容を読み取れませんでした。何も変わっていません。"
    return _refuse(RefusalText(fault.code, "できませんでした", what, "もう一度お試しください。"))


def _bug(fault: Exception) -> tuple[str, int]:
    """Return the page of a bug of ours, which is in the log."""
    LOG.error("不具合", exc_info=fault)
    return _refuse(BUG)


def _sign_in_first(_fault: SignInNeeded) -> Response | tuple[str, int]:
    """Lead to the sign-in; a form that was sent is kept, and comes back filled in."""
    if request.method in {"GET", "HEAD"}:
        target = own_address()
        return redirect(url_for("sign_in.show", next=target), 303)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN_FIELD]
    if g.visitor is not None:
        return render_template("resume.html", target=own_address(), kept=kept), 403
    return render_template(
        "sign_in.html",
        target=own_address(),
        kept=kept,
        is_open=context().reach.is_open,
    ), 403


__all__ = ["PageApplication", "PageLog", "create_page"]
