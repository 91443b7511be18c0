"""What is published of a city: the years that a folder of publication holds beside the one that is published now."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from xlsync.form.library import collecting
from xlsync.publication.last_publication import last_published_year
from xlsync.publication.public_fields import public_edition
from xlsync.publication.publication_folder import manifest_for
from xlsync.store.year_version import form_version_of_year

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.exchange.receipt import Terms
    from xlsync.publication.published_year import PublishedYear
    from xlsync.store import Store


def other_published_years(
    store: Store, terms: Terms, target: Path, year: PublishedYear
) -> list[PublishedYear]:
    """Return what is published of the other fiscal years that the folder holds already, as it was published.

    Each past year is read in the form of then.
    """
    manifest = manifest_for(target, year)
    held = set(manifest.years_by_path.values()) & set(store.editions())
    others = sorted(held - {year.edition.year})
    versions = [store.at_form_version(form_version_of_year(store, each)) for each in others]
    forms = [collecting(then.form, terms.form.fiscal_year) for then in versions]
    editions = [form.at(each) for form, each in zip(forms, others, strict=True)]
    return [
        last_published_year(target, public_edition(each), year.publisher, year.budget_names)
        for each in editions
    ]


def done_words(year: PublishedYear) -> str:
    """Return what is said of a folder once it is written."""
    if year.is_preview:
        return "下見のフォルダを作りました（公表しないでください）"
    return "公表用のフォルダを作りました"


def has_parquet() -> bool:
    """Whether tables can be written as Parquet too."""
    return importlib.util.find_spec("pyarrow") is not None


__all__ = ["done_words", "has_parquet", "other_published_years"]
