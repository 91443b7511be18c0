"""A plain list as a workbook: headings, rows, texts as texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

CellValue = str | int | Decimal | None
_HEAD: Final = PatternFill("solid", fgColor="D9E1F2")
_NARROW, _WIDE = 8, 40


def list_workbook(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[CellValue]]
) -> bytes:
    """Return a workbook with one worksheet; what is a text stays one, whatever it looks like (01, 4-1, =机)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for row, values in enumerate([headings, *rows], start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"
    for column, heading in enumerate(headings, start=1):
        cell = page.cell(1, column)
        cell.font, cell.fill = Font(bold=True), _HEAD
        texts = (str(row[column - 1] or "") for row in rows)
        longest = max(map(len, [heading, *texts]))
        width = min(max(2 * longest, _NARROW), _WIDE)
        page.column_dimensions[get_column_letter(column)].width = width
    if rows:
        page.auto_filter.ref = page.dimensions
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


__all__ = ["CellValue", "list_workbook"]
