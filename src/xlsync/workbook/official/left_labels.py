"""The labels to the left of an input: the nearest text of its rows, and further left those that span the nearer ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.form_words import is_label
from xlsync.workbook.official.page_boxes import boxes_of
from xlsync.workbook.official.page_grid import Area

if TYPE_CHECKING:
    from xlsync.workbook.official.input_area import InputArea
    from xlsync.workbook.official.page_boxes import Box
    from xlsync.workbook.official.page_grid import PageGrid

_FARTHEST: Final = 60.0
"""Characters of blank space beyond which a text names nothing."""


@dataclass(frozen=True)
class LeftLabels:
    """The texts of a page and the cells of its inputs."""

    page_grid: PageGrid
    input_at: Mapping[tuple[int, int], InputArea]

    def of(self, area: Area) -> list[Area]:
        """Return the labels to the left of an area, the nearest first: each spans the rows of those nearer."""
        labels: list[Area] = []
        inner, column = area, area.left - 1
        while column >= self.page_grid.bounds.left and not self._ends(inner, column, labels):
            atom = self._label_at(inner, column, is_first=not labels)
            column = (column if atom is None else min(column, atom.left)) - 1
            if atom is not None and atom not in labels:
                labels.append(atom)
                inner = Area(inner.top, atom.left, inner.bottom, atom.right)
        return labels

    def _ends(self, inner: Area, column: int, labels: list[Area]) -> bool:
        """Whether the search ends: behind labels at an input, before one after much blank space."""
        if (inner.top, column) in self.input_at:
            return bool(labels)
        blank = Area(inner.top, column, inner.top, inner.left - 1)
        is_far = not labels and self.page_grid.width(blank) > _FARTHEST
        return is_far and not any((inner.top, each) in self.input_at for each in blank.columns)

    def _label_at(self, inner: Area, column: int, *, is_first: bool) -> Area | None:
        """Return the label at a column that belongs to the rows of `inner`, None where there is none."""
        for row in inner.rows:
            atom = self.page_grid.atom(row, column)
            if self._is_label(atom) and (is_first or self._covers(atom, inner)):
                return atom
        box = self._box_at.get((inner.top, column))
        return None if box is None else self._only_label(box)

    def _is_label(self, atom: Area) -> bool:
        is_input = (atom.top, atom.left) in self.input_at
        return not is_input and is_label(self.page_grid.text(atom))

    def _covers(self, atom: Area, inner: Area) -> bool:
        """Whether a label spans the rows of one further in, or stands in a box that does."""
        if atom.top <= inner.top and atom.bottom >= inner.bottom:
            return True
        box = self._box_at.get((atom.top, atom.left))
        return box is not None and box.area.top <= inner.top and box.area.bottom >= inner.bottom

    def _only_label(self, box: Box) -> Area | None:
        """Return the one label of a box whose first rows have it and whose others are blank."""
        labels = [atom for atom in box.atoms if self._is_label(atom)]
        return labels[0] if len(labels) == 1 else None

    @cached_property
    def _box_at(self) -> dict[tuple[int, int], Box]:
        """The closed box that each cell belongs to."""
        closed = [box for box in boxes_of(self.page_grid) if box.is_closed]
        return {(r, c): box for box in closed for r in box.area.rows for c in box.area.columns}
