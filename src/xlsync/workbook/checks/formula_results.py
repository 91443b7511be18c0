"""What the formulas of a field's helper cells (`normalised_values`) come to over a sheet, in Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlsync.computed import blank_text
from xlsync.excel_text import excel_left
from xlsync.kinds import Quantity, Value
from xlsync.kinds.invisible import without_picture_parts
from xlsync.kinds.quantity import BOUNDS
from xlsync.rules import UNREAD_MARK
from xlsync.rules.paper_lines import framed
from xlsync.workbook.checks.date_parts import date_parts
from xlsync.workbook.checks.excel_functions import half_width, trimmed
from xlsync.workbook.checks.normalised_values import SIGNS, TEXT_LOOKED_AT, Scalar
from xlsync.workbook.checks.note_marks import LOOKED_AT, marks_of

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.sheet import Sheet


def results(field: Field, sheet: Sheet, *, measured: bool = False) -> dict[str, Scalar]:
    """Map each helper column of a field to what its formula comes to, with the value shown as the form writes it."""
    value = _value(sheet, field.path)
    name = field.kind.name
    if name == "text":
        shown_text = without_picture_parts(sheet.unreadable.get(field.path, sheet.text(field.path)))
        texts = {"value": value, "seen": shown_text}
        return texts | ({"cleaned": framed(shown_text)} if measured else {})
    typed = sheet.unreadable.get(field.path)
    shown = typed if typed is not None else _shown(sheet, field)
    seen = without_picture_parts(shown) if isinstance(shown, str) else ""
    if name == "person":
        return {"value": value, "seen": seen}
    if name == "choice":
        return {"cleaned": folded(seen), "value": value, "seen": seen}
    cleaned = trimmed(half_width(excel_left(trimmed(seen), TEXT_LOOKED_AT)))
    if name == "date":
        return {"cleaned": cleaned, "value": value, "seen": seen, **date_parts(cleaned)}
    texts = {"cleaned": cleaned, "value": value, "seen": seen, **marks_of(cleaned)}
    if name == "code":
        return texts
    return texts | _parts_of_number(field, sheet[field.path], str(texts["unmarked"]))


def _shown(sheet: Sheet, field: Field) -> Value:
    """What stands in a field's cell: its value as the form writes it, of a computed field without one its formula's text."""
    shown = field.kind.show(sheet[field.path])
    if shown is None and field.path in sheet.edition.formulas:
        return blank_text(sheet.edition, field.path, sheet, sheet.unreadable)
    return shown


def _parts_of_number(field: Field, value: Value, text: str) -> dict[str, Scalar]:
    """What the helper columns of a number come to: its text without unit, without sign, and its digits."""
    is_quantity = field.kind.name == "quantity"
    body = text if is_quantity else text.removesuffix(field.unit).strip(" ")
    signed = body[:1] != "" and body[0] in SIGNS
    unsigned = trimmed(body[1:][:LOOKED_AT]) if signed else body
    of_digits = _parts_of(value, unsigned) if is_quantity else {"digits": plain_digits(unsigned)}
    return {"body": body, "unsigned": unsigned, **of_digits}


def _value(sheet: Sheet, path: str) -> Scalar:
    if path in sheet.unreadable:
        return UNREAD_MARK
    value: Value = sheet[path]
    if value is None:
        return ""
    if isinstance(value, Quantity):
        return str(sheet.text(path))
    return without_picture_parts(value) if isinstance(value, str) else value


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
    if len(text) > LOOKED_AT or not re.fullmatch(
        r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?", text
    ):
        return ""
    return text.replace(",", "")


def folded(text: str) -> str:
    """Return a word in the form lists are compared in: half-width, lower case, without spaces."""
    bare = re.sub("[ 　\n\t]", "", text.replace("业", "業"))
    return half_width(excel_left(bare, TEXT_LOOKED_AT)).lower()
