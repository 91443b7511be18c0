"""How Excel reads a date's text as `xlsync.kinds.date_texts` does: formulas, and what they come to.

Of a date's helper cells, `unmarked` is the text with eras as letters, `body` that with full stops between its parts, `unsigned`
that of digits without any between them, too; `unit` is the era's letter, `digits` the year as written, `number` the western
year (0 for none), `bound` the month, `mark` the day, `value` the ISO text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from xlsync.kinds.date_texts import (
    ERA_SPELLINGS,
    FIRST_SERIAL,
    FIRST_YEAR,
    LAST_SERIAL,
    LAST_SIGNS,
    LETTERS,
    SEPARATORS,
    SOLID,
    WORDS,
)
from xlsync.kinds.eras import ERAS
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.excel.note_marks import LOOKED_AT, digits_as_zero, only_digits

_LETTERS: Final = quoted(LETTERS)
_LAST_NUMBER: Final = 99
_DAYS: Final = "312831303130313130313031"
"""The days of each month of a common year."""
_EIGHT_DIGITS: Final = 10**7
_SOLID_LENGTHS: Final = (8, 7)
_YEAR_DIGITS: Final = 4


def typed_text(raw: str, cleaned: str) -> str:
    """Return the formula of a date's text in half width: of a number, its digits where they may say a day."""
    return f'IF(ISNUMBER({raw}),IF({raw}>={_EIGHT_DIGITS},LEFT({raw}&"",{LOOKED_AT}),""),{cleaned})'


def date_formulas(at: Mapping[str, str]) -> dict[str, str]:
    """Return the formulas of the helper cells between `cleaned` and `value`, whose addresses are `at`."""
    return {
        "plain": digits_as_zero(at["cleaned"]),
        "unmarked": _with_letters(at["cleaned"]),
        "body": _with_stops(at["unmarked"]),
        "unsigned": _with_stops_between_digits(at["body"]),
        "unit": f'IF(LEN({at["unsigned"]})=0,"",IF({_is_letter(at["unsigned"])},LEFT({at["unsigned"]},1),""))',
        **_parts(at["unsigned"], at["unit"]),
        "number": _year(at["unit"], at["digits"]),
    }


def value_of_text(at: Mapping[str, str], mark: str) -> str:
    """Return the formula of the day that the parts say, else the mark of what cannot be read."""
    year, month, day = at["number"], at["bound"], at["mark"]
    leap = f"OR(AND(MOD({year},4)=0,MOD({year},100)<>0),MOD({year},400)=0)"
    last = f"VALUE(MID({quoted(_DAYS)},2*VALUE({month})-1,2))+IF(AND(VALUE({month})=2,{leap}),1,0)"
    digits = f"{_is_short_number(month)},{_is_short_number(day)}"
    there_is = f'AND({year}>={FIRST_YEAR},ISERROR(FIND("0 0",{at["plain"]})),{digits})'
    in_year = f"AND(VALUE({month})>=1,VALUE({month})<=12)"
    in_month = f"AND(VALUE({day})>=1,VALUE({day})<={last})"
    text = f'{year}&"-"&RIGHT("0"&{month},2)&"-"&RIGHT("0"&{day},2)'
    return f"IF({there_is},IF({in_year},IF({in_month},{text},{mark}),{mark}),{mark})"


def value_of_number(raw: str, of_text: str) -> str:
    """Return the formula of the day that a number is in Excel's count, else of that its digits say."""
    month, day = f'RIGHT("0"&MONTH({raw}),2)', f'RIGHT("0"&DAY({raw}),2)'
    text = f'YEAR({raw})&"-"&{month}&"-"&{day}'
    return f"IF(AND({raw}>={FIRST_SERIAL},{raw}<{LAST_SERIAL + 1}),{text},{of_text})"


def month_of_text(at: Mapping[str, str], mark: str) -> str:
    """Return the formula of the month that the parts say, whose day is put behind it, else the mark."""
    year, month = at["number"], at["bound"]
    there_is = (
        f'AND({year}>={FIRST_YEAR},ISERROR(FIND("0 0",{at["plain"]})),{_is_short_number(month)},'
        f'EXACT({at["mark"]},"1"))'
    )
    in_year = f"AND(VALUE({month})>=1,VALUE({month})<=12)"
    return f'IF({there_is},IF({in_year},{year}&"-"&RIGHT("0"&{month},2),{mark}),{mark})'


def with_first_day(body: str) -> str:
    """Return a month's text, with full stops between its parts, as that of its first day.

    >>> with_first_day("R7.4."), with_first_day("2025.4"), with_first_day("202504")
    ('R7.4.1', '2025.4.1', '2025.04.1')
    """
    if re.fullmatch("[0-9]{6}", body):
        return f"{body[:_YEAR_DIGITS]}.{body[_YEAR_DIGITS:]}.1"
    return f"{body}1" if body.endswith(".") else f"{body}.1"


def with_first_day_formula(body: str) -> str:
    """Return the formula of the same."""
    solid = f"AND(LEN({body})=6,{only_digits(body)})"
    split = f'LEFT({body},4)&"."&RIGHT({body},2)&".1"'
    return f'IF({solid},{split},{body}&IF(RIGHT({body},1)=".","1",".1"))'


