"""A plain list as a printed worksheet: title, notes, heads that every page repeats, rows with filters, a sum."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles

if TYPE_CHECKING:
    from xlsync.summary.excel.book import Book
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page

CellValue = str | int | Decimal | None
Row = Sequence[CellValue]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its heading, its width in half-width characters, and the format of its numbers."""

    heading: str
    width: float
    number_format: str = styles.MONEY


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A list to be printed on A4.

    Attributes:
        title: The worksheet's title, which also stands on top and below each page.
        columns: Its columns.
        listed_rows: Its rows.
        note_lines: Lines between title and heads.
        sum_row: The line below it all, none where that says nothing.
        nothing: What stands there where there are no rows.
        marked_rows: Which of the rows are to be looked at, counted from 0; a word of the row says why.

    """

    title: str
    columns: Sequence[Column]
    listed_rows: Sequence[Row]
    note_lines: Sequence[str] = ()
    sum_row: Row = ()
    nothing: str = "ありません"
    marked_rows: Collection[int] = frozenset()


def write_list_page(book: Book, listed: PrintedList, above: str = "") -> None:
    """Add the worksheet of a list; `above` stands before its title on top and below each page."""
    title = "　".join(filter(None, (above, listed.title)))
    widths = [column.width for column in listed.columns]
    page = book.page(listed.title, "A4", title, widths)
    page.text(0, 0, title, styles.TITLE)
    for row, note in enumerate(listed.note_lines, 1):
        page.text(row, 0, note, styles.PLAIN)
    head = len(listed.note_lines) + 2
    for number, column in enumerate(listed.columns):
        page.text(head, number, column.heading, styles.HEAD)
    page.height(head, 22)
    last = _write_rows(page, listed, head + 1)
    page.head(head, head, 0)
    if listed.listed_rows:
        page.filter(head, head + len(listed.listed_rows), len(widths) - 1)
    page.print_area(last, 0, len(widths) - 1)


_NO_LOOK: Final = styles.style()
_MARKED: Final = styles.style(styles.LACKING, styles.GRAVE)


def _write_rows(page: Page, listed: PrintedList, first: int) -> int:
    """Write the rows and the sum, and return the last row written."""
    for row, values in enumerate(listed.listed_rows, first):
        look = _MARKED if row - first in listed.marked_rows else _NO_LOOK
        _write_row(page, row, (listed.columns, values), look)
    last = first + len(listed.listed_rows) - 1
    if not listed.listed_rows:
        last = first
        page.merged((first, 0, first, len(listed.columns) - 1), listed.nothing, styles.TEXT)
    if listed.sum_row:
        last += 1
        _write_row(page, last, (listed.columns, listed.sum_row), styles.WHOLE)
    return last


def _write_row(page: Page, row: int, cells: tuple[Sequence[Column], Row], look: Style) -> None:
    page.height(row, 20)
    for number, (column, value) in enumerate(zip(*cells, strict=True)):
        if isinstance(value, str | None):
            page.text(row, number, value or "", styles.style(styles.TEXT, look))
        else:
            shown = styles.style(styles.NUMBER, look, num_format=column.number_format)
            page.number(row, number, value, shown)


__all__ = ["CellValue", "Column", "PrintedList", "write_list_page"]
