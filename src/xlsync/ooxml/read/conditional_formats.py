"""Conditional formats that change how a cell reads: those that strike through, or have a number format (ECMA-376, 18.3.1.10).

A workbook that has none, as nearly all, is told by a look at its bytes. Rules that only colour cells are left out, unless
they stop others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.a1 import Area, Position, split_range, whole_number
from xlsync.ooxml.xml.encoding import decoded, encoding_of, local_name, parsed, parsed_text, plain

_FALSE = ("0", "false", "off")
_CELLS = re.compile(r"<(?:\w+:)?sheetData[\s>].*</(?:\w+:)?sheetData\s*>", re.DOTALL)
_LAST_PRIORITY = 2**31
_ICON_ALONE = ";;;@"
"""The number format that shows as much of a number as an icon or data bar without it: nothing."""


class ConditionalFormat(NamedTuple):
    """A rule of a worksheet and what it shows where it holds.

    `rule_type` is the rule's type as in the file ("expression", "cellIs", "containsText" …), `operator` and `text` as there;
    `operands` are formulas, without "=", written as for the cell `first_cell`. Where the rule holds, `strike` says that the
    cell is struck through or that it is not, `number_format` how a number is shown; None where the rule leaves that as it is.
    """

    covered_areas: tuple[Area, ...]
    first_cell: Position
    priority: int
    rule_type: str
    operator: str
    text: str
    operands: tuple[str, ...]
    stops_others: bool
    strike: bool | None
    number_format: str | None

    @property
    def changes_value(self) -> bool:
        """Whether another value may be read where the rule holds."""
        return self.strike is not None or self.number_format is not None

    def covers(self, position: Position) -> bool:
        """Whether the rule is about a cell."""
        row, column = position
        return any(
            top <= row <= bottom and left <= column <= right
            for top, left, bottom, right in self.covered_areas
        )


def _may_have(worksheet: bytes, styles: bytes) -> bool:
    """Whether it is worth to look for such rules: False for all but a few workbooks."""
    if encoding_of(worksheet) != "utf-8" or encoding_of(styles) != "utf-8":
        return True
    start = worksheet.rfind(b"sheetData")
    if worksheet.find(b"conditionalFormatting", max(start, 0)) < 0:
        return False
    words = (b"strike", b"numFmt", b"showValue")
    own = any(worksheet.find(word, start) >= 0 for word in words)
    dxfs = styles.rfind(b"dxfs>")
    first = styles.rfind(b"dxfs", 0, max(dxfs, 0))
    shared = max(styles.find(b"strike", first, dxfs), styles.find(b"numFmt", first, dxfs)) >= 0
    return own or (first >= 0 and shared)


def conditional_formats(
    worksheet: bytes, styles: bytes, where: str
) -> tuple[ConditionalFormat, ...]:
    """Return the worksheet's rules in the order in which they apply; none where no rule changes how a cell reads."""
    if not _may_have(worksheet, styles):
        return ()
    shared = _shared_formats(styles, where) if styles else []
    rules: list[ConditionalFormat] = []
    for group in parsed_text(_without_cells(worksheet, where), where).iter():
        if local_name(group.tag) == "conditionalFormatting":
            rules += _rules(group, shared)
    if not any(rule.changes_value for rule in rules):
        return ()
    kept = (rule for rule in rules if rule.changes_value or rule.stops_others)
    return tuple(sorted(kept, key=lambda rule: rule.priority))


def _without_cells(worksheet: bytes, where: str) -> str:
    """Return a worksheet part's text without its cells, which are most of it and say nothing of rules."""
    text = plain(decoded(worksheet, where))
    cells = _CELLS.search(text)
    return text if cells is None else text[: cells.start()] + text[cells.end() :]


def _shared_formats(styles: bytes, where: str) -> list[Element]:
    """Return the formats of the styles part that rules refer to by number."""
    return [
        item for group in parsed(styles, where) if local_name(group.tag) == "dxfs" for item in group
    ]


def _rules(group: Element, shared: list[Element]) -> Iterator[ConditionalFormat]:
    areas = _areas(group)
    if not areas:
        return
    tops, lefts, _, _ = zip(*areas, strict=True)
    first_cell = min(tops), min(lefts)
    for rule in group:
        if local_name(rule.tag) != "cfRule":
            continue
        strike, number_format = _shown_by(rule, shared)
        priority = whole_number(rule.get("priority", ""))
        yield ConditionalFormat(
            covered_areas=areas,
            first_cell=first_cell,
            priority=_LAST_PRIORITY if priority is None else priority,
            rule_type=rule.get("type", ""),
            operator=rule.get("operator", ""),
            text=rule.get("text", ""),
            operands=tuple(
                item.text or "" for item in rule if local_name(item.tag) in {"formula", "f"}
            ),
            stops_others=rule.get("stopIfTrue", "0") not in _FALSE,
            strike=strike,
            number_format=number_format,
        )


def _areas(group: Element) -> tuple[Area, ...]:
    """Return the ranges of a group of rules: an attribute, or in newer groups an element."""
    stated = group.get("sqref") or next(
        (item.text or "" for item in group if local_name(item.tag) == "sqref"), ""
    )
    areas = (_area(text) for text in stated.split())
    return tuple(area for area in areas if area is not None)


def _area(text: str) -> Area | None:
    """Return a range, which may be whole columns (A:C) or rows (1:3); None for what is none."""
    first, _, last = text.replace("$", "").partition(":")
    last = last or first
    if first.isdigit() and last.isdigit():
        first, last = f"A{first}", f"XFD{last}"
    elif first.isalpha() and last.isalpha():
        first, last = f"{first}1", f"{last}{limits.MAX_ROW}"
    try:
        return split_range(f"{first}:{last}")
    except DamagedWorkbook:
        return None


def _shown_by(rule: Element, shared: list[Element]) -> tuple[bool | None, str | None]:
    """Return what a rule's format says of striking through and of number formats."""
    strike, number_format = None, None
    for part in _format_of(rule, shared):
        if local_name(part.tag) == "strike":
            strike = part.get("val", "1") not in _FALSE
        elif local_name(part.tag) == "numFmt":
            number_format = part.get("formatCode")
    if any(part.get("showValue", "1") in _FALSE for part in rule):
        number_format = _ICON_ALONE
    return strike, number_format


def _format_of(rule: Element, shared: list[Element]) -> Iterator[Element]:
    """Yield all elements of a rule's format: its own, or the one it refers to."""
    index = whole_number(rule.get("dxfId", ""))
    own = next((item for item in rule if local_name(item.tag) == "dxf"), None)
    if own is not None:
        yield from own.iter()
    elif index is not None and index < len(shared):
        yield from shared[index].iter()


__all__ = ["ConditionalFormat", "conditional_formats"]
