"""Terms that are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsync.rules.term import Addresses, Given, Known, Term, grouped, is_number, number, rounded

PARAGRAPHS = 20
"""Paragraphs that are measured; each further one counts as one line."""


@dataclass(frozen=True, slots=True)
class Plus:
    """The sum of numbers."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> int | Decimal:
        return sum((number(term.value(given)) for term in self.of), Decimal(0))

    def formula(self, addresses: Addresses) -> str:
        return "+".join(term.formula(addresses) for term in self.of)


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
    """How many characters a text has."""

    of: Term

    def value(self, given: Given) -> int:
        return len(str(self.of.value(given)))

    def formula(self, addresses: Addresses) -> str:
        return f"LEN({self.of.formula(addresses)})"


@dataclass(frozen=True, slots=True)
class LinesOf:
    """How many lines a text takes on paper where a line holds so many half-width characters; edge spaces do not count."""

    of: Term
    columns: Term

    def value(self, given: Given) -> int:
        columns = number(self.columns.value(given))
        paragraphs = str(self.of.value(given)).split("\n")
        measured = sum(_lines(paragraph, columns) for paragraph in paragraphs[:PARAGRAPHS])
        return measured + len(paragraphs[PARAGRAPHS:])

    def formula(self, addresses: Addresses) -> str:
        """Cut the text into paragraphs; count full-width characters twice."""
        cell, columns = self.of.formula(addresses), self.columns.formula(addresses)
        numbers = "{" + ";".join(str(n) for n in range(1, PARAGRAPHS + 1)) + "}"
        spread = f'SUBSTITUTE({cell},CHAR(10),REPT(" ",LEN({cell})))'
        paragraph = f"TRIM(MID({spread},({numbers}-1)*LEN({cell})+1,LEN({cell})))"
        half = f'MMULT(LEN({paragraph})-LEN(SUBSTITUTE({paragraph},{addresses.half_width},"")),{addresses.ones})'
        width = f"(2*LEN({paragraph})-{half})"
        breaks = f'(LEN({cell})-LEN(SUBSTITUTE({cell},CHAR(10),""))+1)'
        lines = f"({numbers}<={breaks})*(({width}=0)+ROUNDUP({width}/{columns},0))"
        return f"SUMPRODUCT({lines})+MAX(0,{breaks}-{PARAGRAPHS})"


def _lines(paragraph: str, columns: int | Decimal) -> int:
    text = " ".join(word for word in paragraph.split(" ") if word)
    width = sum(1 if " " <= character <= "~" else 2 for character in text)
    return max(1, -int(-width // columns))
