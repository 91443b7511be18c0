"""公表: what is published of the confirmed sheets and what is not, and then the folder 公表 beside the city's settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request

from xlsync.city.bookbinding import bookbinder
from xlsync.city.confirmed_names import confirm_names, unconfirmed_names
from xlsync.city.settings import publication_settings
from xlsync.page.guard import allow
from xlsync.page.job_works import publish_year
from xlsync.page.page_context import city, visitor
from xlsync.page.screens.shown_plan_form import begin_job, refuse_overtaken
from xlsync.page.uploads import plan_digest
from xlsync.page.visitors import OFFICE
from xlsync.publication.corrections import corrections_since
from xlsync.publication.derivable_fields import derivable_fields
from xlsync.publication.publishable_sheets import published_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from xlsync.publication.book.books import Bookbinder, BookOrder
    from xlsync.publication.private_names import NameCandidate
    from xlsync.publication.published_year import PublishedYear

publishing = Blueprint("publishing", __name__)
FOLDER: Final = "公表"
_ORDERS: Final[dict[BookOrder, str]] = {"organization": "所属順", "budget": "予算コード順"}


@publishing.get("/publish")
@allow(OFFICE)
def show() -> str:
    """Show what is published and what is not; nothing is written."""
    return _page(_year())


def _page(year: PublishedYear, fault: str = "") -> str:
    candidates = unconfirmed_names(city(), year)
    return render_template(
        "publish.html",
        year=year,
        candidates=candidates,
        fault=fault,
        digest=plan_digest(_document(year, candidates)),
        target=city().folder / FOLDER,
        publisher=publication_settings(city().folder),
        derivable=derivable_fields(city().terms.form.at(year.edition.year)),
        corrections=corrections_since(city().folder / FOLDER, year),
        has_books=city().libreoffice.executable is not None,
        orders=_ORDERS,
    )


@publishing.post("/publish")
@allow(OFFICE)
def carry_out() -> Response | tuple[str, int]:
    """Begin to write the folder; Stale where something else would be published than was looked at."""
    year = _year()
    candidates = unconfirmed_names(city(), year)
    refuse_overtaken(_document(year, candidates))
    if candidates and request.form.get("names") != "confirmed":
        return _page(
            year, "個人の氏名かもしれない言葉を確かめて、印を付けてください。まだ何もしていません。"
        ), 422
    if candidates:
        confirm_names(city(), year, candidates, visitor().person)
    work = partial(publish_year, city(), year, city().folder / FOLDER, _binder(year))
    return begin_job("公表用のフォルダの作成", work, f"{len(year.public_sheets)}件")


def _binder(year: PublishedYear) -> Bookbinder | None:
    """Return what binds the books that the form asks for, None where it asks for none."""
    wanted = request.form.get("book", "")
    return next((bookbinder(city(), year, order) for order in _ORDERS if order == wanted), None)


def _year() -> PublishedYear:
    publisher = publication_settings(city().folder).publisher(city().name)
    return published_year(city().store, city().terms, publisher)


def _document(year: PublishedYear, candidates: Sequence[NameCandidate]) -> dict[str, Any]:
    public = [[each.sheet.id, each.sheet.revision] for each in year.public_sheets]
    left_out = [[each.sheet.id, each.reason] for each in year.left_out_sheets]
    names = [[each.sheet_id, each.path, each.word, each.around] for each in candidates]
    return {"public": public, "left_out": left_out, "names": names}


__all__ = ["publishing"]
