"""A worksheet that lost names → where its fields lie, by label and neighbourhood; what is not certain is not guessed.

A lost field is healed when its row and its column are known, the labels it is read by on the page stand
where they should (or a field beside it still has its name), its merged area is there, and nothing else claims the cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError, WorkbookError
from xlsync.form.years import parse_year
from xlsync.ooxml.a1 import split_reference
from xlsync.workbook.reading.page_alignment import Grid, Match, address, grid_of, match_page
from xlsync.workbook.reading.page_layout import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    PagePlan,
    Position,
    Step,
    drawn_cells,
    folded,
    lasting_labels,
    plans_of,
)

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.ooxml.read.reader import Cell, Workbook
    from xlsync.workbook.reading.name_check import NamedPage
    from xlsync.workbook.reading.reading import Reading, State

_ENOUGH: Final = 0.8
"""A worksheet without names is ours when it has at least this share of an edition's labels, in their order."""
_MOST_YEARS: Final = 12
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")


@dataclass(frozen=True)
class Healing:
    """Addresses found by labels, and why (ambiguous or lost) each other field has none, both by path."""

    addresses: Mapping[str, str]
    without_address: Mapping[str, State]


def heal(page: NamedPage, misplaced: Mapping[str, str]) -> Healing:
    """Look for the fields that `page` has no address of; the cells of the `misplaced` (path → address) are nobody's."""
    plan = page.plan
    texts = (label.text for label in plan.labels)
    workbook, worksheet = page.workbook, page.title
    grid = grid_of(texts, workbook.cells(worksheet), workbook.merged(worksheet))
    intact = {path: split_reference(where) for path, where in page.addresses.items()}
    occupied = frozenset(map(split_reference, misplaced.values()))
    search = _Search(plan, grid, match_page(plan, grid, intact), intact, occupied)
    lost = [
        path for path in plan.field_boxes if path not in page.addresses and path not in misplaced
    ]
    addresses = search.addresses(lost)
    return Healing(addresses, {path: search.reason(path) for path in lost if path not in addresses})


@dataclass(frozen=True)
class _Search:
    """A worksheet matched with its plan, asked for one field after the other."""

    plan: PagePlan
    grid: Grid
    match: Match
    intact: Mapping[str, Position]
    occupied: frozenset[Position] = frozenset()

    def addresses(self, lost: Iterable[str]) -> dict[str, str]:
        """Map each lost field to the one cell it must be in; a cell two fields would be in is neither's."""
        candidates = ((path, self.position(path)) for path in lost)
        positions = {path: position for path, position in candidates if position is not None}
        shared = Counter(positions.values())
        return {path: address(at) for path, at in positions.items() if shared[at] == 1}

    def position(self, path: str) -> Position | None:
        """Return the cell a lost field must be in, None where anything contradicts it."""
        position = self.match.position(self.plan.field_boxes[path])
        if position is None or not self._is_free_for(path, position):
            return None
        steps, behind = self._directions(path)
        if not all(self._nothing_behind(path, position, step) for step in behind):
            return None
        sides = [self._witness(path, step) for step in steps]
        return position if True in sides and False not in sides else None

    def _is_free_for(self, path: str, position: Position) -> bool:
        """Whether a cell is neither another field's nor a label's, and merged as the field's is."""
        named = position in self.occupied or position in self.intact.values()
        claimed = named or self._printed(position)
        return not claimed and self._has_area(path, position)

    def _directions(self, path: str) -> tuple[list[Step], list[Step]]:
        """Return the directions in which labels must agree, and those in which nothing may have been pushed out."""
        alone = self.plan.field_boxes[path].single
        steps, behind = [LEFT, UP], [RIGHT]
        if alone or self.plan.chain(path, LEFT)[1] != self.plan.field_boxes[path]:
            steps.append(RIGHT)  # the field to the left can have been pushed here
        if alone:  # Excel refuses to push merged cells down past the wide ones below
            steps.append(DOWN)
            behind.append(DOWN)
        return steps, behind

    def reason(self, path: str) -> State:
        """Say why a field was not found: a label it is read by is gone, or what is there does not agree."""
        labels = (self.plan.chain(path, step)[0] for step in (LEFT, UP))
        gone = any(
            label is not None and label.text not in self.grid.label_positions for label in labels
        )
        return "lost" if gone else "ambiguous"

    def _printed(self, position: Position) -> bool:
        """Whether a cell is a label's."""
        labels = self.plan.labels
        return any(
            self.match.position(label.box) == position and self.match.confirms(self.grid, label)
            for label in labels
        )

    def _has_area(self, path: str, position: Position) -> bool:
        """Whether the cell is merged as the field's is; on a worksheet without any merged area none is asked for.

        What is left of an area whose first row or column was deleted may have lost its value: blank, it says nothing.
        """
        box, planned = self.grid.box(position), self.plan.field_boxes[path]
        if not self.grid.merges:
            return True
        if box is None or box.single != planned.single:
            return False
        whole = box.height >= planned.height and box.width >= planned.width
        return whole or not self.grid.blank(position)

    def _witness(self, path: str, step: Step) -> bool | None:
        """Whether what stands on that side of a field is where it should be; None where nothing is asked for."""
        label, _ = self.plan.chain(path, step)
        if label is None:
            return None
        beside = self._beside(path, step)
        return False not in beside and (self.match.confirms(self.grid, label) or True in beside)

    def _beside(self, path: str, step: Step) -> set[bool]:
        """Whether fields of the same part and line that still have their names lie where the match says."""
        by_path, mine = self.plan.edition.by_path, self.plan.field_boxes[path]
        agreeing = set()
        for other, position in self.intact.items():
            theirs = self.plan.field_boxes[other]
            beside = theirs.top == mine.top if step.across else theirs.left == mine.left
            if beside and by_path[other].part == by_path[path].part:
                agreeing.add(self.match.position(theirs) == position)
        return agreeing

    def _nothing_behind(self, path: str, position: Position, step: Step) -> bool:
        """Whether nothing was pushed out of a row or column of fields: behind the last one is nothing that is not ours."""
        label, last = self.plan.chain(path, step)
        there = self.match.position(last)
        box = None if there is None else self.grid.box(there)
        if label is not None or box is None:
            return label is not None
        if not step.across:
            return self._free((box.bottom + 1, position[1]))
        beyond = self._columns_in_use(position[0], with_cells=self.plan.field_boxes[path].single)
        # Cells can have been pushed as far as anyone likes.
        columns = {box.right + 1, *(at for at in beyond if at > box.right)}
        return all(self._free((position[0], at)) for at in columns)

    def _columns_in_use(self, row: int, *, with_cells: bool) -> set[int]:
        """Return the columns of a row in which a merged area begins or, if asked for, a filled cell lies."""
        columns = {at for line, at in self.grid.merges if line == row}
        return columns | set(self.grid.filled[row]) if with_cells else columns

    def _free(self, position: Position) -> bool:
        """Whether a cell is blank and begins no area, or is the plan's."""
        if self.grid.blank(position) and position not in self.grid.merges:
            return True
        return position in self._planned or position in self.intact.values()

    @cached_property
    def _planned(self) -> frozenset[Position]:
        """Where the plan's fields, areas and (if they are there) labels are on the worksheet."""
        labels = {label.box for label in self.plan.labels}
        confirmed = {
            label.box for label in self.plan.labels if self.match.confirms(self.grid, label)
        }
        boxes = {*self.plan.field_boxes.values(), *self.plan.merges} - labels | confirmed
        positions = (self.match.position(box) for box in boxes)
        return frozenset(position for position in positions if position is not None)


