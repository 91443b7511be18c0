"""Long lists as a workbook, row by row: what is written is not kept in memory. Made for print: headings on every page."""

from __future__ import annotations

import datetime as dt
import io
import math
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from xlsync.errors import StoreError
from xlsync.excel_text import CELL_LIMIT, breadth

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONT: Final = "ＭＳ Ｐゴシック"
_A4: Final = 9
_MOST_BREAKS: Final = 1023
"""Of one worksheet, says Excel."""
_LINE_POINTS: Final = 12.0
_HIGHEST: Final = 400.0
_SHARE: Final = 9 / 11
"""The size of our font to the one in which Excel measures columns."""
_ABOVE: Final = 2
"""Rows above the list: what it is, and its headings."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and whether it is printed."""

    heading: str
    width: float
    is_printed: bool = True


@dataclass(frozen=True, slots=True)
class StreamedPage:
    """A worksheet: its title, what stands above the list, its columns, and its rows.

    A new page begins where the first value of a row is another than in the row before, if `breaks_pages`.
    """

    title: str
    heading: str
    columns: Sequence[Column]
    value_rows: Iterable[Sequence[str | int | None]]
    breaks_pages: bool = False


def streamed_workbook(pages: Iterable[StreamedPage], made_on: dt.date) -> bytes:
    """Return a workbook with a worksheet for each list; what is a text stays one, whatever it looks like.

    Rows wait in temporary files: StoreError where these cannot be written.
    """
    data = io.BytesIO()
    try:
        _write_workbook(data, pages, made_on)
    except (OSError, FileCreateError) as fault:
        _close_archive(fault)
        cause = fault.args[0] if isinstance(fault, FileCreateError) else fault
        reason = getattr(cause, "strerror", None) or "入出力エラー"
        message = (
            f"一時ファイルを書き込めません（{reason}）。空き容量と書き込み権限を確かめてください"
        )
        raise StoreError(message, tempfile.gettempdir()) from fault
    return data.getvalue()


def _close_archive(fault: BaseException | None) -> None:
    """Close the archive that XlsxWriter leaves open where it fails: only the frames of its calls hold it."""
    while fault is not None:
        traceback.clear_frames(fault.__traceback__)
        fault = fault.__context__


def _write_workbook(data: io.BytesIO, pages: Iterable[StreamedPage], made_on: dt.date) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(data, options) as book:
        created = dt.datetime.combine(made_on, dt.time(), dt.UTC)
        book.set_properties({"author": "xlsync", "created": created})
        base = {"font_name": FONT, "font_size": 9, "valign": "top"}
        cell = book.add_format({**base, "text_wrap": True, "border": 4, "num_format": "@"})
        heading = book.add_format(
            {**base, "bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True}
        )
        title = book.add_format({**base, "bold": True, "font_size": 12})
        for page in pages:
            _write_page(book.add_worksheet(page.title), page, (title, heading, cell))


def _write_page(
    worksheet: Worksheet, page: StreamedPage, formats: tuple[Format, Format, Format]
) -> None:
    title, heading, cell = formats
    _set_up(worksheet, page)
    worksheet.write_string(0, 0, page.heading, title)
    for number, column in enumerate(page.columns):
        worksheet.write_string(1, number, column.heading, heading)
    row, before, breaks = _ABOVE, None, list[int]()
    for values in page.value_rows:
        if page.breaks_pages and before not in {None, values[0]}:
            breaks.append(row)
        before = values[0]
        worksheet.set_row(row, _height(values, page.columns))
        _write_row(worksheet, row, values, cell)
        row += 1
    printed = sum(column.is_printed for column in page.columns)
    worksheet.print_area(0, 0, max(row - 1, 1), printed - 1)
    worksheet.autofilter(1, 0, max(row - 1, 1), len(page.columns) - 1)
    if breaks:
        worksheet.set_h_pagebreaks(breaks[:_MOST_BREAKS])


def _set_up(worksheet: Worksheet, page: StreamedPage) -> None:
    for number, column in enumerate(page.columns):
        worksheet.set_column(number, number, column.width)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.set_footer(f'&L&"{FONT},標準"&9 &A&R&P/&N')
    worksheet.repeat_rows(0, 1)
    worksheet.freeze_panes(2, 0)


def _height(values: Sequence[str | int | None], columns: Sequence[Column]) -> float:
    """Return the height in points that a row's wrapped texts need, at most what Excel allows."""
    texts = zip(values, columns, strict=True)
    needed = (_lines(text, column.width) for text, column in texts if isinstance(text, str))
    return min(_LINE_POINTS * max(needed, default=1) + 1, _HIGHEST)


def _lines(text: str, width: float) -> int:
    """Return over how many lines a text is wrapped in a column of so many characters."""
    room = max(width - 1, 1)
    return sum(max(1, math.ceil(breadth(line) * _SHARE / room)) for line in text.split("\n"))


def _write_row(
    worksheet: Worksheet, row: int, values: Sequence[str | int | None], cell: Format
) -> None:
    for number, value in enumerate(values):
        if isinstance(value, int):
            worksheet.write_number(row, number, value, cell)
        elif value:
            worksheet.write_string(row, number, value[:CELL_LIMIT], cell)
        else:
            worksheet.write_blank(row, number, None, cell)


__all__ = ["Column", "StreamedPage", "streamed_workbook"]
