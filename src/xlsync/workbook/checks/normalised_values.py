"""How Excel reads a field's cell as xlsync does: formulas beside the functions that give the same results.

Each field has a row of helper cells on the hidden worksheet. `cleaned` is the text in half-width characters, `body` without its
unit, `unsigned` without its sign, `digits` the plain number in it; `value` is what the rules reckon with, as `Cell` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.excel_text import excel_left
from xlsync.kinds import Quantity, Value
from xlsync.kinds.quantity import BOUNDS
from xlsync.kinds.value import LOOKALIKES
from xlsync.rules import UNREAD_MARK
from xlsync.rules.paper_lines import framed, framed_formula
from xlsync.rules.term import quoted
from xlsync.workbook.checks.excel_functions import half_width, trimmed

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.sheet import Sheet

COLUMNS: Final = ("cleaned", "value", "body", "unsigned", "digits", "number", "unit", "bound")
Scalar = str | int | Decimal
_MARK: Final = quoted(UNREAD_MARK)
DASHES: Final = "".join(sorted(LOOKALIKES))
DASHES_AT: Final = "$H$1"
"""Where the hidden worksheet holds every character that means "-"."""
_SIGNS: Final = "-+△▲−"
_MINUS: Final = "-△▲−"
_DIGITS: Final = "0123456789"
_LOOKED_AT: Final = 200
"""Units of a cell's text in which a number, a code or a word of a list is looked for."""
LONGEST: Final = 30
"""Characters of a number's text that are looked at."""
POSITIONS: Final = range(1, LONGEST + 1)
_POSITIONS: Final = "$A$3:$AD$3"
"""Where it holds 1, 2, 3 …: the positions in a number's text."""
_NOT_UNITS: Final = "0123456789 　,.+-△▲−~～、。()（）㎡㎥㎠㎤㎢㎣²³¹①②③④⑤⑥⑦⑧⑨⑩½¼¾㈱㈲"
"""No character of a unit, or none that stays one when its width is made plain: ㎡ becomes m2."""
_UNIT_LENGTH: Final = 10
_LARGEST: Final = {"money": 10**12, "measure": 10**9}
_EXACT: Final = 10**15
"""From here on Excel does not keep every digit of a number."""


