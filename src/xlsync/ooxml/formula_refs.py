"""What a formula's text refers to, and the same formula seen from another cell (ECMA-376 part 1, 18.17).

No parser: a scan that knows strings, references, calls and words, and says so where it is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from xlsync.ooxml import limits
from xlsync.ooxml.a1 import column_letters, column_number

Block = tuple[int, int, int, int]

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_AREA = rf"{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}}"
_TOKEN = re.compile(
    r'(?P<literal>"(?:[^"]|"")*"|#[A-Z/0-9]+[!?]?|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![:\w.]))'
    r"|(?P<external>(?:'\[[0-9]+\](?:[^']|'')*'|\[[0-9]+\][\w.]*)!(?:'(?:[^']|'')+'|[\w.$:]+))"
    r"|(?P<part>\[(?:[^\[\]]|\[[^\]]*\])*\])"
    r"|(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
    rf"(?P<area>{_AREA})(?![\w.(\[!:])"
    r"|(?P<call>[^\W\d][\w.]*)\("
    r"|(?P<word>[^\W\d\\][\w.\\?]*|\\[\w.\\?]*)"
    r"|(?P<odd>[\[\]:!'#@])"
    r"|(?P<rest>.)",
    re.DOTALL,
)
_PART = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
_ELSEWHERE = {"INDIRECT", "OFFSET", "CELL", "INFO"}
_CONSTANTS = {"TRUE", "FALSE"}


@dataclass(frozen=True, slots=True)
class Uses:
    """The areas a formula names, each with its worksheet's title (None: the formula's own), and its names and tables.

    `certain` if these are all. Other workbooks are left out: nothing done to this one changes what they say.
    """

    areas: tuple[tuple[str | None, Block], ...]
    words: tuple[str, ...]
    certain: bool


# The workbooks of one form have the same formulas.
@lru_cache(maxsize=1024)
def uses(formula: str) -> Uses:
    """What the formula's result may depend on; a reference made at run time leaves a doubt."""
    areas: list[tuple[str | None, Block]] = []
    words: list[str] = []
    after_word = -1
    certain = True
    for token in _TOKEN.finditer(formula):
        if token["area"] is not None:
            sheet = token["sheet"]
            title = sheet[1:-1].replace("''", "'") if sheet and sheet[0] == "'" else sheet
            block = _block(token["area"])
            certain &= block is not None and "[" not in (title or "") and ":" not in (title or "")
            if block is not None:
                areas.append((title, block))
        elif token["call"] is not None:
            certain &= token["call"].upper() not in _ELSEWHERE
        elif token["word"] is not None:
            words += [] if token["word"].upper() in _CONSTANTS else [token["word"]]
            after_word = token.end()
        elif token["odd"] is not None or (
            token["part"] is not None and token.start() != after_word
        ):
            certain = False
    return Uses(tuple(areas), tuple(words), certain)


def shifted(formula: str, rows: int, columns: int) -> str | None:
    """The formula as the cell so many rows below and columns to the right has it; None when that is not certain."""
    pieces = []
    for token in _TOKEN.finditer(formula):
        if token["part"] or token["external"] or (token["odd"] and token["odd"] in "[]#@!"):
            return None
        area = token["area"]
        if area is None:
            pieces.append(token[0])
            continue
        moved = [_moved(corner, rows, columns) for corner in area.split(":")]
        if None in moved:
            return None
        head = token[0][: len(token[0]) - len(area)]
        pieces.append(head + ":".join(corner for corner in moved if corner is not None))
    return "".join(pieces)


def _moved(corner: str, rows: int, columns: int) -> str | None:
    """One corner of an area shifted where it is relative; None when it would leave the worksheet."""
    match = _PART.fullmatch(corner)
    if match is None:
        return None
    fixed, letters, row_fixed, digits = match.groups()
    if letters and not fixed:
        column = column_number(letters) + columns
        if not 1 <= column <= limits.MAX_COLUMN:
            return None
        letters = column_letters(column)
    # Of a corner that is only a row (3:5) the one sign stands in front of the digits.
    if digits and not (row_fixed or (not letters and fixed)):
        row = int(digits) + rows
        if not 1 <= row <= limits.MAX_ROW:
            return None
        digits = str(row)
    return f"{fixed}{letters}{row_fixed}{digits}"


def _block(area: str) -> Block | None:
    """(top, left, bottom, right) of a cell, a range, or whole rows and columns."""
    rows: list[int] = []
    columns: list[int] = []
    for corner in _corners(area):
        letters, digits = corner
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
