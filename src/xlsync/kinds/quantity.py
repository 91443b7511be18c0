"""Indicator values: 8,098件, 280分以内, 0.1%未満, 200万人, or plain words (実施, 策定)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import (
    DISGUISED_DIGITS,
    cleaned,
    half_width,
    has_disguised_digits,
    split_marks,
)
from xlsync.kinds.excel.cell_formulas import (
    EXACT,
    MARK,
    cleaned_text,
    plain_digits,
    plain_digits_formula,
    without_sign,
)
from xlsync.kinds.excel.excel_functions import half_width as excel_half_width
from xlsync.kinds.excel.excel_functions import trimmed
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.excel.note_marks import POSITIONS_AT, mark_formulas, marks_of
from xlsync.kinds.invisible import is_only_invisible, without_picture_parts
from xlsync.kinds.kind import Example, Kind
from xlsync.kinds.value import (
    DIGITS_KEPT,
    LARGEST_QUANTITY,
    SMALLEST_QUANTITY,
    Json,
    Parsed,
    Quantity,
    Typed,
    Unreadable,
    Value,
    as_decimal,
    as_typed,
    json_number,
    leading_number,
    plain_number,
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

BOUNDS = ("以内", "以下", "未満", "以上", "超")
"""以内 and 以下 include the number, 未満 and 超 do not."""

_UNIT_FORM = r"[^0-9\s,.+\-△▲−~～、。()（）][^0-9\s,+\-△▲−~～、。()（）]{0,9}"
_UNIT = re.compile(_UNIT_FORM)
_DIGITS: Final = "0123456789"
_NOT_UNITS: Final = "0123456789 　,.+-△▲−~～、。()（）㎡㎥㎠㎤㎢㎣²³¹①②③④⑤⑥⑦⑧⑨⑩½¼¾㈱㈲"
"""No character of a unit, or none that stays one when its width is made plain: ㎡ becomes m2."""
_UNIT_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Amount(Kind):
    """A quantity in any unit, or words."""

    name = "quantity"
    office_word = "数と単位"
    english = "quantity (number, unit, bound) or words"
    about = "指標の値など、数・単位・条件（以内、以上 …）を1つの欄に書くもの。「実施」「策定」のような言葉も受け取ります。"
    shape = "quantity"
    is_rule_amount = True
    is_figure = True
    expression_type = "quantity"
    is_number_as_text = True
    examples = (
        Example("８，０９８ 件", "8,098件"),
        Example("280分以内", "280分以内"),
        Example("0.1％未満", "0.1%未満"),
        Example("計画を策定", "計画を策定"),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "内容を入力してください"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read number, unit and bound; what is no such quantity is taken as words, as typed."""
        if isinstance(typed, int | float | Decimal) and not isinstance(typed, bool):
            number = as_decimal(typed)
            if not _is_kept(number):
                reason = "数ではないか、大きすぎる、または小さすぎます"
                return Unreadable(as_typed(typed), reason)
            return Parsed(Quantity(_tidy(number)))
        if not isinstance(typed, str):
            return Unreadable(as_typed(typed), "日付や真偽値として入力されています")
        plain, marks = split_marks(half_width(typed))
        quantity = _read(plain)
        if quantity is None:
            words = cleaned(typed)
            is_blank = is_only_invisible(words)
            return Parsed(None if is_blank else words, normalised=is_blank or words != typed)
        return Parsed(quantity, _write(quantity) != typed, marks)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the official spelling: 8,098件, 280分以内; a bare number as text."""
        if isinstance(value, Quantity):
            return _write(value)
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Return {"value", "unit"} and "bound" where there is one; words and "-" as a string; null."""
        if not isinstance(value, Quantity):
            return value
        number = float(value.number) if isinstance(value.number, Decimal) else value.number
        document = {"value": number, "unit": value.unit}
        return {**document, "bound": value.bound} if value.bound else document

    def filled_from_json(self, document: Json) -> Value:
        """Take what `to_json` gives; words that read as a quantity become one."""
        if isinstance(document, str):
            parsed = self.parse(document)
            return parsed.value if isinstance(parsed, Parsed) else None
        if not isinstance(document, dict) or not {"value", "unit"} <= set(document) <= {
            "value",
            "unit",
            "bound",
        }:
            raise refuse_json(document, "数量（value, unit, bound）")
        unit, bound = document["unit"], document.get("bound", "")
        number = _tidy(json_number(document["value"], "数", LARGEST_QUANTITY))
        quantity = _quantity_of(number, unit, bound)
        if quantity is None:
            raise refuse_json(document, "数量の単位（数字や空白を含まない10字以内の語）")
        return quantity

    def json_schema(self) -> dict[str, Json]:
        """Accept a quantity, words, "-" or null."""
        quantity = {
            "type": "object",
            "properties": {
                "value": {
                    "type": "number",
                    "minimum": -LARGEST_QUANTITY,
                    "maximum": LARGEST_QUANTITY,
                },
                "unit": {
                    "type": "string",
                    "pattern": rf"^(?!.*(?:{'|'.join(BOUNDS)})$)(?!.*[{DISGUISED_DIGITS}])(?:{_UNIT_FORM})?$",
                    "maxLength": 10,
                },
                "bound": {"enum": list(BOUNDS)},
            },
            "required": ["value", "unit"],
            "additionalProperties": False,
        }
        return {"anyOf": [quantity, {"type": "string", "pattern": r"\S"}, {"type": "null"}]}

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel finds number, unit and bound."""
        at, raw = cells.addresses, cells.page_cell
        within = (
            f'ISNUMBER(FIND(MID({at["unsigned"]}&"#",{POSITIONS_AT},1),{quoted(_DIGITS + ".,")}))'
        )
        lead = f"LEFT({at['unsigned']},SUMPRODUCT(MIN({POSITIONS_AT}+100*{within}))-1)"
        rest = f"TRIM(MID({at['unsigned']},SUMPRODUCT(MIN({POSITIONS_AT}+100*{within})),100))"
        each = "{" + ",".join(quoted(character) for character in _NOT_UNITS) + "}"
        refused = f"SUMPRODUCT(--ISNUMBER(FIND({each},{at['unit']})))>0"
        typed = f'IF(OR({refused},LEN({at["unit"]})>{_UNIT_LENGTH}),"",{cells.signed_digits()})'
        size = f"IF(ISNUMBER({raw}),ABS({raw}),1)"
        beyond = f"{size}>={EXACT},AND({size}>0,{size}<10^-15)"
        bound = '""'
        for word in reversed(BOUNDS):
            bound = f"IF(EXACT(RIGHT({rest},{len(word)}),{quoted(word)}),{quoted(word)},{bound})"
        return {
            "cleaned": cells.cleaned(),
            **mark_formulas(at),
            "value": cells.words(f"IF(OR(ISLOGICAL({raw}),{beyond}),{MARK},{cells.text})"),
            "body": at["unmarked"] + '&""',
            "unsigned": cells.unsigned(),
            "digits": plain_digits_formula(lead),
            "number": f'IF(ISNUMBER({raw}),{raw},IF(LEN({at["digits"]})=0,"",{typed}))',
            "bound": f'IF(LEN({at["digits"]})=0,"",{bound})',
            "unit": f'IF(LEN({at["digits"]})=0,"",TRIM(LEFT({rest},LEN({rest})-LEN({at["bound"]}))))',
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its parts come to."""
        cleaned_ = cleaned_text(seen)
        texts: dict[str, Scalar] = {"cleaned": cleaned_, **marks_of(cleaned_)}
        body = str(texts["unmarked"])
        unsigned = without_sign(body)
        return {**texts, "body": body, "unsigned": unsigned, **_parts_of(value, unsigned)}


