"""事業一覧 as the other worksheets see it: a column, and the formulas by which they sum over its rows.

A formula finds the rows of a 課 by its number in 事業一覧, not by its name: Excel would take a name like `>5`, `*課` or `010`
for a pattern, and would hold two 総務課 of different 部 for one. So the figures stay right when somebody sorts the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell, letters, worksheet_reference

if TYPE_CHECKING:
    from xlsync.kinds import Value
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.projects import Project

GROUP_NUMBER: Final = "number:level"
"""Begins the names of the columns with the numbers of the groups that a project is in."""
NUMBERS: Final = '">-1E+99"'
"""The criterion that only numbers meet: neither blank cells nor texts such as "-"."""

STATE: Final = "state"
MET: Final = "met"
PAST: Final = "past:"
"""Stands before the path of a grade to name the one that the edition a year earlier gave."""

Role = Literal["text", "word", "code", "link", "money", "persons", "count", "number"]
AMOUNTS: Final = ("money", "persons")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of 事業一覧. `name` is its field's path or a name of its own; `block` heads it with its neighbours.

    With `parts`, names of other columns, its cells are formulas: their sum where all of them are numbers.
    """

    name: str
    label: str
    width: float
    value_of: Callable[[Project], Value] = field(repr=False)
    role: Role = "text"
    block: str = ""
    printed: bool = True
    parts: tuple[str, ...] = ()
    unit: str = ""

    @property
    def look(self) -> Style:
        """How its cells look."""
        return _LOOKS[self.role]


_LOOKS: Final = {
    "text": styles.TEXT,
    "word": styles.WORD,
    "code": styles.WORD,
    "link": styles.TEXT,
    "money": styles.style(styles.NUMBER, num_format=styles.MONEY),
    "persons": styles.style(styles.NUMBER, num_format=styles.PERSONS, indent=0),
    "count": styles.COUNTED,
    "number": styles.INDEX,
}


@dataclass(frozen=True)
class ListFormulas:
    """Formulas over the list of projects: its worksheet, its columns, and its rows of projects, counted from 0.

    A group is named by a level ("division") or a budget code's depth ("5") and the cell that holds its number.
    """

    worksheet: str
    columns: tuple[Column, ...]
    first_row: int
    last_row: int

    def at(self, name: str) -> int:
        """The index of a column, counted from 0."""
        return self._indexes[name]

    @cached_property
    def _indexes(self) -> Mapping[str, int]:
        return {column.name: index for index, column in enumerate(self.columns)}

    def cells(self, name: str) -> str:
        """The cells of a column as another worksheet refers to them: 事業一覧!$K$8:$K$12."""
        column = letters(self.at(name))
        return f"{self._reference}!${column}${self.first_row + 1}:${column}${self.last_row + 1}"

    def here(self, name: str) -> str:
        """The cells of a column as 事業一覧 itself refers to them: K8:K12."""
        column = letters(self.at(name))
        return f"{column}{self.first_row + 1}:{column}{self.last_row + 1}"

    def size(self, level: str | None, number: str) -> str:
        """The formula that counts the projects of the group whose number stands in a cell; of all with None."""
        if level is None:
            return self._count
        return f"COUNTIFS({self.cells(f'number:{level}')},{number})"

    @cached_property
    def _reference(self) -> str:
        return worksheet_reference(self.worksheet)

    @cached_property
    def _count(self) -> str:
        """The formula that counts all projects."""
        numbers = [column.name for column in self.columns if column.name.startswith(GROUP_NUMBER)]
        return f"COUNT({self.cells(numbers[-1])})" if numbers else f"COUNTA({self.cells('key')})"

    def sum(self, name: str, level: str | None, number: str) -> str:
        """The formula that adds up a column over a group."""
        if level is None:
            return f"SUM({self.cells(name)})"
        return f"SUMIFS({self.cells(name)},{self.cells(f'number:{level}')},{number})"

    def known(self, name: str, level: str | None, number: str) -> str:
        """The formula that counts the numbers of a column over a group."""
        if level is None:
            return f"COUNT({self.cells(name)})"
        return self.equal(name, level, number, NUMBERS)

    def compared_count(self, names: Sequence[str]) -> str:
        """The formula that counts the projects with a number in every one of the columns."""
        return f"COUNTIFS({self._criteria(names)})"

    def compared_sum(self, name: str, names: Sequence[str]) -> str:
        """The formula that adds up a column over the projects with a number in every one of the columns."""
        return f"SUMIFS({self.cells(name)},{self._criteria(names)})"

    def group_sum_with(self, name: str, other: str, level: str | None, number: str) -> str:
        """The formula that adds up a column over the projects of a group with a number in another column."""
        group = f",{self.cells(f'number:{level}')},{number}" if level else ""
        return f"SUMIFS({self.cells(name)},{self._criteria([other])}{group})"

    def _criteria(self, names: Sequence[str]) -> str:
        return ",".join(self._pairs(names))

    def _pairs(self, names: Sequence[str]) -> list[str]:
        return [f"{self.cells(name)},{NUMBERS}" for name in names]

    def sum_in_row(self, row: int, names: Sequence[str]) -> str:
        """The formula that adds up some cells of a row of 事業一覧 where all of them are numbers."""
        listed = ",".join(cell(row, self.at(name)) for name in names)
        return f'IF(COUNT({listed})={len(names)},SUM({listed}),"")'

    def equal(self, name: str, level: str, number: str, value: str) -> str:
        """The formula that counts the cells of a column, over a group, that meet a criterion or equal a cell."""
        group = self.cells(f"number:{level}")
        return f"COUNTIFS({group},{number},{self.cells(name)},{value})"

    def known_in_all(self, names: Sequence[str], level: str, number: str) -> str:
        """The formula that counts the projects of a group with a number in every one of the columns."""
        return f"COUNTIFS({','.join((self.cells(f'number:{level}'), number, *self._pairs(names)))})"

    def looked_up(self, name: str, key: str) -> str:
        """The formula that looks up a column of the project whose key stands in a cell."""
        return f"INDEX({self.cells(name)},MATCH({key},{self.cells('key')},0))"

    def both(self, first: tuple[str, str], second: tuple[str, str]) -> str:
        """The formula that counts the projects with one word in one column and one in another."""
        pairs = ",".join(f"{self.cells(name)},{_exactly(word)}" for name, word in (first, second))
        return f"COUNTIFS({pairs})"

    def words(self, name: str, level: str | None, number: str, word: str) -> str:
        """The formula that counts the cells of a column that hold exactly this word; blank ones with ""."""
        quoted = _exactly(word)
        if level is None:
            return f"COUNTIFS({self.cells(name)},{quoted})"
        return self.equal(name, level, number, quoted)


def _exactly(word: str) -> str:
    """The criterion of COUNTIFS that only this word meets."""
    escaped = re.sub(r"[~*?]", r"~\g<0>", word)
    return '"=' + escaped.replace('"', '""') + '"'
