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
from xlsync.workbook.reading.page_layout import Box, Label, PagePlan, Position, folded

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

    label_positions: Mapping[str, tuple[Position, ...]]
    cells: Mapping[str, Cell]
    merges: Mapping[Position, Box]

    @cached_property
    def filled(self) -> Mapping[int, list[int]]:
        """The columns of the filled cells, per row."""
        columns: dict[int, list[int]] = defaultdict(list)
        for where, cell in self.cells.items():
            if cell.value is not None or cell.formula is not None:
                row, column = split_reference(where)
                columns[row].append(column)
        return columns

    def blank(self, position: Position) -> bool:
        """Whether a cell holds neither value nor formula."""
        cell = self.cells.get(address(position))
        return cell is None or (cell.value is None and cell.formula is None)

    def box(self, position: Position) -> Box | None:
        """Return the area whose value the cell holds, None for a cell inside another area."""
        if position in self.merges:
            return self.merges[position]
        row, column = position
        inside = any(
            box.top <= row <= box.bottom and box.left <= column <= box.right
            for box in self.merges.values()
        )
        return None if inside else Box(*position, *position)


def address(position: Position) -> str:
    """Return the A1 address of a position."""
    return f"{column_letters(position[1])}{position[0]}"


def grid_of(wanted: Iterable[str], cells: Mapping[str, Cell], merged: Iterable[str]) -> Grid:
    """Look over a worksheet for the wanted (folded) texts."""
    sought = set(wanted)
    longest = _LONGER * max(map(len, sought), default=0)
    positions: dict[str, list[Position]] = defaultdict(list)
    for where, cell in cells.items():
        if not isinstance(cell.value, str) or len(cell.value) > longest:
            continue
        text = folded(cell.value)
        if text in sought:
            positions[text].append(split_reference(where))
    boxes = [Box(*split_range(area)) for area in merged]
    texts = {text: tuple(sorted(listed)) for text, listed in positions.items()}
    return Grid(texts, cells, {box.position: box for box in boxes})


@dataclass
class Match:
    """Which row and column is which; only what is certain is in it."""

    row_lines: Lines = field(default_factory=dict)
    column_lines: Lines = field(default_factory=dict)

    def position(self, box: Box) -> Position | None:
        """Return the position on the worksheet of a planned area's first cell, None where it is not known."""
        row, column = self.row_lines.get(box.top), self.column_lines.get(box.left)
        return None if row is None or column is None else (row, column)

    def confirms(self, grid: Grid, label: Label) -> bool:
        """Whether the label stands on the worksheet where it should."""
        position = self.position(label.box)
        return position is not None and position in grid.label_positions.get(label.text, ())


def match_page(plan: PagePlan, grid: Grid, intact: Mapping[str, Position]) -> Match:
    """Match a worksheet with its plan by the labels on it and the fields whose names are intact."""
    match = Match()
    for _ in range(_ROUNDS):
        match = _consensus(_pairs(plan, grid, match))
    named = [(plan.field_boxes[path], position) for path, position in intact.items()]
    for turn in range(_ROUNDS):
        planned, there = _starts(plan.merges, match.column_lines), _starts(grid.merges.values())
        _infer(match.row_lines, planned, there, shift=_shifted(match, grid))
        if turn:
            _take_names(
                match.row_lines, [(box.top, row) for box, (row, _) in named], planned, there
            )
        planned = _starts(map(_turned, plan.merges), match.row_lines)
        there = _starts(map(_turned, grid.merges.values()))
        _infer(match.column_lines, planned, there, shift=_shifted(match, grid))
        if turn:
            votes = [(box.left, column) for box, (_, column) in named]
            _take_names(match.column_lines, votes, planned, there)
    return match


def _pairs(plan: PagePlan, grid: Grid, match: Match) -> list[tuple[Box, Position]]:
    """Pair each label with its cell on the worksheet, as far as only one cell can be meant."""
    printed = Counter(label.text for label in plan.labels)
    pairs = []
    for text, box in plan.labels:
        row, column = match.row_lines.get(box.top), match.column_lines.get(box.left)
        on_page = grid.label_positions.get(text, ())
        fitting = [at for at in on_page if row in {None, at[0]} and column in {None, at[1]}]
        known = row is not None or column is not None
        alone = printed[text] == len(on_page) == 1
        if len(fitting) == 1 and (known or alone):
            pairs.append((box, fitting[0]))
    return pairs


