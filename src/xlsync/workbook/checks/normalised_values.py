"""How Excel reads a field's cell as xlsync does: formulas; `formula_results` has what they come to.

Each field has a row of helper cells on the hidden worksheet. `seen` is its text without invisible characters (`seen_text`),
`cleaned` that in half-width characters, `unmarked`
without the marks of notes behind it (`note_marks`), `body` without its unit, `unsigned` without its sign, `digits` the plain
number in it; `value` is what the rules compute with, as `Cell` says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE
from xlsync.kinds import Choice
from xlsync.kinds.person import DIGITS as NAME_DIGITS
from xlsync.kinds.person import NAME_SPACE
from xlsync.kinds.quantity import BOUNDS
from xlsync.kinds.value import LOOKALIKES
from xlsync.rules import UNREAD_MARK
from xlsync.rules.paper_lines import framed_formula
from xlsync.rules.term import quoted
from xlsync.workbook.checks.date_parts import (
    date_formulas,
    typed_text,
    value_of_number,
    value_of_text,
)
from xlsync.workbook.checks.note_marks import (
    LOOKED_AT,
    POSITIONS_AT,
    mark_formulas,
    only_digits,
)
from xlsync.workbook.checks.seen_text import seen_formula

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Kind

COLUMNS: Final = (
    *("cleaned", "value", "body", "unsigned", "digits", "number", "unit", "bound"),
    *("plain", "mark", "unmarked", "seen"),
)
Scalar = str | int | Decimal
_MARK: Final = quoted(UNREAD_MARK)
DASHES: Final = "".join(sorted(LOOKALIKES))
DASHES_AT: Final = "$H$1"
"""Where the hidden worksheet holds every character that means "-"."""
SIGNS: Final = "-+△▲−"
_MINUS: Final = "-△▲−"
_DIGITS: Final = "0123456789"
TEXT_LOOKED_AT: Final = 200
"""Units of a cell's text in which a number, a code or a word of a list is looked for."""
_NOT_UNITS: Final = "0123456789 　,.+-△▲−~～、。()（）㎡㎥㎠㎤㎢㎣²³¹①②③④⑤⑥⑦⑧⑨⑩½¼¾㈱㈲"
"""No character of a unit, or none that stays one when its width is made plain: ㎡ becomes m2."""
_UNIT_LENGTH: Final = 10
_LARGEST: Final = {"money": 10**12, "measure": 10**9}
_VOICING_MARKS: Final = ("\u3099", "\u309a")
_EXACT: Final = 10**15
"""From here on Excel does not keep every digit of a number."""


