"""A summary workbook, written by XlsxWriter; `worksheet_page.py` has its worksheets. Equal calls give equal bytes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlsync.summary.excel import styles
from xlsync.summary.excel.charts import series_options
from xlsync.summary.excel.packed_parts import PackedWorkbook
from xlsync.summary.excel.text_layout import as_text
from xlsync.summary.excel.worksheet_page import DEFAULT_SIZE, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart as XlsxChart
    from xlsxwriter.format import Format

    from xlsync.summary.excel.charts import Chart
    from xlsync.summary.excel.packed_parts import PackedWorksheet
    from xlsync.summary.excel.print_layout import Paper
    from xlsync.summary.excel.styles import Style


class Book:
    """A workbook being written; `made_on` is the date in its properties."""

    def __init__(self, title: str, made_on: dt.date) -> None:
        self._book = PackedWorkbook(
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {
                    "font_name": styles.FONT,
                    "font_size": DEFAULT_SIZE,
                    "font_scheme": "",
                },
                "default_column_width": 72,  # pixels: what Excel gives ＭＳ Ｐゴシック 11
                "default_row_height": 18,
            },
        )
        created = dt.datetime.combine(made_on, dt.time(), dt.UTC)
        self._book.set_properties({"title": as_text(title), "author": "xlsync", "created": created})
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self._seen: dict[int, tuple[Style, Format]] = {}
        self._last: tuple[Page, PackedWorksheet] | None = None

    def page(self, name: str, paper: Paper, footer: str, widths: Sequence[float]) -> Page:
        """Add a worksheet; `widths` are its columns' in half-width signs of 10 points. The one before is complete."""
        self._finish_page()
        worksheet = self._book.add_packed(name)
        page = Page(self, worksheet, widths)
        page.print_on(paper, footer)
        self._last = (page, worksheet)
        return page

    def _finish_page(self) -> None:
        if self._last is None:
            return
        page, worksheet = self._last
        page.apply_sizes()
        worksheet.pack(has_charts=page.has_charts)

    def format(self, style: Style) -> Format:
        """Return XlsxWriter's format of a style; equal styles share one."""
        seen = self._seen.get(id(style))
        if seen is None:
            key = tuple(sorted(style.items()))
            if key not in self._formats:
                self._formats[key] = self._book.add_format(dict(style))
            seen = self._seen[id(style)] = (
                style,
                self._formats[key],
            )  # held, so that its id stays its own
        return seen[1]

    def chart(self, chart: Chart, worksheet: str) -> XlsxChart:
        """Create XlsxWriter's chart over cells of a worksheet."""
        drawn = self._book.add_chart({"type": chart.chart_type, "subtype": chart.subtype})
        for options in series_options(chart, worksheet):
            drawn.add_series(options)
        font = {"name": styles.FONT, "size": 9, "color": styles.INK, "bold": False}
        drawn.set_title({"name": chart.title, "name_font": {**font, "size": 10, "bold": True}})
        drawn.set_legend({"position": "bottom", "font": font})
        drawn.set_x_axis({"num_font": {**font, "size": 8}, "line": {"color": styles.LINE}})
        lines = {"visible": True, "line": {"color": styles.PALE_LINE, "width": 0.5}}
        axis: dict[str, object] = {
            "num_format": chart.number_format,
            "major_gridlines": lines,
            "num_font": font,
        }
        if chart.starts_at_zero:
            axis["min"] = 0
        drawn.set_y_axis({**axis, "line": {"none": True}})
        drawn.set_chartarea({"border": {"color": styles.LINE}})
        return drawn

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self._finish_page()
        return self._book.zipped()
