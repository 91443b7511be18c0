"""The rows of a sheet's tables put into a page drawn as the template's is; it grows where it has too few rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.a1 import split_range
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.ooxml.row_shift import RowShift
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.sheet import Sheet
    from xlsync.workbook.template.template import Template

ID: Final = "id"
SPARE: Final = 10
"""Blank rows below the last one, where a table had to grow."""


def put_rows(edit: PackageEdit, worksheet: str, template: Template, sheet: Sheet) -> None:
    """Put the rows of a sheet into its tables, with their ids; rows that the page lacks are inserted first.

    Everything else of the page must stand there already: it moves down with what lies below.
    """
    if not template.edition.tables:
        return
    shift = growth(template, sheet, worksheet)
    if shift.counts:
        insert_rows(edit, worksheet, shift.counts)
    changes: dict[tuple[str, str], Scalar] = {}
    for table in template.edition.tables:
        columns = {word: f"{table.path}.{word}" for word in (ID, *table.words)}
        areas = {w: split_range(template.column_ranges[path]) for w, path in columns.items()}
        first = shift.row(areas[ID][0]) + 1
        letters = {w: _letters(template.column_ranges[path]) for w, path in columns.items()}
        for number, row_id in enumerate(row_ids(sheet, table.path), start=first):
            cells = row_cells(table, sheet, row_id)
            changes |= {(worksheet, f"{letters[w]}{number}"): v for w, v in cells.items()}
    put_cells(edit, changes, stale="none")


def row_cells(table: Table, sheet: Sheet, row_id: str) -> dict[str, Scalar]:
    """Return what stands in the cells of a row, by the words of the columns, its id included."""
    cells: dict[str, Scalar] = {ID: row_id}
    for word, path in zip(table.words, table.cell_paths(row_id), strict=True):
        shown = table.column(word).kind.show(sheet[path])
        cells[word] = sheet.unreadable.get(path, shown)
    return cells


def growth(template: Template, sheet: Sheet, worksheet: str) -> RowShift:
    """Return which rows are inserted into the template's page, so that the rows of a sheet have room."""
    counts: dict[int, int] = {}
    for table in template.edition.tables:
        above, _, below, _ = split_range(template.column_ranges[f"{table.path}.{ID}"])
        room, needed = below - above - 1, len(row_ids(sheet, table.path))
        if needed > room:
            counts[below - 1] = needed + SPARE - room
    return RowShift(worksheet, counts)


def addresses_with_rows(template: Template, sheet: Sheet) -> Mapping[str, str]:
    """Return the address of each field in a workbook filled with a sheet."""
    shift = growth(template, sheet, template.edition.worksheet)
    return {path: shift.area(address) for path, address in template.addresses.items()}


def _letters(area: str) -> str:
    return area.partition(":")[0].rstrip("0123456789")
