"""Terms over a column of a table: of all its rows in Python, of the column's range on the page in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.rules.term import Addresses, Given, is_number, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.kinds import Value


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The sum of the numbers in a column, 0 where there are none; `path` is the column's (items.count)."""

    path: str

    def value(self, given: Given) -> int | Decimal:
        return sum(
            (number(value) for value in _column(given, self.path) if is_number(value)), Decimal(0)
        )

    def formula(self, addresses: Addresses) -> str:
        return f"SUM({addresses.raw[self.path]})"


@dataclass(frozen=True, slots=True)
class HasNumbers:
    """There is a number in a column."""

    path: str

    def value(self, given: Given) -> bool:
        return any(is_number(value) for value in _column(given, self.path))

    def formula(self, addresses: Addresses) -> str:
        return f"COUNT({addresses.raw[self.path]})>0"


def _column(given: Given, path: str) -> Iterator[Value]:
    """Yield the values of a column, row by row."""
    table, _, word = path.partition(".")
    for row in given.sheet.rows(table):
        yield row.values[word]


__all__ = ["ColumnSum", "HasNumbers"]
