"""The rows of a sheet's tables put into a page drawn as the template's is; it grows where it has too few rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.a1 import split_range
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.ooxml.row_shift import RowShift
from xlsync.ooxml.titled_references import reference_to, split_title
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.patch.package_editor import PackageEdit
    from xlsync.sheet import Sheet
    from xlsync.workbook.template.template import Template

ID: Final = "id"
_OWN_TITLES: Final[Mapping[str, str]] = MappingProxyType({})
SPARE: Final = 10
"""Blank rows below the last one, where a table had to grow."""


def put_rows(
    edit: PackageEdit,
    template: Template,
    sheet: Sheet,
    titles: Mapping[str, str] = _OWN_TITLES,
    spare: int = SPARE,
) -> None:
    """Put the rows of a sheet into its tables, with their ids; rows that the page lacks, and `spare` ones, are inserted first.

    Everything else of the page must stand there already: it moves down with what lies below. `titles` says what the worksheets
    are called, by what the template calls them, where that is something else.
    """
    if not sheet.edition.tables:
        return
    for title, shift in growth(template, sheet, spare).items():
        if shift.counts:
            insert_rows(edit, titles.get(title, title), shift.counts)
    changes: dict[tuple[str, str], Scalar] = {}
    addresses = row_addresses(template, sheet, spare)
    for table in sheet.edition.tables:
        for row_id in row_ids(sheet, table.path):
            for word, value in row_cells(table, sheet, row_id).items():
                reference = addresses[f"{table.path}.{row_id}.{word}"]
                title, at = split_title(reference, template.edition.worksheet)
                changes[titles.get(title, title), at] = value
    put_cells(edit, changes, stale="none")


def _column_areas(template: Template, table: Table) -> tuple[str, dict[str, str]]:
    """Return the worksheet of a table in the template, and the range of each column there by its word, "id" among them."""
    here = template.edition.worksheet
    located = {
        word: split_title(template.column_ranges[f"{table.path}.{word}"], here)
        for word in (ID, *table.words)
    }
    return located[ID][0], {word: area for word, (_, area) in located.items()}


def row_addresses(template: Template, sheet: Sheet, spare: int = SPARE) -> dict[str, str]:
    """Return by path the address of each cell of a sheet's rows, their ids included, in a workbook filled with it.

    They are as the form's first worksheet refers to them.
    """
    addresses: dict[str, str] = {}
    if not sheet.edition.tables:
        return addresses
    shifts = growth(template, sheet, spare)
    for table in sheet.edition.tables:
        title, areas = _column_areas(template, table)
        first = shifts[title].row(split_range(areas[ID])[0]) + 1
        letters = {word: _letters(area) for word, area in areas.items()}
        here = template.edition.worksheet
        for number, row_id in enumerate(row_ids(sheet, table.path), start=first):
            for word, letter in letters.items():
                at = reference_to(title, f"{letter}{number}", here)
                addresses[f"{table.path}.{row_id}.{word}"] = at
    return addresses


def row_cells(table: Table, sheet: Sheet, row_id: str) -> dict[str, Scalar]:
    """Return what stands in the cells of a row, by the words of the columns, its id included."""
    cells: dict[str, Scalar] = {ID: row_id}
    for word, path in zip(table.words, table.cell_paths(row_id), strict=True):
        shown = table.column(word).kind.show(sheet[path])
        cells[word] = sheet.unreadable.get(path, shown)
    return cells


def growth(template: Template, sheet: Sheet, spare: int = SPARE) -> dict[str, RowShift]:
    """Return which rows are inserted into each worksheet of the template, so that the rows of a sheet have room."""
    counts: dict[str, dict[int, int]] = {title: {} for title in template.edition.worksheets}
    for table in sheet.edition.tables:
        title, areas = _column_areas(template, table)
        above, _, below, _ = split_range(areas[ID])
        room, needed = below - above - 1, len(row_ids(sheet, table.path))
        if needed > room:
            counts[title][below - 1] = needed + spare - room
    return {title: RowShift(title, by_row) for title, by_row in counts.items()}


def addresses_with_rows(template: Template, sheet: Sheet, spare: int = SPARE) -> Mapping[str, str]:
    """Return the address of each field in a workbook filled with a sheet, as the form's first worksheet refers to it."""
    shifts, here = growth(template, sheet, spare), template.edition.worksheet
    addresses: dict[str, str] = {}
    for path, reference in template.addresses.items():
        title, address = split_title(reference, here)
        addresses[path] = reference_to(title, shifts[title].area(address), here)
    return addresses


def _letters(area: str) -> str:
    return area.partition(":")[0].rstrip("0123456789")
