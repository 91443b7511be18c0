"""Where the pages of a site lie, and what every page says of the whole site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from xlsync.file_names import distinct_names
from xlsync.sheet_keys import name_on_disk

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublicSheet, PublishedYear, Publisher

INDEX: Final = "index.html"
ABOUT: Final = "about.html"
CORRECTIONS_PAGE: Final = "corrections.html"
ASSETS: Final = "assets/"
UNNAMED: Final = "所属の記載なし"
EVERY: Final = "すべて"


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A link: its address from the site's root, and its words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says: the site's heading, who publishes, as of which day, and links to what is beside the pages."""

    heading: str
    edition_title: str
    publisher: Publisher
    as_of: str
    more_links: tuple[SiteLink, ...] = ()


def site_of(newest: PublishedYear, more_links: Sequence[SiteLink]) -> Site:
    """Return what every page says."""
    form_title = newest.edition.title.partition("【")[0].strip()
    heading = f"{newest.publisher.city_name}　{form_title}"
    return Site(heading, newest.edition.title, newest.publisher, newest.as_of, tuple(more_links))


def project_page(public: PublicSheet) -> str:
    """Return the path of a project's page: by its id, so that it stays when its key changes."""
    return f"projects/{name_on_disk(public.sheet.id)}.html"


def year_page(public: PublicSheet) -> str:
    """Return the path of the page of a project's sheet of one fiscal year."""
    return f"projects/{name_on_disk(public.sheet.id)}/{public.sheet.edition.year}.html"


def sheet_file(public: PublicSheet) -> str:
    """Return the path of a sheet's JSON among the open data."""
    return f"{data_folder(public.sheet.edition.year)}sheets/{name_on_disk(public.sheet.id)}.json"


def data_folder(year: int) -> str:
    """Return the folder of a fiscal year's open data."""
    return f"data/{year}/"


def book_folder(year: int) -> str:
    """Return the folder of a fiscal year's books."""
    return f"books/{year}/"


def department_pages(departments: Sequence[str]) -> dict[str, str]:
    """Return the path of each department's page; no two are one on any file system."""
    names = distinct_names(department or UNNAMED for department in departments)
    return {each: f"departments/{names[each or UNNAMED]}.html" for each in departments}


def value_pages(title: str, values: Sequence[str]) -> dict[str, str]:
    """Return the path of the list of each value that a field says."""
    folder = distinct_names([title])[title]
    names = distinct_names(values)
    return {each: f"lists/{folder}/{names[each]}.html" for each in values}


def href(path: str) -> str:
    """Return a path as an address in a page."""
    return quote(path, safe="/=")


__all__ = [
    "ABOUT",
    "ASSETS",
    "CORRECTIONS_PAGE",
    "EVERY",
    "INDEX",
    "UNNAMED",
    "Site",
    "SiteLink",
    "book_folder",
    "data_folder",
    "department_pages",
    "href",
    "project_page",
    "sheet_file",
    "site_of",
    "value_pages",
    "year_page",
]
