"""Plain lists as a workbook: headings, rows, texts as texts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

CellValue = str | int | float | Decimal | None
_HEAD: Final = PatternFill("solid", fgColor="D9E1F2")
_NARROW, _WIDE = 8, 40


@dataclass(frozen=True, slots=True)
class ListPage:
    """A worksheet: its title, its headings, its rows, the format of its numbers, and that of some columns, by heading."""

    title: str
    headings: Sequence[str]
    value_rows: Sequence[Sequence[CellValue]]
    number_format: str = "General"
    column_formats: Mapping[str, str] = field(default_factory=dict)


def list_workbook(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[CellValue]]
) -> bytes:
    """Return a workbook with one worksheet; what is a text stays one, whatever it looks like (01, 4-1, =机)."""
    return lists_workbook([ListPage(title, headings, rows)])


def lists_workbook(pages: Sequence[ListPage]) -> bytes:
    """Return a workbook with a worksheet for each list; what is a text stays one, whatever it looks like."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        _add_page(book, page)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _add_page(book: Workbook, listed: ListPage) -> None:
    page = book.create_sheet(listed.title)
    page.freeze_panes = "A2"
    formats = [
        listed.column_formats.get(heading, listed.number_format) for heading in listed.headings
    ]
    for row, values in enumerate([listed.headings, *listed.value_rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"
            elif value is not None:
                cell.number_format = formats[column - 1]
    for column, heading in enumerate(listed.headings, start=1):
        cell = page.cell(1, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
        texts = (str(row[column - 1] or "") for row in listed.value_rows)
        longest = max(map(len, [heading, *texts]))
        width = min(max(2 * longest, _NARROW), _WIDE)
        page.column_dimensions[get_column_letter(column)].width = width
    if listed.value_rows:
        page.auto_filter.ref = page.dimensions
    _set_up_printing(page)


def _set_up_printing(page: Worksheet) -> None:
    """Print all columns beside one another on A4 landscape, the headings on every page, with lines between the cells."""
    page.page_setup.paperSize, page.page_setup.orientation = Worksheet.PAPERSIZE_A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    page.print_options.gridLines = True
    if page.oddFooter is not None:
        page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P/&N"


__all__ = ["CellValue", "ListPage", "list_workbook", "lists_workbook"]
