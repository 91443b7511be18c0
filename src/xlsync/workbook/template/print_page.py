"""The pages of a sheet to be printed: values only, without the worksheets and results that are for those who fill it in."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.computed import blank_text
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.titled_references import split_title
from xlsync.workbook.template.row_fill import put_rows

if TYPE_CHECKING:
    from xlsync.sheet import Sheet
    from xlsync.workbook.template.template import Template

_BLANK: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)
Printed = str | int | Decimal | None


def print_page(template: Template, sheet: Sheet) -> bytes:
    """Return a workbook that prints the pages of a sheet and nothing else; what the sheet does not have is blank.

    The tables are as long as the sheet has rows, where these are more than the page has.
    Equal sheets give equal bytes.
    """
    edit = PackageEdit(template.data)
    edition = template.edition
    cells = {
        split_title(at, edition.worksheet): _printed(template, sheet, path)
        for path, at in template.addresses.items()
    }
    put_cells(edit, cells, overwrite_formulas=True, stale="none")
    put_rows(edit, template, sheet, spare=0)
    for entry in edit.workbook.worksheets:
        if entry.title not in edition.worksheets:
            edit.put(
                entry.part, _BLANK
            )  # LibreOffice prints also a hidden worksheet that has a print area
    return edit.finished()


def _printed(template: Template, sheet: Sheet, path: str) -> Printed:
    if path not in sheet:
        return None
    if path in sheet.unreadable:
        return sheet.unreadable[path]
    shown = sheet.edition.by_path[path].kind.show(sheet[path])
    if shown is not None or path not in template.edition.formulas:
        return shown
    parts = template.edition.typed_parts(path)
    is_known = all(part in sheet for part in parts)
    return blank_text(template.edition, path, sheet, sheet.unreadable) if is_known else None


__all__ = ["print_page"]
