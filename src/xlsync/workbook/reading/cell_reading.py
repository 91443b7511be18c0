"""One field's cell → its value, or why it has none, and what must be said of it.

What is certain is taken with a note; what is a clerk's guess is taken with a warning; where nobody can know, it is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xlsync.kinds import Parsed, Typed, Unreadable, as_typed
from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import is_only_invisible
from xlsync.kinds.value import as_decimal
from xlsync.workbook.reading.cell_content import (
    as_moment_shown,
    as_number_shown,
    as_shown,
    invisible_character,
    is_number_written_otherwise,
    is_picture,
    replaced_character,
    shown_text,
    text_by_format,
)
from xlsync.workbook.reading.conditional_display import Display
from xlsync.workbook.reading.date_reading import read_moment_of_date, read_number_of_date
from xlsync.workbook.reading.field_reading import FieldReading, not_read, parsed
from xlsync.workbook.reading.shown_moment import Moment, is_date_without_year

if TYPE_CHECKING:
    from decimal import Decimal

    from xlsync.form.edition import Field
    from xlsync.ooxml.read.cell_formatting import CellFormatting
    from xlsync.ooxml.read.reader import Cell
    from xlsync.workbook.reading.cell_content import CellText
    from xlsync.workbook.reading.shown_number import ShownNumber

_CURRENCY: Final = frozenset({"¥", "￥", "\\"})
_BLANK: Final = "空欄"
_NOTHING: Final = frozenset({"", "-", "－"})
"""What formats usually show for zero."""


def read_cell(
    field: Field, cell: Cell, formatting: CellFormatting, *, is_summed: bool
) -> FieldReading:
    """Read a cell that holds a value; `is_summed` where a live formula of the form adds what is in it."""
    value: Any = cell.value
    if is_picture(value, cell.formula):
        return FieldReading().with_remark("picture")
    if isinstance(value, str):
        return _read_text(field, value, formatting)
    code = formatting.number_format
    if formatting.is_struck:
        return FieldReading().with_remark("struck-out", typed=as_shown(value, code))
    if isinstance(value, Moment):
        return _read_moment(field, value, code)
    shown = as_number_shown(value, code)
    if shown is None or field.kind.shape in {"digits", "moment"}:
        return _read_as_typed(field, value, code)
    if not shown.digits:
        return _read_without_digits(field, value, shown, is_summed=is_summed)
    if field.kind.shape == "words":
        reading = parsed(field, shown.text, as_typed(value), is_normalised=True)
        return _with_writing_remark(field, reading, value, code)
    if field.kind.shape == "quantity":
        return _read_quantity(field, value, shown)
    return _read_number(field, value, shown, is_summed=is_summed)


def read_displayed(
    field: Field, cell: Cell, formatting: CellFormatting, display: Display, *, is_summed: bool
) -> FieldReading:
    """Read a cell as conditional formats show it, as far as that is certain; say where they change what is read, or may.

    `formatting` is the cell's own.
    """
    plain = read_cell(field, cell, formatting, is_summed=is_summed)
    if display == Display(formatting, formatting):
        return plain
    certain = read_cell(field, cell, display.certain, is_summed=is_summed)
    possible = read_cell(field, cell, display.possible, is_summed=is_summed)
    shown = certain.unreadable_text or (
        _BLANK if certain.value is None else field.words(certain.value)
    )
    reading = certain
    if certain != plain:
        reading = reading.with_remark("conditional-format", shown=shown)
    if possible != certain or not display.is_followed:
        reading = reading.with_remark("conditional-format-unknown", shown=shown)
    return reading


def _read_text(field: Field, value: str, formatting: CellFormatting) -> FieldReading:
    text = shown_text(value, formatting, field.kind)
    typed = cleaned(value)
    if text.struck and not cleaned(text.text).strip():
        return FieldReading().with_remark("struck-out", typed=typed)
    shown = text_by_format(text.text, formatting.number_format)
    is_hidden = not shown.strip() and bool(cleaned(text.text).strip())
    shown = text.text if is_hidden else shown
    reading = parsed(field, shown, typed, is_normalised=shown != value)
    reading = _with_invisible_character(reading, value)
    if is_hidden:
        reading = _with_hidden_remark(field, reading, typed)
    if text.struck or text.marks:
        reading = _with_formatting_remark(field, reading, text, typed)
    replaced = replaced_character(value)
    if replaced is None:
        return reading
    position, character = replaced
    return reading.with_remark("replaced-characters", position=str(position), character=character)


def _with_formatting_remark(
    field: Field, reading: FieldReading, text: CellText, typed: str
) -> FieldReading:
    """Say what was left out for its formatting, instead of the note that the value was normalised."""
    others = tuple(remark for remark in reading.remarks if remark[0] != "normalised")
    reading = reading._replace(remarks=others)
    shown = reading.unreadable_text or (
        _BLANK if reading.value is None else field.words(reading.value)
    )
    if text.struck:
        return reading.with_remark("struck", typed=cleaned(text.struck), shown=shown)
    if reading.unreadable_text is not None:
        return reading
    return reading.with_remark("mark-removed", typed=typed, mark=cleaned(text.marks), shown=shown)


def _with_writing_remark(
    field: Field, reading: FieldReading, value: Typed, code: str
) -> FieldReading:
    """Say of a text that the page writes the number in it otherwise than it was taken."""
    is_text = field.kind.shape == "words"
    if not is_text or reading.value is None or not is_number_written_otherwise(value, code):
        return reading
    shown = field.words(reading.value)
    return reading._replace(remarks=()).with_remark("written-otherwise", shown=shown)


def _with_invisible_character(reading: FieldReading, value: str) -> FieldReading:
    """Say which character nobody sees, and where, with the reason why a text was refused, and of one with no others."""
    character = invisible_character(value)
    if not character:
        return reading
    if reading.unreadable_text is None:
        is_blank = reading.value is None and is_only_invisible(cleaned(value))
        return (
            FieldReading().with_remark("only-invisible", reason=character) if is_blank else reading
        )
    remarks = [
        (
            code,
            {**facts, "reason": f"{facts['reason']}。{character}"} if "reason" in facts else facts,
        )
        for code, facts in reading.remarks
    ]
    return reading._replace(remarks=tuple(remarks))


def _read_moment(field: Field, value: Moment, code: str) -> FieldReading:
    if field.kind.shape == "moment":
        return read_moment_of_date(field, value, code)
    shown = as_moment_shown(value, code) or as_typed(value)
    if field.kind.shape == "words":
        reading = parsed(field, shown, shown, is_normalised=True)
        if not is_date_without_year(value, code):
            return reading
        return reading._replace(remarks=()).with_remark("date-converted", shown=shown)
    read = field.kind.parse(value)
    if isinstance(read, Parsed):
        facts = {"typed": shown, "shown": field.words(read.value)}
        return FieldReading(read.value).with_remark("read-as-shown", **facts)
    return not_read("unreadable", shown, reason=read.reason, expected=field.expected)


def _read_as_typed(field: Field, value: Typed, code: str) -> FieldReading:
    """Read a number without what its format makes of it."""
    if field.kind.shape == "moment":
        return read_number_of_date(field, value)
    return _with_writing_remark(field, parsed(field, value, as_typed(value)), value, code)


def _read_quantity(field: Field, value: Typed, shown: ShownNumber) -> FieldReading:
    inside = field.kind.parse(value)
    read = field.kind.parse(shown.plain)
    if isinstance(inside, Unreadable) or (isinstance(read, Parsed) and read.value == inside.value):
        return parsed(field, value, as_typed(value))
    if shown.is_altered:
        return _as_shown(field, value, shown, is_summed=False)
    return parsed(field, shown.plain, as_typed(value), is_normalised=True)


def _read_number(
    field: Field, value: Typed, shown: ShownNumber, *, is_summed: bool
) -> FieldReading:
    """Read an amount of money or a measure: what its format shows, as far as the page's own sums show that too."""
    is_currency = shown.literal in _CURRENCY and shown.power_of_ten == 0
    is_itself = is_currency or field.kind.shows_itself(shown.literal, shown.power_of_ten)
    if not is_itself or shown.is_altered:
        return _as_shown(field, value, shown, is_summed=is_summed)
    reading = parsed(field, value, as_typed(value))
    if shown.literal not in _CURRENCY or reading.unreadable_text is not None:
        return reading
    facts = {"typed": shown.text, "unit": field.unit, "shown": field.words(reading.value)}
    return reading.with_remark("unit-shown", **facts)


