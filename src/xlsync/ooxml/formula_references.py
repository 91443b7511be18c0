"""What a formula's text refers to, and the same formula seen from another cell (ECMA-376 part 1, 18.17).

No parser: a scan that knows strings, references, calls and words, and says so where it is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from xlsync.ooxml import limits
from xlsync.ooxml.a1 import Area, column_letters, column_number

SheetArea = tuple[str | None, Area]
"""A worksheet's title, None for the formula's own worksheet, and an area on it."""

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_AREA = rf"{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}}"
_TOKEN = re.compile(
    r'(?P<literal>"(?:[^"]|"")*"|#[A-Z/0-9]+[!?]?|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![:\w.]))'
    r"|(?P<external>(?:'\[[0-9]+\](?:[^']|'')*'|\[[0-9]+\][\w.]*)!(?:'(?:[^']|'')+'|[\w.$:]+))"
    r"|(?P<table_part>\[(?:[^\[\]]|\[[^\]]*\])*\])"
    r"|(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    rf"(?P<area>{_AREA})(?![\w.(\[!:])"
    r"|(?P<call>[^\W\d][\w.]*)\("
    r"|(?P<name>[^\W\d\\][\w.\\?]*|\\[\w.\\?]*)"
    r"|(?P<stray>[\[\]:!'#@])"
    r"|(?P<rest>.)",
    re.DOTALL,
)
AREA_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
"""A corner of an area: whether its column is fixed, its letters, whether its row is fixed, its digits."""
_RUN_TIME_REFERENCES = {"INDIRECT", "OFFSET", "CELL", "INFO"}
_CONSTANTS = {"TRUE", "FALSE"}


@dataclass(frozen=True, slots=True)
class FormulaReferences:
    """The areas a formula refers to, and its names of defined names and tables.

    `is_complete` if these are all. Other workbooks are left out: no change to this one changes what they say.
    """

    areas: tuple[SheetArea, ...]
    names: tuple[str, ...]
    is_complete: bool


def formula_tokens(formula: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a formula, all its text; one with an `area` has what is in front of it in `sheet`."""
    return _TOKEN.finditer(formula)


# The workbooks of one form have the same formulas.
@lru_cache(maxsize=1024)
def formula_references(formula: str) -> FormulaReferences:
    """Return what the formula's result may depend on; with a reference computed at run time it is not complete."""
    areas: list[SheetArea] = []
    names: list[str] = []
    name_end = -1
    is_complete = True
    for token in _TOKEN.finditer(formula):
        if token["area"] is not None:
            area, is_clear = _sheet_area(token)
            areas += area
            is_complete &= is_clear
        elif token["name"] is not None:
            names += [] if token["name"].upper() in _CONSTANTS else [token["name"]]
            name_end = token.end()
        else:
            is_complete &= _refers_to_nothing_else(token, name_end)
    return FormulaReferences(tuple(areas), tuple(names), is_complete)


def _sheet_area(token: re.Match[str]) -> tuple[list[SheetArea], bool]:
    """Return the area a token names, none where it lies beyond the worksheet, and whether it names nothing else."""
    sheet = token["sheet"]
    title = sheet[1:-1].replace("''", "'") if sheet and sheet[0] == "'" else sheet
    area = _area(token["area"])
    if area is None:
        return [], False
    # Of another workbook, or of several worksheets at once.
    names_more = title is not None and ("[" in title or ":" in title)
    return [(title, area)], not names_more


def _refers_to_nothing_else(token: re.Match[str], name_end: int) -> bool:
    """Return False for a reference computed at run time, a part of an unnamed table, or a character out of place."""
    if token["call"] is not None:
        return token["call"].upper() not in _RUN_TIME_REFERENCES
    if token["table_part"] is not None:
        return token.start() == name_end
    return token["stray"] is None


def translated(formula: str, rows: int, columns: int) -> str | None:
    """Return the formula as the cell that many rows below and columns to the right has it; None where unsure.

    Args:
        formula: The formula without "=".
        rows: By how many rows relative references move, negative upwards.
        columns: By how many columns they move, negative to the left.

    Returns:
        The formula, or None for one that refers to parts of tables, to other workbooks, or, once translated, to cells
        beyond the edge of the worksheet.

    Example:
        >>> translated("SUM($A1:B2)*Sheet2!C$3", 1, 1)
        'SUM($A2:C3)*Sheet2!D$3'

    """
    pieces = []
    for token in _TOKEN.finditer(formula):
        piece = token[0] if token["area"] is None else _translated_area(token, rows, columns)
        if piece is None or _cannot_be_translated(token):
            return None
        pieces.append(piece)
    return "".join(pieces)


def _cannot_be_translated(token: re.Match[str]) -> bool:
    return bool(token["table_part"] or token["external"]) or token["stray"] in (
        "[",
        "]",
        "#",
        "@",
        "!",
    )


def _translated_area(token: re.Match[str], rows: int, columns: int) -> str | None:
    """Return an area token with its corners moved; None when one would leave the worksheet."""
    area = token["area"]
    corners: list[str] = []
    for corner in area.split(":"):
        moved = _moved(corner, rows, columns)
        if moved is None:
            return None
        corners.append(moved)
    sheet = token[0][: len(token[0]) - len(area)]
    return sheet + ":".join(corners)


def _moved(corner: str, rows: int, columns: int) -> str | None:
    """Return one corner of an area moved where it is relative; None when it would leave the worksheet."""
    match = AREA_CORNER.fullmatch(corner)
    if match is None:
        return None
    column_fixed, letters, row_fixed, digits = match.groups()
    if letters and not column_fixed:
        column = column_number(letters) + columns
        if not 1 <= column <= limits.MAX_COLUMN:
            return None
        letters = column_letters(column)
    # Of a corner that is only a row (3:5) the one "$" stands in front of the digits.
    if digits and not (row_fixed or (not letters and column_fixed)):
        row = int(digits) + rows
        if not 1 <= row <= limits.MAX_ROW:
            return None
        digits = str(row)
    return f"{column_fixed}{letters}{row_fixed}{digits}"


def _area(text: str) -> Area | None:
    """Return the area of a cell, a range, or whole rows and columns; None when it lies beyond the worksheet."""
    rows: list[int] = []
    columns: list[int] = []
    for letters, digits in _corners(text):
        rows += [int(digits)] if digits else []
        columns += [column_number(letters)] if letters else []
    top, bottom = (min(rows), max(rows)) if rows else (1, limits.MAX_ROW)
    left, right = (min(columns), max(columns)) if columns else (1, limits.MAX_COLUMN)
    inside = bottom <= limits.MAX_ROW and right <= limits.MAX_COLUMN
    return (top, left, bottom, right) if inside else None


def _corners(area: str) -> Iterator[tuple[str, str]]:
    for corner in area.replace("$", "").split(":"):
        letters = corner.rstrip("0123456789")
        yield letters, corner[len(letters) :]
