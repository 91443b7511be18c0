"""What is typed into where no box is drawn: behind the label words of a letter head, and around 年 月 日."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.form_words import (
    ERAS,
    has_gaps,
    is_date_prompt,
    is_label_word,
    plain,
)
from xlsync.workbook.official.input_area import BEHIND_LABEL, BLANK_WIDTH, DATE, GAPS, InputArea
from xlsync.workbook.official.page_grid import Area, hull

if TYPE_CHECKING:
    from xlsync.workbook.official.page_boxes import Box
    from xlsync.workbook.official.page_grid import PageGrid

_LAST_NARROW: Final = 0xFF
"""Characters beyond it are as wide as two digits."""
_YEAR_CELLS: Final = 4
"""Blank cells before 年 that belong to a date."""


def blanks_behind_labels(grid: PageGrid, boxes: list[Box]) -> Iterator[InputArea]:
    """Yield the blanks to the right of label words where no box is drawn."""
    closed = [box.area for box in boxes if box.is_closed]
    for text in grid.texts:
        if not is_label_word(grid.text(text)) or _is_inside(text, closed):
            continue
        blank = _blank_behind(grid, text)
        if blank is not None and not _cuts(blank, closed):
            yield InputArea(blank, BEHIND_LABEL, is_sure=False, title=grid.text(text))


def _is_inside(text: Area, closed: list[Area]) -> bool:
    return any(area.has(text.top, text.left) for area in closed)


def _cuts(blank: Area, closed: list[Area]) -> bool:
    """Whether a blank has cells of a box in it, and is none itself."""
    return any(area.overlaps(blank) for area in closed if area != blank)


def _blank_behind(grid: PageGrid, text: Area) -> Area | None:
    """Return the blank area to the right of a text: a merged one, else all blank cells up to the next text or line."""
    column = _after_text(grid, text)
    if column > grid.bounds.right:
        return None
    start = grid.atom(text.top, column)
    if grid.text(start) or start.top != text.top:
        return None
    if start.size > 1:
        return start
    blank = Area(text.top, column, text.top, _end_of_blank(grid, text.top, column))
    return blank if grid.width(blank) >= BLANK_WIDTH else None


def _end_of_blank(grid: PageGrid, row: int, column: int) -> int:
    """Return the last column of a run of single blank cells that begins at a column, up to a line."""
    while column < grid.bounds.right and not grid.has_line_right(row, column):
        atom = grid.atom(row, column + 1)
        if atom.size > 1 or grid.text(atom):
            break
        column += 1
    return column


def _after_text(grid: PageGrid, text: Area) -> int:
    """Return the first column to the right of a text that does not end within its own area."""
    column = text.right + 1
    words = grid.text(text).split("\n")[0]
    beyond = sum(1 + (ord(letter) > _LAST_NARROW) for letter in words) - grid.width(text)
    while beyond > 0 and column <= grid.bounds.right and grid.atom(text.top, column).size == 1:
        beyond -= grid.width(Area(text.top, column, text.top, column))
        column += 1
    return column


def dates_of(grid: PageGrid) -> Iterator[InputArea]:
    """Yield dates to be filled in: one cell that says 年 月 日 with gaps, or cells between which these stand."""
    for atom in grid.texts:
        text = grid.text(atom)
        if is_date_prompt(text):
            yield InputArea(atom, DATE, is_date=True)
        elif has_gaps(text):
            is_date = "年" in text and "月" in text
            yield InputArea(atom, GAPS, is_sure=False, is_date=is_date)
    for row in grid.bounds.rows:
        yield from _dates_of_row(grid, row)


def _dates_of_row(grid: PageGrid, row: int) -> Iterator[InputArea]:
    """Yield each run of [era] blank 年 blank 月 blank 日 of a row."""
    every = dict.fromkeys(grid.atom(row, column) for column in grid.bounds.columns)
    atoms = [atom for atom in every if (atom.top, atom.bottom) == (row, row)]
    texts = [index for index, atom in enumerate(atoms) if grid.text(atom)]
    for first, middle, last in zip(texts, texts[1:], texts[2:], strict=False):
        words = [plain(grid.text(atoms[index])) for index in (first, middle, last)]
        start = _start_of_date(grid, atoms, first)
        if words == ["年", "月", "日"] and start < first:
            yield InputArea(hull(atoms[start : last + 1]), DATE, is_date=True)


def _start_of_date(grid: PageGrid, atoms: list[Area], year: int) -> int:
    """Return the index of the first atom of a date whose 年 stands at `year`: its blank, and the era before it."""
    before = range(year - 1, max(-1, year - 1 - _YEAR_CELLS), -1)
    blank = list(takewhile(lambda index: _is_open_blank(grid, atoms, index), before))
    start = blank[-1] if blank else year
    era = grid.text(atoms[start - 1]) if start else ""
    return start - 1 if plain(era) in ERAS else start


def _is_open_blank(grid: PageGrid, atoms: list[Area], index: int) -> bool:
    """Whether an atom is blank and no line parts it from the one to its right."""
    return not grid.text(atoms[index]) and not grid.has_line_right(
        atoms[index].top, atoms[index].right
    )
