"""The words that the pull-down lists of a worksheet offer, those on another worksheet included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.xml.encoding import unescaped
from xlsync.workbook.official.page_grid import Area, area_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_EXTENSION: Final = re.compile(
    r"<x14:dataValidation\b([^>]*)>(.*?)</x14:dataValidation>", re.DOTALL
)
_SOURCE: Final = re.compile(r"<x14:formula1>\s*<xm:f>([^<]*)</xm:f>")
_CELLS: Final = re.compile(r"<xm:sqref>([^<]*)</xm:sqref>")
_LONGEST: Final = 1000
"""Words of a list that are read."""


def pull_down_lists(book: Workbook, page: Worksheet, xml: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each cell's list by its address; `xml` is the worksheet's part, for lists openpyxl leaves out."""
    rules = [
        (str(rule.formula1 or ""), str(rule.sqref))
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
    ]
    lists: dict[str, tuple[str, ...]] = {}
    for formula, cells in [*rules, *_extended(xml)]:
        words = _words(book, page, formula.strip().removeprefix("="))
        for area in map(area_of, cells.split()) if words else ():
            lists.update(dict.fromkeys(_addresses(page, area), words))
    return lists


def _extended(xml: str) -> Iterator[tuple[str, str]]:
    """Yield the lists on another worksheet, which Excel 2010 writes as an extension: the source and the cells of each."""
    for match in _EXTENSION.finditer(xml):
        source, cells = _SOURCE.search(match[2]), _CELLS.search(match[2])
        if source is not None and cells is not None and 'type="list"' in match[1]:
            yield unescaped(source[1]), cells[1]


def _addresses(page: Worksheet, area: Area) -> Iterator[str]:
    """Yield the addresses of an area, of a whole column those that are used."""
    for row in range(area.top, min(area.bottom, page.max_row) + 1):
        yield from (page.cell(row, column).coordinate for column in area.columns)


def _words(book: Workbook, page: Worksheet, source: str) -> tuple[str, ...]:
    """Return the words of a list: written out, in a range, or in a named range; () where they cannot be read."""
    if source.startswith('"'):
        return _distinct(source.strip('"').split(","))
    named = page.defined_names.get(source) or book.defined_names.get(source)
    title, _, cells = (str(named.attr_text) if named is not None else source).rpartition("!")
    try:
        listed = book[title.strip("'").replace("''", "'") or page.title]
        area = area_of(cells)
    except (ValueError, KeyError):
        return ()
    rows = listed.iter_rows(area.top, min(area.bottom, listed.max_row), area.left, area.right)
    return _distinct([str(cell.value) for row in rows for cell in row if cell.value is not None])


def _distinct(words: list[str]) -> tuple[str, ...]:
    stripped = (word.strip() for word in words[:_LONGEST])
    return tuple(dict.fromkeys(word for word in stripped if word))
