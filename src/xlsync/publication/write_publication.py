"""Write a publication: open data of one fiscal year, beside what the folder holds of other years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.publication_folder import new_publication

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.publication.publication_folder import NewPublication
    from xlsync.publication.published_year import PublishedYear


def publish(target: Path, year: PublishedYear, *, has_parquet: bool) -> None:
    """Write the publication of a fiscal year into a folder; StoreError where it cannot be written."""
    with new_publication(target, year.edition.form, _pages) as publication:
        number = year.edition.year
        publication.write_all(data_files(year, has_parquet=has_parquet), f"data/{number}/", number)


def _pages(_publication: NewPublication) -> dict[str, str]:
    return {}
