"""Terms that are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsync.rules.term import Given, Known, Places, Term, grouped, is_number, number, rounded

PARAGRAPHS = 20
"""Lines of their own that are measured each; further ones count as one line."""


@dataclass(frozen=True, slots=True)
class Plus:
    """The sum of numbers."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> int | Decimal:
        """Give the sum."""
        return sum((number(one.value(given)) for one in self.of), Decimal(0))

    def formula(self, places: Places) -> str:
        """Give the sum."""
        return "+".join(one.formula(places) for one in self.of)


@dataclass(frozen=True, slots=True)
class Minus:
    """The difference of two numbers."""

    left: Term
    right: Term

    def value(self, given: Given) -> int | Decimal:
        """Give the difference."""
        return number(self.left.value(given)) - number(self.right.value(given))

    def formula(self, places: Places) -> str:
        """Give the difference."""
        return f"{self.left.formula(places)}-{grouped(self.right.formula(places))}"


@dataclass(frozen=True, slots=True)
class Times:
    """The product of two numbers."""

    left: Term
    right: Term

    def value(self, given: Given) -> int | Decimal:
        """Give the product."""
        return number(self.left.value(given)) * number(self.right.value(given))

    def formula(self, places: Places) -> str:
        """Give the product."""
        return f"{grouped(self.left.formula(places))}*{grouped(self.right.formula(places))}"


@dataclass(frozen=True, slots=True)
class Absolute:
    """A number without its sign."""

    of: Term

    def value(self, given: Given) -> int | Decimal:
        """Give it."""
        value = number(self.of.value(given))
        return -value if value < 0 else value

    def formula(self, places: Places) -> str:
        """Give it."""
        return f"ABS({self.of.formula(places)})"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number rounded to some decimals, halves away from zero."""

    of: Term
    decimals: int = 0

    def value(self, given: Given) -> Decimal:
        """Give it."""
        return rounded(number(self.of.value(given)), self.decimals)

    def formula(self, places: Places) -> str:
        """Give it."""
        return f"ROUND({self.of.formula(places)},{self.decimals})"


@dataclass(frozen=True, slots=True)
class FirstNumber:
    """The first of several that is a number other than 0; blank where none is."""

    of: tuple[Term, ...]

    def value(self, given: Given) -> Known:
        """Give it."""
        values = (one.value(given) for one in self.of)
        return next((value for value in values if is_number(value) and value != 0), None)

    def formula(self, places: Places) -> str:
        """Give it."""
        formula = '""'
        for one in reversed(self.of):
            cell = one.formula(places)
            formula = f"IF(ISNUMBER({cell}),IF({cell}<>0,{cell},{formula}),{formula})"
        return formula


@dataclass(frozen=True, slots=True)
class LengthOf:
    """How many characters a text has."""

    of: Term

    def value(self, given: Given) -> int:
        """Count them."""
        return len(str(self.of.value(given)))

    def formula(self, places: Places) -> str:
        """Count them."""
        return f"LEN({self.of.formula(places)})"


@dataclass(frozen=True, slots=True)
class LinesOf:
    """How many lines a text takes on paper where a line holds so many half-width signs; idle spaces do not count."""

    of: Term
    columns: Term

    def value(self, given: Given) -> int:
        """Count them."""
        columns = number(self.columns.value(given))
        paragraphs = str(self.of.value(given)).split("\n")
        measured = sum(_lines(one, columns) for one in paragraphs[:PARAGRAPHS])
        return measured + len(paragraphs[PARAGRAPHS:])

    def formula(self, places: Places) -> str:
        """Count them: the text cut into paragraphs, full-width signs counted twice."""
        cell, columns = self.of.formula(places), self.columns.formula(places)
        numbers = "{" + ";".join(str(n) for n in range(1, PARAGRAPHS + 1)) + "}"
        spread = f'SUBSTITUTE({cell},CHAR(10),REPT(" ",LEN({cell})))'
        one = f"TRIM(MID({spread},({numbers}-1)*LEN({cell})+1,LEN({cell})))"
        half = f'MMULT(LEN({one})-LEN(SUBSTITUTE({one},{places.half_width},"")),{places.ones})'
        width = f"(2*LEN({one})-{half})"
        breaks = f'(LEN({cell})-LEN(SUBSTITUTE({cell},CHAR(10),""))+1)'
        lines = f"({numbers}<={breaks})*(({width}=0)+ROUNDUP({width}/{columns},0))"
        return f"SUMPRODUCT({lines})+MAX(0,{breaks}-{PARAGRAPHS})"


def _lines(paragraph: str, columns: int | Decimal) -> int:
    text = " ".join(word for word in paragraph.split(" ") if word)
    width = sum(1 if " " <= sign <= "~" else 2 for sign in text)
    return max(1, -int(-width // columns))
