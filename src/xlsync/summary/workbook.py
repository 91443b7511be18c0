"""A summary workbook: its worksheets in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsync.summary import styles
from xlsync.summary.book import Book
from xlsync.summary.costs_page import write_costs
from xlsync.summary.figures import Figures, Item, figures_of
from xlsync.summary.findings_page import write_findings
from xlsync.summary.frame import LEGEND_ROW, Frame, name_of
from xlsync.summary.grades_page import write_grades
from xlsync.summary.ledger import WORKSHEET
from xlsync.summary.list_page import ledger_of, write_list
from xlsync.summary.sources_page import write_sources

if TYPE_CHECKING:
    from xlsync.form.edition import Edition


def summarize(
    items: Sequence[Item], *, department: str | None, edition: Edition, made_on: dt.date
) -> bytes:
    """Give the summary workbook (.xlsx) of a department, or of the whole city with None.

    Sheets of other departments are left out; all must be of the edition (ValueError). `made_on` is the date it shows: equal
    items and dates give equal bytes, in any order.
    """
    figures = figures_of(items, department=department, edition=edition)
    book = Book(f"{name_of(department)}　事務事業評価 集計（{figures.concepts.years}）", made_on)
    frame = Frame(book, figures, made_on)
    if figures.projects:
        _write_pages(frame, figures)
    else:
        page = frame.page(WORKSHEET, "A4", [100])
        page.text(LEGEND_ROW + 1, 0, "集計する評価シートがありません。", styles.PLAIN)
    return book.close()


def _write_pages(frame: Frame, figures: Figures) -> None:
    ledger = ledger_of(figures)
    write_list(frame, figures, ledger)
    if figures.concepts.costs:
        write_costs(frame, figures, ledger)
    if figures.concepts.sources:
        write_sources(frame, figures, ledger)
    if figures.concepts.scales:
        write_grades(frame, figures, ledger)
    write_findings(frame, figures)