@dataclass(frozen=True, slots=True)
class Total:
    """What a computed field is the total of: the cells of its parts' values and on the page.

    Of a program total also the cells of what the program's other sheets add, and of the total as issued. Where nobody has
    to fill it yet, it is not `due`. `skips_blanks`: blank parts count for nothing.
    """

    parts: tuple[str, ...]
    raw_parts: tuple[str, ...]
    others_cells: str = ""
    issued_cell: str = ""
    due: bool = True
    skips_blanks: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One field's helper cells: the formula of each that it has, by the column's word; `addresses` gives their addresses.

    `page_cell` is the cell on the page. `word_ranges` are the ranges of a choice's words: folded, as the list spells them,
    and their numbers. `measured`: a rule counts the lines of the text on paper.
    """

    field: Field
    page_cell: str
    addresses: Mapping[str, str]
    total: Total | None = None
    word_ranges: tuple[str, str, str] = ("", "", "")
    measured: bool = False

    def formulas(self) -> dict[str, str]:
        """Map each helper column to its formula, without "="."""
        formulas = self._own()
        if self.total is not None:
            formulas["value"] = self._computed(self.total, formulas["value"])
        if self.measured:
            formulas["cleaned"] = framed_formula(self._text)
        return {**formulas, "seen": seen_formula(self.page_cell)}

    @property
    def _text(self) -> str:
        """The text that people see in the cell, whatever it holds."""
        return f'IF(ISTEXT({self.page_cell}),{self.addresses["seen"]},{self.page_cell}&"")'

    def _computed(self, total: Total, as_typed: str) -> str:
        """A computed field's value: of the page's formula, what it gives over the values that can be read.

        The formula itself sums what a cell holds: nothing where a part was typed as text, too much where a number is none of
        the kind. What was typed over the formula is read as in any field.
        """
        values, raws, count = ",".join(total.parts), ",".join(total.raw_parts), len(total.parts)
        blank = (
            f'IF(N({total.issued_cell})=0,"",{total.issued_cell})' if total.issued_cell else '""'
        )
        summed = f"SUM({values})" + (f"+N({total.others_cells})" if total.others_cells else "")
        # Where page and values agree on what is a number, the cell shows the total, or the one it was issued with.
        readable, shown = f"COUNT({values})={count}", f"COUNT({raws})={count}"
        live = f"IF(({readable})=({shown}),{as_typed},IF({readable},{summed},{blank}))"
        if total.skips_blanks:
            live = f"IF(COUNT({values})>0,{self._sound(summed)},{blank})"
        if not total.due:
            live = f'IF(EXACT({self.page_cell},"{NOT_DUE}"),"",{live})'
        return f"IF(ISERROR({self.page_cell}),{_MARK},IF(_xlfn.ISFORMULA({self.page_cell}),{live},{as_typed}))"

    def _own(self) -> dict[str, str]:
        match self.field.kind.name:
            case "money" | "measure":
                return self._number()
            case "quantity":
                return self._quantity()
            case "code":
                return {
                    "cleaned": self._cleaned(),
                    **mark_formulas(self.addresses),
                    "value": self._typed(self._code_number(), self._code_text()),
                }
            case "choice":
                composed = _composed(self._text, self.field.kind)
                return {"cleaned": _folded(composed), "value": self._words(self._official())}
            case "date":
                return self._date()
            case "person":
                return {"value": self._typed_name()}
            case _:
                return {"value": self._words(self._text)}

    def _date(self) -> dict[str, str]:
        of_text = value_of_text(self.addresses, _MARK)
        of_number = value_of_number(self.page_cell, of_text)
        return {
            "cleaned": typed_text(self.page_cell, self._cleaned()),
            **date_formulas(self.addresses),
            "value": self._typed(of_number, of_text),
        }

    def _typed_name(self) -> str:
        """A person's name with one space between its parts; the mark where there is a digit, or no text."""
        seen = self.addresses["seen"]
        each = "{" + ",".join(map(quoted, NAME_DIGITS)) + "}"
        has_digit = f"SUMPRODUCT(--ISNUMBER(FIND({each},{seen})))>0"
        name = f'SUBSTITUTE({_trimmed(seen)}," ",{quoted(NAME_SPACE)})'
        no_text = f"IF(OR(ISNUMBER({self.page_cell}),ISLOGICAL({self.page_cell}),{has_digit}),{_MARK},{name})"
        return self._words(no_text)

    def _cleaned(self) -> str:
        # Nothing longer is a number, and half-width katakana may take twice the room.
        return f"TRIM(ASC(LEFT({_trimmed(self.addresses['seen'])},{TEXT_LOOKED_AT})))"

    def _typed(self, of_number: str, of_text: str) -> str:
        """What a cell of numbers comes to: blank, dash, its number, what its text says, or the mark."""
        cleaned, raw = self.addresses["cleaned"], self.page_cell
        of_text = f'IF(LEN({cleaned})=0,"",IF({_is_dash(cleaned)},"-",{of_text}))'
        of_other = f"IF(ISLOGICAL({raw}),{_MARK},{of_text})"
        return f"IF(ISERROR({raw}),{_MARK},IF(ISNUMBER({raw}),{of_number},{of_other}))"

    def _words(self, of_text: str) -> str:
        # To the comparison with "", which goes by a language's order of texts, a character without a place in it is nothing.
        text = _trimmed(self._text)
        return f'IF(ISERROR({self.page_cell}),{_MARK},IF(LEN({text})=0,"",IF({_is_dash(text)},"-",{of_text})))'

    def _number(self) -> dict[str, str]:
        unit, at = self.field.unit, self.addresses
        unmarked = at["unmarked"]
        stripped = f"TRIM(LEFT({unmarked},LEN({unmarked})-{len(unit)}))"
        minus = f"ISNUMBER(FIND(LEFT({at['body']},1),{quoted(_MINUS)}))"
        typed = f"IF({minus},-1,1)*VALUE({at['digits']})"
        text = f"IF(LEN({at['digits']})=0,{_MARK},{self._sound(typed)})"
        return {
            "cleaned": self._cleaned(),
            **mark_formulas(self.addresses),
            "value": self._typed(self._sound(self.page_cell), text),
            "body": f"IF(EXACT(RIGHT({unmarked},{len(unit)}),{quoted(unit)}),{stripped},{unmarked})",
            "unsigned": self._unsigned(),
            "digits": _plain(at["unsigned"]),
        }

    def _sound(self, number: str) -> str:
        """The number where the field can hold it, else the mark; a total may be greater than what is typed."""
        largest = _EXACT - 1 if self.total is not None else _LARGEST[self.field.kind.name]
        whole = f"{number}=ROUND({number},0)," if self.field.kind.name == "money" else ""
        return f"IF(AND({whole}ABS({number})<={largest}),{number},{_MARK})"

    def _unsigned(self) -> str:
        body = self.addresses["body"]
        signed = f"ISNUMBER(FIND(LEFT({body},1),{quoted(SIGNS)}))"
        return f'IF(LEN({body})=0,"",IF({signed},TRIM(MID({body},2,{LOOKED_AT})),{body}))'

    def _code_number(self) -> str:
        raw = self.page_cell
        return f'IF(AND({raw}=INT({raw}),{raw}>=0,{raw}<=99),TEXT({raw},"00"),{_MARK})'

    def _code_text(self) -> str:
        cleaned = self.addresses["unmarked"]
        return f'IF(AND(LEN({cleaned})<=2,{only_digits(cleaned)}),RIGHT("0"&{cleaned},2),{_MARK})'

    def _official(self) -> str:
        """The list's spelling of a word, whatever its width and spaces, else the word as typed."""
        words, spelled, positions = self.word_ranges
        same = f"EXACT({self.addresses['cleaned']},{words})"
        position = f"SUMPRODUCT({same}*{positions})"
        return f"IF(SUMPRODUCT(--{same})=1,INDEX({spelled},{position}),{self._text})"

    def _quantity(self) -> dict[str, str]:
        at, raw = self.addresses, self.page_cell
        within = (
            f'ISNUMBER(FIND(MID({at["unsigned"]}&"#",{POSITIONS_AT},1),{quoted(_DIGITS + ".,")}))'
        )
        lead = f"LEFT({at['unsigned']},SUMPRODUCT(MIN({POSITIONS_AT}+100*{within}))-1)"
        rest = f"TRIM(MID({at['unsigned']},SUMPRODUCT(MIN({POSITIONS_AT}+100*{within})),100))"
        minus = f"ISNUMBER(FIND(LEFT({at['body']},1),{quoted(_MINUS)}))"
        each = "{" + ",".join(quoted(character) for character in _NOT_UNITS) + "}"
        refused = f"SUMPRODUCT(--ISNUMBER(FIND({each},{at['unit']})))>0"
        typed = f'IF(OR({refused},LEN({at["unit"]})>{_UNIT_LENGTH}),"",IF({minus},-1,1)*VALUE({at["digits"]}))'
        size = f"IF(ISNUMBER({raw}),ABS({raw}),1)"
        beyond = f"{size}>={_EXACT},AND({size}>0,{size}<10^-15)"
        bound = '""'
        for word in reversed(BOUNDS):
            bound = f"IF(EXACT(RIGHT({rest},{len(word)}),{quoted(word)}),{quoted(word)},{bound})"
        return {
            "cleaned": self._cleaned(),
            **mark_formulas(self.addresses),
            "value": self._words(f"IF(OR(ISLOGICAL({raw}),{beyond}),{_MARK},{self._text})"),
            "body": at["unmarked"] + '&""',
            "unsigned": self._unsigned(),
            "digits": _plain(lead),
            "number": f'IF(ISNUMBER({raw}),{raw},IF(LEN({at["digits"]})=0,"",{typed}))',
            "bound": f'IF(LEN({at["digits"]})=0,"",{bound})',
            "unit": f'IF(LEN({at["digits"]})=0,"",TRIM(LEFT({rest},LEN({rest})-LEN({at["bound"]}))))',
        }


