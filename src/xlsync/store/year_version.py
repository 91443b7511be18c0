"""Which version of the form the sheets of a past fiscal year are read in: the last one that the year was written under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.store.form_versions import FIRST
from xlsync.store.revision import form_version_of
from xlsync.store.rollover_acts import edition_acts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.store.store_reader import StoreReader


def form_version_of_year(store: StoreReader, year: int) -> int:
    """Return the version that a fiscal year is read in: of the newest edition that in use, 0 while none is adopted.

    Of an earlier one it is the last one in use before the next edition was begun, of those that a sheet of the year was last
    written under. So a form that was adopted for the next year, a little before the year change or after it, changes nothing.
    """
    form = store.stored_form
    if len(form.versions.numbers()) <= 1:
        return form.number
    if not any(later > year for later in store.editions()):
        return form.in_use
    if year not in form.versions_of_years:
        form.versions_of_years[year] = _last_version(store, year)
    return form.versions_of_years[year]


def _last_version(store: StoreReader, year: int) -> int:
    end = _end_of(store, year)
    adopted = [
        each.version
        for each in store.stored_form.versions.adoptions()
        if not end or each.when <= end
    ]
    written = set(_written_under(store, year))
    last = next((version for version in reversed(adopted) if version in written), None)
    return last or next(reversed(adopted), FIRST)


def _end_of(store: StoreReader, year: int) -> str:
    """Return when the edition after a year's was begun (ISO 8601), for the last time; "" where none was."""
    for later in store.editions():
        if later > year:
            begun = [act.when for act in edition_acts(store.files, later) if act.step == "begin"]
            if begun:
                return begun[-1]
    return ""


def _written_under(store: StoreReader, year: int) -> Iterator[int]:
    """Yield the version that the newest revision of each sheet of a year was written under, of those that can be read."""
    for key in store.keys(year):
        try:
            data = store.revision_file(key, year, store.last(key, year)).read_bytes()
        except OSError:
            continue
        yield form_version_of(data) or FIRST


__all__ = ["form_version_of_year"]
