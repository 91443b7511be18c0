"""The worksheet that lists for a workbook's user what found no place when it was brought to a new version of the form."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties

from xlsync.rules.paper_lines import paragraph_lines
from xlsync.workbook.upgrade.own_additions import displaced_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.workbook.upgrade.own_additions import Displaced

_WIDTHS: Final = {"A": 22, "B": 60, "C": 44}
"""Widths of the columns, in half-width characters."""
_LINE: Final = 18.0
"""Height of a line in points."""
_MOST_LINES: Final = 22
"""A row of Excel is 409 points high at most."""
_HEADING_ROW: Final = 3
_HEADINGS: Final = ("もとの場所", "内容", "理由")
_LEAD: Final = (
    "様式が第{version}版に変わったため、このファイルを新しい様式に移しました。次の内容は新しい様式に置く場所がないため、"
    "ここに残しています。必要なものは書き写し、済んだらこのシートは削除してかまいません。"
)


def displaced_workbook(version: int, displaced: Sequence[Displaced]) -> bytes:
    """Return a workbook whose only worksheet lists what found no place in a version's page."""
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = displaced_title(version)
    sheet["A1"] = _LEAD.format(version=version)
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[1].height = 3 * _LINE
    for letters, width in _WIDTHS.items():
        sheet.column_dimensions[letters].width = width + 2
    for number, texts in enumerate([_HEADINGS, *displaced], _HEADING_ROW):
        sheet.row_dimensions[number].height = _LINE * _lines(texts)
        for column, text in enumerate(texts, 1):
            sheet.cell(number, column, text).data_type = "s"  # a formula is shown, not calculated
    for number, row in enumerate(sheet.iter_rows(), 1):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="游ゴシック", size=11, bold=number == _HEADING_ROW)
            cell.border = Border(bottom=Side("thin")) if number >= _HEADING_ROW else Border()
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _lines(texts: Sequence[str]) -> int:
    """Return how many lines the longest of some texts takes in its column, up to what a row of Excel shows."""
    columns = zip(texts, _WIDTHS.values(), strict=True)
    return min(_MOST_LINES, max(_lines_of(text, width) for text, width in columns))


def _lines_of(text: str, width: int) -> int:
    return sum(paragraph_lines(paragraph, width) for paragraph in text.split("\n"))


__all__ = ["displaced_workbook"]