def _trimmed(text: str) -> str:
    return f'TRIM(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({text},CHAR(10)," "),CHAR(9)," "),"　"," "))'


def _is_dash(text: str) -> str:
    return f"AND(LEN({text})=1,ISNUMBER(FIND({text},{DASHES_AT})))"


def _plain(text: str) -> str:
    """The digits of a number without its separators; "" where they do not stand as numbers are written."""
    whole = f'LEFT({text},FIND(".",{text}&".")-1)'
    grouped = f'EXACT(TEXT(VALUE(SUBSTITUTE({whole},",","")),"#,##0"),{whole})'
    bare = f'SUBSTITUTE(SUBSTITUTE({text},",",""),".","",1)'
    outer = "".join(f'ISERROR(FIND({side}({text},1),".,")),' for side in ("LEFT", "RIGHT"))
    sound = f'AND(LEN({text})>0,LEN({text})<={LOOKED_AT},{outer}{only_digits(bare)},OR(ISERROR(FIND(",",{text})),{grouped}))'
    return f'IFERROR(IF({sound},SUBSTITUTE({text},",",""),""),"")'


def _composed(text: str, kind: Kind) -> str:
    """The text with each kana of a list's words that has a voicing mark in one character, as macOS does not write it."""
    words = "".join(kind.items) if isinstance(kind, Choice) else ""
    for character in sorted(set(words)):
        parts = unicodedata.normalize("NFD", character)
        if parts[1:] in _VOICING_MARKS:
            text = f"SUBSTITUTE({text},{quoted(parts)},{quoted(character)})"
    return text


def _folded(text: str) -> str:
    bare = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({text},"业","業")," ",""),"　","")'
    return f'IFERROR(LOWER(ASC(LEFT(SUBSTITUTE(SUBSTITUTE({bare},CHAR(10),""),CHAR(9),""),{TEXT_LOOKED_AT}))),"")'
