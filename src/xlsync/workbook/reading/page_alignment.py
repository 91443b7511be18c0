"""Plan and worksheet → which row and column of the plan is which of the worksheet, as far as its labels agree.

Rows and columns that were inserted or deleted leave the order as it was. So each label found votes for its row and its
column, the majority holds, and whatever would break the order is left out. A row without labels is placed by
names that are left in it, else by the merged areas that begin in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.a1 import column_letters, split_range, split_reference
from xlsync.workbook.reading.page_layout import Box, Label, PagePlan, Place, folded

if TYPE_CHECKING:
    from xlsync.ooxml.read.reader import Cell

Lines = dict[int, int]
"""Row (or column) of the plan → row (or column) of the worksheet."""

Starts = dict[int, set[int]]
"""Line → where along it merged areas begin."""

_ROUNDS: Final = 3
_LONGER: Final = 3


@dataclass(frozen=True)
class Grid:
    """A worksheet as healing sees it: where the label texts of the plan stand, its cells, its merged areas."""

    texts: Mapping[str, tuple[Place, ...]]
    cells: Mapping[str, Cell]
    merges: Mapping[Place, Box]

    @cached_property
    def filled(self) -> Mapping[int, list[int]]:
        """The columns of the filled cells, per row."""
        found: dict[int, list[int]] = defaultdict(list)
        for where, cell in self.cells.items():
            if cell.value is not None or cell.formula is not None:
                row, column = split_reference(where)
                found[row].append(column)
        return found

    def blank(self, place: Place) -> bool:
        """Whether a cell holds neither value nor formula."""
        cell = self.cells.get(address(place))
        return cell is None or (cell.value is None and cell.formula is None)

    def box(self, place: Place) -> Box | None:
        """Give the area whose value the cell holds, None for a cell inside another's area."""
        if place in self.merges:
            return self.merges[place]
        row, column = place
        inside = any(
            box.top <= row <= box.bottom and box.left <= column <= box.right
            for box in self.merges.values()
        )
        return None if inside else Box(*place, *place)


def address(place: Place) -> str:
    """Give a cell's address."""
    return f"{column_letters(place[1])}{place[0]}"


def grid_of(wanted: Iterable[str], cells: Mapping[str, Cell], merged: Iterable[str]) -> Grid:
    """Look over a worksheet for the wanted (folded) texts."""
    sought = set(wanted)
    longest = _LONGER * max(map(len, sought), default=0)
    found: dict[str, list[Place]] = defaultdict(list)
    for where, cell in cells.items():
        if not isinstance(cell.value, str) or len(cell.value) > longest:
            continue
        text = folded(cell.value)
        if text in sought:
            found[text].append(split_reference(where))
    merges = {box.place: box for box in (Box(*split_range(area)) for area in merged)}
    return Grid({text: tuple(sorted(places)) for text, places in found.items()}, cells, merges)


@dataclass
class Match:
    """Which row and column is which; only what is certain is in it."""

    rows: Lines = field(default_factory=dict)
    columns: Lines = field(default_factory=dict)

    def place(self, box: Box) -> Place | None:
        """Give where an area's first cell of the plan lies on the worksheet, None where that is not known."""
        row, column = self.rows.get(box.top), self.columns.get(box.left)
        return None if row is None or column is None else (row, column)

    def confirms(self, grid: Grid, label: Label) -> bool:
        """Whether the label stands on the worksheet where it should."""
        place = self.place(label.box)
        return place is not None and place in grid.texts.get(label.text, ())


def match_page(plan: PagePlan, grid: Grid, intact: Mapping[str, Place]) -> Match:
    """Match a worksheet with its plan by the labels on it and the fields whose names are intact."""
    match = Match()
    for _ in range(_ROUNDS):
        match = _consensus(_pairs(plan, grid, match))
    places = [(plan.fields[path], place) for path, place in intact.items()]
    for turn in range(_ROUNDS):
        planned, there = _starts(plan.merges, match.columns), _starts(grid.merges.values())
        _infer(match.rows, planned, there, shift=_shifted(match, grid))
        if turn:
            _take_names(match.rows, [(box.top, row) for box, (row, _) in places], planned, there)
        planned = _starts(map(_turned, plan.merges), match.rows)
        there = _starts(map(_turned, grid.merges.values()))
        _infer(match.columns, planned, there, shift=_shifted(match, grid))
        if turn:
            votes = [(box.left, column) for box, (_, column) in places]
            _take_names(match.columns, votes, planned, there)
    return match


def _pairs(plan: PagePlan, grid: Grid, match: Match) -> list[tuple[Box, Place]]:
    """Give each label with its cell, where only one cell can be meant by what is known so far."""
    printed = Counter(label.text for label in plan.labels)
    pairs = []
    for text, box in plan.labels:
        row, column = match.rows.get(box.top), match.columns.get(box.left)
        fitting = [
            place
            for place in grid.texts.get(text, ())
            if row in (None, place[0]) and column in (None, place[1])
        ]
        known = row is not None or column is not None
        alone = printed[text] == 1 and len(grid.texts.get(text, ())) == 1
        if len(fitting) == 1 and (known or alone):
            pairs.append((box, fitting[0]))
    return pairs


