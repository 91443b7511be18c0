"""What the formulas of a field's helper cells (`normalised_values`) come to over a sheet, in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.computed import blank_text
from xlsync.kinds import Quantity, Value
from xlsync.kinds.invisible import without_picture_parts
from xlsync.rules import UNREAD_MARK
from xlsync.rules.paper_lines import framed

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds.excel.cell_formulas import Scalar
    from xlsync.sheet import Sheet


def results(field: Field, sheet: Sheet, *, measured: bool = False) -> dict[str, Scalar]:
    """Map each helper column of a field to what its formula comes to, with the value shown as the form writes it."""
    typed = sheet.unreadable.get(field.path)
    shown = typed if typed is not None else _shown(sheet, field)
    seen = without_picture_parts(shown) if isinstance(shown, str) else ""
    texts = field.kind.helper_results(sheet[field.path], seen)
    framed_text = {"cleaned": framed(seen)} if measured else {}
    return {**texts, **framed_text, "value": _value(sheet, field.path), "seen": seen}


def _shown(sheet: Sheet, field: Field) -> Value:
    """What stands in a field's cell: its value as the form writes it, of a computed field without one its formula's text."""
    shown = field.kind.show(sheet[field.path])
    if shown is None and field.path in sheet.edition.formulas:
        return blank_text(sheet.edition, field.path, sheet, sheet.unreadable)
    return shown


def _value(sheet: Sheet, path: str) -> Scalar:
    if path in sheet.unreadable:
        return UNREAD_MARK
    value: Value = sheet[path]
    if value is None or isinstance(value, tuple):
        return ""
    if isinstance(value, Quantity):
        return str(sheet.text(path))
    return without_picture_parts(value) if isinstance(value, str) else value