def _stopped(body: str) -> str:
    solid = SOLID.fullmatch(body)
    return body if solid is None else ".".join(solid.groups())


def date_parts(cleaned: str, stopped: Callable[[str], str] = _stopped) -> dict[str, str | int]:
    """Return what the formulas of `date_formulas` come to for a text in half width."""
    unmarked = cleaned.replace(" ", "")
    for before, after in _TO_LETTERS:
        unmarked = unmarked.replace(before, after)
    body = unmarked
    for before, after in _TO_STOPS:
        body = body.replace(before, after)
    for before, after in _FIRST_YEARS:
        body = body.replace(before, after, 1)
    body = body[:-1] if body[-1:] and body[-1] in LAST_SIGNS else body
    unsigned = stopped(body)
    letter = unsigned[:1] if unsigned[:1] and unsigned[0] in LETTERS else ""
    year, month, day = [*unsigned.split(".", 2), "", ""][:3]
    return {
        "plain": re.sub("[1-9]", "0", cleaned),
        "unmarked": unmarked,
        "body": body,
        "unsigned": unsigned,
        "unit": letter,
        "digits": year[len(letter) :],
        "bound": month,
        "mark": day[:LOOKED_AT],
        "number": _western_year(letter, year[len(letter) :]),
    }


_TO_LETTERS: Final = (*((word, "") for word in WORDS), *ERA_SPELLINGS)
_TO_STOPS: Final = tuple((separator, ".") for separator in SEPARATORS)
_FIRST_YEARS: Final = tuple((f"{letter}元.", f"{letter}1.") for letter in LETTERS)
"""Put in once: what is longer than a character might make any text too long for Excel, if it stood there often."""


def _with_letters(cleaned: str) -> str:
    return _substituted(f'SUBSTITUTE({cleaned}," ","")', _TO_LETTERS)


def _with_stops(unmarked: str) -> str:
    text = _substituted(unmarked, _TO_STOPS)
    for before, after in _FIRST_YEARS:
        text = f"SUBSTITUTE({text},{quoted(before)},{quoted(after)},1)"
    last = ",".join(f"RIGHT({unmarked},1)={quoted(character)}" for character in LAST_SIGNS)
    return f'IF(OR({last}),LEFT({text},LEN({text})-1),{text}&"")'


def _substituted(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for before, after in pairs:
        text = f"SUBSTITUTE({text},{quoted(before)},{quoted(after)})"
    return text


def _with_stops_between_digits(body: str) -> str:
    western, era = _SOLID_LENGTHS
    of_era = f"LEN({body})={era},{_is_letter(body)},{only_digits(f'MID({body},2,{era})')}"
    parts = f'&"."&MID({body},{{month}},2)&"."&RIGHT({body},2)'
    return (
        f"IF(AND(LEN({body})={western},{only_digits(body)}),LEFT({body},4){parts.format(month=5)},"
        f'IF(AND({of_era}),LEFT({body},3){parts.format(month=4)},{body}&""))'
    )


def _parts(unsigned: str, letter: str) -> dict[str, str]:
    padded = f'{unsigned}&".."'
    first = f'FIND(".",{padded})'
    second = f'FIND(".",{padded},{first}+1)'
    return {
        "digits": f"MID({unsigned},LEN({letter})+1,MAX({first}-1-LEN({letter}),0))",
        "bound": f"MID({unsigned},{first}+1,{second}-{first}-1)",
        "mark": f"MID({unsigned},{second}+1,{LOOKED_AT})",
    }


def _year(letter: str, digits: str) -> str:
    lasts = ",".join(str(era.last_number or _LAST_NUMBER) for era in ERAS)
    befores = ",".join(str(era.first - 1) for era in ERAS)
    number_of_era = f"FIND({letter},{_LETTERS})"
    western = f"IF(AND(LEN({digits})={_YEAR_DIGITS},{only_digits(digits)}),VALUE({digits}),0)"
    within = f"AND(VALUE({digits})>=1,VALUE({digits})<=CHOOSE({number_of_era},{lasts}))"
    of_era = f"IF({within},VALUE({digits})+CHOOSE({number_of_era},{befores}),0)"
    return f"IF(LEN({letter})=0,{western},IF({_is_short_number(digits)},{of_era},0))"


def _is_letter(text: str) -> str:
    return f"ISNUMBER(FIND(LEFT({text},1),{_LETTERS}))"


def _is_short_number(text: str) -> str:
    return f"AND(LEN({text})>=1,LEN({text})<=2,{only_digits(text)})"


def _western_year(letter: str, digits: str) -> int:
    is_number = re.fullmatch("[0-9]+", digits) is not None
    if not letter:
        return int(digits) if is_number and len(digits) == _YEAR_DIGITS else 0
    era = next(era for era in ERAS if era.letter == letter)
    last = era.last_number or _LAST_NUMBER
    within = is_number and len(digits) <= len(str(_LAST_NUMBER)) and 1 <= int(digits) <= last
    return era.first - 1 + int(digits) if within else 0


__all__ = [
    "date_formulas",
    "date_parts",
    "month_of_text",
    "typed_text",
    "value_of_number",
    "value_of_text",
    "with_first_day",
    "with_first_day_formula",
]
