"""The blanks of a box that has texts, too: before a unit, behind a label, below a title."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xlsync.workbook.official.form_words import (
    DATE_UNITS,
    is_label_word,
    is_prompt,
    is_token,
    plain,
    unit_of,
)
from xlsync.workbook.official.input_area import (
    BEFORE_UNIT,
    BEHIND_LABEL,
    BLANK_WIDTH,
    BOX,
    TITLED,
    InputArea,
)
from xlsync.workbook.official.page_grid import Area, hull

if TYPE_CHECKING:
    from xlsync.workbook.official.page_boxes import Box
    from xlsync.workbook.official.page_grid import PageGrid

_ROOMY: Final = 0.5
"""Part of a box that is blank below its title where the title asks for something to be written there."""
_BLANK_AND_TEXT: Final = 2
_WIDE: Final = 10.0
"""Characters; a box that begins with so wide a blank is filled in, whatever stands at its end."""
_BEFORE: Final = frozenset({"第", "地上", "地下", "("})
Piece = tuple[Area, str]
"""A text in a row of a box, or a blank run with ""."""


def blanks_of_box(grid: PageGrid, box: Box, texts: list[Area]) -> list[InputArea]:
    """Return the blanks before units and behind labels of a box, else its blank part below a title."""
    blanks: list[InputArea] = []
    for row in box.area.rows:
        blanks += _blanks_of_row(grid, _pieces(grid, box, row))
    blanks = blanks or _blank_before_text(grid, box)
    if blanks:
        return blanks
    if all(is_prompt(grid.text(text)) for text in texts):
        units = [unit_of(grid.text(text)) for text in texts]
        unit = next(filter(None, units), "")
        return [InputArea(_largest_blank(grid, box, texts), BEFORE_UNIT, unit=unit)]
    return _titled(grid, box, texts)


def _blanks_of_row(grid: PageGrid, pieces: list[Piece]) -> list[InputArea]:
    """Return the blanks of a row of a box that have a unit behind or a label before them."""
    words = ["", *(text for _, text in pieces), ""]
    areas: list[InputArea | None] = []
    for index, (area, text) in enumerate(pieces):
        if not text and grid.width(area) >= BLANK_WIDTH:
            areas.append(_blank(area, words[index], words[index + 2]))
    return [area for area in areas if area is not None]


def _blank_before_text(grid: PageGrid, box: Box) -> list[InputArea]:
    """Return the wide blank with which a box of one row begins, whatever stands at its end."""
    pieces = _pieces(grid, box, box.area.top) if len(box.area.rows) == 1 else []
    if len(pieces) != _BLANK_AND_TEXT or pieces[0][1]:
        return []
    return [InputArea(pieces[0][0], BOX)] if grid.width(pieces[0][0]) >= _WIDE else []


def _blank(area: Area, before: str, behind: str) -> InputArea | None:
    """Return a blank as an input, None where the texts before and behind it say nothing of one."""
    if is_token(behind) and plain(behind) not in DATE_UNITS:
        return InputArea(area, BEFORE_UNIT, unit=unit_of(behind))
    if is_label_word(before):
        return InputArea(area, BEHIND_LABEL)
    return InputArea(area, BEHIND_LABEL, is_sure=False) if plain(before) in _BEFORE else None


def _pieces(grid: PageGrid, box: Box, row: int) -> list[Piece]:
    """Return a row of a box from left to right: each text, and each run of blank cells between.

    A blank, a full stop and a blank are one run: the place of a decimal.
    """
    atoms = dict.fromkeys(grid.atom(row, column) for column in box.area.columns)
    pieces: list[Piece] = []
    for atom in atoms:
        text = grid.text(atom).removeprefix(".")
        if atom.top != row:
            continue
        if not text and pieces and _is_blank_beside(pieces[-1], atom):
            pieces[-1] = (hull([pieces[-1][0], atom]), "")
        else:
            pieces.append((atom, text))
    return pieces


def _is_blank_beside(piece: Piece, atom: Area) -> bool:
    return not piece[1] and piece[0].bottom == atom.bottom and piece[0].right + 1 == atom.left


def _largest_blank(grid: PageGrid, box: Box, texts: list[Area]) -> Area:
    """Return the largest blank rectangle of whole rows or of atoms in a box."""
    blank = [atom for atom in box.atoms if atom not in texts]
    for row in box.area.rows:
        blank += [area for area, text in _pieces(grid, box, row) if not text]
    with_text: set[int] = {box.area.top - 1, box.area.bottom + 1}
    for text in texts:
        with_text |= set(text.rows)
    for above, below in pairwise(sorted(with_text)):
        if below - above > 1:
            blank.append(Area(above + 1, box.area.left, below - 1, box.area.right))
    return max(blank, key=lambda area: _surface(grid, area))


def _surface(grid: PageGrid, area: Area) -> float:
    return grid.width(area) * grid.height(area)


def _titled(grid: PageGrid, box: Box, texts: list[Area]) -> list[InputArea]:
    """Return the blank part of a box below its title, where most of it is blank."""
    title, blank = min(texts), _largest_blank(grid, box, texts)
    is_roomy = _surface(grid, blank) >= _ROOMY * _surface(grid, box.area)
    is_above = title.top == box.area.top and blank.top > title.top
    if is_roomy and is_above and not _names_another(grid, box):
        return [InputArea(blank, TITLED, is_sure=False, title=grid.text(title))]
    return []


def _names_another(grid: PageGrid, box: Box) -> bool:
    """Whether what lies to the right of a box is blank for all of its rows: then its text names that."""
    if box.area.right >= grid.bounds.right:
        return False
    return not any(grid.text(grid.atom(row, box.area.right + 1)) for row in box.area.rows)
