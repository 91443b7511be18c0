"""What each input of a page is called: the text to its left, the heading above it, and the group these belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.form_words import is_label, is_marks, is_token, label_text
from xlsync.workbook.official.left_labels import LeftLabels
from xlsync.workbook.official.named_input import Named
from xlsync.workbook.official.page_grid import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.workbook.official.input_area import InputArea
    from xlsync.workbook.official.page_grid import PageGrid

_DATE: Final = "日付"
"""What a date is called that no text names."""
_WIDEST: Final = 0.6
"""Part of the page: what is wider is a title, no heading of several columns."""
_FEWEST_ROWS: Final = 3


@dataclass(frozen=True)
class PageLabels:
    """The inputs of a page and the texts around them."""

    page_grid: PageGrid
    inputs: Sequence[InputArea]

    @cached_property
    def _input_at(self) -> dict[tuple[int, int], InputArea]:
        return {
            (r, c): each for each in self.inputs for r in each.area.rows for c in each.area.columns
        }

    @cached_property
    def _beside(self) -> dict[Area, list[Area]]:
        """The labels to the left of each input."""
        left = LeftLabels(self.page_grid, self._input_at)
        return {each.area: left.of(each.area) for each in self.inputs}

    @cached_property
    def _row_labels(self) -> frozenset[Area]:
        """The texts that name an input to their right: they are no headings of what lies below them."""
        lines = self._lines
        untitled = [each.area for each in self.inputs if not each.title and each.area not in lines]
        beside = [self._beside[area] for area in untitled]
        return frozenset(labels[0] for labels in beside if labels)

    @cached_property
    def _heading_rows(self) -> Counter[int]:
        """How many headings over inputs each row has."""
        headings = {above[0] for each in self.inputs if (above := self.above(each.area))}
        return Counter(area.top for area in headings)

    def named(self) -> list[Named]:
        """Return every input with its words."""
        return [self._named(each, self._lines.get(each.area, 0)) for each in self.inputs]

    def _named(self, each: InputArea, line: int) -> Named:
        left, above = self._beside[each.area], self.above(each.area)
        left = [] if self._crosses(each.area, left, above) else left
        if each.title:
            return self._titled(each, left)
        if self._is_mark(each):
            return self._marked(each, left)
        if line or not left:
            return self._under_headings(each, above, line)
        is_table = bool(above) and self._is_in_table(each.area, above[0])
        heading = self._joined(above) if is_table else ""
        return Named(each, self._group(left), self._group(left[1:]), heading)

    def _under_headings(self, each: InputArea, above: list[Area], line: int) -> Named:
        """Return an input that only the headings above it name, in a table of repeating rows with its line's number."""
        group = self._title_above(above[-1] if above else each.area)
        label = self._joined(above) or (_DATE if each.is_date else "")
        return Named(each, label, group, str(line or ""))

    def _titled(self, each: InputArea, left: list[Area]) -> Named:
        """Return an input whose label is known, with the group that label belongs to."""
        is_own = bool(left) and self.page_grid.text(left[0]) == each.title
        return Named(each, label_text(each.title), self._group(left[1:] if is_own else left))

    def _is_mark(self, each: InputArea) -> bool:
        """Whether an input takes a mark: its list offers nothing else, or a box to be ticked is printed in it."""
        look = self.page_grid.look(each.area.top, each.area.left)
        return is_marks(look.items) if look.items else is_marks((look.text,))

    def _marked(self, each: InputArea, left: list[Area]) -> Named:
        """Return an input that takes a mark, named by the words behind it; what stands to its left is its group."""
        behind = self._behind(each.area)
        if behind is None:
            return Named(each, self._group(left) or self._joined(self.above(each.area)), "")
        return Named(each, label_text(self.page_grid.text(behind)), self._group(left))

    def _behind(self, area: Area) -> Area | None:
        """Return the label right behind an area, None where there is none."""
        if area.right >= self.page_grid.bounds.right:
            return None
        atom = self.page_grid.atom(area.top, area.right + 1)
        return atom if is_label(self.page_grid.text(atom)) and not self._is_input(atom) else None

    def _crosses(self, area: Area, left: list[Area], above: list[Area]) -> bool:
        """Whether a label lies beyond inputs that are not under the row of headings an input is under."""
        if not left or not above or not self._is_in_table(area, above[0]):
            return False
        heading = above[0]
        columns = range(left[0].right + 1, area.left)
        between = (self._input_at.get((area.top, column)) for column in columns)
        rows = {(self.above(other.area) or [other.area])[0].top for other in between if other}
        return bool(rows) and heading.top not in rows

    def _joined(self, areas: list[Area]) -> str:
        """Return headings from the outermost in, as one label."""
        words = [label_text(self.page_grid.text(area)) for area in reversed(areas)]
        return " ".join(dict.fromkeys(word for word in words if word))

    def _group(self, areas: list[Area]) -> str:
        return label_text(self.page_grid.text(areas[0])) if areas else ""

    def _is_input(self, atom: Area) -> bool:
        return (atom.top, atom.left) in self._input_at

    def above(self, area: Area) -> list[Area]:
        """Return the headings above an area through other inputs, the lowest first."""
        headings: list[Area] = []
        columns = area
        for atom in self._upwards(area):
            if self._ends_headings(atom, columns, headings):
                break
            if self.page_grid.text(atom):
                headings.append(atom)
                columns = Area(columns.top, atom.left, columns.bottom, atom.right)
        return headings

    def _upwards(self, area: Area) -> Iterator[Area]:
        """Yield what lies above the first column of an area, but for inputs of the same columns right above it."""
        row, is_beside_input = area.top - 1, True
        while row >= self.page_grid.bounds.top:
            atom = self.page_grid.atom(row, area.left)
            above = self._input_at.get((row, area.left))
            row = (atom if above is None else above.area).top - 1
            same = above is not None and above.area.columns == area.columns
            is_beside_input = is_beside_input and same
            if not is_beside_input:
                yield atom

    def _ends_headings(self, atom: Area, columns: Area, headings: list[Area]) -> bool:
        """Whether an atom above ends the search: another input, blank space, a text that is no heading of these columns."""
        if self._is_input(atom):
            return True
        text = self.page_grid.text(atom)
        if not text:
            return bool(headings) or not self.page_grid.has_line_below(atom.bottom, atom.left)
        is_title = bool(headings) and self.page_grid.width(atom) > _WIDEST * self.page_grid.width(
            self.page_grid.bounds
        )
        is_other = not is_label(text) or not self._is_over(atom, columns)
        is_own = not headings and (atom.left, atom.right) == (columns.left, columns.right)
        return is_title or is_other or (atom in self._row_labels and not is_own)

    def _is_over(self, atom: Area, columns: Area) -> bool:
        """Whether a text stands over the columns of what lies below it."""
        box_right = atom.right
        while box_right < columns.right and not self.page_grid.has_line_right(atom.top, box_right):
            box_right += 1
        return (
            atom.left <= columns.left
            and box_right >= columns.left
            and (box_right >= columns.right or atom.left == columns.left)
        )

    def _is_in_table(self, area: Area, heading: Area) -> bool:
        """Whether a heading is one of several of a row, and has the edges of what it stands over."""
        behind = self.page_grid.atom(area.top, area.right + 1)
        right = behind.right if is_token(self.page_grid.text(behind)) else area.right
        same_edges = heading.left >= area.left - 1 and heading.right <= right + 1
        return same_edges and self._heading_rows[heading.top] > 1

    def _title_above(self, area: Area) -> str:
        """Return the nearest text above an area that starts at or left of it, the title of a table."""
        for row in range(area.top - 1, max(self.page_grid.bounds.top, area.top - 6) - 1, -1):
            for column in range(area.left, self.page_grid.bounds.left - 1, -1):
                atom = self.page_grid.atom(row, column)
                if is_label(self.page_grid.text(atom)) and not self._is_input(atom):
                    return "" if atom in self._row_labels else label_text(self.page_grid.text(atom))
        return ""

    @cached_property
    def _lines(self) -> dict[Area, int]:
        """Return the line numbers of inputs in tables of repeating rows: three and more, without labels of their own."""
        columns: dict[tuple[int, int], list[Area]] = {}
        for each in self.inputs:
            if self.page_grid.look(each.area.top, each.area.left).formula:
                continue  # the sum below a table is no row of it
            columns.setdefault((each.area.left, each.area.right), []).append(each.area)
        lines: dict[Area, int] = {}
        for areas in columns.values():
            for run in _runs(sorted(areas)):
                if len(run) >= _FEWEST_ROWS and not self._have_own_labels(run):
                    lines.update({area: number for number, area in enumerate(run, start=1)})
        return lines

    def _have_own_labels(self, run: list[Area]) -> bool:
        """Whether the rows of a run are told apart by labels to their left."""
        labels = [self._beside[area][:1] for area in run]
        texts = {self.page_grid.text(label[0]) for label in labels if label}
        own = sum(
            bool(label) and label[0].top >= area.top
            for label, area in zip(labels, run, strict=True)
        )
        return own > len(run) / 2 and len(texts) > 1


def _runs(areas: list[Area]) -> list[list[Area]]:
    """Return areas one above the other without a gap as runs."""
    runs: list[list[Area]] = []
    for area in areas:
        if runs and runs[-1][-1].bottom + 1 == area.top:
            runs[-1].append(area)
        else:
            runs.append([area])
    return runs
