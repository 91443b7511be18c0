"""Which rows and columns of a worksheet are hidden (ECMA-376 part 1, 18.3.1.13 and 18.3.1.73)."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlsync.ooxml.a1 import Area
from xlsync.ooxml.opc.workbook_part import TRUE
from xlsync.ooxml.xml.encoding import decoded

_TAG = re.compile(r"<(?:[\w.-]+:)?(row|col)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])(hidden|r|min|max)\s*=\s*["']([^"'<>]*)["']""")
_LONG = 8
"""Digits that no number of a row has."""
_HIDDEN = (b"hidden", "hidden".encode("utf-16-le"), "hidden".encode("utf-16-be"))


class HiddenLines(NamedTuple):
    """The numbers of the hidden rows and columns, from 1."""

    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]

    def cover(self, area: Area) -> bool:
        """Whether nothing is to be seen of a cell or a merged area.

        >>> HiddenLines(frozenset({2}), frozenset()).cover((2, 2, 2, 2))
        True
        >>> HiddenLines(frozenset({2}), frozenset()).cover((2, 2, 3, 4))
        False
        """
        top, left, bottom, right = area
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        return self.hidden_rows.issuperset(rows) or self.hidden_columns.issuperset(columns)


NOTHING_HIDDEN = HiddenLines(frozenset(), frozenset())


def hidden_lines(data: bytes, worksheet: str) -> HiddenLines:
    """Return the rows and columns that a worksheet part hides; mostly none."""
    if not any(word in data for word in _HIDDEN):
        return NOTHING_HIDDEN
    rows, columns = set[int](), set[int]()
    for kind, written in _TAG.findall(decoded(data, worksheet)):
        attributes = dict(_ATTRIBUTE.findall(written))
        if attributes.get("hidden") not in TRUE:
            continue
        if kind == "row":
            rows.update(_numbers(attributes, "r", "r"))
        else:
            columns.update(_numbers(attributes, "min", "max"))
    return HiddenLines(frozenset(rows), frozenset(columns))


def _numbers(attributes: dict[str, str], first: str, last: str) -> range:
    """Return the numbers between two attributes; none where they are no numbers of this worksheet."""
    start, stop = attributes.get(first, ""), attributes.get(last, "")
    if not (start.isdecimal() and stop.isdecimal() and len(start) < _LONG and len(stop) < _LONG):
        return range(0)
    return range(int(start), int(stop) + 1)
