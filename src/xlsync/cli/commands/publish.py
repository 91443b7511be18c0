"""`xlsync publish`: what the city publishes of its confirmed sheets, shown first, then written into a folder as a whole."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.settings import publication_settings
from xlsync.cli import ATTENTION
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.book_pages_lines import bookbinder, make_pages, say_books
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.publication.publication_folder import manifest_for
from xlsync.publication.publishable_sheets import earlier_terms, published_year
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet_stage import STAGE_WORDS

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Terms
    from xlsync.publication.book.books import BookOrder
    from xlsync.publication.manifest import Manifest
    from xlsync.publication.published_year import (
        LeftOutSheet,
        PublicSheet,
        PublishedYear,
        Publisher,
    )
    from xlsync.sheet import Sheet

_QUESTION: Final = "この内容で公表用のフォルダを作りますか"
_NOT_DONE: Final = "何も書き込んでいません。よければ --yes を付けて実行してください。"
_NONE: Final = "公表できるシートがありません。`xlsync confirm` で確認済にすると公表できます"
_LISTED: Final = 20
"""Lines of sheets that are named on the screen."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """What the options of `xlsync publish` say."""

    fiscal_year: int | None = None
    has_unconfirmed: bool = False
    without_book: bool = False
    book_order: BookOrder = "organization"
    agreement: Agreement = ASK


def publish_city(folder: Path, target: Path, options: PublishOptions) -> int:
    """Show what is published, write it where that is agreed, and return the exit code."""
    city = current_city(folder)
    is_damaged = complain_damaged(city)
    publisher = publication_settings(city.folder).publisher(city.name)
    terms = _terms(city, options.fiscal_year)
    year = published_year(city.store, terms, publisher, has_unconfirmed=options.has_unconfirmed)
    manifest = manifest_for(target, year.edition.form)
    binder = None if options.without_book else bookbinder(city, year, options.book_order)
    if not options.agreement.as_json:
        _say_plan(year)
        say_books(binder)
    if not year.public_sheets:
        complain(_NONE)
        return ATTENTION
    is_done = options.agreement.is_reached(_QUESTION)
    if is_done:
        make_pages(binder)
        others = tuple(_other_years(city, manifest, year))
        publish(target, PublicationContents(year, others, binder, _has_parquet()))
    if options.agreement.as_json:
        put_json(_document(year, target, is_done=is_done))
    else:
        say(f"公表用のフォルダを作りました：{target}" if is_done else _NOT_DONE)
    return ATTENTION if is_damaged or not (is_done or options.agreement.is_dry_run) else 0


def _terms(city: CitySettings, fiscal_year: int | None) -> Terms:
    """Return the terms of the fiscal year that is asked for."""
    if fiscal_year in {None, city.terms.fiscal_year}:
        return city.terms
    return earlier_terms(city.terms, int(fiscal_year or 0))


def _other_years(
    city: CitySettings, manifest: Manifest, year: PublishedYear
) -> list[PublishedYear]:
    """Return what is published of the other fiscal years that the folder holds already."""
    held = set(manifest.years_by_path.values()) & set(city.store.editions())
    terms = [earlier_terms(city.terms, each) for each in sorted(held - {year.edition.year})]
    return [published_year(city.store, each, year.publisher) for each in terms]


def _has_parquet() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def _say_plan(year: PublishedYear) -> None:
    say(f"公表するシート：{len(year.public_sheets)}件（{year.edition.title}）")
    for each in year.left_out_sheets[:_LISTED]:
        words = f"{each.sheet.key} {each.sheet.title}：{each.state}（{each.reason}）"
        say(f"  公表しません　{words}")
    if len(year.left_out_sheets) > _LISTED:
        say(f"  ほか{len(year.left_out_sheets) - _LISTED}件（left-out の表にすべてあります）")
    for sentence in _missing(year.publisher):
        say(f"  {sentence}")
    if not _has_parquet():
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


def _document(year: PublishedYear, target: Path, *, is_done: bool) -> dict[str, Any]:
    return {
        "done": is_done,
        "folder": str(target),
        "edition": year.edition.year,
        "as_of": year.as_of,
        "counts": dict(year.counts),
        "sheets": list(map(_published, year.public_sheets)),
        "left_out": list(map(_left_out, year.left_out_sheets)),
    }


def _published(public: PublicSheet) -> dict[str, str]:
    return {**_named(public.sheet), "stage": STAGE_WORDS[public.stage]}


def _left_out(each: LeftOutSheet) -> dict[str, str]:
    return {**_named(each.sheet), "state": each.state, "reason": each.reason}


def _named(sheet: Sheet) -> dict[str, str]:
    return {"id": sheet.id, "key": sheet.key, "title": sheet.title}


__all__ = ["PublishOptions", "publish_city"]
