"""The terms a rule is built of: each has a value in Python, over a sheet, and an Excel formula, over its cells.

Both stand side by side: `value(given)` and `formula(addresses)`. Excel's own terms are those of 2016:
no dynamic arrays, no LAMBDA, nothing volatile. A term is evaluated only where those before it in a rule hold, in both engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from xlsync.expressions.table_columns import ROWS
from xlsync.kinds import Quantity, Value
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.invisible import without_picture_parts

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


class Unread:
    """The value of a cell that could not be read."""


UNREAD: Final = Unread()
Known: TypeAlias = Value | bool | Unread
NOISE: Final = 6
"""Decimals that binary arithmetic keeps apart from its noise: Excel rounds to them before it compares."""


@dataclass(frozen=True, slots=True)
class Given:
    """What Python evaluates over: a sheet, and facts from outside it (rates, last year's values) by name.

    With `as_excel`, sentences contain no more than Excel can know: for the results that stand in a workbook. `texts` are
    the paths of the summed fields whose cell holds a number as text: only the reader of a workbook knows them.
    """

    sheet: Sheet
    facts: Mapping[str, Value] = field(default_factory=dict)
    as_excel: bool = False
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Excel finds the same: the address of each field's value and of what it is read from, of each fact.

    `helpers` has the addresses by path and by the column's word ("value", "digits", "unit" …); `raw` is the cell on the
    page; `half_width` a row of all ASCII characters, `ones` a column of as many ones.
    """

    helpers: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, str]
    raw: Mapping[str, str]
    half_width: str
    ones: str

    def at(self, path: str, column: str = "value") -> str:
        """Return the address of a field's helper cell, or, of a table's column, the range of its rows on the page."""
        if column == ROWS:
            return self.raw[path]
        return self.helpers[path][column]


class Term(Protocol):
    """Something with a value in both engines."""

    def value(self, given: Given, /) -> Known:
        """Return its value over a sheet."""

    def formula(self, addresses: Addresses, /) -> str:
        """Return the Excel formula of the same value, without "="."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's value: blank is "" in Excel, "-" is "-", a quantity its text."""

    path: str

    def value(self, given: Given) -> Known:
        if self.path in given.sheet.unreadable:
            return UNREAD
        value = given.sheet[self.path]
        return without_picture_parts(value) if isinstance(value, str) else value

    def formula(self, addresses: Addresses) -> str:
        return addresses.at(self.path)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known from outside the sheet; blank where it is not known."""

    name: str

    def value(self, given: Given) -> Known:
        value = given.facts.get(self.name)
        return without_picture_parts(value) if isinstance(value, str) else value

    def formula(self, addresses: Addresses) -> str:
        return addresses.facts[self.name]


@dataclass(frozen=True, slots=True)
class NumberOf:
    """The number in a quantity: 280 of 280分以内; blank where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        value = given.sheet[self.path]
        return value.number if isinstance(value, Quantity) else None

    def formula(self, addresses: Addresses) -> str:
        return addresses.at(self.path, "number")


@dataclass(frozen=True, slots=True)
class UnitOf:
    """The unit of a quantity, "" where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        value = given.sheet[self.path]
        return value.unit if isinstance(value, Quantity) else ""

    def formula(self, addresses: Addresses) -> str:
        return addresses.at(self.path, "unit")


@dataclass(frozen=True, slots=True)
class BoundOf:
    """The bound of a quantity (以内 …), "" where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        value = given.sheet[self.path]
        return value.bound if isinstance(value, Quantity) else ""

    def formula(self, addresses: Addresses) -> str:
        return addresses.at(self.path, "bound")


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text that is always the same."""

    of: int | Decimal | str

    def value(self, _given: Given) -> Known:
        return self.of

    def formula(self, _addresses: Addresses) -> str:
        return quoted(self.of) if isinstance(self.of, str) else f"{self.of:f}"


def grouped(formula: str) -> str:
    """Return a formula that can stand beside a stronger operator."""
    return f"({formula})" if any(operator in formula for operator in "+-") else formula


def is_number(value: Known) -> bool:
    """True for a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number(value: Known) -> int | Decimal:
    """Return a value that is a number; TypeError where a rule did not ask for one first."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    raise TypeError(f"a rule computes with {value!r}")


def rounded(value: int | Decimal, decimals: int) -> Decimal:
    """Return a number rounded as Excel rounds it: halves away from zero."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def without_noise(difference: int | Decimal) -> int | Decimal:
    """Return a difference without what Excel takes for noise."""
    return difference if isinstance(difference, int) else rounded(difference, NOISE)
