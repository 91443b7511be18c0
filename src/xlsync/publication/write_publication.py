"""Write a publication: open data of one fiscal year and the site of all, beside what the folder holds of other years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsync.publication.manifest import EVERY_YEAR
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.publication_folder import new_publication
from xlsync.publication.site.site_files import SiteContent, site_files, withdrawn_page
from xlsync.publication.site.site_layout import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.publication.publication_folder import NewPublication
    from xlsync.publication.published_year import PublishedYear


def publish(
    target: Path,
    year: PublishedYear,
    other_years: Sequence[PublishedYear] = (),
    *,
    has_parquet: bool,
) -> None:
    """Write the publication of a fiscal year into a folder; StoreError where it cannot be written.

    `other_years` are those that the folder holds already: the pages of projects show them beside this one.
    """
    with new_publication(target, year.edition.form) as publication:
        number = year.edition.year
        files = data_files(year, has_parquet=has_parquet)
        publication.write_all(files, data_folder(number), number)
        newest_first = sorted((year, *other_years), key=lambda each: -each.edition.year)
        _write_site(publication, SiteContent(newest_first), number)


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


__all__ = ["publish"]