@dataclass(frozen=True, slots=True)
class Total:
    """What a computed field is the total of: the cells of its parts' values and on the page.

    Of a program total also the cells of what the program's other sheets add, and of the total as issued.
    """

    parts: tuple[str, ...]
    raw_parts: tuple[str, ...]
    others: str = ""
    issued: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field's helper cells: the formula of each that it has, by the column's word; `at` gives their addresses.

    `raw` is the cell on the page. `words` are the ranges of a choice's words: folded, as the list spells them, and their
    numbers. `measured`: a rule counts the lines of the text on paper.
    """

    field: Field
    raw: str
    at: Mapping[str, str]
    total: Total | None = None
    words: tuple[str, str, str] = ("", "", "")
    measured: bool = False

    def formulas(self) -> dict[str, str]:
        """Map each helper column to its formula, without "="."""
        formulas = self._own()
        if self.total is not None:
            formulas["value"] = self._computed(self.total, formulas["value"])
        if self.measured:
            formulas["cleaned"] = framed_formula(self.raw)
        return formulas

    def _computed(self, total: Total, as_typed: str) -> str:
        """A computed field's value: of the page's formula, what it gives over the values that can be read.

        The formula itself sums what a cell holds: nothing where a part was typed as text, too much where a number is none of
        the kind. What was typed over the formula is read as in any field.
        """
        values, raws, count = ",".join(total.parts), ",".join(total.raw_parts), len(total.parts)
        blank = f'IF(N({total.issued})=0,"",{total.issued})' if total.issued else '""'
        summed = f"SUM({values})" + (f"+N({total.others})" if total.others else "")
        # Where page and values agree on what is a number, the cell shows the total, or the one it was issued with.
        readable, shown = f"COUNT({values})={count}", f"COUNT({raws})={count}"
        live = f"IF(({readable})=({shown}),{as_typed},IF({readable},{summed},{blank}))"
        return f"IF(ISERROR({self.raw}),{_MARK},IF(_xlfn.ISFORMULA({self.raw}),{live},{as_typed}))"

    def _own(self) -> dict[str, str]:
        match self.field.kind.name:
            case "money" | "measure":
                return self._number()
            case "quantity":
                return self._quantity()
            case "code":
                return {
                    "cleaned": self._cleaned(),
                    "value": self._typed(self._code_number(), self._code_text()),
                }
            case "choice":
                return {"cleaned": _folded(self.raw), "value": self._words(self._official())}
            case _:
                return {"value": self._words(f'{self.raw}&""')}

    def _cleaned(self) -> str:
        # Nothing longer is a number, and half-width katakana may take twice the room.
        return f'IF(ISTEXT({self.raw}),TRIM(ASC(LEFT({_trimmed(self.raw)},{_LOOKED_AT}))),"")'

    def _typed(self, of_number: str, of_text: str) -> str:
        """What a cell of numbers comes to: blank, dash, its number, what its text says, or the mark."""
        cleaned, raw = self.at["cleaned"], self.raw
        of_text = f'IF({cleaned}="","",IF({_is_dash(cleaned)},"-",{of_text}))'
        of_other = f"IF(ISLOGICAL({raw}),{_MARK},{of_text})"
        return f"IF(ISERROR({raw}),{_MARK},IF(ISNUMBER({raw}),{of_number},{of_other}))"

    def _words(self, of_text: str) -> str:
        text = _trimmed(self.raw)
        return (
            f'IF(ISERROR({self.raw}),{_MARK},IF({text}="","",IF({_is_dash(text)},"-",{of_text})))'
        )

    def _number(self) -> dict[str, str]:
        unit, at = self.field.unit, self.at
        stripped = f"TRIM(LEFT({at['cleaned']},LEN({at['cleaned']})-{len(unit)}))"
        minus = f"ISNUMBER(FIND(LEFT({at['body']},1),{quoted(_MINUS)}))"
        typed = f"IF({minus},-1,1)*VALUE({at['digits']})"
        text = f'IF({at["digits"]}="",{_MARK},{self._sound(typed)})'
        return {
            "cleaned": self._cleaned(),
            "value": self._typed(self._sound(self.raw), text),
            "body": f"IF(RIGHT({at['cleaned']},{len(unit)})={quoted(unit)},{stripped},{at['cleaned']})",
            "unsigned": self._unsigned(),
            "digits": _plain(at["unsigned"]),
        }

    def _sound(self, number: str) -> str:
        """The number where the field can hold it, else the mark; a total may be greater than what is typed."""
        largest = _EXACT - 1 if self.total is not None else _LARGEST[self.field.kind.name]
        whole = f"{number}=ROUND({number},0)," if self.field.kind.name == "money" else ""
        return f"IF(AND({whole}ABS({number})<={largest}),{number},{_MARK})"

    def _unsigned(self) -> str:
        body = self.at["body"]
        signed = f"ISNUMBER(FIND(LEFT({body},1),{quoted(_SIGNS)}))"
        return f'IF({body}="","",IF({signed},TRIM(MID({body},2,{LONGEST})),{body}))'

    def _code_number(self) -> str:
        raw = self.raw
        return f'IF(AND({raw}=INT({raw}),{raw}>=0,{raw}<=99),TEXT({raw},"00"),{_MARK})'

    def _code_text(self) -> str:
        cleaned = self.at["cleaned"]
        return f'IF(AND(LEN({cleaned})<=2,{_only_digits(cleaned)}),RIGHT("0"&{cleaned},2),{_MARK})'

    def _official(self) -> str:
        """The list's spelling of a word, whatever its width and spaces, else the word as typed."""
        words, spelled, positions = self.words
        same = f"EXACT({self.at['cleaned']},{words})"
        position = f"SUMPRODUCT({same}*{positions})"
        return f'IF(SUMPRODUCT(--{same})=1,INDEX({spelled},{position}),{self.raw}&"")'

    def _quantity(self) -> dict[str, str]:
        at, raw = self.at, self.raw
        within = (
            f'ISNUMBER(FIND(MID({at["unsigned"]}&"#",{_POSITIONS},1),{quoted(_DIGITS + ".,")}))'
        )
        lead = f"LEFT({at['unsigned']},SUMPRODUCT(MIN({_POSITIONS}+100*{within}))-1)"
        rest = f"TRIM(MID({at['unsigned']},SUMPRODUCT(MIN({_POSITIONS}+100*{within})),100))"
        minus = f"ISNUMBER(FIND(LEFT({at['body']},1),{quoted(_MINUS)}))"
        each = "{" + ",".join(quoted(character) for character in _NOT_UNITS) + "}"
        refused = f"SUMPRODUCT(--ISNUMBER(FIND({each},{at['unit']})))>0"
        typed = f'IF(OR({refused},LEN({at["unit"]})>{_UNIT_LENGTH}),"",IF({minus},-1,1)*VALUE({at["digits"]}))'
        size = f"IF(ISNUMBER({raw}),ABS({raw}),1)"
        beyond = f"{size}>={_EXACT},AND({size}>0,{size}<10^-15)"
        bound = '""'
        for word in reversed(BOUNDS):
            bound = f"IF(RIGHT({rest},{len(word)})={quoted(word)},{quoted(word)},{bound})"
        return {
            "cleaned": self._cleaned(),
            "value": self._words(f'IF(OR(ISLOGICAL({raw}),{beyond}),{_MARK},{raw}&"")'),
            "body": at["cleaned"] + '&""',
            "unsigned": self._unsigned(),
            "digits": _plain(lead),
            "number": f'IF(ISNUMBER({raw}),{raw},IF({at["digits"]}="","",{typed}))',
            "bound": f'IF({at["digits"]}="","",{bound})',
            "unit": f'IF({at["digits"]}="","",TRIM(LEFT({rest},LEN({rest})-LEN({at["bound"]}))))',
        }


