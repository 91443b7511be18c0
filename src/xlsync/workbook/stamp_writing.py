"""Writing the stamp into each of the places that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.properties import put_custom_property, put_defined_name
from xlsync.ooxml.read.reader import Workbook
from xlsync.workbook.stamp import HIDDEN_WORKSHEET, STAMP_NAME, STAMP_PROPERTY, Stamp
from xlsync.workbook.stamp_carriers import hidden_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsync.ooxml.patch.package_editor import PackageEdit


def put_stamp(edit: PackageEdit, worksheets: Iterable[str], stamp: Stamp) -> None:
    """Put the stamp of the document's only sheet, of which the worksheets are, into all three carriers."""
    for worksheet in worksheets:
        put_worksheet_stamp(edit, worksheet, stamp)
    put_document_stamp(edit, stamp)


def put_worksheet_stamp(edit: PackageEdit, worksheet: str, stamp: Stamp) -> None:
    """Put the stamp into the worksheet's own hidden name."""
    put_defined_name(edit, worksheet, STAMP_NAME, f'"{stamp.text()}"', hidden=True)


def put_document_stamp(edit: PackageEdit, stamp: Stamp) -> None:
    """Put the stamp into the document property, and into the hidden worksheet where there is one."""
    put_custom_property(edit, STAMP_PROPERTY, stamp.text())
    workbook = Workbook(edit.package)
    if HIDDEN_WORKSHEET in workbook.worksheets:
        address = hidden_address(workbook.cells(HIDDEN_WORKSHEET))
        put_cells(edit, {(HIDDEN_WORKSHEET, address): stamp.text()}, stale="keep")
