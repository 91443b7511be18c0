"""`xlsync publish`: what the city publishes of its confirmed sheets, shown first, then written into a folder as a whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.bookbinding import bookbinder
from xlsync.city.confirmed_names import unconfirmed_names
from xlsync.city.publication_order import (
    PublicationOrder,
    city_of_order,
    digest_of_year,
    target_of_order,
    year_of_order,
)
from xlsync.city.published_years import done_words, has_parquet, other_published_years
from xlsync.cli import ATTENTION
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.book_pages_lines import make_pages, say_books, say_kept_books
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.job_queues import publication_queue
from xlsync.cli.publication_lines import (
    are_names_confirmed,
    say_candidates,
    say_corrections,
    say_derivable,
)
from xlsync.form.publication_pages import unknown_published_paths
from xlsync.publication.corrections import corrections_since
from xlsync.publication.derivable_fields import derivable_fields
from xlsync.publication.publication_folder import manifest_for
from xlsync.publication.write_publication import PublicationContents, kept_books, publish
from xlsync.sheet_stage import STAGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Edition
    from xlsync.publication.book.books import Bookbinder, BookOrder
    from xlsync.publication.corrections import Correction
    from xlsync.publication.private_names import NameCandidate
    from xlsync.publication.published_year import (
        LeftOutSheet,
        PublicSheet,
        PublishedYear,
        Publisher,
    )
    from xlsync.sheet import Sheet
    from xlsync.store.postgres_publications import PublicationQueue

_QUESTION: Final = "この内容で公表用のフォルダを作りますか"
_NOT_DONE: Final = "何も書き込んでいません。よければ --yes を付けて実行してください。"
_QUEUED: Final = (
    "公表を処理係に頼みました（番号 {number}）。"
    "進み具合は `xlsync jobs`、取りやめは `xlsync jobs --cancel {number}` です"
)
_NAMES_LEFT: Final = "何も書き込んでいません。"
_NONE: Final = "公表できるシートがありません。`xlsync confirm` で確認済にすると公表できます"
_LISTED: Final = 20
"""Lines of sheets that are named on the screen."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What the options of `xlsync publish` say; `snapshot_name` is "" for the sheets of today.

    `is_queued`: a worker makes it.
    """

    fiscal_year: int | None = None
    snapshot_name: str = ""
    has_unconfirmed: bool = False
    without_book: bool = False
    book_order: BookOrder = "organization"
    names_confirmed: bool = False
    is_queued: bool = False
    agreement: Agreement = ASK


@dataclass(frozen=True)
class _Plan:
    """What is to be published, what nobody has confirmed of it, and what makes its books; `kept_books` stay as they were.

    `edition` has every field, also those that are not public.
    """

    published_year: PublishedYear
    edition: Edition
    corrections: Sequence[Correction]
    candidates: Sequence[NameCandidate]
    binder: Bookbinder | None
    kept_books: Sequence[str] = ()
    snapshot_name: str = ""

    def say(self) -> None:
        """Show it."""
        _say_plan(self.published_year, self.edition, self.snapshot_name)
        say_derivable(derivable_fields(self.edition))
        say_corrections(self.corrections)
        say_candidates(self.candidates)
        say_books(self.binder)
        say_kept_books(self.kept_books)


def publish_city(folder: Path, target: Path, options: PublishOptions) -> int:
    """Show what is published, write it where that is agreed, and return the exit code."""
    city = current_city(folder)
    fiscal_year = options.fiscal_year or city.terms.fiscal_year
    options = replace(options, fiscal_year=fiscal_year)
    publications = publication_queue(city) if options.is_queued else None
    with city_of_order(city, fiscal_year, options.snapshot_name) as then:
        return _publish(then, target, options, publications)


def _publish(
    city: CitySettings,
    target: Path,
    options: PublishOptions,
    publications: PublicationQueue | None,
) -> int:
    agreement = options.agreement
    is_damaged = complain_damaged(city)
    plan = _plan(city, target, options)
    if not agreement.as_json:
        plan.say()
    if not plan.published_year.public_sheets:
        complain(_NONE)
        return ATTENTION
    is_agreed = agreement.is_reached(_QUESTION)
    is_done = is_agreed and are_names_confirmed(
        city, plan.published_year, plan.candidates, agreement, is_given=options.names_confirmed
    )
    number = _carry_out(city, target, options, plan, publications) if is_done else None
    if agreement.as_json:
        put_json(_document(plan, target, is_done=is_done, number=number))
    else:
        say(_result(plan, target, is_agreed=is_agreed, is_done=is_done, number=number))
    return ATTENTION if is_damaged or not (is_done or agreement.is_dry_run) else 0


def _carry_out(
    city: CitySettings,
    target: Path,
    options: PublishOptions,
    plan: _Plan,
    publications: PublicationQueue | None,
) -> int | None:
    """Publish, or queue that; return the number under which it is queued."""
    if publications is not None:
        return publications.put(_order(city, target, options, plan).to_document())
    _write(city, target, plan)
    return None


def _result(
    plan: _Plan, target: Path, *, is_agreed: bool, is_done: bool, number: int | None
) -> str:
    if number is not None:
        return _QUEUED.format(number=number)
    if is_done:
        return f"{done_words(plan.published_year)}：{target}"
    return _NAMES_LEFT if is_agreed else _NOT_DONE


def _plan(city: CitySettings, target: Path, options: PublishOptions) -> _Plan:
    terms = city.terms.at_year(options.fiscal_year or city.terms.fiscal_year)
    year = year_of_order(city, terms.fiscal_year, has_unconfirmed=options.has_unconfirmed)
    manifest = manifest_for(target, year)
    binder = None if options.without_book else bookbinder(city, year, options.book_order)
    kept = kept_books(target, manifest, year.edition.year) if options.without_book else []
    edition = terms.form.at(terms.fiscal_year)
    corrections, names = corrections_since(target, year), unconfirmed_names(city, year)
    return _Plan(year, edition, corrections, names, binder, kept, options.snapshot_name)


def _order(
    city: CitySettings, target: Path, options: PublishOptions, plan: _Plan
) -> PublicationOrder:
    return PublicationOrder(
        target_of_order(city, target),
        plan.published_year.edition.year,
        options.snapshot_name,
        options.has_unconfirmed,
        options.without_book,
        options.book_order,
        digest_of_year(plan.published_year),
    )


def _write(city: CitySettings, target: Path, plan: _Plan) -> None:
    make_pages(plan.binder)
    year = plan.published_year
    others = tuple(other_published_years(city.store, city.terms, target, year))
    publish(target, PublicationContents(year, others, plan.binder, has_parquet()))


def _say_plan(year: PublishedYear, edition: Edition, snapshot_name: str) -> None:
    moment = f"、時点「{snapshot_name}」の内容" if snapshot_name else ""
    lead = "下見に入れるシート（確認済でないものも）" if year.is_preview else "公表するシート"
    say(f"{lead}：{len(year.public_sheets)}件（{year.edition.title}{moment}）")
    for each in year.left_out_sheets[:_LISTED]:
        words = f"{each.sheet.key} {each.sheet.title}：{each.state}（{each.reason}）"
        say(f"  公表しません　{words}")
    if len(year.left_out_sheets) > _LISTED:
        say(f"  ほか{len(year.left_out_sheets) - _LISTED}件（left-out の表にすべてあります）")
    for sentence in _missing(year.publisher):
        say(f"  {sentence}")
    for path in unknown_published_paths(edition):
        say(f"  様式の [publication] の「{path}」という欄はありません。省きます")
    if not has_parquet():
        say("  Parquet は作りません（`pip install xlsync[parquet]` で作れるようになります）")


def _missing(publisher: Publisher) -> list[str]:
    """Return what readers will ask for and the settings do not say."""
    entries = {
        "city-code（団体コード）": publisher.city_code,
        "licence（利用条件）": publisher.licence,
        "contact（問い合わせ先）": publisher.enquiries,
    }
    return [
        f"xlsync.toml の [publication] に {entry} がありません"
        for entry, text in entries.items()
        if not text
    ]


def _document(plan: _Plan, target: Path, *, is_done: bool, number: int | None) -> dict[str, Any]:
    year = plan.published_year
    return {
        "done": is_done and number is None,
        "queued": number,
        "folder": str(target),
        "edition": year.edition.year,
        "snapshot": plan.snapshot_name,
        "as_of": year.as_of,
        "counts": dict(year.counts),
        "sheets": list(map(_published, year.public_sheets)),
        "left_out": list(map(_left_out, year.left_out_sheets)),
        "corrections": list(map(asdict, plan.corrections)),
        "names": list(map(asdict, plan.candidates)),
        "derivable": [
            {"path": each.hidden_field.path, "from": each.total_field.path, "message": each.words}
            for each in derivable_fields(plan.edition)
        ],
    }


def _published(public: PublicSheet) -> dict[str, str]:
    return {**_named(public.sheet), "stage": STAGE_WORDS[public.stage]}


def _left_out(each: LeftOutSheet) -> dict[str, str]:
    return {**_named(each.sheet), "state": each.state, "reason": each.reason}


def _named(sheet: Sheet) -> dict[str, str]:
    return {"id": sheet.id, "key": sheet.key, "title": sheet.title}


__all__ = ["PublishOptions", "publish_city"]
