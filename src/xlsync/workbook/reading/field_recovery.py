"""A worksheet that lost names → where its fields lie, by label and neighbourhood; what is not certain is not guessed.

A lost field is healed when its row and its column are known, the labels it is read by on the page stand
where they should (or a field beside it still has its name), its merged area is there, and nothing else claims the cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
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
    Place,
    Step,
    folded,
    lasting_labels,
    plan_of,
)

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.ooxml.read.reader import Cell, Workbook
    from xlsync.workbook.reading.reading import Reading, State

_ENOUGH: Final = 0.8
"""A worksheet without names is ours when it has at least this share of an edition's labels, in their order."""
_MOST_YEARS: Final = 12
_YEAR = re.compile(r"(?:[MTSHR](?:\d{1,2}|元)|(?:19|20)\d{2})(?=年)")


@dataclass(frozen=True)
class Healing:
    """Addresses found by labels, and why (ambiguous or lost) each other field has none, both by path."""

    found: Mapping[str, str]
    missing: Mapping[str, State]


def heal(
    workbook: Workbook, worksheet: str, form: Form, year: int, named: Mapping[str, str]
) -> Healing:
    """Look for the fields that `named` (path → address) lacks."""
    plan = plan_of(form, year)
    texts = (label.text for label in plan.labels)
    grid = grid_of(texts, workbook.cells(worksheet), workbook.merged(worksheet))
    intact = {path: split_reference(where) for path, where in named.items()}
    search = _Search(plan, grid, match_page(plan, grid, intact), intact)
    lost = [path for path in plan.fields if path not in named]
    places = {path: place for path in lost if (place := search.place(path)) is not None}
    shared = Counter(places.values())
    found = {path: address(place) for path, place in places.items() if shared[place] == 1}
    return Healing(found, {path: search.reason(path) for path in lost if path not in found})


@dataclass(frozen=True)
class _Search:
    """A worksheet matched with its plan, asked for one field after the other."""

    plan: PagePlan
    grid: Grid
    match: Match
    intact: Mapping[str, Place]

    def place(self, path: str) -> Place | None:
        """Give the cell a lost field must be in, None where anything speaks against it."""
        place = self.match.place(self.plan.fields[path])
        if place is None or place in self.intact.values() or self._printed(place):
            return None
        if not self._has_area(path, place):
            return None
        alone = self.plan.fields[path].single
        steps, behind = [LEFT, UP], [RIGHT]
        if alone or self.plan.chain(path, LEFT)[1] != self.plan.fields[path]:
            steps.append(RIGHT)  # the field to the left can have been pushed here
        if alone:  # Excel refuses to push merged cells down past the wide ones below
            steps.append(DOWN)
            behind.append(DOWN)
        sides = [self._witness(path, step) for step in steps]
        if not all(self._nothing_behind(path, place, step) for step in behind):
            return None
        return place if True in sides and False not in sides else None

    def reason(self, path: str) -> State:
        """Say why a field was not found: a label it is read by is gone, or what is there does not agree."""
        labels = (self.plan.chain(path, step)[0] for step in (LEFT, UP))
        gone = any(label is not None and label.text not in self.grid.texts for label in labels)
        return "lost" if gone else "ambiguous"

    def _printed(self, place: Place) -> bool:
        """Whether a cell is a label's."""
        labels = self.plan.labels
        return any(
            self.match.place(label.box) == place and self.match.confirms(self.grid, label)
            for label in labels
        )

    def _has_area(self, path: str, place: Place) -> bool:
        """Whether the cell is merged as the field's is; on a worksheet without any merged area none is asked for.

        What is left of an area whose first row or column was deleted may have lost its value: blank, it says nothing.
        """
        box, planned = self.grid.box(place), self.plan.fields[path]
        if not self.grid.merges:
            return True
        if box is None or box.single != planned.single:
            return False
        whole = box.height >= planned.height and box.width >= planned.width
        return whole or not self.grid.blank(place)

    def _witness(self, path: str, step: Step) -> bool | None:
        """Whether what stands on that side of a field is where it should be; None where nothing is asked for."""
        label, _ = self.plan.chain(path, step)
        if label is None:
            return None
        beside = self._beside(path, step)
        return False not in beside and (self.match.confirms(self.grid, label) or True in beside)

    def _beside(self, path: str, step: Step) -> set[bool]:
        """Whether fields of the same part and line that still have their names lie where the match says."""
        by_path, mine = self.plan.edition.by_path, self.plan.fields[path]
        found = set()
        for other, place in self.intact.items():
            theirs = self.plan.fields[other]
            beside = theirs.top == mine.top if step.across else theirs.left == mine.left
            if beside and by_path[other].part == by_path[path].part:
                found.add(self.match.place(theirs) == place)
        return found

    def _nothing_behind(self, path: str, place: Place, step: Step) -> bool:
        """Whether nothing was pushed out of a row or column of fields: behind the last one is nothing that is not ours."""
        label, last = self.plan.chain(path, step)
        there = self.match.place(last)
        box = None if there is None else self.grid.box(there)
        if label is not None or box is None:
            return label is not None
        if not step.across:
            return self._free((box.bottom + 1, place[1]))
        row, columns = place[0], {box.right + 1}  # pushed as far as anyone likes
        columns |= {at for line, at in self.grid.merges if line == row and at > box.right}
        if self.plan.fields[path].single:
            columns |= {at for at in self.grid.filled[row] if at > box.right}
        return all(self._free((row, at)) for at in columns)

    def _free(self, place: Place) -> bool:
        """Whether a cell is blank and begins no area, or is the plan's."""
        if self.grid.blank(place) and place not in self.grid.merges:
            return True
        return place in self._planned or place in self.intact.values()

    @cached_property
    def _planned(self) -> frozenset[Place]:
        """Where the plan's fields, areas and (if they are there) labels are on the worksheet."""
        boxes = {*self.plan.fields.values(), *self.plan.merges} - {
            label.box for label in self.plan.labels
        }
        confirmed = {
            label.box for label in self.plan.labels if self.match.confirms(self.grid, label)
        }
        return frozenset(
            place for box in boxes | confirmed if (place := self.match.place(box)) is not None
        )


