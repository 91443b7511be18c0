"""How many lines a text takes on paper: in Python, and in Excel within the limits of its intermediate results.

Excel finds the paragraphs of a text between its line breaks. So that there are always enough of them to find, it keeps the
text with breaks around it in a cell of its own; a wide space in it is another wide character, for Excel in Japanese takes
it for a space to trim and other programs do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xlsync.excel_text import excel_left, excel_length
from xlsync.kinds.invisible import without_picture_parts
from xlsync.rules.term import Addresses, Given, Term, number

PARAGRAPHS: Final = 20
"""Paragraphs that are measured; each further one counts as one line."""
MEASURED: Final = 32_000
"""Units of a text that are measured: with the breaks around them, Excel still holds it."""
_WIDE: Final = "□"


def framed(text: str) -> str:
    """Return a text with line breaks around it, as `Framed` keeps it."""
    inner = excel_left(text, MEASURED).replace("　", _WIDE)
    return "\n" + inner + "\n" * (PARAGRAPHS + 1)


def framed_formula(cell: str) -> str:
    """Return the Excel formula, without "=", of the same text of a cell; "" where the cell has an error."""
    inner = f'SUBSTITUTE(LEFT({cell},{MEASURED}),"　","{_WIDE}")'
    return f'IFERROR(CHAR(10)&{inner}&REPT(CHAR(10),{PARAGRAPHS + 1}),"")'


@dataclass(frozen=True, slots=True)
class Framed:
    """A field's text with line breaks around it."""

    path: str

    def value(self, given: Given) -> str:
        return framed(without_picture_parts(given.sheet.text(self.path)))

    def formula(self, addresses: Addresses) -> str:
        return addresses.at(self.path, "cleaned")


@dataclass(frozen=True, slots=True)
class LinesOf:
    """The lines of a framed text where one holds so many half-width characters; spaces at its edges do not count."""

    of: Term
    columns: Term

    def value(self, given: Given) -> int:
        columns = number(self.columns.value(given))
        return _lines_of(str(self.of.value(given)), columns)

    def formula(self, addresses: Addresses) -> str:
        """Find the line breaks, and count full-width characters twice in what lies between each two of them."""
        text, columns = self.of.formula(addresses), self.columns.formula(addresses)
        count = f'(LEN({text})-LEN(SUBSTITUTE({text},CHAR(10),""))-{PARAGRAPHS + 1})'
        start, end = _break_positions(text, 1), _break_positions(text, 2)
        paragraph = f"TRIM(MID({text},{start}+1,{end}-{start}-1))"
        without = f'SUBSTITUTE({paragraph},{addresses.half_width},"")'
        half = f"MMULT(LEN({paragraph})-LEN({without}),{addresses.ones})"
        width = f"(2*LEN({paragraph})-{half})"
        lines = f"({_column(1)}<={count})*(({width}=0)+ROUNDUP({width}/{columns},0))"
        return f"SUMPRODUCT({lines})+MAX(0,{count}-{PARAGRAPHS})"


def text_lines(text: str, columns: int) -> int:
    """Return how many lines a text takes where one holds so many half-width characters."""
    return _lines_of(framed(without_picture_parts(text)), columns)


def _lines_of(text: str, columns: int | Decimal) -> int:
    """Return the lines of a framed text."""
    paragraphs = text.split("\n")[1 : -PARAGRAPHS - 1]
    measured = sum(paragraph_lines(paragraph, columns) for paragraph in paragraphs[:PARAGRAPHS])
    return measured + len(paragraphs[PARAGRAPHS:])


def _break_positions(text: str, first: int) -> str:
    """The positions of a text's line breaks from the `first` on, a column of them.

    Each in turn is made a carriage return, which no framed text has: what people see of a text has none. Another control
    character may be in it: LibreOffice takes the tab of a text with line breaks for U+0001.
    """
    return f"FIND(CHAR(13),SUBSTITUTE({text},CHAR(10),CHAR(13),{_column(first)}))"


def _column(first: int) -> str:
    return "{" + ";".join(str(first + index) for index in range(PARAGRAPHS)) + "}"


def paragraph_lines(paragraph: str, columns: int | Decimal) -> int:
    """Return how many lines a paragraph takes where one holds so many half-width characters, one for a blank paragraph."""
    text = " ".join(word for word in paragraph.split(" ") if word)
    half = sum(" " <= character <= "~" for character in text)
    return max(1, -int(-(2 * excel_length(text) - half) // columns))
