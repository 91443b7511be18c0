"""The drawing of a form that was defined in Excel: the official page, with a marker in the cell of each field."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.protection import SheetProtection

from xlsync.workbook.official.form_text import worksheet_titles
from xlsync.workbook.official.page_grid import area_of
from xlsync.workbook.official.titled_cell import split_cell
from xlsync.workbook.official.year_heading import placeholder, without_spaces
from xlsync.workbook.template.kept_drawings import with_drawings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from xlsync.workbook.official.official_workbook import OfficialWorkbook

_ERRORS: Final = re.compile(r"#REF!|!")


def drawing_of(
    official: OfficialWorkbook,
    titles: Sequence[str],
    paths: Mapping[str, str],
    years: Collection[str],
    edition: int,
) -> bytes:
    """Return the drawing: the form's worksheets alone, each field's path as `[[path]]`, years of headings as placeholders.

    Args:
        official: The official workbook; what openpyxl holds of it is changed.
        titles: The form's worksheets, in their order.
        paths: The path of the field at each cell, or of each area whose cells become one.
        years: The headings of columns that say a year.
        edition: The fiscal year that these headings were printed for.

    """
    book = official.book
    pages = _only(book, titles)
    book.defined_names.clear()
    by_title = dict(zip(titles, pages, strict=True))
    for page in pages:
        _strip(page)
        _count_years(page, years, edition)
    for cell, path in paths.items():
        title, address = split_cell(cell)
        _mark(by_title[title or titles[0]], address, path)
    new_titles = worksheet_titles(titles)
    for page, title in zip(pages, new_titles, strict=True):
        page.title = title
    saved = io.BytesIO()
    book.save(saved)
    same = [title for title, new in zip(titles, new_titles, strict=True) if title == new]
    return with_drawings(saved.getvalue(), official.data, same, _without_placeholders)


def _without_placeholders(text: str) -> str:
    """Return a printed text in which no brace is taken for a placeholder."""
    return text.replace("{", "｛").replace("}", "｝")


def _only(book: Workbook, titles: Sequence[str]) -> list[Worksheet]:
    """Return the worksheets of some titles, after every other sheet was removed from the book."""
    by_title: dict[str, Worksheet] = {page.title: page for page in book.worksheets}
    pages: list[Worksheet] = [by_title.pop(title) for title in titles]
    for other in by_title.values():
        book.remove(other)
    for chart in book.chartsheets:
        book.remove(chart)
    for number, page in enumerate(pages):
        book.move_sheet(page, number - book.index(page))
        page.sheet_state = "visible"
    book.active = 0
    return pages


def _strip(page: Worksheet) -> None:
    """Remove what a form has of its own: protection, pull-downs, names, formulas over other worksheets."""
    page.protection = SheetProtection()
    page.data_validations = DataValidationList()
    for name in [name for name in page.defined_names if not name.startswith("_xlnm.")]:
        del page.defined_names[name]
    _clear_formulas(page)


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
                text = _without_placeholders(cell.value)
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