def _consensus(pairs: list[tuple[Box, Place]]) -> Match:
    """Give the rows and columns most labels agree on; a label out of its row or column has no voice in the other."""
    rows = _majority((box.top, place[0]) for box, place in pairs)
    columns = _majority((box.left, place[1]) for box, place in pairs)
    agreeing = [
        (box, place)
        for box, place in pairs
        if rows.get(box.top) == place[0] and columns.get(box.left) == place[1]
    ]
    return Match(
        _in_order(_majority((box.top, place[0]) for box, place in agreeing)),
        _in_order(_majority((box.left, place[1]) for box, place in agreeing)),
    )


def _majority(votes: Iterable[tuple[int, int]]) -> Lines:
    """Give what more than half of the votes say, both of those for a line and of those for where it is."""
    counted = Counter(votes)
    lines, places = Counter[int](), Counter[int]()
    for (line, found), count in counted.items():
        lines[line] += count
        places[found] += count
    return {
        line: found
        for (line, found), count in counted.items()
        if 2 * count > lines[line] and 2 * count > places[found]
    }


def _in_order(lines: Lines) -> Lines:
    """Give the lines that every longest rising selection has: two that were swapped both go, one far away goes alone."""
    ordered = sorted(lines.items())
    rising = _lengths([found for _, found in ordered])
    falling = _lengths([-found for _, found in reversed(ordered)])[::-1]
    longest = max(rising, default=0)
    fitting = [
        (rank, pair)
        for rank, rest, pair in zip(rising, falling, ordered, strict=True)
        if rank + rest - 1 == longest
    ]
    ranks = Counter(rank for rank, _ in fitting)
    return dict(pair for rank, pair in fitting if ranks[rank] == 1)


def _lengths(numbers: list[int]) -> list[int]:
    """Give, for each number, the length of the longest rising selection that ends with it."""
    tails: list[int] = []
    lengths = []
    for number in numbers:
        at = bisect_left(tails, number)
        tails[at : at + 1] = [number]
        lengths.append(at + 1)
    return lengths


def _take_names(
    lines: Lines, votes: Iterable[tuple[int, int]], planned: Starts, there: Starts
) -> None:
    """Add the lines that only names tell of, where they keep the order and the areas that begin there."""
    new = ((line, found) for line, found in _majority(votes).items() if line not in lines)
    for line, found in _in_order(dict(new)).items():
        low, high = _around(lines, line)
        fits = (low is None or lines[low] < found) and (high is None or found < lines[high])
        if fits and planned.get(line, set()) <= there.get(found, set()):
            lines[line] = found


def _around(lines: Lines, line: int) -> tuple[int | None, int | None]:
    """Give the nearest known lines before and after one."""
    before = max((known for known in lines if known < line), default=None)
    return before, min((known for known in lines if known > line), default=None)


def _turned(box: Box) -> Box:
    """Give an area with rows and columns exchanged."""
    return Box(box.left, box.top, box.right, box.bottom)


def _starts(boxes: Iterable[Box], across: Lines | None = None) -> Starts:
    """Give where along each line areas begin; with `across`, where that is on the worksheet, as far as known."""
    starts: Starts = defaultdict(set)
    for box in boxes:
        begin = box.left if across is None else across.get(box.left)
        if begin is not None:
            starts[box.top].add(begin)
    return starts


def _shifted(match: Match, grid: Grid) -> bool:
    """Whether the worksheet is a copy of values only that lies as the plan does: no areas, one shift throughout."""
    return not grid.merges and all(
        len({found - line for line, found in lines.items()}) == 1
        for lines in (match.rows, match.columns)
    )


def _infer(lines: Lines, planned: Starts, there: Starts, *, shift: bool) -> None:
    """Add the lines between known ones that only one line of the worksheet can be, by the areas that begin in it."""
    for before, after in list(pairwise(sorted(lines))):
        low, high = lines[before], lines[after]
        if high - low < after - before:
            continue  # some were deleted, and nobody knows which
        even = high - low == after - before
        for line in range(before + 1, after):
            if shift:
                lines[line] = low + line - before
                continue
            sought = planned.get(line)
            fitting = [at for at in there if low < at < high and sought and sought <= there[at]]
            expected = low + line - before
            if len(fitting) == 1:
                lines[line] = fitting[0]
            elif even and expected in fitting:
                lines[line] = expected
    kept = _in_order(lines)
    lines.clear()
    lines.update(kept)


__all__ = ["Grid", "Lines", "Match", "address", "grid_of", "match_page"]
