"""Indicator values: 8,098件, 280分以内, 0.1%未満, 200万人, or plain words (実施, 策定)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xlsync.kinds.characters import (
    DISGUISED_DIGITS,
    cleaned,
    half_width,
    has_disguised_digits,
    split_marks,
)
from xlsync.kinds.invisible import is_only_invisible, without_picture_parts
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
    blank_or_dash,
    json_number,
    leading_number,
    plain_number,
    refuse_json,
)

BOUNDS = ("以内", "以下", "未満", "以上", "超")
"""以内 and 以下 include the number, 未満 and 超 do not."""

_UNIT_FORM = r"[^0-9\s,.+\-△▲−~～、。()（）][^0-9\s,+\-△▲−~～、。()（）]{0,9}"
_UNIT = re.compile(_UNIT_FORM)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity in any unit, or words."""

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "quantity"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "内容を入力してください"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read number, unit and bound; what is no such quantity is taken as words, as typed."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
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

    def from_json(self, document: Json) -> Value:
        """Take what `to_json` gives; words that read as a quantity become one."""
        if document is None or isinstance(document, str):
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
