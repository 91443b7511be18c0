"""Which worksheets of a workbook are pages of the form, each with the version and edition of the form it was drawn by.

The stamp says both. Without it, and on stamps older than the versions, the names on the page decide; without names, its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.errors import FormError, StoreDamaged
from xlsync.workbook.reading.page_layout import plans_of
from xlsync.workbook.stamp import STAMP_NAME, stamp_of
from xlsync.workbook.stamp_carriers import document_stamp

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.stamp import Stamp

_ENOUGH: Final = 0.5
"""A worksheet without a stamp is ours when it carries at least this share of an edition's names."""
_FIRST: Final = 1
"""The version that is most likely where a stamp is older than the versions."""


class PageVersion(NamedTuple):
    """The version of the form that a page was drawn by, its edition, and which of the form's worksheets it is, from 0 on."""

    form: Form
    edition: Edition
    number: int = 0

    @property
    def plan(self) -> PagePlan:
        """The plan of the worksheet."""
        return plans_of(self.form, self.edition.year)[self.number]


def identified_pages(
    workbook: Workbook, scoped: Mapping[str, Mapping[str, str]], form: Form
) -> dict[str, PageVersion]:
    """Return the worksheets that stamps and names (`scoped`, by worksheet) tell to be the form's, by title.

    A stamp that names a version nobody has kept is read by the `form` in use; the caller says so.
    """
    others = (scoped[title] for title in scoped if form.definition.page.further_worksheets)
    years = {year for names in others for year in _years_of_names(names, form)}
    identified = (
        (title, _page(workbook, title, scoped[title], form, years)) for title in workbook.worksheets
    )
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
        plan = recognise(workbook, title, version, year)
        if plan is not None:
            return PageVersion(version, plan.edition, plan.edition.worksheets.index(plan.title))
    return None


def _page(
    workbook: Workbook, title: str, names: Mapping[str, str], form: Form, of_others: set[int]
) -> PageVersion | None:
    """Identify a worksheet: by its stamp, else by the document's where its names agree, else by its names.

    `of_others` are the years that names on the other worksheets speak of, where a sheet has several.
    """
    stamp = stamp_of(names.get(STAMP_NAME, ""))
    if stamp is not None and stamp.form_name != form.id:
        return None
    if stamp is not None:
        stamped = _candidates(_versions_of_stamp(stamp, form), {stamp.fiscal_year})
        return _numbered(workbook, title, _best(stamped, names), names)
    document = _document_stamp(workbook, form)
    years = _years_of_names(names, form) or set(of_others)
    if document is not None:
        years.add(document.fiscal_year)
    candidates = _candidates(_versions_of_stamp(document, form), years)
    page = _numbered(workbook, title, _best(candidates, names), names)
    return page if page is not None and _share(page, names) >= _ENOUGH else None


def _numbered(
    workbook: Workbook, title: str, page: PageVersion | None, names: Mapping[str, str]
) -> PageVersion | None:
    """Return a page with its number: by its names, without any by its title, else by its labels."""
    if page is None or len(page.edition.worksheets) == 1:
        return page
    pages = [page._replace(number=number) for number in range(len(page.edition.worksheets))]
    best = max(pages, key=lambda each: _share(each, names))
    if _share(best, names):
        return best
    labelled = _labelled_page(workbook, title, _document_stamp(workbook, page.form), page.form)
    named = (each for each in pages if each.plan.title == title)
    return next(named, page if labelled is None else page._replace(number=labelled.number))


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


def _share(page: PageVersion, names: Mapping[str, str]) -> float:
    """Return how many of the names of a worksheet of the form a page has, as a share."""
    known = set(page.edition.by_cell_name)
    if len(page.edition.worksheets) > 1:
        plan, fields = page.plan, page.edition.by_path
        known = {fields[path].cell_name.casefold() for path in plan.field_boxes}
        known |= {path.casefold() for path in plan.column_ranges}
    return len(known & names.keys()) / (len(known) or 1)
