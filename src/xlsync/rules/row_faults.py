"""What may be wrong with rows of a table: of each row in Python, of all rows at once as an array formula over the page.

Rows have no helper cells, so a formula reads the page: it knows what is blank, "-" or in no list, and not what a number or a
day typed as text says. It is arithmetic of arrays: IF and IFERROR take a range only in formulas entered as arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from xlsync.kinds import DASH, fold
from xlsync.kinds.choice import composed_formula
from xlsync.kinds.excel.cell_formulas import (
    DASHES_AT,
    folded,
    spaces_trimmed,
    without_spaces,
)
from xlsync.kinds.excel.formula_text import quoted
from xlsync.rules.term import Addresses, Given
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet

_LOOKED_AT: Final = 99
"""Characters of each cell that are looked at: all of a row together must not be longer than a text of Excel."""
_BEYOND: Final = 10_000_000
"""More than the number of any row."""
_ERRORS: Final = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
_PATTERN_CHARACTERS: Final = "~*?"
"""What MATCH takes for a part of a pattern."""


class RowFault(Protocol):
    """Something that holds of a row or not, by the values of its cells."""

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        """Return for each of some rows whether it holds."""

    def array(self, addresses: Addresses) -> str:
        """Return the formula of the same as ones and zeros."""


@dataclass(frozen=True, slots=True)
class BlankInRow:
    """Nothing stands in a column, or only spaces."""

    path: str

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        return [_is_blank(sheet, cell) for cell in _cells(self.path, ids)]

    def array(self, addresses: Addresses) -> str:
        return f"(LEN({spaces_trimmed(addresses.raw[self.path])})=0)"


@dataclass(frozen=True, slots=True)
class FilledInRow:
    """Something other than "-" stands in a column, whether or not it can be read."""

    path: str

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        cells = _cells(self.path, ids)
        return [not _is_blank(sheet, cell) and sheet[cell] != DASH for cell in cells]

    def array(self, addresses: Addresses) -> str:
        area = addresses.raw[self.path]
        return f"(LEN({spaces_trimmed(area)})>0)*(1-{_dashes(area)})"


@dataclass(frozen=True, slots=True)
class DashInRow:
    """The dash stands in a column."""

    path: str

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        return [sheet[cell] == DASH for cell in _cells(self.path, ids)]

    def array(self, addresses: Addresses) -> str:
        return _dashes(addresses.raw[self.path])


@dataclass(frozen=True, slots=True)
class NotListedInRow:
    """A word stands in a column that is none of a list, however it is spelled."""

    path: str
    items: tuple[str, ...]

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        values = [sheet[cell] for cell in _cells(self.path, ids)]
        return [value not in {None, DASH} and value not in self.items for value in values]

    def array(self, addresses: Addresses) -> str:
        area = addresses.raw[self.path]
        listed = "&".join(f"{quoted(folded(item))}&CHAR(10)" for item in self.items)
        word = _folded(composed_formula(f"LEFT({area},{_LOOKED_AT})", self.items))
        is_in_none = f"ISERROR(FIND(CHAR(10)&{word}&CHAR(10),CHAR(10)&{listed}))"
        return f"(LEN({spaces_trimmed(area)})>0)*(1-{_dashes(area)})*{is_in_none}"


@dataclass(frozen=True, slots=True)
class RepeatedInRow:
    """Some columns say together what they say in a row further up; where one of them is blank, they say nothing."""

    paths: tuple[str, ...]
    words_of: Callable[[Value], str]

    def rows(self, sheet: Sheet, ids: Sequence[str]) -> list[bool]:
        before: set[tuple[str, ...]] = set()
        repeated = []
        for cells in zip(*(_cells(path, ids) for path in self.paths), strict=True):
            key = tuple(fold(self.words_of(sheet[cell])) for cell in cells)
            is_key = all(key) and all(len(text) <= self._longest for text in key)
            repeated.append(is_key and key in before)
            before |= {key} if is_key else set()
        return repeated

    def array(self, addresses: Addresses) -> str:
        areas = [addresses.raw[path] for path in self.paths]
        each = [_folded(f"LEFT({area},{_LOOKED_AT})") for area in areas]
        filled = "*".join(
            f"(LEN({text})>0)*(LEN({area})<={self._longest})"
            for text, area in zip(each, areas, strict=True)
        )
        key = "&CHAR(10)&".join(each)
        for number, character in enumerate(_PATTERN_CHARACTERS):
            key = f'SUBSTITUTE({key},"{character}"," {number}")'  # a space is in no key
        number_of_row = f"ROW({areas[0]})-MIN(ROW({areas[0]}))+1"
        return f"{filled}*(MATCH({key},{key},0)<{number_of_row})"

    @property
    def _longest(self) -> int:
        """Characters that a cell may have: MATCH takes 255, and some become two."""
        return _LOOKED_AT // len(self.paths)


@dataclass(frozen=True)
class FaultyRows:
    """The rows of a table of which some things hold: how many, and which is the first; as a term of a line, how many.

    A row in which nothing stands is none. Where a cell of the table holds an error, formulas know nothing of its rows.
    """

    table: Table
    code: str
    path: str
    all_of_them: tuple[RowFault, ...]

    @property
    def name(self) -> str:
        """The name by which a line's formula finds the cell that counts the rows."""
        return f"rows:{self.code}:{self.path}"

    def cells(self, given: Given) -> list[str]:
        """Return the paths of the column's cells in these rows, from the first to the last row."""
        sheet, table = given.sheet, self.table.path
        typed = sheet.unreadable.items()
        if any(text in _ERRORS and cell.startswith(f"{table}.") for cell, text in typed):
            return []
        ids = row_ids(sheet, table)
        held = zip(*(fault.rows(sheet, ids) for fault in self.all_of_them), strict=True)
        return [cell for cell, each in zip(_cells(self.path, ids), held, strict=True) if all(each)]

    def value(self, given: Given) -> int:
        """Return how many rows there are."""
        return len(self.cells(given))

    def formula(self, addresses: Addresses) -> str:
        """Return the address of the cell that counts the rows."""
        return addresses.facts[self.name]

    def count_formula(self, addresses: Addresses) -> str:
        """Return the formula of how many rows there are."""
        return f"IFERROR(SUMPRODUCT({self._array(addresses)}),0)"

    def first_formula(self, addresses: Addresses) -> str:
        """Return the formula of the number of the worksheet's row in which the first of them is."""
        area = addresses.raw[self.path]
        return f"SUMPRODUCT(MIN(ROW({area})+{_BEYOND}*(1-{self._array(addresses)})))"

    def _array(self, addresses: Addresses) -> str:
        area = addresses.raw[self.path]
        # The range reaches from the heading to the row below the table, which are no rows of it.
        within = f"(ROW({area})>MIN(ROW({area})))*(ROW({area})<MAX(ROW({area})))"
        texts = "&".join(f"LEFT({addresses.raw[path]},{_LOOKED_AT})" for path in self._columns)
        return "*".join(
            [
                within,
                f"(LEN({spaces_trimmed(texts)})>0)",
                *(each.array(addresses) for each in self.all_of_them),
            ]
        )

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        return tuple(column.path for column in self.table.column_fields)


def _cells(path: str, ids: Sequence[str]) -> list[str]:
    """Return the paths of a column's cells in some rows."""
    table, _, word = path.partition(".")
    return [f"{table}.{row_id}.{word}" for row_id in ids]


def _is_blank(sheet: Sheet, cell: str) -> bool:
    return sheet[cell] is None and cell not in sheet.unreadable


def _dashes(area: str) -> str:
    """Return the formula of whether each cell of a range says "-"."""
    return f"(LEN({spaces_trimmed(area)})=1)*ISNUMBER(FIND({spaces_trimmed(area)},{DASHES_AT}))"


def _folded(text: str) -> str:
    """Return the formula of texts as words are compared; they are cut short before."""
    return f"LOWER(ASC({without_spaces(text)}))"


__all__ = [
    "BlankInRow",
    "DashInRow",
    "FaultyRows",
    "FilledInRow",
    "NotListedInRow",
    "RepeatedInRow",
    "RowFault",
]
