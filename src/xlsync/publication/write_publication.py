"""Write a publication: open data of one fiscal year and the site of all, beside what the folder holds of other years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.disk import reported_at
from xlsync.publication.corrections import correction_table
from xlsync.publication.manifest import EVERY_YEAR
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.publication_folder import new_publication
from xlsync.publication.site.site_files import SiteContent, site_files, withdrawn_page
from xlsync.publication.site.site_layout import SiteLink, book_folder, data_folder, href

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.publication.book.books import Bookbinder
    from xlsync.publication.manifest import Manifest
    from xlsync.publication.publication_folder import NewPublication
    from xlsync.publication.published_year import PublishedYear


@dataclass(frozen=True)
class PublicationContents:
    """What is published: a fiscal year, and of which kinds.

    `other_years` are those that the folder holds already: the pages of projects show them beside this one. Without a
    `bookbinder` the books stay as they were.
    """

    published_year: PublishedYear
    other_years: tuple[PublishedYear, ...] = ()
    bookbinder: Bookbinder | None = None
    has_parquet: bool = False


def publish(target: Path, contents: PublicationContents) -> None:
    """Write a publication into a folder; StoreError where it cannot be written, WorkbookError where a page cannot be made."""
    year = contents.published_year
    number = year.edition.year
    with new_publication(target, year) as publication:
        corrections = correction_table(target, year)
        files = data_files(year, corrections, has_parquet=contents.has_parquet)
        publication.write_all(files, data_folder(number), number)
        books = _write_books(publication, contents)
        newest_first = sorted((year, *contents.other_years), key=lambda each: -each.edition.year)
        links = [*books, *_kept_books(publication, target, contents)]
        more = links[:1]
        _write_site(publication, SiteContent(newest_first, more, links, corrections.rows), number)


def _write_books(publication: NewPublication, contents: PublicationContents) -> list[SiteLink]:
    """Write the books of the fiscal year, and return links to them."""
    number = contents.published_year.edition.year
    if contents.bookbinder is None:
        return []
    links = []
    for name, data in contents.bookbinder.books():
        path = f"{book_folder(number)}{name}"
        publication.write(path, data, number)
        links.append(SiteLink(href(path), f"{number}年度 {name}（PDF、{_size(data)}）"))
    return links


def kept_books(target: Path, manifest: Manifest, year: int) -> list[str]:
    """Return the paths of the books of a fiscal year that a folder holds."""
    return [
        path
        for path, of_year in manifest.years_by_path.items()
        if of_year == year and path.startswith(book_folder(year)) and (target / path).is_file()
    ]


def _kept_books(
    publication: NewPublication, target: Path, contents: PublicationContents
) -> Iterator[SiteLink]:
    """Yield links to the books that are taken along: those of other years, and this year's where none are made."""
    manifest, renewed = publication.last_manifest, contents.published_year.edition.year
    for year in dict.fromkeys(manifest.years_by_path.values()):
        if year == EVERY_YEAR or (year == renewed and contents.bookbinder is not None):
            continue
        mark = "、前回の内容" if year == renewed else ""
        for path in kept_books(target, manifest, year):
            if year == renewed:
                with reported_at(target / path):
                    publication.write(path, (target / path).read_bytes(), year)
            yield SiteLink(href(path), f"{year}年度 {path.rpartition('/')[2]}（PDF{mark}）")


def _size(data: bytes) -> str:
    return f"{max(len(data) / 2**20, 0.1):.1f}MB"


def _write_site(publication: NewPublication, content: SiteContent, year: int) -> None:
    """Write the pages of every year and of this one; those of others are taken along. Addresses of former pages stay."""
    renewed = {EVERY_YEAR, year}
    for file in site_files(content):
        if file.year in renewed:
            publication.write(file.path, file.data, file.year, file.title)
    last = publication.last_manifest
    for path, title in last.page_titles.items():
        of_year = last.years_by_path.get(path, EVERY_YEAR)
        if path not in publication.years_by_path and of_year in renewed:
            page = withdrawn_page(content, path, title)
            publication.write(path, page, of_year, title)


__all__ = ["PublicationContents", "kept_books", "publish"]
