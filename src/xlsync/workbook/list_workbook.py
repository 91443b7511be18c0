"""Plain lists as a workbook: headings, rows, texts as texts."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.excel_text import breadth

CellValue = str | int | float | Decimal | None
_HEAD: Final = PatternFill("solid", fgColor="D9E1F2")
_NARROW: Final = 6
_ROOM_OF_A_FILTER: Final = 2
_LINE_POINTS: Final = 15
_HIGHEST: Final = 400
_LETTER_POINTS: Final = 11
"""The size of the letters, by which also the width of columns is counted."""
_SMALLEST_POINTS: Final = 7.5
"""Letters printed smaller are hard to read."""
_A4_ROOM, _A3_ROOM = (width * _LETTER_POINTS / _SMALLEST_POINTS for width in (148, 212))
"""Columns' widths together that go on a landscape page, between margins of 1 cm, with the smallest letters."""
_WIDEST: Final = ((_A4_ROOM, 40), (_A4_ROOM, 24), (_A3_ROOM, 40), (_A3_ROOM, 24), (_A3_ROOM, 14))
"""The first of these that the columns fit is taken: the room on the paper, the widest column."""
_MARGIN_INCHES: Final = 0.4


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
    widths = _widths(listed)
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    _style_headings(page, widths)
    for cells in page.iter_rows(min_row=2):
        _wrap_long_texts(page, cells, widths)
    if listed.value_rows:
        page.auto_filter.ref = page.dimensions
    _set_up_printing(page)


def _widths(listed: ListPage) -> list[int]:
    """Return the columns' widths: narrower ones where the letters could not be read in print otherwise."""
    widths: list[int] = []
    for room, widest in _WIDEST:
        widths = [_width(listed, column, widest) for column in range(len(listed.headings))]
        if sum(widths) <= room:
            break
    return widths


def _width(listed: ListPage, column: int, widest: int) -> int:
    """Return a column's width: that of its longest text, and of the longest word of its heading."""
    longest = max((_text_width(row[column]) for row in listed.value_rows), default=0)
    words = max(map(breadth, listed.headings[column].split()), default=0)
    return max(min(longest + 1, widest), words + _ROOM_OF_A_FILTER, _NARROW)


def _text_width(value: CellValue) -> int:
    lines = str("" if value is None else value).splitlines()
    return max(map(breadth, lines), default=0)


def _style_headings(page: Worksheet, widths: Sequence[int]) -> None:
    """Show headings in several lines where they are wider than their column."""
    lines = 1
    for cell, width in zip(page[1], widths, strict=True):
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        lines = max(lines, _heading_line_count(str(cell.value or ""), width))
    page.row_dimensions[1].height = lines * _LINE_POINTS


def _wrap_long_texts(page: Worksheet, cells: Sequence[Any], widths: Sequence[int]) -> None:
    """Show texts of a row that are wider than their column in several lines."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        if isinstance(cell.value, str) and (count := _line_count(cell.value, width)) > 1:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            lines = max(lines, count)
    if lines > 1:
        page.row_dimensions[cells[0].row].height = min(lines * _LINE_POINTS, _HIGHEST)


def _heading_line_count(heading: str, width: int) -> int:
    """Return how many lines a heading takes in a column of a width: a word that has no room begins a line."""
    lines, used = 1, 0
    for word in heading.split():
        needed = breadth(word)
        if used and used + 1 + needed > width:
            lines, used = lines + 1, needed
        else:
            used += needed + bool(used)
    return lines


def _line_count(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of a width."""
    return sum(max(1, math.ceil(breadth(line) / width)) for line in text.splitlines()) or 1


def _set_up_printing(page: Worksheet) -> None:
    """Print all columns beside one another on a landscape page, A4 where its letters can be read, the headings on each page."""
    width = sum(dimension.width for dimension in page.column_dimensions.values())
    paper = Worksheet.PAPERSIZE_A4 if width <= _A4_ROOM else Worksheet.PAPERSIZE_A3
    page.page_setup.paperSize = paper
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = _MARGIN_INCHES
    page.print_title_rows = "1:1"
    page.print_options.gridLines = True
    if page.oddFooter is not None:
        page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P/&N"


__all__ = ["CellValue", "ListPage", "list_workbook", "lists_workbook"]
