"""Find the worksheets of the checks in a workbook, and of which of its pages they speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.ooxml.a1 import column_letters
from xlsync.workbook.checks.check_layout import CHECKS_NAME, PAGE_NAME, WORKSHEET
from xlsync.workbook.checks.visible_sheet import PAGE, checks_of
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
    if set(incoming.cells) != set(edition.by_path):
        return None
    hidden, page = (_worksheet_named(workbook, name) for name in (CHECKS_NAME, PAGE_NAME))
    if hidden not in workbook.worksheets or page not in workbook.worksheets:
        return None
    if hidden in blank or _speaks_of(terms, workbook, hidden, incoming):
        return {WORKSHEET: hidden, PAGE: page}
    return None


def _speaks_of(terms: Terms, workbook: Workbook, hidden: str, incoming: Incoming) -> bool:
    """Whether the hidden worksheet is of the present layout, and of that worksheet."""
    cells = workbook.cells_at(hidden, ("A1", "B1"))
    layout, reference = cells.get("A1"), cells.get("B1")
    year = incoming.sheet.edition.year
    if layout is None or layout.value != _fingerprint(terms, year):
        return False
    return reference is not None and worksheet_of(reference.formula or "") == incoming.worksheet


def checked_worksheet(workbook: Workbook) -> str:
    """Return the title of the worksheet that a workbook's checks speak of, "" where it has none."""
    hidden = _worksheet_named(workbook, CHECKS_NAME)
    if hidden not in workbook.worksheets:
        return ""
    cell = workbook.cells_at(hidden, ("B1",)).get("B1")
    return "" if cell is None else worksheet_of(cell.formula or "")


def _worksheet_named(workbook: Workbook, name: str) -> str:
    """Return the title of the worksheet that a name refers to, "" where there is no such name."""
    titles = {named.name.casefold(): worksheet_of(named.refers_to) for named in workbook.names}
    return titles.get(name, "")


def _fingerprint(terms: Terms, year: int) -> str:
    """Return the fingerprint the present template's checks bear."""
    plan = plan_of(terms.form, year)
    cells = {
        path: f"{column_letters(plan.field_boxes[path].left)}{plan.field_boxes[path].top}"
        for path in plan.edition.by_path
        if path in plan.field_boxes
    }
    return checks_of(plan.edition, plan.edition.worksheet, cells).check_sheet.fingerprint


__all__ = ["check_titles", "checked_worksheet"]