def states(form: Form, reading: Reading) -> dict[str, State]:
    """Give the state of every field of a reading by path."""
    plan = plan_of(form, reading.sheet.edition.year)
    named: dict[str, State] = {
        path: "intact" if where == address(plan.fields[path].place) else "moved"
        for path, where in reading.cells.items()
    }
    found = {**named, **reading.repaired}
    return {path: found[path] for path in plan.edition.by_path}


def recognise(
    workbook: Workbook, worksheet: str, form: Form, issued: int | None = None
) -> Edition | None:
    """Give the edition a worksheet without names is of, by its labels; None where it is of none, or of two alike.

    `issued` is the year the document itself names. A worksheet that cannot be read is none of ours.
    """
    try:
        return _recognise(workbook, worksheet, form, issued)
    except WorkbookError:
        return None


def _recognise(
    workbook: Workbook, worksheet: str, form: Form, issued: int | None
) -> Edition | None:
    cells = workbook.cells(worksheet)
    lasting = lasting_labels(form)
    if len(grid_of(lasting, cells, ()).texts) < _ENOUGH * len(lasting):
        return None
    shares = sorted(
        (
            (_share(workbook, worksheet, plan), plan.edition.year)
            for plan in _plans(form, cells, issued)
        ),
        reverse=True,
    )
    if not shares or shares[0][0] < _ENOUGH or (len(shares) > 1 and shares[1][0] == shares[0][0]):
        return None
    return form.at(shares[0][1])


def _plans(form: Form, cells: Mapping[str, Cell], issued: int | None) -> Iterable[PagePlan]:
    """Give the plans of the years a worksheet speaks of whose labels are on it."""
    texts = {folded(cell.value) for cell in cells.values() if isinstance(cell.value, str)}
    spoken = Counter(
        year
        for text in texts
        for found in _YEAR.findall(text)
        if (year := parse_year(found)) is not None
    )
    years = {year for year, _ in spoken.most_common(_MOST_YEARS)}
    for year in sorted(years if issued is None else years | {issued}):
        try:
            plan = plan_of(form, year)
        except FormError:
            continue
        labels = {label.text for label in plan.labels}
        if len(labels & texts) >= _ENOUGH * len(labels):
            yield plan


def _share(workbook: Workbook, worksheet: str, plan: PagePlan) -> float:
    """Give the share of a plan's labels that stand where the others say they should."""
    texts = (label.text for label in plan.labels)
    grid = grid_of(texts, workbook.cells(worksheet), workbook.merged(worksheet))
    match = match_page(plan, grid, {})
    return sum(match.confirms(grid, label) for label in plan.labels) / len(plan.labels)


__all__ = ["Healing", "heal", "recognise", "states"]
