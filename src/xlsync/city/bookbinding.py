"""What makes the PDF books of a city's fiscal year; their pages are kept in the city's folder for the next time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from xlsync.publication.book.books import Bookbinder
from xlsync.publication.book.japanese_font import japanese_fonts
from xlsync.publication.book.page_conversion import PageMaker
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.publication.book.books import BookOrder
    from xlsync.publication.published_year import PublishedYear

KEPT_PAGES: Final = "publication-pages"
"""The folder below the city's in which the pages of the last books are kept."""
_MOST_PROCESSES: Final = 4


def bookbinder(city: CitySettings, year: PublishedYear, order: BookOrder) -> Bookbinder:
    """Return what makes the books of a fiscal year."""
    number = year.edition.year
    processes = max(1, min(_MOST_PROCESSES, os.cpu_count() or 1))
    kept = city.folder / KEPT_PAGES / str(number)
    maker = PageMaker(city.libreoffice, kept, processes, japanese_fonts())
    return Bookbinder(year, build_template(city.terms.form, number), maker, order)


__all__ = ["KEPT_PAGES", "bookbinder"]
