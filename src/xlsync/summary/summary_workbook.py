"""A summary workbook: its worksheets in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsync.summary.excel import styles
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.frame import LEGEND_ROW, Frame, name_of
from xlsync.summary.excel.list_page import write_list_page
from xlsync.summary.figures.figures import Figures, figures_of
from xlsync.summary.figures.page_fields import (
    CopiedFields,
    DistributionFields,
    OverviewFields,
    PageFields,
    PlansFields,
    SharesFields,
    TableFields,
    TargetFields,
    TextsFields,
    YearsFields,
)
from xlsync.summary.figures.projects import Item
from xlsync.summary.sheets.copied_table import write_copied
from xlsync.summary.sheets.distribution_table import write_distribution
from xlsync.summary.sheets.group_table import write_table
from xlsync.summary.sheets.open_findings import write_findings
from xlsync.summary.sheets.overview import write_overview
from xlsync.summary.sheets.plan_table import write_plans
from xlsync.summary.sheets.program_table import write_programs
from xlsync.summary.sheets.project_list import list_formulas_of, write_list
from xlsync.summary.sheets.shares_table import write_shares
from xlsync.summary.sheets.target_table import write_targets
from xlsync.summary.sheets.text_table import write_texts
from xlsync.summary.sheets.years_table import write_years

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.organization import Organization
    from xlsync.summary.excel.list_page import PrintedList
    from xlsync.summary.excel.project_list_formulas import ListFormulas

NOTHING = (
    "集計する{worksheet}がありません。{worksheet}が保存され、受け取られると、ここに集計が出ます。"
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


def workbook_of(
    figures: Figures,
    made_on: dt.date | None,
    form_version: int = 0,
    further: Sequence[PrintedList] = (),
) -> bytes:
    """Write the workbook of figures; where there is no sheet, one that says so.

    Args:
        figures: The figures.
        made_on: The day that it shows.
        form_version: The version of the form that the figures are read by, 0 where that is not known.
        further: Lists that stand behind the form's pages.

    """
    form_fields = figures.form_fields
    years = f"（{form_fields.years}）" if form_fields.years else ""
    title = f"{name_of(figures.department)}　{form_fields.words.summary}{years}"
    book = Book(title, made_on or dt.date(2000, 1, 1))
    frame = Frame(book, figures, made_on, form_version)
    if figures.projects:
        _write_pages(frame, figures)
    else:
        page = frame.page(_first_title(figures), [100])
        nothing = NOTHING.format(worksheet=figures.form_fields.edition.worksheet)
        page.text(LEGEND_ROW + 1, 0, nothing, styles.PLAIN)
        if figures.missing_units:
            _write_findings(frame, figures)
    for listed in further:
        write_list_page(book, listed, name_of(figures.department))
    return book.close()


def _first_title(figures: Figures) -> str:
    """The title of the first page, which says that there is nothing."""
    return figures.form_fields.edition.definition.summary_pages[0].title


def _write_pages(frame: Frame, figures: Figures) -> None:
    """Write the form's pages in order, but for those whose fields the edition does not have."""
    form_fields, formulas = figures.form_fields, list_formulas_of(figures)
    for page in form_fields.edition.definition.summary_pages:
        fields = form_fields.pages.get(page.title)
        if fields is not None:
            _write_page(frame, formulas, fields)
        elif page.page == "list":
            write_list(frame, figures, formulas)
        elif page.page == "programs" and form_fields.program.totals:
            write_programs(frame, figures, formulas)
    _write_findings(frame, figures)


def _write_page(frame: Frame, formulas: ListFormulas, fields: PageFields) -> None:
    figures = frame.figures
    match fields:
        case OverviewFields():
            write_overview(frame, figures, formulas, fields)
        case TableFields():
            write_table(frame, figures, formulas, fields)
        case SharesFields():
            write_shares(frame, figures, formulas, fields)
        case DistributionFields():
            write_distribution(frame, figures, formulas, fields)
        case TargetFields():
            write_targets(frame, figures, fields)
        case TextsFields():
            write_texts(frame, figures, fields)
        case PlansFields():
            write_plans(frame, figures, fields)
        case CopiedFields():
            write_copied(frame, figures, fields)
        case YearsFields():
            write_years(frame, figures, fields)


def _write_findings(frame: Frame, figures: Figures) -> None:
    """Write the page of findings, where the form has one."""
    pages = figures.form_fields.edition.definition.summary_pages
    for page in pages:
        if page.page == "findings":
            write_findings(frame, figures, page.title)
