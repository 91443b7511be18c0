"""Where a workbook carries its stamp: a hidden name, a custom document property, a cell of the hidden worksheet.

The name is the worksheet's own and goes wherever the worksheet is copied. The other two are the document's. Google Sheets and
some libraries drop hidden names and properties, but keep every worksheet.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from xlsync.ooxml.a1 import column_letters
from xlsync.workbook.stamp import (
    HIDDEN_WORKSHEET,
    STAMP_NAME,
    STAMP_PROPERTY,
    TRIAL_MARK,
    Stamp,
    stamp_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlsync.ooxml.read.reader import Cell, Workbook


def document_stamp(workbook: Workbook) -> Stamp | None:
    """Return the document's stamp: its property, else a name some program gave workbook scope, else the hidden cell."""
    return next(_document_stamps(workbook), None)


def is_trial(
    workbook: Workbook, worksheet: str, own: Stamp | None, fields: Iterable[str], *, alone: bool
) -> bool:
    """True for a worksheet of a trial workbook: one carrier that says so is enough, whatever the others have lost.

    Args:
        workbook: The workbook.
        worksheet: The title of a form worksheet.
        own: The stamp in its own name, None where it has none.
        fields: The addresses of its fields, in which anything may be typed.
        alone: Whether it is the workbook's only form worksheet. One of several may come from another workbook: its own stamp
            counts then, and the document's only where it has none.

    """
    if own is not None and own.is_trial:
        return True
    cells = workbook.cells(worksheet)
    texts = (cells[address].value for address in cells.keys() - set(fields))
    if any(isinstance(text, str) and TRIAL_MARK in text for text in texts):
        return True
    is_document_meant = alone or own is None
    return is_document_meant and any(stamp.is_trial for stamp in _document_stamps(workbook))


def has_lost_name(workbook: Workbook, worksheet: str) -> bool:
    """True where some program dropped the worksheet's hidden name."""
    return not any(
        name.scope == worksheet
        and name.name.casefold() == STAMP_NAME
        and stamp_of(name.refers_to) is not None
        for name in workbook.names
    )


def has_lost_property(workbook: Workbook) -> bool:
    """True where some program dropped the document property."""
    return stamp_of(workbook.custom_properties.get(STAMP_PROPERTY, "")) is None


def has_lost_stamp(workbook: Workbook, worksheets: Iterable[str], *, alone: bool) -> bool:
    """True where some program dropped a stamp of a sheet's worksheets or, where these are alone, the document's."""
    lost = (has_lost_name(workbook, worksheet) for worksheet in worksheets)
    return any(lost) or (alone and has_lost_property(workbook))


def _document_stamps(workbook: Workbook) -> Iterator[Stamp]:
    """Yield the document's stamps, the one that counts first."""
    names = (name for name in workbook.names if name.scope is None)
    texts = (name.refers_to for name in names if name.name.casefold() == STAMP_NAME)
    stamps = (
        stamp_of(workbook.custom_properties.get(STAMP_PROPERTY, "")),
        stamp_of(next(texts, "")),
        _hidden_stamp(workbook),
    )
    yield from (stamp for stamp in stamps if stamp is not None)


def _hidden_stamp(workbook: Workbook) -> Stamp | None:
    if HIDDEN_WORKSHEET not in workbook.worksheets:
        return None
    cells = workbook.cells(HIDDEN_WORKSHEET)
    return _stamp_in(cells.get(hidden_address(cells)))


def hidden_address(cells: Mapping[str, Cell]) -> str:
    """Return the cell of the first row that holds a stamp, else its first blank cell: lists stand to the left."""
    addresses = (f"{column_letters(column)}1" for column in count(1))
    return next(at for at in addresses if at not in cells or _stamp_in(cells[at]) is not None)


def _stamp_in(cell: Cell | None) -> Stamp | None:
    return stamp_of(cell.value) if cell is not None and isinstance(cell.value, str) else None
