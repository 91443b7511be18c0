"""The lists of projects by what a field says, as the form's [publication] names it: a 施策 with the projects that serve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.form.publication_pages import fields_named
from xlsync.kinds import DASH, fold
from xlsync.publication.site.list_content import project_list
from xlsync.publication.site.site_layout import value_pages

if TYPE_CHECKING:
    from xlsync.form.publication_pages import SiteList
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.publication.site.list_content import ProjectList


@dataclass(frozen=True, slots=True)
class ValueLists:
    """The lists of one kind: what they are by (施策), a list for each value, how many projects are in none."""

    title: str
    project_lists: tuple[ProjectList, ...]
    without: int


def value_lists(year: PublishedYear) -> Iterator[ValueLists]:
    """Yield the lists by value that the form names; none of a field that nobody has filled, or that is not public."""
    for each in year.edition.definition.site_lists:
        lists = _lists(year, each)
        if lists.project_lists:
            yield lists


def _lists(year: PublishedYear, site_list: SiteList) -> ValueLists:
    by_value: dict[str, list[PublicSheet]] = {}
    spelled: dict[str, str] = {}
    listed = set()
    for public in year.public_sheets:
        for words in dict.fromkeys(listed_values(public, site_list)):
            value = spelled.setdefault(fold(words), words)
            by_value.setdefault(value, []).append(public)
            listed.add(public.sheet.id)
    title = year.edition.expand(site_list.title)
    pages = value_pages(title, sorted(by_value))
    lists = tuple(project_list(year, value, path, by_value[value]) for value, path in pages.items())
    return ValueLists(title, lists, len(year.public_sheets) - len(listed))


def listed_values(public: PublicSheet, site_list: SiteList) -> Iterator[str]:
    """Yield what a sheet says at the fields of a list, each in a line; nothing for a blank or a dash."""
    for field in fields_named(public.sheet.edition, site_list.field):
        text = " ".join(public.sheet.text(field.path).split())
        if text not in {"", DASH}:
            yield text


__all__ = ["ValueLists", "listed_values", "value_lists"]
