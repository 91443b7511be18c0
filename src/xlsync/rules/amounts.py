"""Terms that are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsync.excel_text import excel_length
from xlsync.rules.term import Addresses, Given, Known, Term, grouped, is_number, number, rounded


@dataclass(frozen=True, slots=True)
class Plus:
    """The sum of numbers."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> int | Decimal:
        return sum((number(term.value(given)) for term in self.of), Decimal(0))

    def formula(self, addresses: Addresses) -> str:
        return "+".join(term.formula(addresses) for term in self.of)


@dataclass(frozen=True, slots=True)
class OrZero:
    """A number, 0 for anything else: a blank part of a sum that counts for nothing."""

    of: Term

    def value(self, given: Given) -> int | Decimal:
        value = self.of.value(given)
        return number(value) if is_number(value) else Decimal(0)

    def formula(self, addresses: Addresses) -> str:
        cell = self.of.formula(addresses)
        return f"IF(ISNUMBER({cell}),{cell},0)"


@dataclass(frozen=True, slots=True)
class Minus:
    """The difference of two numbers."""

    left: Term
    right: Term

    def value(self, given: Given) -> int | Decimal:
        return number(self.left.value(given)) - number(self.right.value(given))

    def formula(self, addresses: Addresses) -> str:
        return f"{self.left.formula(addresses)}-{grouped(self.right.formula(addresses))}"


@dataclass(frozen=True, slots=True)
class Times:
    """The product of two numbers."""

    left: Term
    right: Term

    def value(self, given: Given) -> int | Decimal:
        return number(self.left.value(given)) * number(self.right.value(given))

    def formula(self, addresses: Addresses) -> str:
        return f"{grouped(self.left.formula(addresses))}*{grouped(self.right.formula(addresses))}"


@dataclass(frozen=True, slots=True)
class Absolute:
    """A number without its sign."""

    of: Term

    def value(self, given: Given) -> int | Decimal:
        value = number(self.of.value(given))
        return -value if value < 0 else value

    def formula(self, addresses: Addresses) -> str:
        return f"ABS({self.of.formula(addresses)})"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number rounded to some decimals, halves away from zero."""

    of: Term
    decimals: int = 0

    def value(self, given: Given) -> Decimal:
        return rounded(number(self.of.value(given)), self.decimals)

    def formula(self, addresses: Addresses) -> str:
        return f"ROUND({self.of.formula(addresses)},{self.decimals})"


@dataclass(frozen=True, slots=True)
class FirstNumber:
    """The first of several that is a number other than 0; blank where none is."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> Known:
        values = (term.value(given) for term in self.of)
        return next((value for value in values if is_number(value) and value != 0), None)

    def formula(self, addresses: Addresses) -> str:
        formula = '""'
        for term in reversed(self.of):
            cell = term.formula(addresses)
            formula = f"IF(ISNUMBER({cell}),IF({cell}<>0,{cell},{formula}),{formula})"
        return formula


@dataclass(frozen=True, slots=True)
class LengthOf:
    """How many characters a text has, as Excel counts them."""

    of: Term

    def value(self, given: Given) -> int:
        return excel_length(str(self.of.value(given)))

    def formula(self, addresses: Addresses) -> str:
        return f"LEN({self.of.formula(addresses)})"
