"""What reading a field's cell comes to, and a value parsed by the field's kind with what must be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from xlsync.kinds import Typed, Unreadable, Value
from xlsync.kinds.characters import mark_inside

if TYPE_CHECKING:
    from xlsync.form.edition import Field

Remark = tuple[str, Mapping[str, str]]
"""Code of a finding, and its facts."""


class FieldReading(NamedTuple):
    """What a cell says: a value, or the text that could not be read, and remarks."""

    value: Value = None
    unreadable_text: str | None = None
    remarks: tuple[Remark, ...] = ()

    def with_remark(self, code: str, **facts: str) -> FieldReading:
        """Return the reading with another remark behind the others."""
        return self._replace(remarks=(*self.remarks, (code, facts)))


def not_read(code: str, typed: str, **facts: str) -> FieldReading:
    """Return the reading of a cell that has no value of its field's kind; the text is kept."""
    return FieldReading(None, typed, ((code, {"typed": typed, **facts}),))


def _mark_inside(field: Field, typed: Typed) -> str:
    """Return the mark directly behind the number of a quantity, which may hold other words too; "" for none."""
    is_quantity = field.kind.shape == "quantity" and isinstance(typed, str)
    return mark_inside(str(typed)) if is_quantity else ""


def parsed(
    field: Field, typed: Typed, typed_text: str, *, is_normalised: bool = False
) -> FieldReading:
    """Parse by the field's kind; `typed_text` is what the cell holds, `is_normalised` where that differs from `typed`."""
    read = field.kind.parse(typed)
    if isinstance(read, Unreadable):
        facts = {"reason": read.reason, "expected": field.expected}
        return not_read("unreadable", read.typed, **facts)
    reading = FieldReading(read.value)
    if read.value is None:
        return reading
    shown = field.words(read.value)
    if inside := _mark_inside(field, typed):
        return reading.with_remark("mark-in-quantity", typed=typed_text, mark=inside, shown=shown)
    if read.marks:
        return reading.with_remark("mark-removed", typed=typed_text, mark=read.marks, shown=shown)
    if read.normalised or is_normalised:
        return reading.with_remark("normalised", typed=typed_text, shown=shown)
    return reading


__all__ = ["FieldReading", "Remark", "not_read", "parsed"]
