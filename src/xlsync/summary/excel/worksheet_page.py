"""One worksheet of a summary, made for print. Rows and columns count from 0.

What a sheet says is written as text, whatever it looks like. Row heights follow from the wrapped texts, column widths
from the numbers, because no program fits them when it opens a file.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.excel_text import breadth, link_url
from xlsync.summary.excel import print_layout, styles
from xlsync.summary.excel.addresses import area, cell
from xlsync.summary.excel.text_layout import (
    as_text,
    height_of_text,
    is_too_long_for_link,
    room_of_link,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from xlsync.summary.excel.book import Book
    from xlsync.summary.excel.charts import Chart
    from xlsync.summary.excel.print_layout import Paper
    from xlsync.summary.excel.styles import Style

Target = tuple[str, str]

_MOST_BREAKS: Final = 1023
"""Of one worksheet, says Excel."""
_ABOVE_COLUMNS: Final = 0.25
"""Left blank above the small columns of a cell, to their height: those of neighbouring rows would touch."""
_HIGHEST: Final = 400.0
_MOST_LINKS: Final = 65_530
"""Of one worksheet, says Excel; XlsxWriter would drop the cells of further ones."""
DEFAULT_SIZE: Final = 11
"""Points of the font in which Excel measures column widths."""


class Page:
    """One worksheet being written. Rows and columns count from 0."""

    def __init__(self, book: Book, worksheet: Worksheet, widths: Sequence[float]) -> None:
        self._book = book
        self._worksheet = worksheet
        self._widths = list(widths)
        self._heights: dict[int, float] = {}
        self._links = 0
        self._sparklines: list[dict[str, object]] = []
        self._wrapped: list[tuple[int, tuple[int, int], str, Style]] = []
        self._paper: Paper = "A4"
        self._printed = (0, 0, len(self._widths) - 1)
        self._repeated = range(0)
        self._blocks: list[range] = []
        self.has_charts = False

    def print_on(self, paper: Paper, footer: str) -> None:
        """Set landscape paper, one page wide, with page number and footer."""
        self._paper = paper
        sheet = self._worksheet
        sheet.set_landscape()
        sheet.set_paper(print_layout.PAPER_CODES[paper])
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**print_layout.MARGINS)
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # no green corners: meant
        font = f'&"{styles.FONT},標準"&9 '  # the space parts the size from a text that begins with a digit
        escaped = as_text(footer)[:100].replace("&", "&&")
        sheet.set_footer(f"&L{font}{escaped}&R{font}&P/&N", {"margin": 0.3})

    def text(self, row: int, column: int, text: str, style: Style) -> None:
        """Write text; it never becomes a formula, number or link."""
        written = as_text(text)
        if written:
            self._worksheet.write_string(row, column, written, self._book.format(style))
        else:
            self._worksheet.write_blank(row, column, None, self._book.format(style))
        self._wrapped.append((row, (column, column), written, style))

    def link(self, row: int, column: int, text: str, target: Target, style: Style) -> None:
        """Write text that leads to a file (relative path, "/" between folders) and a cell in it; "" for none.

        A text too long for one line stays a text: LibreOffice does not wrap a cell that is a link, and cuts it in print. So
        a code, which always fits, leads to the same place as the name beside it.
        """
        if is_too_long_for_link(text) or not self._link(row, column, text, target, style):
            self.text(row, column, text, style)
            return
        self._wrapped.append((row, (column, column), as_text(text), style))
        self._widths[column] = max(self._widths[column], room_of_link(text))

    def merged_link(
        self, area: tuple[int, int, int, int], text: str, target: Target, style: Style
    ) -> None:
        """Write such a text over an area of one row, which must be wide enough for it."""
        self.merged(area, text, style)
        self._link(area[0], area[1], text, target, style)

    def _link(self, row: int, column: int, text: str, target: Target, style: Style) -> bool:
        """Write a link; False, and nothing is written, where it leads nowhere or Excel would not take it."""
        url = link_url(*target) if text else ""
        if not url or self._links == _MOST_LINKS:
            return False
        self._links += 1
        linked = self._book.format(styles.style(style, styles.LINKED))
        self._worksheet.write_url(row, column, url, linked, as_text(text))
        return True

    def number(self, row: int, column: int, number: float | Decimal, style: Style) -> None:
        """Write a number, in a column wide enough for it."""
        self._worksheet.write_number(row, column, float(number), self._book.format(style))
        self._widen(column, number, style)

    def formula(
        self, row: int, column: int, formula: str, value: float | Decimal | str | None, style: Style
    ) -> None:
        """Write a formula with the value it gives; None stands for the empty text."""
        self._worksheet.write_formula(
            row, column, formula, self._book.format(style), _cached(value)
        )
        if not isinstance(value, str | None):
            self._widen(column, value, style)

    def merged_formula(
        self,
        area: tuple[int, int, int, int],
        formula: str,
        value: float | Decimal | str | None,
        style: Style,
    ) -> None:
        """Write a formula with the value it gives over the area, which must be wide enough for it."""
        format_ = self._book.format(style)
        self._worksheet.merge_range(*area, "", format_)
        self._worksheet.write_formula(area[0], area[1], formula, format_, _cached(value))

    def merged(self, area: tuple[int, int, int, int], text: str, style: Style) -> None:
        """Write text over the area (first row, first column, last row, last column)."""
        first_row, first, last_row, last = area
        if (first_row, first) == (last_row, last):
            self.text(first_row, first, text, style)
            return
        format_ = self._book.format(style)
        self._worksheet.merge_range(first_row, first, last_row, last, "", format_)
        self._worksheet.write_string(first_row, first, as_text(text), format_)
        if first_row == last_row:
            self._wrapped.append((first_row, (first, last), as_text(text), style))

    def height(self, row: int, points: float) -> None:
        """Make a row at least this high."""
        self._heights[row] = max(points, self._heights.get(row, 0))

    def head(self, first_row: int, last_row: int, columns: int) -> None:
        """Repeat these rows on every printed page, and keep them and the first columns on the screen."""
        self._worksheet.repeat_rows(first_row, last_row)
        self._repeated = range(first_row, last_row + 1)
        self._worksheet.freeze_panes(last_row + 1, columns)

    def filter(self, head_row: int, last_row: int, last_column: int) -> None:
        """Offer filters on the head row."""
        self._worksheet.autofilter(head_row, 0, last_row, last_column)

    def print_area(self, last_row: int, first_column: int, last_column: int) -> None:
        """Print these columns from the top."""
        self._worksheet.print_area(0, first_column, last_row, last_column)
        self._printed = (last_row, first_column, last_column)

    def highlight(self, rows: tuple[int, int], columns: tuple[int, int], column: int) -> None:
        """Shade the columns in rows where the number in `column` is above 0."""
        test = f"=${cell(rows[0], column)}>0"
        shaded = area((rows[0], columns[0]), (rows[1], columns[1]))
        shade = self._book.format(styles.LACKING)
        options = {"type": "formula", "criteria": test, "format": shade}
        self._worksheet.conditional_format(shaded, options)

    def shade(self, cells: tuple[int, int, int, int]) -> None:
        """Shade cells the darker the larger their number; the number stays readable."""
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9FC5E8"}
        self._worksheet.conditional_format(*cells, scale)

    def keep_together(self, first_row: int, last_row: int) -> None:
        """Print these rows on one page; all rows below the head must be in such blocks, in order."""
        self._blocks.append(range(first_row, last_row + 1))

    def on_one_page(self) -> None:
        """Print the worksheet on one page, however small that makes it."""
        self._worksheet.fit_to_pages(1, 1)

    def sparkline(
        self, row: int, column: int, numbers: str, values: Sequence[float | Decimal]
    ) -> None:
        """Draw numbers of a row (D7:J7) as small columns in a cell, the last one marked; `values` are the numbers."""
        self._sparklines.append(
            {
                "location": cell(row, column),
                "range": numbers,
                "type": "column",
                "series_color": styles.DARK,
                "last_color": styles.ACCENT,
                "last_point": True,
                **_sparkline_axis([float(value) for value in values]),
            }
        )

    def chart(self, at: tuple[int, int], box: tuple[int, int, int], chart: Chart) -> None:
        """Put a chart right of a cell's left edge; `box` is how far, its width and height, in pixels."""
        drawn = self._book.chart(chart, self._worksheet.get_name())
        drawn.set_size({"width": box[1], "height": box[2]})
        # The title is also told to who cannot see the picture
        options = {"x_offset": box[0], "object_position": 1, "description": chart.title}
        self._worksheet.insert_chart(*at, drawn, options)
        self.has_charts = True

    def apply_sizes(self) -> None:
        """Set the widths and heights that the contents asked for."""
        self._stretch_columns()
        for column in range(len(self._widths)):
            self._worksheet.set_column(column, column, self._column_width(column))
        for text in self._wrapped:
            self._make_room(*text)
        self._wrapped.clear()
        for row, height in self._heights.items():
            self._worksheet.set_row(row, min(height, _HIGHEST))
        for drawn in self._sparklines:
            self._worksheet.add_sparkline(0, 0, drawn)
        self._break_pages()

    def _stretch_columns(self) -> None:
        """Make the printed columns wide enough to fill the paper."""
        _, first, last = self._printed
        factor = print_layout.stretch(self._paper, self._printed_widths)
        for column in range(first, last + 1):
            self._widths[column] *= factor

    def _break_pages(self) -> None:
        """End pages where blocks end."""
        rows = (self._repeated, self._blocks)
        breaks = print_layout.page_breaks(self._paper, self._printed_widths, self._heights, rows)
        self._worksheet.set_h_pagebreaks(list(breaks)[:_MOST_BREAKS])

    @property
    def _printed_widths(self) -> list[float]:
        _, first, last = self._printed
        return [self._column_width(column) for column in range(first, last + 1)]

    def _column_width(self, column: int) -> float:
        """Return the width of a column in digits of Excel's default font."""
        return self._widths[column] * styles.SIZE / DEFAULT_SIZE

    def _make_room(self, row: int, columns: tuple[int, int], text: str, style: Style) -> None:
        """Make a row high enough for a text over its columns, wrapped where the style says so."""
        size = float(style.get("font_size", styles.SIZE))
        room = math.inf
        if style.get("text_wrap"):
            width = sum(self._widths[columns[0] : columns[1] + 1])
            indent = 1.5 * float(style.get("indent", 0))
            room = max(1.0, (width - indent) * styles.SIZE / size - 1)
        self.height(row, height_of_text(text, room, size))

    def _widen(self, column: int, number: float | Decimal, style: Style) -> None:
        size = float(style.get("font_size", styles.SIZE)) / styles.SIZE
        characters = breadth(shown(number, str(style.get("num_format", ""))))
        room = characters * 1.1 * size + 1.5 + 1.5 * float(style.get("indent", 0))
        self._widths[column] = max(self._widths[column], room)


def _sparkline_axis(values: Sequence[float]) -> dict[str, object]:
    """Return the axis of small columns: from zero, and ending above the highest, so that it touches no row above."""
    lowest, highest = min(0.0, *values), max(0.0, *values)
    if lowest == highest:
        return {"axis": True}
    room = (highest - lowest) * _ABOVE_COLUMNS
    return {"min": lowest, "max": highest + room, "axis": lowest < 0}


def _cached(value: float | Decimal | str | None) -> float | str:
    """The value to store with a formula; None stands for the empty text."""
    if value is None:
        return ""
    return float(value) if isinstance(value, Decimal) else value
