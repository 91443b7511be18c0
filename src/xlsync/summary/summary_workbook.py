"""A summary workbook: its worksheets in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsync.summary.excel import styles
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.frame import LEGEND_ROW, Frame, name_of
from xlsync.summary.figures.figures import Figures, figures_of
from xlsync.summary.figures.projects import Item
from xlsync.summary.sheets.budget_items import write_programs
from xlsync.summary.sheets.costs import write_costs
from xlsync.summary.sheets.funding_sources import write_sources
from xlsync.summary.sheets.grades import write_grades
from xlsync.summary.sheets.indicators import write_indicators
from xlsync.summary.sheets.issues import write_issues
from xlsync.summary.sheets.open_findings import write_findings
from xlsync.summary.sheets.overview import WORKSHEET as OVERVIEW
from xlsync.summary.sheets.overview import write_overview
from xlsync.summary.sheets.project_list import list_formulas_of, write_list
from xlsync.summary.sheets.staff import write_staff

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.organization import Organization

NOTHING = (
    "集計する評価シートがありません。評価シートが保存され、受け取られると、ここに集計が出ます。"
)


def summarize(
    items: Sequence[Item],
    *,
    department: str | None,
    edition: Edition,
    made_on: dt.date | None,
    organization: Organization | None = None,
) -> bytes:
    """Write the summary workbook (.xlsx) of a department, or of the whole city with None.

    `items` are all sheets of the city: those of other departments are only looked at for budget programs they share. All
    must be of the edition (ValueError). `made_on` is the date it shows: equal items and dates give equal bytes, in any order.
    """
    figures = figures_of(items, department=department, edition=edition, organization=organization)
    return workbook_of(figures, made_on)


def workbook_of(figures: Figures, made_on: dt.date | None, form_version: int = 0) -> bytes:
    """Write the workbook of figures; where there is no sheet, one that says so.

    `form_version` is the version of the form that the figures are read by, 0 where that is not known.
    """
    title = f"{name_of(figures.department)}　事務事業評価 集計（{figures.form_fields.years}）"
    book = Book(title, made_on or dt.date(2000, 1, 1))
    frame = Frame(book, figures, made_on, form_version)
    if figures.projects:
        _write_pages(frame, figures)
    else:
        page = frame.page(OVERVIEW, [100])
        page.text(LEGEND_ROW + 1, 0, NOTHING, styles.PLAIN)
        if figures.missing_units:
            write_findings(frame, figures)
    return book.close()


def _write_pages(frame: Frame, figures: Figures) -> None:
    """Write every worksheet whose fields the edition has."""
    form_fields, formulas = figures.form_fields, list_formulas_of(figures)
    write_overview(frame, figures, formulas)
    write_list(frame, figures, formulas)
    if form_fields.money.costs:
        write_costs(frame, figures, formulas)
    if form_fields.money.sources:
        write_sources(frame, figures, formulas)
    if form_fields.program.totals:
        write_programs(frame, figures, formulas)
    if form_fields.staff.any:
        write_staff(frame, figures, formulas)
    if form_fields.evaluation.scales:
        write_grades(frame, figures, formulas)
    if form_fields.indicator.series.years:
        write_indicators(frame, figures)
    if form_fields.evaluation.issues or form_fields.evaluation.reason:
        write_issues(frame, figures)
    write_findings(frame, figures)
