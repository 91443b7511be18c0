"""Telephone numbers: 0123-45-6789, （0123）45－6789, 09012345678, 内線2345. Hyphens stay where they were typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.excel.note_marks import LOOKED_AT, only_digits
from xlsync.kinds.kind import Example
from xlsync.kinds.shapes import with_hyphens, with_hyphens_formula
from xlsync.kinds.texts_by_pattern import TextByPattern
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

EXTENSION: Final = "内線"
_REMOVED: Final = ("TEL", "Tel", "tel", "電話", ".", ":", "(代)", "(代表)")
_SHORTEST, _LONGEST_NUMBER = 10, 11
_PATTERN: Final = r"0[0-9]{1,5}(?:-[0-9]{1,5}){1,2}|0[0-9]{9,10}"
_EXTENSION_DIGITS: Final = 6
_NOT_A_NUMBER: Final = "電話番号ではありません"


@dataclass(frozen=True, slots=True)
class Phone(TextByPattern):
    """A telephone number of Japan, an extension, or both."""

    name = "phone"
    office_word = "電話番号"
    english = "telephone number"
    about = "電話番号と内線。全角・かっこ・長音の線はハイフンにそろえます。ハイフンの位置は入力のままです。"
    shape = "digits"
    is_personal = True
    json_name = "電話番号（例：0285-22-0000、内線2345）"
    longest = 22
    examples = (
        Example("０２８５－２２－００００", "0285-22-0000"),
        Example("（0285）22-0000", "0285-22-0000"),
        Example("09012345678", "09012345678"),
        Example("0285-22-0000（内線 2345）", "0285-22-0000 内線2345"),
        Example("内線2345", "内線2345"),
        Example("22-0000", "電話番号ではありません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "電話番号を市外局番から入力してください（例：0285-22-0000、内線2345）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a number from its area code on; of a number Excel took the zero in front, which is put back."""
        text = as_typed(typed)
        number = (
            None
            if isinstance(typed, bool)
            else _read(half_width(text), is_text=isinstance(typed, str))
        )
        if number is None:
            return Unreadable(text, _NOT_A_NUMBER)
        return Parsed(number, normalised=number != typed)

    def pattern(self) -> str:
        """Return the regular expression of a number, its digits not counted."""
        extension = rf"{EXTENSION}[0-9]{{1,{_EXTENSION_DIGITS}}}"
        outside = rf"(?=(?:[^0-9]*[0-9]){{10}})(?!(?:-*[0-9]){{12}})(?:{_PATTERN})"
        return rf"{outside}(?: {extension})?|{extension}"

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a telephone number."""
        at, raw = cells.addresses, cells.page_cell
        begin = f'FIND("{EXTENSION}",{at["plain"]})'
        is_there = f"ISNUMBER({begin})"
        of_number = f'IF(AND({raw}=INT({raw}),{raw}>=10^8,{raw}<10^10),"0"&TEXT({raw},"0"),{MARK})'
        return {
            "cleaned": cells.cleaned(),
            "plain": _plain_formula(at["cleaned"]),
            "body": _outside_formula(at["plain"]),
            "unit": f'IF({is_there},MID({at["plain"]},{begin}+2,{LOOKED_AT}),"")',
            "unmarked": f'SUBSTITUTE({at["unit"]},"-","")',
            "digits": f'SUBSTITUTE({at["body"]},"-","")',
            "value": cells.typed(of_number, _joined_formula(at)),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        cleaned = cleaned_text(seen)
        plain = _plain(cleaned)
        outside, extension = _parts(plain)
        return {
            "cleaned": cleaned,
            "plain": plain,
            "body": outside,
            "unit": extension,
            "unmarked": extension.replace("-", ""),
            "digits": outside.replace("-", ""),
        }


def _read(text: str, *, is_text: bool) -> str | None:
    """Return a number in its one spelling, None where it is none."""
    if not is_text:
        return (
            f"0{text}"
            if re.fullmatch(f"[1-9][0-9]{{{_SHORTEST - 2},{_LONGEST_NUMBER - 2}}}", text)
            else None
        )
    plain = _plain(text)
    outside, extension = _parts(plain)
    extension = extension.replace("-", "")
    if EXTENSION in plain and not re.fullmatch(f"[0-9]{{1,{_EXTENSION_DIGITS}}}", extension):
        return None
    inside = f"{EXTENSION}{extension}" if extension else ""
    if not outside:
        return inside or None
    return " ".join(filter(None, (outside, inside))) if _is_outside(outside) else None


def _is_outside(text: str) -> bool:
    count = len(text.replace("-", ""))
    return _SHORTEST <= count <= _LONGEST_NUMBER and re.fullmatch(_PATTERN, text) is not None


def _plain(text: str) -> str:
    """Return a half-width text without words, with hyphens for brackets."""
    text = with_hyphens(text)
    for word in _REMOVED:
        text = text.replace(word, "")
    return text.replace("(", "-").replace(")", "-").replace("--", "-").replace("--", "-")


def _plain_formula(cleaned: str) -> str:
    text = with_hyphens_formula(cleaned)
    for word in _REMOVED:
        text = f'SUBSTITUTE({text},"{word}","")'
    for before in ("(", ")"):
        text = f'SUBSTITUTE({text},"{before}","-")'
    return f'SUBSTITUTE(SUBSTITUTE({text},"--","-"),"--","-")'


def _parts(plain: str) -> tuple[str, str]:
    """Return the number outside, without hyphens at its ends, and what stands behind the word for an extension."""
    outside, _, extension = plain.partition(EXTENSION)
    outside = outside.removeprefix("-")
    outside = outside.removesuffix("-")
    return outside, extension[:LOOKED_AT]


def _outside_formula(plain: str) -> str:
    outside = f'LEFT({plain},FIND("{EXTENSION}",{plain}&"{EXTENSION}")-1)'
    begun = f'IF(LEFT({outside},1)="-",MID({outside},2,200),{outside})'
    return f'IF(RIGHT({begun},1)="-",LEFT({begun},LEN({begun})-1),{begun})'


def _joined_formula(at: Mapping[str, str]) -> str:
    """Return the formula of the number in its one spelling, else the mark."""
    body, digits, extension = at["body"], at["digits"], at["unmarked"]
    first = f'FIND("-",{body}&"-")'
    second = f'FIND("-",{body}&"--",{first}+1)'
    hyphens = f"LEN({body})-LEN({digits})"
    groups = (
        f"AND({first}>=3,{first}<=7,{hyphens}<=2,"
        f"{second}-{first}>=2,{second}-{first}<=6,"
        f"OR({hyphens}=1,AND(LEN({body})-{second}>=1,LEN({body})-{second}<=5)))"
    )
    sound = (
        f'AND(LEFT({digits},1)="0",LEN({digits})>={_SHORTEST},LEN({digits})<={_LONGEST_NUMBER},'
        f"{only_digits(digits)},IF({hyphens}=0,TRUE(),{groups}))"
    )
    is_inside = f'ISNUMBER(FIND("{EXTENSION}",{at["plain"]}))'
    inside_sound = (
        f"AND(LEN({extension})>=1,LEN({extension})<={_EXTENSION_DIGITS},{only_digits(extension)})"
    )
    inside = f'IF({is_inside},"{EXTENSION}"&{extension},"")'
    joined = f'{body}&IF({is_inside}," ","")&{inside}'
    alone = f"IF({is_inside},{inside},{MARK})"
    number = f"IF(LEN({body})=0,{alone},IF({sound},{joined},{MARK}))"
    return f"IF(AND({is_inside},NOT({inside_sound})),{MARK},{number})"


__all__ = ["Phone"]