def _trimmed(text: str) -> str:
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({text},CHAR(10)," "),"　"," "))'


def _is_dash(text: str) -> str:
    return f"AND(LEN({text})=1,ISNUMBER(FIND({text},{DASHES_AT})))"


def _only_digits(text: str) -> str:
    each = f'FIND(MID({text}&REPT("0",{LONGEST}),{_POSITIONS},1),{quoted(_DIGITS)})'
    return f"SUMPRODUCT(--ISNUMBER({each}))={LONGEST}"


def _plain(text: str) -> str:
    """The digits of a number without its separators; "" where they do not stand as numbers are written."""
    whole = f'LEFT({text},FIND(".",{text}&".")-1)'
    grouped = f'TEXT(VALUE(SUBSTITUTE({whole},",","")),"#,##0")={whole}'
    bare = f'SUBSTITUTE(SUBSTITUTE({text},",",""),".","",1)'
    outer = "".join(f'ISERROR(FIND({side}({text},1),".,")),' for side in ("LEFT", "RIGHT"))
    sound = f'AND(LEN({text})>0,LEN({text})<={LONGEST},{outer}{_only_digits(bare)},OR(ISERROR(FIND(",",{text})),{grouped}))'
    return f'IFERROR(IF({sound},SUBSTITUTE({text},",",""),""),"")'


def _folded(text: str) -> str:
    bare = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({text},"业","業")," ",""),"　","")'
    return f'IFERROR(LOWER(ASC(LEFT(SUBSTITUTE({bare},CHAR(10),""),{_LOOKED_AT}))),"")'


def folded(text: str) -> str:
    """Return a word in the form lists are compared in: half-width, lower case, without spaces."""
    bare = text.replace("业", "業").replace(" ", "").replace("　", "").replace("\n", "")
    return half_width(excel_left(bare, _LOOKED_AT)).lower()


# --- the same in Python: what the formulas come to over a sheet


def results(field: Field, sheet: Sheet, *, measured: bool = False) -> dict[str, Scalar]:
    """Map each helper column of a field to what its formula comes to, with the value shown as the form writes it."""
    value = _value(sheet, field.path)
    name = field.kind.name
    if name == "text":
        shown_text = sheet.unreadable.get(field.path, sheet.text(field.path))
        return {"value": value, **({"cleaned": framed(shown_text)} if measured else {})}
    typed = sheet.unreadable.get(field.path)
    shown = typed if typed is not None else field.kind.show(sheet[field.path])
    if name == "choice":
        return {"cleaned": folded("" if shown is None else str(shown)), "value": value}
    cleaned = ""
    if isinstance(shown, str):
        cleaned = trimmed(half_width(excel_left(trimmed(shown), _LOOKED_AT)))
    if name == "code":
        return {"cleaned": cleaned, "value": value}
    return {"value": value, **_parts_of_number(field, sheet[field.path], cleaned)}


def _parts_of_number(field: Field, value: Value, cleaned: str) -> dict[str, Scalar]:
    """What the helper columns of a number come to: its text without unit, without sign, and its digits."""
    is_quantity = field.kind.name == "quantity"
    body = cleaned if is_quantity else cleaned.removesuffix(field.unit).strip(" ")
    signed = body[:1] != "" and body[0] in _SIGNS
    unsigned = trimmed(body[1:][:LONGEST]) if signed else body
    of_digits = _parts_of(value, unsigned) if is_quantity else {"digits": plain_digits(unsigned)}
    return {"cleaned": cleaned, "body": body, "unsigned": unsigned, **of_digits}


def _value(sheet: Sheet, path: str) -> Scalar:
    if path in sheet.unreadable:
        return UNREAD_MARK
    value: Value = sheet[path]
    if value is None:
        return ""
    return str(sheet.text(path)) if isinstance(value, Quantity) else value


def _parts_of(value: Value, unsigned: str) -> dict[str, Scalar]:
    lead = re.match(r"[0-9.,]*", unsigned)
    digits = plain_digits(lead[0] if lead is not None else "")
    if not isinstance(value, Quantity):
        rest = trimmed(unsigned[len(lead[0]) if lead is not None else 0 :])
        bound = next((word for word in BOUNDS if rest.endswith(word)), "") if digits else ""
        unit = rest.removesuffix(bound).strip(" ") if digits else ""
        return {"digits": digits, "number": "", "unit": unit, "bound": bound}
    unit = half_width(value.unit)
    return {"digits": digits, "number": value.number, "unit": unit, "bound": value.bound}


def plain_digits(text: str) -> str:
    """Return the digits of a number without separators, "" where they do not stand as numbers are written."""
    if len(text) > LONGEST or not re.fullmatch(
        r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?", text
    ):
        return ""
    return text.replace(",", "")
