"""Which fields' names can be trusted: each must stand where its labels are, for one cell, which the file states once.

Cutting a cell and pasting it elsewhere, or dragging it, takes its name along: the value would be read as that of a field
under whose label it no longer stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding
from xlsync.ooxml.a1 import split_range, split_reference
from xlsync.workbook.reading.page_alignment import Grid, Match, address, grid_of, match_page
from xlsync.workbook.reading.page_layout import LEFT, UP, Box, PagePlan, Position
from xlsync.workbook.reading.worksheet_names import area_of, reference_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.ooxml.read.reader import Workbook


@dataclass(frozen=True)
class NamedPage:
    """A worksheet of the form: its plan, where the name of each field is (path → address), and what else is asked of it."""

    workbook: Workbook
    title: str
    plan: PagePlan
    addresses: dict[str, str]
    ranges: Mapping[str, str]
    """The names that stand for several cells: path → range as written."""

    @property
    def edition(self) -> Edition:
        """The edition that it is drawn by."""
        return self.plan.edition


def misplaced_names(page: NamedPage) -> dict[str, Finding]:
    """Return, by path, an error for each field whose name cannot be trusted; nothing is to be read from its cell."""
    repeated = page.workbook.repeated_cells(page.title)
    errors = {
        path: finding_at(page, "repeated-cell", path, where=where)
        for path, where in page.addresses.items()
        if where in repeated
    }
    for path, where in _astray(page, page.plan).items():
        errors.setdefault(path, finding_at(page, "misplaced-name", path, where=where))
    return errors


def repeated_names(page: NamedPage) -> Iterator[Finding]:
    """Yield a warning for each field whose name the workbook states more than once, for different cells of the page."""
    references: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for name in page.workbook.names:
        target = reference_of(name.refers_to)
        if target is not None and target[0] == page.title:
            references[name.name.casefold(), name.scope].add(area_of(name.refers_to) or target[1])
    for (cell_name, _), stated in references.items():
        field = page.edition.by_cell_name.get(cell_name)
        if field is not None and len(stated) > 1 and field.path in page.addresses:
            where = page.addresses[field.path]
            others = "、".join(sorted(stated - {where, page.ranges.get(field.path, "")}))
            yield finding_at(page, "repeated-name", field.path, where=where, listed=others)


def finding_at(page: NamedPage, code: str, path: str, **facts: str) -> Finding:
    """Return a finding on a field, at the cell that has its name."""
    field = page.edition.by_path[path]
    placed = finding(code, path, None, field=field.title, **facts)
    return placed.at(page.title, page.addresses[path])


def _astray(page: NamedPage, plan: PagePlan) -> dict[str, str]:
    """Return, by path, where a name stands that is not at its field's labels, in words."""
    positions = {path: split_reference(where) for path, where in page.addresses.items()}
    moved = [path for path, at in positions.items() if at != plan.field_boxes[path].position]
    wide = _wide(page, plan) if page.ranges else {}
    if not moved:
        return wide
    texts = (label.text for label in plan.labels)
    grid = grid_of(texts, page.workbook.cells(page.title), page.workbook.merged(page.title))
    match = match_page(plan, grid, positions)
    astray = [path for path in moved if _is_astray(path, positions[path], plan, grid, match)]
    return {path: _in_words(path, page, plan, match) for path in astray} | wide


def _wide(page: NamedPage, plan: PagePlan) -> dict[str, str]:
    """Return, by path, the range of a name that stands for more cells than its field has, in words."""
    merged = set(page.workbook.merged(page.title))
    return {
        path: f"セル{area}全体"
        for path, area in page.ranges.items()
        if path in page.addresses and not _is_own_area(area, merged, plan.field_boxes[path])
    }


def _is_own_area(area: str, merged: Collection[str], planned: Box) -> bool:
    """Whether a range is one merged area, or no larger than the field's own where that is no longer merged."""
    box = Box(*split_range(area))
    return area in merged or (box.height <= planned.height and box.width <= planned.width)


def _is_astray(path: str, at: Position, plan: PagePlan, grid: Grid, match: Match) -> bool:
    """Whether the page has the field elsewhere, and its labels have not come along to where the name is."""
    expected = match.position(plan.field_boxes[path])
    if expected is None or expected == at:
        return False
    planned = plan.field_boxes[path].position
    labels = [label for step in (LEFT, UP) if (label := plan.chain(path, step)[0]) is not None]
    down, across = at[0] - planned[0], at[1] - planned[1]
    along = [
        (label.box.top + down, label.box.left + across) in grid.label_positions.get(label.text, ())
        for label in labels
    ]
    return not along or not all(along)


def _in_words(path: str, page: NamedPage, plan: PagePlan, match: Match) -> str:
    """Say whose cell a name is at."""
    where = page.addresses[path]
    for other, box in plan.field_boxes.items():
        position = match.position(box)
        if other != path and position is not None and address(position) == where:
            return f"セル{where}（「{page.edition.by_path[other].title}」の欄）"
    return f"セル{where}（様式の欄の外）"
