"""A few cells of a large worksheet part, found without reading the rest: for who asks about some of thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from xlsync.ooxml.read.worksheet_fast import RawCell, can_read_fast, fast_cell

_ODD_CELL: Final = re.compile(rb'<c(?=[\s>/])(?! r="[A-Z]{1,3}[1-9][0-9]*")')
_NOT_FAST: Final = (b"xmln", b"AlternateC")
_NUMBER: Final = re.compile(rb'<c r="[A-Z]{1,3}([0-9]+)"')


def few_cells(data: bytes, addresses: Iterable[str]) -> list[RawCell] | None:
    """The filled ones of these cells, where a part is of the very usual shape; None where all must be read to tell."""
    start, stop = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0 or stop < 0 or not can_read_fast(data):
        return None
    inside = data[start:stop]
    if _ODD_CELL.search(inside) is not None or any(word in inside for word in _NOT_FAST):
        return None
    rows = _rows(inside)
    if rows is None:
        return None
    found: list[RawCell] = []
    for address in addresses:
        row = rows.get(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").encode(), b"")
        at = row.find(b'<c r="%s"' % address.encode())
        if at < 0:
            continue
        cell = _cell(row, at)
        if cell is None:
            return None
        if cell[3:] != (None, None):
            found.append(cell)
    return found


def _rows(inside: bytes) -> dict[bytes, bytes] | None:
    """The text of each row that has cells by the number its first cell bears; None where two bear the same."""
    found: dict[bytes, bytes] = {}
    for row in inside.split(b"<row"):
        number = _NUMBER.search(row)
        if number is None:
            continue
        if number[1] in found:
            return None
        found[number[1]] = row
    return found


def _cell(row: bytes, at: int) -> RawCell | None:
    opened = row.find(b">", at)
    if row[opened - 1 : opened] == b"/":
        return "", "", "", None, None
    closed = row.find(b"</c>", opened)
    if opened < 0 or closed < 0:
        return None
    try:
        return fast_cell(row[at : closed + len(b"</c>")].decode())
    except UnicodeDecodeError:
        return None
