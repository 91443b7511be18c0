"""WHAT A RULE IS BUILT OF: terms that Python evaluates over a sheet and Excel over its cells, the same sentence twice.

Every term says its two meanings side by side: `value(given)` and `formula(places)`. Excel's own terms are those of 2016:
no dynamic arrays, no LAMBDA, nothing volatile. A term is only asked where those before it in a rule hold, in both engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from xlsync.kinds import Quantity, Value

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


class Unread:
    """What a cell gives that could not be read."""


UNREAD: Final = Unread()
UNREAD_MARK: Final = "⁇"
"""What stands for it in Excel: nobody types this sign alone."""
Known: TypeAlias = Value | bool | Unread
NOISE: Final = 6
"""Decimals that binary arithmetic keeps apart from its noise: Excel rounds to them before it compares."""
_LITERAL: Final = 250
"""Excel takes no longer text between quotes."""


@dataclass(frozen=True, slots=True)
class Given:
    """What Python evaluates over: a sheet, and facts from outside it (rates, last year's values) by name.

    With `as_excel`, sentences say no more than Excel can know: for the results that stand in a workbook.
    """

    sheet: Sheet
    facts: Mapping[str, Value] = field(default_factory=dict)
    as_excel: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where Excel finds the same: the address of each field's value, of the parts of quantities, of each fact.

    `raw` is the cell on the page; `half_width` a row of all ASCII signs, `ones` a column of as many ones.
    """

    cells: Mapping[str, str]
    numbers: Mapping[str, str]
    units: Mapping[str, str]
    bounds: Mapping[str, str]
    facts: Mapping[str, str]
    raw: Mapping[str, str]
    half_width: str
    ones: str


class Term(Protocol):
    """Something with a value in both engines."""

    def value(self, given: Given, /) -> Known:
        """Give its value over a sheet."""

    def formula(self, places: Places, /) -> str:
        """Give the Excel formula of the same value, without "="."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's value: blank is "" in Excel, "-" is "-", a quantity its text."""

    path: str

    def value(self, given: Given) -> Known:
        """Give the value, or UNREAD."""
        return UNREAD if self.path in given.sheet.unreadable else given.sheet[self.path]

    def formula(self, places: Places) -> str:
        """Give the cell."""
        return places.cells[self.path]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known from outside the sheet; blank where it is not known."""

    name: str

    def value(self, given: Given) -> Known:
        """Give the fact."""
        return given.facts.get(self.name)

    def formula(self, places: Places) -> str:
        """Give the fact's cell."""
        return places.facts[self.name]


@dataclass(frozen=True, slots=True)
class NumberOf:
    """The number in a quantity: 280 of 280分以内; blank where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        """Give the number."""
        value = given.sheet[self.path]
        return value.number if isinstance(value, Quantity) else None

    def formula(self, places: Places) -> str:
        """Give the cell that holds the number."""
        return places.numbers[self.path]


@dataclass(frozen=True, slots=True)
class UnitOf:
    """The unit of a quantity, "" where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        """Give the unit."""
        value = given.sheet[self.path]
        return value.unit if isinstance(value, Quantity) else ""

    def formula(self, places: Places) -> str:
        """Give the cell that holds the unit."""
        return places.units[self.path]


@dataclass(frozen=True, slots=True)
class BoundOf:
    """The bound of a quantity (以内 …), "" where it has none."""

    path: str

    def value(self, given: Given) -> Known:
        """Give the bound."""
        value = given.sheet[self.path]
        return value.bound if isinstance(value, Quantity) else ""

    def formula(self, places: Places) -> str:
        """Give the cell that holds the bound."""
        return places.bounds[self.path]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text that is always the same."""

    of: int | Decimal | str

    def value(self, _given: Given) -> Known:
        """Give it."""
        return self.of

    def formula(self, _places: Places) -> str:
        """Give it as Excel writes it."""
        return quoted(self.of) if isinstance(self.of, str) else f"{self.of:f}"


def quoted(text: str) -> str:
    """Give a text as a formula's literal, in pieces where it is too long for one."""
    pieces = [text[at : at + _LITERAL] for at in range(0, len(text), _LITERAL)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def grouped(formula: str) -> str:
    """Give a formula that can stand beside a stronger sign."""
    return f"({formula})" if any(sign in formula for sign in "+-") else formula


def is_number(value: Known) -> bool:
    """True for a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number(value: Known) -> int | Decimal:
    """Give a value that is a number; TypeError where a rule did not look before it reckoned."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    raise TypeError(f"a rule reckons with {value!r}")


def rounded(value: int | Decimal, decimals: int) -> Decimal:
    """Give a number rounded as Excel rounds it: halves away from zero."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def settled(difference: int | Decimal) -> int | Decimal:
    """Give a difference without what Excel takes for noise."""
    return difference if isinstance(difference, int) else rounded(difference, NOISE)