def _consensus(pairs: list[tuple[Box, Position]]) -> Match:
    """Match the rows and columns most labels agree on; a label out of its row or column has no voice in the other."""
    rows = _majority((box.top, position[0]) for box, position in pairs)
    columns = _majority((box.left, position[1]) for box, position in pairs)
    agreeing = [
        (box, position)
        for box, position in pairs
        if rows.get(box.top) == position[0] and columns.get(box.left) == position[1]
    ]
    rows = _majority((box.top, position[0]) for box, position in agreeing)
    columns = _majority((box.left, position[1]) for box, position in agreeing)
    return Match(_in_order(rows), _in_order(columns))


def _majority(votes: Iterable[tuple[int, int]]) -> Lines:
    """Keep the pairs that have more than half of the votes of both their lines."""
    counted = Counter(votes)
    lines, targets = Counter[int](), Counter[int]()
    for (line, there), count in counted.items():
        lines[line] += count
        targets[there] += count
    return {
        line: there
        for (line, there), count in counted.items()
        if 2 * count > lines[line] and 2 * count > targets[there]
    }


def _in_order(lines: Lines) -> Lines:
    """Keep the lines that are in every longest increasing subsequence: two swapped lines both go, a strayed one goes alone."""
    ordered = sorted(lines.items())
    rising = _lengths([there for _, there in ordered])
    falling = _lengths([-there for _, there in reversed(ordered)])[::-1]
    longest = max(rising, default=0)
    fitting = [
        (rank, pair)
        for rank, rest, pair in zip(rising, falling, ordered, strict=True)
        if rank + rest - 1 == longest
    ]
    ranks = Counter(rank for rank, _ in fitting)
    return dict(pair for rank, pair in fitting if ranks[rank] == 1)


def _lengths(numbers: list[int]) -> list[int]:
    """Return, for each number, the length of the longest increasing subsequence that ends with it."""
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
    new = ((line, target) for line, target in _majority(votes).items() if line not in lines)
    for line, target in _in_order(dict(new)).items():
        low, high = _around(lines, line)
        fits = (low is None or lines[low] < target) and (high is None or target < lines[high])
        if fits and planned.get(line, set()) <= there.get(target, set()):
            lines[line] = target


def _around(lines: Lines, line: int) -> tuple[int | None, int | None]:
    """Return the nearest known lines before and after a line."""
    before = max((known for known in lines if known < line), default=None)
    return before, min((known for known in lines if known > line), default=None)


def _turned(box: Box) -> Box:
    """Return an area with rows and columns exchanged."""
    return Box(box.left, box.top, box.right, box.bottom)


def _starts(boxes: Iterable[Box], across: Lines | None = None) -> Starts:
    """Map each line to where areas begin along it; `across` translates that to the worksheet, as far as known."""
    starts: Starts = defaultdict(set)
    for box in boxes:
        begin = box.left if across is None else across.get(box.left)
        if begin is not None:
            starts[box.top].add(begin)
    return starts


def _shifted(match: Match, grid: Grid) -> bool:
    """Whether the worksheet is a copy of values only that lies as the plan does: no areas, one shift throughout."""
    shifts = (_shifts(match.row_lines), _shifts(match.column_lines))
    return not grid.merges and all(len(shift) == 1 for shift in shifts)


def _shifts(lines: Lines) -> set[int]:
    """Return by how much lines are displaced on the worksheet."""
    return {there - line for line, there in lines.items()}


def _infer(lines: Lines, planned: Starts, there: Starts, *, shift: bool) -> None:
    """Add the lines between known ones that only one line of the worksheet can be, by the areas that begin in it."""
    for before, after in list(pairwise(sorted(lines))):
        low, high = lines[before], lines[after]
        if high - low < after - before:
            continue  # some were deleted, and nobody knows which
        even = high - low == after - before
        candidates = {at: starts for at, starts in there.items() if low < at < high}
        for line in range(before + 1, after):
            expected = low + line - before
            if shift:
                lines[line] = expected
                continue
            target = _only_fit(planned.get(line), candidates, expected if even else None)
            if target is not None:
                lines[line] = target
    kept = _in_order(lines)
    lines.clear()
    lines.update(kept)


def _only_fit(sought: set[int] | None, candidates: Starts, expected: int | None) -> int | None:
    """Return the candidate where areas begin as sought: the only one, or the expected one of several."""
    if not sought:
        return None
    fitting = [at for at, starts in candidates.items() if sought <= starts]
    if len(fitting) == 1:
        return fitting[0]
    return expected if expected in fitting else None


__all__ = ["Grid", "Lines", "Match", "address", "grid_of", "match_page"]
