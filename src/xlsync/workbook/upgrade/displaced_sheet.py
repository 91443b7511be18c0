"""The worksheet that lists for a workbook's user what found no place when it was brought to a new version of the form."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.workbook.upgrade.own_additions import Displaced

_WIDTHS: Final = {"A": 22.0, "B": 60.0, "C": 44.0}
_HEADINGS: Final = ("もとの場所", "内容", "理由")
_LEAD: Final = (
    "様式が第{version}版に変わったため、このファイルを新しい様式に移しました。次の内容は新しい様式に置く場所がないため、"
    "ここに残しています。必要なものは書き写し、済んだらこのシートは削除してかまいません。"
)


def displaced_title(version: int) -> str:
    """Return the title of the worksheet for an upgrade to a version."""
    return f"第{version}版に移せなかった内容"


def displaced_workbook(version: int, displaced: Sequence[Displaced]) -> bytes:
    """Return a workbook whose only worksheet lists what found no place in a version's page."""
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = displaced_title(version)
    sheet.append([_LEAD.format(version=version)])
    sheet.append([])
    sheet.append(_HEADINGS)
    for number, texts in enumerate(displaced, sheet.max_row + 1):
        for column, text in enumerate(texts, 1):
            sheet.cell(number, column, text).data_type = "s"  # a formula is shown, not calculated
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[1].height = 48
    for letters, width in _WIDTHS.items():
        sheet.column_dimensions[letters].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="游ゴシック", size=11, bold=cell.row == len(_HEADINGS))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


__all__ = ["displaced_title", "displaced_workbook"]