def _quantity_of(number: int | Decimal, unit: object, bound: object) -> Quantity | None:
    """Return the quantity of these parts, None where its text would not be read as them."""
    if not isinstance(unit, str) or bound not in ("", *BOUNDS):
        return None
    if half_width(unit) != without_picture_parts(cleaned(unit)):
        return None
    quantity = _read(split_marks(half_width(f"{_write(Quantity(number))}{unit}{bound}"))[0])
    if quantity is None or (quantity.number, quantity.bound) != (number, bound):
        return None
    return quantity


def _read(text: str) -> Quantity | None:
    read = leading_number(text)
    if read is None:
        return None
    number, rest = read[0], read[1].strip()
    if len(number.as_tuple().digits) > DIGITS_KEPT or not _is_kept(number):
        return None
    bound = next((word for word in BOUNDS if rest.endswith(word)), "")
    unit = rest.removesuffix(bound).strip()
    if unit and (not _UNIT.fullmatch(unit) or has_disguised_digits(unit)):
        return None
    return Quantity(_tidy(number), unit, bound)


def _is_kept(number: Decimal) -> bool:
    """Whether a number is within the limits of every door: cell, JSON, schema and workbook."""
    size = abs(number)
    return number.is_finite() and (size.is_zero() or SMALLEST_QUANTITY <= size <= LARGEST_QUANTITY)


def _write(quantity: Quantity) -> str:
    whole, _, fraction = plain_number(Decimal(quantity.number)).partition(".")
    digits = f"{int(whole):,}" if whole != "-0" else whole
    return f"{digits}{'.' + fraction if fraction else ''}{quantity.unit}{quantity.bound}"


def _tidy(number: Decimal) -> int | Decimal:
    rounded = as_decimal(number)
    return int(rounded) if rounded == rounded.to_integral_value() else rounded.normalize()


def _parts_of(value: Value, unsigned: str) -> dict[str, Scalar]:
    lead = re.match(r"[0-9.,]*", unsigned)
    digits = plain_digits(lead[0] if lead is not None else "")
    if not isinstance(value, Quantity):
        rest = trimmed(unsigned[len(lead[0]) if lead is not None else 0 :])
        bound = next((word for word in BOUNDS if rest.endswith(word)), "") if digits else ""
        unit = rest.removesuffix(bound).strip(" ") if digits else ""
        return {"digits": digits, "number": "", "unit": unit, "bound": bound}
    unit = excel_half_width(value.unit)
    return {"digits": digits, "number": value.number, "unit": unit, "bound": value.bound}
