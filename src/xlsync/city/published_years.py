"""What is published of a city: the years that a folder of publication holds beside the one that is published now."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from xlsync.publication.publishable_sheets import earlier_terms, published_year

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.publication.manifest import Manifest
    from xlsync.publication.published_year import PublishedYear


def other_published_years(
    city: CitySettings, manifest: Manifest, year: PublishedYear
) -> list[PublishedYear]:
    """Return what is published of the other fiscal years that the folder holds already."""
    held = set(manifest.years_by_path.values()) & set(city.store.editions())
    terms = [earlier_terms(city.terms, each) for each in sorted(held - {year.edition.year})]
    return [published_year(city.store, each, year.publisher) for each in terms]


def has_parquet() -> bool:
    """Whether tables can be written as Parquet too."""
    return importlib.util.find_spec("pyarrow") is not None


__all__ = ["has_parquet", "other_published_years"]
