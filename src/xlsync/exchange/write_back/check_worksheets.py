"""Find the worksheets of the checks in a workbook, and of which of its pages they speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.workbook.checks.check_layout import CHECKS_NAME, PAGE_NAME, WORKSHEET
from xlsync.workbook.checks.visible_sheet import PAGE, checks_of
from xlsync.workbook.reading.page_answers import checked_worksheet, worksheet_named
from xlsync.workbook.reading.page_layout import plan_of
from xlsync.workbook.reading.worksheet_names import worksheet_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.ooxml.read.reader import Workbook


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
    """Whether a workbook's checks are of an earlier layout than the template's, and could be those of today.

    That is where they speak of this worksheet, and each of its fields stands where the form draws it.
    """
    hidden, page = (worksheet_named(workbook, name) for name in (CHECKS_NAME, PAGE_NAME))
    if hidden not in workbook.worksheets or page not in workbook.worksheets:
        return False
    if checked_worksheet(workbook) != incoming.worksheet or incoming.reading is None:
        return False
    if incoming.form_version not in {0, terms.form.version} or incoming.reading.repaired:
        return False
    if not incoming.cells.items() >= _drawn_cells(terms, incoming.sheet.edition.year).items():
        return False
    layout = workbook.cells_at(hidden, ("A1",)).get("A1")
    return layout is None or layout.value != _fingerprint(terms, incoming.sheet.edition.year)


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
    plan = plan_of(terms.form, year)
    cells = _drawn_cells(terms, year)
    return checks_of(plan.edition, plan.edition.worksheet, cells).check_sheet.fingerprint


def _drawn_cells(terms: Terms, year: int) -> dict[str, str]:
    """Return the address of each field's cell as the form draws it, in the order of the form."""
    plan = plan_of(terms.form, year)
    addresses = plan.addresses
    cells = {path: addresses[path] for path in plan.edition.by_path if path in addresses}
    return {**cells, **plan.column_ranges}


__all__ = ["check_titles", "has_former_checks"]
