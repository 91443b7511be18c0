"""Which worksheets of a workbook are pages of the form, each with the version and edition of the form it was drawn by.

The stamp says both. Without it, and on stamps older than the versions, the names on the page decide; without names, its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.errors import FormError, StoreDamaged
from xlsync.workbook.stamp import STAMP_NAME, stamp_of
from xlsync.workbook.stamp_carriers import document_stamp

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.workbook.stamp import Stamp

_ENOUGH: Final = 0.5
"""A worksheet without a stamp is ours when it carries at least this share of an edition's names."""
_FIRST: Final = 1
"""The version that is most likely where a stamp is older than the versions."""


class PageVersion(NamedTuple):
    """The version of the form that a page was drawn by, and its edition."""

    form: Form
    edition: Edition


def identified_pages(
    workbook: Workbook, scoped: Mapping[str, Mapping[str, str]], form: Form
) -> dict[str, PageVersion]:
    """Return the worksheets that stamps and names (`scoped`, by worksheet) tell to be the form's, by title.

    A stamp that names a version nobody has kept is read by the `form` in use; the caller says so.
    """
    identified = ((title, _page(workbook, scoped[title], form)) for title in workbook.worksheets)
    return {title: page for title, page in identified if page is not None}


def recognised_pages(workbook: Workbook, titles: list[str], form: Form) -> dict[str, PageVersion]:
    """Return those of some worksheets without names that have the labels of a version of the form, by title."""
    stamp = _document_stamp(workbook, form)
    identified = ((title, _labelled_page(workbook, title, stamp, form)) for title in titles)
    return {title: page for title, page in identified if page is not None}


def _document_stamp(workbook: Workbook, form: Form) -> Stamp | None:
    """Return the document's stamp, None where it has none or it is another form's."""
    stamp = document_stamp(workbook)
    return stamp if stamp is not None and stamp.form_name == form.id else None


def _labelled_page(
    workbook: Workbook, title: str, stamp: Stamp | None, form: Form
) -> PageVersion | None:
    from xlsync.workbook.reading.field_recovery import recognise

    year = None if stamp is None else stamp.fiscal_year
    for version in _versions_of_stamp(stamp, form):
        edition = recognise(workbook, title, version, year)
        if edition is not None:
            return PageVersion(version, edition)
    return None


def _page(workbook: Workbook, names: Mapping[str, str], form: Form) -> PageVersion | None:
    """Identify a worksheet: by its stamp, else by the document's where its names agree, else by its names."""
    stamp = stamp_of(names.get(STAMP_NAME, ""))
    if stamp is not None and stamp.form_name != form.id:
        return None
    if stamp is not None:
        return _best(_candidates(_versions_of_stamp(stamp, form), {stamp.fiscal_year}), names)
    document = _document_stamp(workbook, form)
    years = _years_of_names(names, form)
    if document is not None:
        years.add(document.fiscal_year)
    page = _best(_candidates(_versions_of_stamp(document, form), years), names)
    return page if page is not None and _share(page.edition, names) >= _ENOUGH else None


def _years_of_names(names: Mapping[str, str], form: Form) -> set[int]:
    """Return the years that names on a page speak of; of a form whose names have none, the year being collected."""
    if not form.has_years:
        return {form.fiscal_year} - {0}
    return {int(year) for name in names for year in re.findall(r"(?<!\d)\d{4}(?!\d)", name)}


def _versions_of_stamp(stamp: Stamp | None, form: Form) -> list[Form]:
    """Return the version that a stamp names, else every version, the likeliest first: the first for an old stamp."""
    if form.history is None:
        return [form]
    if stamp is not None and stamp.version:
        return [_version(form, stamp.version) or form]
    numbers = sorted(form.history.numbers(), reverse=True)
    likeliest = _FIRST if stamp is not None else form.version
    numbers.sort(key=lambda number: number != likeliest)
    kept = (_version(form, number) for number in numbers)
    return [version for version in kept if version is not None] or [form]


def _version(form: Form, number: int) -> Form | None:
    """Return a version of a form; None where nobody has kept it, or it cannot be read any more."""
    if form.history is not None and number not in {form.version, *form.history.numbers()}:
        return None
    try:
        return form.of_version(number)
    except StoreDamaged:
        return None


def _candidates(versions: list[Form], years: set[int]) -> Iterator[PageVersion]:
    for version in versions:
        for year in sorted(years):
            try:
                yield PageVersion(version, version.at(year))
            except FormError:
                continue


def _best(candidates: Iterator[PageVersion], names: Mapping[str, str]) -> PageVersion | None:
    """Return the candidate whose names are most alike to those of a page, the first of several."""
    return max(candidates, key=lambda page: _likeness(page.edition, names), default=None)


def _likeness(edition: Edition, names: Mapping[str, str]) -> float:
    """Return how much of an edition's names and a page's names they have in common, from 0 to 1."""
    known = {name for name in names if not name.startswith(("_xlnm.", STAMP_NAME))}
    both = edition.by_cell_name.keys() & known
    return len(both) / (len(edition.by_cell_name.keys() | known) or 1)


def _share(edition: Edition, names: Mapping[str, str]) -> float:
    return len(edition.by_cell_name.keys() & names.keys()) / len(edition.fields)
