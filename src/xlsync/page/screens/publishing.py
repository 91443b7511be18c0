"""公表: what is published of the confirmed sheets and what is not, and then the folder 公表 beside the city's settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, render_template, request

from xlsync.city.bookbinding import bookbinder
from xlsync.city.city_at_snapshot import city_at_snapshot
from xlsync.city.confirmed_names import confirm_names, unconfirmed_names
from xlsync.city.settings import publication_settings
from xlsync.page.guard import allow
from xlsync.page.job_works import PUBLICATION_FOLDER, publish_year
from xlsync.page.page_context import city, visitor
from xlsync.page.screens.shown_plan_form import begin_job, refuse_overtaken
from xlsync.page.uploads import plan_digest
from xlsync.page.visitors import OFFICE
from xlsync.publication.corrections import corrections_since
from xlsync.publication.derivable_fields import derivable_fields
from xlsync.publication.publishable_sheets import published_year
from xlsync.store.phase_snapshots import phase_snapshots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from werkzeug.wrappers import Response

    from xlsync.city.settings import CitySettings
    from xlsync.publication.book.books import Bookbinder, BookOrder
    from xlsync.publication.private_names import NameCandidate
    from xlsync.publication.published_year import PublishedYear

publishing = Blueprint("publishing", __name__)
_PREVIEW: Final = "公表の下見"
_ORDERS: Final[dict[BookOrder, str]] = {
    "organization": "所属順",
    "budget": "予算コード順",
    "plan": "計画順",
}


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
        target=_target(year),
        moments=[each.name for each in phase_snapshots(city().store.files, year.edition.year)],
        moment_name=_moment_name(),
        publisher=publication_settings(city().folder),
        derivable=derivable_fields(city().terms.form.at(year.edition.year)),
        corrections=corrections_since(_target(year), year),
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
    work = partial(publish_year, city(), year, _target(year), _binder(year))
    title = "公表の下見の作成" if year.is_preview else "公表用のフォルダの作成"
    return begin_job(title, work, f"{len(year.public_sheets)}件")


def _binder(year: PublishedYear) -> Bookbinder | None:
    """Return what binds the books that the form asks for, None where it asks for none."""
    wanted = request.form.get("book", "")
    return next((bookbinder(city(), year, order) for order in _ORDERS if order == wanted), None)


def _year() -> PublishedYear:
    """Return what is published of the sheets as they are, or as they were at the moment that is chosen."""
    if not _moment_name():
        return _year_of(city())
    with city_at_snapshot(city(), _moment_name()) as then:
        return _year_of(then)


def _year_of(settings: CitySettings) -> PublishedYear:
    publisher = publication_settings(settings.folder).publisher(settings.name)
    is_preview = bool(request.values.get("preview"))
    return published_year(settings.store, settings.terms, publisher, has_unconfirmed=is_preview)


def _moment_name() -> str:
    return request.values.get("moment", "")


def _target(year: PublishedYear) -> Path:
    """Return the folder that is written: what is not confirmed never lies where the rest is published from."""
    return city().folder / (_PREVIEW if year.is_preview else PUBLICATION_FOLDER)


def _document(year: PublishedYear, candidates: Sequence[NameCandidate]) -> dict[str, Any]:
    public = [[each.sheet.id, each.sheet.revision] for each in year.public_sheets]
    left_out = [[each.sheet.id, each.reason] for each in year.left_out_sheets]
    names = [[each.sheet_id, each.path, each.word, each.around] for each in candidates]
    chosen = [_moment_name(), year.is_preview]
    return {"public": public, "left_out": left_out, "names": names, "chosen": chosen}


__all__ = ["publishing"]