def states(form: Form, reading: Reading) -> dict[str, State]:
    """Return the state of every field of a reading by path."""
    edition = reading.sheet.edition
    drawn = drawn_cells(form, edition.year)
    named: dict[str, State] = {
        path: "intact" if where == drawn[path] else "moved" for path, where in reading.cells.items()
    }
    all_states = {**named, **reading.repaired}
    return {path: all_states[path] for path in edition.by_path}


def recognise(
    workbook: Workbook, worksheet: str, form: Form, issued: int | None = None
) -> PagePlan | None:
    """Identify the plan of a worksheet without names by its labels; None where none fits, or two equally well.

    `issued` is the year the document itself names. A worksheet that cannot be read is none of ours.
    """
    try:
        return _recognise(workbook, worksheet, form, issued)
    except WorkbookError:
        return None


def _recognise(
    workbook: Workbook, worksheet: str, form: Form, issued: int | None
) -> PagePlan | None:
    cells = workbook.cells(worksheet)
    page = form.definition.page
    titles = [
        title
        for title in (page.worksheet, *page.further_worksheets)
        if _has_lasting_labels(form, title, cells)
    ]
    plans = _plans(form, titles, cells, issued) if titles else ()
    shares = [(_share(workbook, worksheet, plan), plan) for plan in plans]
    shares.sort(key=lambda known: (known[0], known[1].edition.year), reverse=True)
    if not shares or shares[0][0] < _ENOUGH or (len(shares) > 1 and shares[1][0] == shares[0][0]):
        return None
    return shares[0][1]


def _has_lasting_labels(form: Form, title: str, cells: Mapping[str, Cell]) -> bool:
    """Whether cells hold enough of the labels that a worksheet of the form has in every year."""
    lasting = lasting_labels(form, title)
    return len(grid_of(lasting, cells, ()).label_positions) >= _ENOUGH * len(lasting)


def _plans(
    form: Form, titles: Collection[str], cells: Mapping[str, Cell], issued: int | None
) -> Iterable[PagePlan]:
    """Yield the plans that a worksheet of some titles has in the years it mentions, where most of their labels are on it."""
    texts = {folded(cell.value) for cell in cells.values() if isinstance(cell.value, str)}
    years = _years_mentioned(texts) if form.has_years else {form.fiscal_year}
    for plan in _plans_of_years(form, years | {issued or 0}):
        labels = {label.text for label in plan.labels}
        if plan.title in titles and len(labels & texts) >= _ENOUGH * len(labels):
            yield plan


def _plans_of_years(form: Form, years: Iterable[int]) -> Iterable[PagePlan]:
    """Yield the plans of the years in which the form can be made."""
    for year in sorted(years):
        with suppress(FormError):
            yield from plans_of(form, year)


def _years_mentioned(texts: Iterable[str]) -> set[int]:
    """Return the fiscal years that texts mention most often."""
    years = (parse_year(word) for text in texts for word in _YEAR.findall(text))
    counted = Counter(year for year in years if year is not None)
    return {year for year, _ in counted.most_common(_MOST_YEARS)}


def _share(workbook: Workbook, worksheet: str, plan: PagePlan) -> float:
    """Return the share of a plan's labels that lie where the other labels put them."""
    texts = (label.text for label in plan.labels)
    grid = grid_of(texts, workbook.cells(worksheet), workbook.merged(worksheet))
    match = match_page(plan, grid, {})
    return sum(match.confirms(grid, label) for label in plan.labels) / len(plan.labels)


__all__ = ["Healing", "heal", "recognise", "states"]
