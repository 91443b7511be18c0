"""Rows of a worksheet that nobody sees, hidden by hand or by a filter."""

from __future__ import annotations

import re
from typing import Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.xml.encoding import decoded

_ROW: Final = re.compile(r"<(?:\w+:)?row\b[^>]*>")
_HIDDEN: Final = re.compile(r"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER: Final = re.compile(r"""\sr\s*=\s*["'](\d+)["']""")


def hidden_rows(data: bytes, worksheet: str) -> frozenset[int]:
    """Return the numbers of the hidden rows of a workbook's worksheet, as far as their rows say their numbers."""
    package = Package.open(data)
    entry = read_workbook_part(package).worksheet(worksheet)
    if entry is None:
        return frozenset()
    tags = _ROW.findall(decoded(package.part(entry.part), worksheet))
    numbers = (_NUMBER.search(tag) for tag in tags if _HIDDEN.search(tag))
    return frozenset(int(number[1]) for number in numbers if number is not None)


__all__ = ["hidden_rows"]
