"""Find the worksheets of the checks in a workbook, and of which of its pages they speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.ooxml.titled_references import reference_to, split_title
from xlsync.workbook.checks.check_layout import (
    CHECKS_NAME,
    PAGE_NAME,
    WORKSHEET,
    is_of_another_file,
)
from xlsync.workbook.checks.visible_sheet import PAGE, checks_of
from xlsync.workbook.reading.page_answers import checked_worksheet, worksheet_named
from xlsync.workbook.reading.page_layout import drawn_cells, drawn_columns
from xlsync.workbook.reading.worksheet_names import worksheet_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.workbook.checks.visible_sheet import Checks
    from xlsync.workbook.reading.reading import Reading


def check_titles(
    terms: Terms, workbook: Workbook, incoming: Incoming, blank: Collection[str] = ()
) -> Mapping[str, str] | None:
    """Return what the two worksheets of the checks are called in a workbook, by what the template calls them.

    None where they are missing, of another form, or speak of another worksheet than the incoming one. Those that are `blank`
    were just put there for it.
    """
    edition = incoming.sheet.edition
    if not incoming.cells.keys() >= {*edition.by_path, *(field.path for field in edition.columns)}:
        return None
    hidden, page = (worksheet_named(workbook, name) for name in (CHECKS_NAME, PAGE_NAME))
    if hidden not in workbook.worksheets or page not in workbook.worksheets:
        return None
    if hidden in blank or _speaks_of(terms, workbook, hidden, incoming):
        return {WORKSHEET: hidden, PAGE: page}
    return None


def has_former_checks(terms: Terms, workbook: Workbook, incoming: Incoming) -> bool:
    """Whether a workbook's checks are of an earlier layout than the template's or damaged, and could be those of today.

    That is where they speak of this worksheet, and each of its fields stands where the form draws it.
    """
    hidden, page = (worksheet_named(workbook, name) for name in (CHECKS_NAME, PAGE_NAME))
    if hidden not in workbook.worksheets:
        return False
    if checked_worksheet(workbook) != incoming.worksheet:
        return False
    if not is_as_drawn(terms, incoming):
        return False
    layout = workbook.cells_at(hidden, ("A1",)).get("A1")
    year = incoming.sheet.edition.year
    is_former = layout is None or layout.value != _fingerprint(terms, year)
    return is_former or _is_damaged(terms, workbook, page, year)


def _is_damaged(terms: Terms, workbook: Workbook, page: str, year: int) -> bool:
    """Whether somebody has deleted the worksheet チェック, or formulas of its, or put those of another workbook there."""
    if page not in workbook.worksheets:
        return True
    listed = {at: cell.formula or "" for at, cell in workbook.cells(page).items()}
    written = {at for at, text in listed.items() if text and not is_of_another_file(text)}
    formulas = _checks(terms, year).formulas
    return any(title == PAGE and at not in written for title, at in formulas)


def is_as_drawn(terms: Terms, incoming: Incoming) -> bool:
    """Whether all worksheets of a sheet are there, of the form in use, and each field stands where the form draws it."""
    edition, reading = incoming.sheet.edition, incoming.reading
    if reading is None or incoming.form_version not in {0, terms.form.version} or reading.repaired:
        return False
    if len(incoming.worksheets) < len(edition.worksheets):
        return False
    read = {*edition.by_path, *(column.path for column in edition.columns)}
    drawn = drawn_there(incoming, _drawn_cells(terms, edition.year))
    return all(incoming.cells.get(path) == drawn[path] for path in drawn.keys() & read)


def drawn_there(sheet: Incoming | Reading, drawn: Mapping[str, str]) -> dict[str, str]:
    """Return references to cells as drawn under the titles that the worksheets of a sheet have in its workbook."""
    edition = sheet.sheet.edition
    titles = dict(zip(edition.worksheets, sheet.worksheets, strict=False))
    here, there = edition.worksheet, sheet.worksheet
    located = {path: split_title(at, here) for path, at in drawn.items()}
    return {
        path: reference_to(titles.get(title, title), at, there)
        for path, (title, at) in located.items()
    }


def _speaks_of(terms: Terms, workbook: Workbook, hidden: str, incoming: Incoming) -> bool:
    """Whether the hidden worksheet is of the present layout, and of that worksheet."""
    cells = workbook.cells_at(hidden, ("A1", "B1"))
    layout, reference = cells.get("A1"), cells.get("B1")
    year = incoming.sheet.edition.year
    if layout is None or layout.value != _fingerprint(terms, year):
        return False
    return reference is not None and worksheet_of(reference.formula or "") == incoming.worksheet


def _fingerprint(terms: Terms, year: int) -> str:
    """Return the fingerprint the present template's checks bear."""
    return _checks(terms, year).check_sheet.fingerprint


def _checks(terms: Terms, year: int) -> Checks:
    edition = terms.form.at(year)
    return checks_of(edition, edition.worksheet, _drawn_cells(terms, year))


def _drawn_cells(terms: Terms, year: int) -> dict[str, str]:
    """Return the address of each field's cell as the form draws it, in the order of the form."""
    addresses = drawn_cells(terms.form, year)
    cells = {path: addresses[path] for path in terms.form.at(year).by_path if path in addresses}
    return {**cells, **drawn_columns(terms.form, year)}


__all__ = ["check_titles", "drawn_there", "has_former_checks", "is_as_drawn"]
