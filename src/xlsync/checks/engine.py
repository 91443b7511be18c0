"""The checks of one sheet, without side effects.

Most are lines of the form's rules, which Excel knows too. What needs other sheets, or what no cell can hold, is known here
only. A cell that could not be read has that one finding; every other check is silent about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from xlsync.checks.between import program_totals
from xlsync.checks.context import Context
from xlsync.checks.plans import listed_plans, shared_indicator
from xlsync.checks.row_checks import rows_of_tables
from xlsync.checks.units import unit_names
from xlsync.excel_text import CELL_LIMIT, excel_length
from xlsync.finding import Finding
from xlsync.finding import finding as new_finding
from xlsync.row_titles import title_of
from xlsync.rules import Given, facts_of, is_counted_by_row_lines, lines_of

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


def check(sheet: Sheet, context: Context | None = None) -> list[Finding]:
    """Return every finding on a sheet: of its cells in page order, then of its rules, then between sheets.

    Args:
        sheet: The sheet.
        context: What is known beside it; what is not given is not checked.

    Example:
        >>> from xlsync.form.library import load_form
        >>> from xlsync.sheet import Sheet
        >>> sheet = Sheet(load_form().at(2018), "01-02-01-08-14-01", {"purpose": "-"})
        >>> [finding.code for finding in check(sheet) if finding.path == "purpose"]
        ['dash-refused']

    """
    known = context or Context()
    return [finding for check_ in CHECKS for finding in check_(sheet, known)]


def in_the_sheet(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """What the form's own lines find: the very lines that are compiled into the workbook."""
    facts = facts_of(
        sheet.edition, context.rates, context.last_year, context.room, context.phase_marks
    )
    given = Given(sheet, facts)
    for line in lines_of(sheet.edition):
        finding = line.finding(given)
        if finding is not None:
            yield finding


def too_long(sheet: Sheet, _context: Context) -> Iterator[Finding]:
    """Texts that came from elsewhere and that no cell can hold."""
    for path, value in sheet.items():
        if not isinstance(value, str) or len(value) <= CELL_LIMIT // 2:
            continue
        length = excel_length(value)
        if length > CELL_LIMIT:
            title = title_of(sheet, path)
            yield new_finding("too-long", path, field=title, length=f"{length:,}")


def carried(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """What was carried over from last year's sheet, and nobody has changed since."""
    for path in sheet:
        if path in context.carried_paths:
            yield new_finding("from-last-year", path, field=title_of(sheet, path))


def beside_the_sheet(sheet: Sheet, context: Context) -> list[Finding]:
    """Return the findings that the sheet's own workbook cannot make: they need what only the store knows."""
    findings = [finding for check_ in BESIDE for finding in check_(sheet, context)]
    return [each for each in findings if not is_counted_by_row_lines(sheet.edition, each)]


Check = Callable[["Sheet", Context], Iterator[Finding]]
BESIDE: Final[tuple[Check, ...]] = (
    rows_of_tables,
    too_long,
    program_totals,
    unit_names,
    carried,
    listed_plans,
    shared_indicator,
)
CHECKS: Final[tuple[Check, ...]] = (in_the_sheet, *BESIDE)
