"""The helper cells by which Excel reads a field's cell: what the kinds' formulas are built of, and what that comes to.

Each field has a row of them on the hidden worksheet. `seen` is the text of its cell without invisible characters, `cleaned`
that in half-width characters, `unmarked` without the marks of notes behind it (`note_marks`), `body` without its unit,
`unsigned` without its sign, `digits` the plain number in it; `value` is what the rules compute with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xlsync.excel_text import excel_left
from xlsync.kinds.excel.excel_functions import half_width, trimmed
from xlsync.kinds.excel.formula_text import UNREAD_MARK, quoted
from xlsync.kinds.excel.note_marks import LOOKED_AT, only_digits

COLUMNS: Final = (
    *("cleaned", "value", "body", "unsigned", "digits", "number", "unit", "bound"),
    *("plain", "mark", "unmarked", "seen"),
)
Scalar = str | int | Decimal
MARK: Final = quoted(UNREAD_MARK)
DASHES_AT: Final = "$H$1"
"""Where the hidden worksheet holds every character that means "-"."""
SIGNS: Final = "-+△▲−"
_MINUS: Final = "-△▲−"
TEXT_LOOKED_AT: Final = 200
"""Units of a cell's text in which a number, a code or a word of a list is looked for."""
EXACT: Final = 10**15
"""From here on Excel does not keep every digit of a number."""


@dataclass(frozen=True, slots=True)
class HelperCells:
    """The cells that a field's formulas read: its cell on the page, and the addresses of its helper cells.

    `word_ranges` are the ranges of a choice's words: folded, as the list spells them, and their numbers. `is_total`: the
    field is computed, and may be greater than what is typed.
    """

    page_cell: str
    addresses: Mapping[str, str]
    word_ranges: tuple[str, str, str] = ("", "", "")
    is_total: bool = False

    @property
    def mark(self) -> str:
        """The formula of what stands for an unreadable value."""
        return MARK

    @property
    def text(self) -> str:
        """The text that people see in the cell, whatever it holds."""
        return f'IF(ISTEXT({self.page_cell}),{self.addresses["seen"]},{self.page_cell}&"")'

    def cleaned(self) -> str:
        """Return the formula of the text in half width."""
        # Nothing longer is a number, and half-width katakana may take twice the room.
        return f"TRIM(ASC(LEFT({spaces_trimmed(self.addresses['seen'])},{TEXT_LOOKED_AT})))"

    def typed(self, of_number: str, of_text: str) -> str:
        """What a cell of numbers comes to: blank, dash, its number, what its text says, or the mark."""
        cleaned, raw = self.addresses["cleaned"], self.page_cell
        of_text = f'IF(LEN({cleaned})=0,"",IF({is_dash(cleaned)},"-",{of_text}))'
        of_other = f"IF(ISLOGICAL({raw}),{MARK},{of_text})"
        return f"IF(ISERROR({raw}),{MARK},IF(ISNUMBER({raw}),{of_number},{of_other}))"

    def words(self, of_text: str) -> str:
        """What a cell of words comes to: blank, dash, what its text says, or the mark."""
        # To the comparison with "", which goes by a language's order of texts, a character without a place in it is nothing.
        text = spaces_trimmed(self.text)
        return f'IF(ISERROR({self.page_cell}),{MARK},IF(LEN({text})=0,"",IF({is_dash(text)},"-",{of_text})))'

    def sound(self, number: str, largest: int, *, decimals: int | None) -> str:
        """Return the number where the field can hold it, else the mark."""
        limit = EXACT - 1 if self.is_total else largest
        is_kept = "" if decimals is None else f"{number}=ROUND({number},{decimals}),"
        return f"IF(AND({is_kept}ABS({number})<={limit}),{number},{MARK})"

    def unsigned(self) -> str:
        """Return the formula of `body` without its sign."""
        body = self.addresses["body"]
        signed = f"ISNUMBER(FIND(LEFT({body},1),{quoted(SIGNS)}))"
        return f'IF(LEN({body})=0,"",IF({signed},TRIM(MID({body},2,{LOOKED_AT})),{body}))'

    def signed_digits(self) -> str:
        """Return the formula of the number that `body` and `digits` write."""
        minus = f"ISNUMBER(FIND(LEFT({self.addresses['body']},1),{quoted(_MINUS)}))"
        return f"IF({minus},-1,1)*VALUE({self.addresses['digits']})"


def spaces_trimmed(text: str) -> str:
    """Return the formula of a text with single spaces, line breaks, tabs and wide spaces being spaces."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({text},CHAR(10)," "),CHAR(9)," "),"　"," "))'


def is_dash(text: str) -> str:
    """Return the formula of whether a text says "-"."""
    return f"AND(LEN({text})=1,ISNUMBER(FIND({text},{DASHES_AT})))"


def plain_digits_formula(text: str) -> str:
    """Return the formula of a number's digits without separators; "" where they do not stand as numbers are written."""
    whole = f'LEFT({text},FIND(".",{text}&".")-1)'
    grouped = f'EXACT(TEXT(VALUE(SUBSTITUTE({whole},",","")),"#,##0"),{whole})'
    bare = f'SUBSTITUTE(SUBSTITUTE({text},",",""),".","",1)'
    outer = "".join(f'ISERROR(FIND({side}({text},1),".,")),' for side in ("LEFT", "RIGHT"))
    sound = f'AND(LEN({text})>0,LEN({text})<={LOOKED_AT},{outer}{only_digits(bare)},OR(ISERROR(FIND(",",{text})),{grouped}))'
    return f'IFERROR(IF({sound},SUBSTITUTE({text},",",""),""),"")'


def folded_formula(text: str) -> str:
    """Return the formula of a word in the form lists are compared in."""
    return f'IFERROR(LOWER(ASC(LEFT({without_spaces(text)},{TEXT_LOOKED_AT}))),"")'


def without_spaces(text: str) -> str:
    """Return the formula of a text without spaces and line breaks, and with 業 for 业."""
    bare = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({text},"业","業")," ",""),"　","")'
    return f'SUBSTITUTE(SUBSTITUTE({bare},CHAR(10),""),CHAR(9),"")'


def cleaned_text(seen: str) -> str:
    """Return what the formula of `HelperCells.cleaned` comes to for a text."""
    return trimmed(half_width(excel_left(trimmed(seen), TEXT_LOOKED_AT)))


def plain_digits(text: str) -> str:
    """Return the digits of a number without separators, "" where they do not stand as numbers are written."""
    if len(text) > LOOKED_AT or not re.fullmatch(
        r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?", text
    ):
        return ""
    return text.replace(",", "")


def without_sign(body: str) -> str:
    """Return what the formula of `HelperCells.unsigned` comes to."""
    signed = body[:1] != "" and body[0] in SIGNS
    return trimmed(body[1:][:LOOKED_AT]) if signed else body


def folded(text: str) -> str:
    """Return a word in the form lists are compared in: half-width, lower case, without spaces."""
    bare = re.sub("[ 　\n\t]", "", text.replace("业", "業"))
    return half_width(excel_left(bare, TEXT_LOOKED_AT)).lower()
