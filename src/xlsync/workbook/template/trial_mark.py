"""The mark of a trial workbook: on the page, at the head of every printed page, and on the worksheet チェック."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Font

from xlsync.workbook.checks.visible_sheet import PAGE, RECEIPTS
from xlsync.workbook.stamp import TRIAL_MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_RED: Final = "C00000"
_ROOM: Final = 6
"""Cells to the left of the mark that must be blank, so that it is seen whole."""
_TOP_ROWS: Final = 3
_HEADER_MARGIN: Final = 0.1
"""Inches: the header stands in the margin, above the page."""


def mark_as_trial(book: Workbook, worksheets: Sequence[Worksheet]) -> None:
    """Put the mark on the form's worksheets and on チェック, and colour the form's tabs."""
    for page in (*worksheets, book[PAGE]):
        for header in (page.oddHeader, page.evenHeader, page.firstHeader):
            if header is not None:
                center = header.center
                center.text, center.color, center.size = TRIAL_MARK, _RED, 12
        page.page_margins.header = _HEADER_MARGIN
    for worksheet in worksheets:
        worksheet.sheet_properties.tabColor = _RED
        _mark_page(worksheet)
    answer = book[PAGE][RECEIPTS[0]]
    answer.value, answer.font = TRIAL_MARK, Font(bold=True, color=_RED)


def _mark_page(worksheet: Worksheet) -> None:
    """Put the mark behind the page's title, which is the only text of its row, else into a blank cell near the top."""
    texts = [cell for cell in worksheet[1] if cell.value is not None]
    if len(texts) == 1:
        texts[0].value = f"{texts[0].value}　{TRIAL_MARK}"
        return
    mark = worksheet.cell(*_blank_cell(worksheet), TRIAL_MARK)
    mark.font = Font(bold=True, color=_RED, size=14)
    mark.alignment = Alignment(horizontal="right")


def _blank_cell(worksheet: Worksheet) -> tuple[int, int]:
    """Return row and column of the right end of the first top row that is blank there, else of a cell beside the page."""
    last = worksheet.max_column
    merged = {cell for area in worksheet.merged_cells.ranges for cell in area.cells}
    for row in range(1, _TOP_ROWS + 1):
        columns = range(max(1, last - _ROOM), last + 1)
        blank = (worksheet.cell(row, column).value is None for column in columns)
        if merged.isdisjoint((row, column) for column in columns) and all(blank):
            return row, last
    return 1, last + 2
