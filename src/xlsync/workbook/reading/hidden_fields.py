"""Fields with a value that nobody sees, because their rows or columns, or their worksheet, are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import Area, split_range
from xlsync.workbook.reading.name_check import finding_at

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.workbook.reading.name_check import NamedPage

_LISTED: Final = 3


def hidden_fields(page: NamedPage) -> Iterator[Finding]:
    """Yield a warning, at the first of them, where fields that somebody fills in hold a value that is hidden.

    Their rows or columns are, or the whole worksheet.
    """
    lines = page.workbook.hidden_lines(page.title)
    if page.title in page.workbook.hidden_worksheets:
        for path, _ in islice(_filled(page), 1):
            yield finding_at(page, "hidden-lines", path, fields="このシートの欄", listed="シート")
    elif lines.hidden_rows or lines.hidden_columns:
        areas = _areas(page)
        hidden = [path for path, where in _filled(page) if lines.cover(areas[where])]
        if hidden:
            fields = _listed(page, hidden)
            yield finding_at(page, "hidden-lines", hidden[0], fields=fields, listed="行か列")


def _listed(page: NamedPage, paths: list[str]) -> str:
    """Return the titles of the first of these fields, and how many there are beside them."""
    titles = [f"「{page.edition.by_path[path].title}」" for path in paths[:_LISTED]]
    others = f"ほか{len(paths) - _LISTED}欄" if len(paths) > _LISTED else ""
    return "".join(titles) + others


def _filled(page: NamedPage) -> Iterator[tuple[str, str]]:
    """Yield path and address of the fields that hold something, but for the computed ones."""
    cells = page.workbook.cells(page.title)
    for path, where in page.addresses.items():
        if where in cells and page.edition.by_path[path].filled_by != "computed":
            yield path, where


def _areas(page: NamedPage) -> Mapping[str, Area]:
    """Return the area of each field's cell by its address, merged or single."""
    areas = {where: split_range(where) for where in page.addresses.values()}
    for merged in page.workbook.merged(page.title):
        first = merged.partition(":")[0]
        if first in areas:
            areas[first] = _area(merged) or areas[first]
    return areas


def _area(merged: str) -> Area | None:
    """Return a merged area, None where it is damaged."""
    try:
        return split_range(merged)
    except DamagedWorkbook:
        return None
