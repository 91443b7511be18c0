"""The drawing of a form that was defined in Excel: the official page, with a marker in the cell of each field."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.protection import SheetProtection

from xlsync.workbook.official.form_text import worksheet_title
from xlsync.workbook.official.page_grid import area_of
from xlsync.workbook.official.year_heading import placeholder, without_spaces

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ERRORS: Final = re.compile(r"#REF!|!")


def drawing_of(
    book: Workbook, title: str, paths: Mapping[str, str], years: Collection[str], edition: int
) -> bytes:
    """Return the drawing: the form's worksheet alone, each field's path as `[[path]]`, years of headings as placeholders.

    Args:
        book: The official workbook; it is changed.
        title: The form's worksheet.
        paths: The path of the field at each cell, or of each area whose cells become one.
        years: The headings of columns that say a year.
        edition: The fiscal year that these headings were printed for.

    """
    page = book[title]
    for other in [sheet for sheet in book.worksheets if sheet is not page]:
        book.remove(other)
    for chart in book.chartsheets:
        book.remove(chart)
    page.sheet_state, book.active = "visible", 0
    page.protection = SheetProtection()
    page.data_validations = DataValidationList()
    book.defined_names.clear()
    for name in [name for name in page.defined_names if not name.startswith("_xlnm.")]:
        del page.defined_names[name]
    _clear_formulas(page)
    _count_years(page, years, edition)
    for cell, path in paths.items():
        _mark(page, cell, path)
    page.title = worksheet_title(title)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _clear_formulas(page: Worksheet) -> None:
    """Remove formulas that read another worksheet, which the drawing does not have."""
    for row in page.iter_rows():
        for cell in row:
            if (
                not isinstance(cell, MergedCell)
                and cell.data_type == "f"
                and _ERRORS.search(str(cell.value))
            ):
                cell.value = None


def _count_years(page: Worksheet, years: Collection[str], edition: int) -> None:
    """Let headings count their year from the edition: 令和6年度 becomes {-1元号年度}."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type != "f":
                text = cell.value.replace("{", "｛").replace("}", "｝")
                is_year = without_spaces(text) in years
                cell.value = placeholder(text, edition) if is_year else text


def _mark(page: Worksheet, address: str, path: str) -> None:
    """Put a marker in a cell, after making an area of several cells one; what was printed in it goes."""
    area = area_of(address)
    first = page.cell(area.top, area.left)
    merged = [str(merge) for merge in page.merged_cells.ranges]
    inside = [text for text in merged if area.around(area_of(text))]
    if area.size > 1 and area.address not in inside:
        for text in inside:
            page.unmerge_cells(text)
        for row in page.iter_rows(area.top, area.bottom, area.left, area.right):
            for cell in row:
                cell.value = None
        page.merge_cells(area.address)
    first.value = f"[[{path}]]"
    first.data_type = "s"
