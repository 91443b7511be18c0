"""A real date, time or duration, or a number, in the cell of such a field: what its format shows, or why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.kinds import Typed, Unreadable, as_typed
from xlsync.workbook.reading.cell_content import as_moment_shown
from xlsync.workbook.reading.field_reading import FieldReading, not_read, parsed
from xlsync.workbook.reading.shown_moment import Moment, is_date_without_year

if TYPE_CHECKING:
    from xlsync.form.edition import Field


def read_moment_of_date(field: Field, value: Moment, code: str) -> FieldReading:
    """Read a real date; one whose format shows no year has none that anybody typed."""
    shown = as_moment_shown(value, code) or as_typed(value)
    if is_date_without_year(value, code):
        return not_read("date-without-year", shown, expected=field.expected)
    read = field.kind.parse(value)
    if isinstance(read, Unreadable):
        return not_read("unreadable", shown, reason=read.reason, expected=field.expected)
    written = field.kind.parse(shown)
    if isinstance(written, Unreadable) or written.value != read.value:
        facts = {"typed": shown, "shown": field.words(read.value)}
        return FieldReading(read.value).with_remark("read-as-shown", **facts)
    return parsed(field, shown, shown)


def read_number_of_date(field: Field, value: Typed) -> FieldReading:
    """Read the digits that say something by themselves; a number in Excel's count says nothing where no format shows it."""
    text = as_typed(value)
    is_number = not isinstance(value, bool)
    if is_number and not field.kind.reads_number(text):
        return not_read("number-for-date", text, expected=field.expected)
    return parsed(field, value, text)


__all__ = ["read_moment_of_date", "read_number_of_date"]