def _read_without_digits(
    field: Field, value: float | Decimal, shown: ShownNumber, *, is_summed: bool
) -> FieldReading:
    """Read a number whose format shows words, a dash or nothing instead of it."""
    is_zero = as_decimal(value) == 0
    if is_zero and (field.kind.is_amount or shown.text in _NOTHING):
        return parsed(field, value, as_typed(value))
    if not shown.text:
        reading = parsed(field, value, as_typed(value))
        return _with_hidden_remark(field, reading, as_typed(value))
    return _as_shown(field, value, shown, is_summed=is_summed)


def _with_hidden_remark(field: Field, reading: FieldReading, typed: str) -> FieldReading:
    """Say that the format of a cell shows nothing of what was read in it."""
    if reading.unreadable_text is not None or reading.value is None:
        return reading
    shown = field.words(reading.value)
    return reading._replace(remarks=()).with_remark("hidden-by-format", typed=typed, shown=shown)


def _as_shown(field: Field, value: Typed, shown: ShownNumber, *, is_summed: bool) -> FieldReading:
    """Read what the format shows of a number that is another one inside; the page's sums add that one."""
    read = field.kind.parse(shown.plain)
    if isinstance(read, Unreadable):
        facts = {"reason": read.reason, "expected": field.expected}
        return not_read("unreadable", shown.text, **facts)
    if is_summed:
        raw = as_typed(value)
        kept = f"{shown.text}（セルの中の値は{raw}）"
        return not_read("scaled-in-sum", kept, shown=shown.text, raw=raw, unit=field.unit)
    facts = {"typed": shown.text, "shown": field.words(read.value)}
    return FieldReading(read.value).with_remark("read-as-shown", **facts)


__all__ = ["FieldReading", "not_read", "read_cell", "read_displayed"]
