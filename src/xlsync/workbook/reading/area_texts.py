"""Texts in a field's area that are not in its first cell: a merged area hides them, and reading the first cell loses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from xlsync.finding import Finding
from xlsync.ooxml.a1 import split_reference
from xlsync.workbook.reading.name_check import NamedPage, finding_at
from xlsync.workbook.reading.page_alignment import address
from xlsync.workbook.reading.page_layout import Box, PagePlan

_SHOWN: Final = 30


def unread_texts(page: NamedPage) -> Iterator[Finding]:
    """Yield a warning, at the first such cell, for each field in whose area another cell than the first holds something."""
    plan = page.plan
    cells = page.workbook.cells(page.title)
    if _first_cells(plan).issuperset(cells):
        return  # nothing is on the page but labels and fields where the form has them
    others = _other_cells(page, plan)
    for path, where in page.addresses.items():
        read = _text(page, where)
        texts = {at: _text(page, at) for at in others.get(path, ())}
        unread = {at: text for at, text in texts.items() if text not in ("", read)}
        if unread:
            listed = "、".join(f"{at}の「{text[:_SHOWN]}」" for at, text in unread.items())
            remark = finding_at(page, "unread-text", path, listed=listed)
            yield remark.at(page.title, next(iter(unread)))


def _text(page: NamedPage, where: str) -> str:
    cell = page.workbook.cells(page.title).get(where)
    return "" if cell is None or cell.value is None else str(cell.value).strip()


def _first_cells(plan: PagePlan) -> set[str]:
    """Return the addresses of the cells that hold the form's labels and fields."""
    boxes = [*plan.field_boxes.values(), *(label.box for label in plan.labels)]
    return {address(box.position) for box in boxes}


def _other_cells(page: NamedPage, plan: PagePlan) -> Mapping[str, tuple[str, ...]]:
    """Return, by path, the filled cells of a field's area but its first: as merged, or as planned where it no longer is."""
    covered = page.workbook.covered_cells(page.title)
    hidden = {area.partition(":")[0]: tuple(cells) for area, cells in covered.items()}
    merged = {area.partition(":")[0] for area in page.workbook.merged(page.title)}
    others: dict[str, tuple[str, ...]] = {}
    for path, where in page.addresses.items():
        if where in hidden:
            others[path] = hidden[where]
        elif where not in merged and not plan.field_boxes[path].single:
            others[path] = _rest_of(where, plan.field_boxes[path], page)
    return others


def _rest_of(where: str, planned: Box, page: NamedPage) -> tuple[str, ...]:
    """Return the cells that would be in a field's area, unless they are another field's."""
    top, left = split_reference(where)
    inside = product(range(top, top + planned.height), range(left, left + planned.width))
    known = set(page.addresses.values())
    return tuple(at for at in map(address, inside) if at not in known)
