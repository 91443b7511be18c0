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


def put_rows(
    edit: PackageEdit, worksheet: str, template: Template, sheet: Sheet, spare: int = SPARE
) -> None:
    """Put the rows of a sheet into its tables, with their ids; rows that the page lacks, and `spare` ones, are inserted first.

    Everything else of the page must stand there already: it moves down with what lies below.
    """
    if not sheet.edition.tables:
        return
    shift = growth(template, sheet, worksheet, spare)
    if shift.counts:
        insert_rows(edit, worksheet, shift.counts)
    changes: dict[tuple[str, str], Scalar] = {}
    addresses = row_addresses(template, sheet, spare)
    for table in sheet.edition.tables:
        for row_id in row_ids(sheet, table.path):
            cells = row_cells(table, sheet, row_id)
            at = {word: addresses[f"{table.path}.{row_id}.{word}"] for word in cells}
            changes |= {(worksheet, at[word]): value for word, value in cells.items()}
    put_cells(edit, changes, stale="none")


def row_addresses(template: Template, sheet: Sheet, spare: int = SPARE) -> dict[str, str]:
    """Return by path the address of each cell of a sheet's rows, their ids included, in a workbook filled with it."""
    addresses: dict[str, str] = {}
    if not sheet.edition.tables:
        return addresses
    shift = growth(template, sheet, template.edition.worksheet, spare)
    for table in sheet.edition.tables:
        areas = {w: template.column_ranges[f"{table.path}.{w}"] for w in (ID, *table.words)}
        first = shift.row(split_range(areas[ID])[0]) + 1
        letters = {word: _letters(area) for word, area in areas.items()}
        for number, row_id in enumerate(row_ids(sheet, table.path), start=first):
            addresses |= {f"{table.path}.{row_id}.{w}": f"{x}{number}" for w, x in letters.items()}
    return addresses


def row_cells(table: Table, sheet: Sheet, row_id: str) -> dict[str, Scalar]:
    """Return what stands in the cells of a row, by the words of the columns, its id included."""
    cells: dict[str, Scalar] = {ID: row_id}
    for word, path in zip(table.words, table.cell_paths(row_id), strict=True):
        shown = table.column(word).kind.show(sheet[path])
        cells[word] = sheet.unreadable.get(path, shown)
    return cells


def growth(template: Template, sheet: Sheet, worksheet: str, spare: int = SPARE) -> RowShift:
    """Return which rows are inserted into the template's page, so that the rows of a sheet have room."""
    counts: dict[int, int] = {}
    for table in sheet.edition.tables:
        above, _, below, _ = split_range(template.column_ranges[f"{table.path}.{ID}"])
        room, needed = below - above - 1, len(row_ids(sheet, table.path))
        if needed > room:
            counts[below - 1] = needed + spare - room
    return RowShift(worksheet, counts)


def addresses_with_rows(template: Template, sheet: Sheet, spare: int = SPARE) -> Mapping[str, str]:
    """Return the address of each field in a workbook filled with a sheet."""
    shift = growth(template, sheet, template.edition.worksheet, spare)
    return {path: shift.area(address) for path, address in template.addresses.items()}


def _letters(area: str) -> str:
    return area.partition(":")[0].rstrip("0123456789")
