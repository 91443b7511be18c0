"""What a sheet takes over from the sheets of other forms of the city, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from xlsync.exchange.figures.apportion import YEN_PER_UNIT
from xlsync.form.same_fields import same_fields
from xlsync.kinds import DASH, Unreadable, fold
from xlsync.merging import Change, changes_between
from xlsync.store.shared_fields import FieldOwner

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet

_NO_FIELD: Final = "{title}：様式「{form}」に「{path}」という欄がないため、同じ内容にできません"
_UNFIT: Final = (
    "{title}：{owner} の「{other}」の内容「{shown}」は、この欄に入らないため、取り込んでいません"
)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A sheet as it is to be, the owners of its fields, what that changes, and in Japanese what could not be taken over."""

    sheet: Sheet
    field_owners: Mapping[str, FieldOwner]
    changes: tuple[Change, ...]
    faults: tuple[str, ...] = ()


def taken_over_by(sheet: Sheet, edition: Edition, owning: Mapping[str, Sheet | None]) -> TakenOver:
    """Return a sheet with what it takes over from the sheet of each other form that it belongs to, by the form's id.

    A value that is blank there is not taken over: then the field is the staff's own, as where there is no such sheet.
    """
    owners: dict[str, FieldOwner] = {}
    values: dict[str, Value] = {}
    faults: list[str] = []
    for path, other in same_fields(edition).items():
        source = owning.get(other.form_id)
        if source is None:
            continue
        words = source.edition.definition.page.worksheet
        owner = FieldOwner(other.form_id, other.path, source.key, words)
        value, fault = _value_of(edition.by_path[path], source, owner)
        if fault:
            faults.append(fault)
        elif value is not None:
            owners[path], values[path] = owner, value
    now = sheet.with_values(values)
    return TakenOver(now, owners, changes_between(sheet, now), tuple(faults))


def linked_key(sheet: Sheet, form_id: str) -> str:
    """Return the key of the other form's sheet that a sheet belongs to."""
    path = sheet.edition.definition.linked.get(form_id)
    if path is None:
        return fold(sheet.key)
    return fold(sheet.edition.by_path[path].words(sheet[path]))


def _value_of(field: Field, source: Sheet, owner: FieldOwner) -> tuple[Value, str]:
    """Return what the owner says as the field holds it, None where blank; and in Japanese why the field cannot hold it."""
    other = source.edition.by_path.get(owner.path)
    if other is None:
        return None, _NO_FIELD.format(title=field.title, form=owner.form_id, path=owner.path)
    value = source[owner.path]
    if value is None:
        return None, ""
    fitting = _fitting(field, other, value)
    if isinstance(fitting, Unreadable):
        words = other.words(value)
        title, of = field.title, owner.words
        return None, _UNFIT.format(title=title, owner=of, other=other.title, shown=words)
    return fitting, ""


def _fitting(field: Field, other: Field, value: Value) -> Value | Unreadable:
    """Return a value of another form's field as the field holds it; Unreadable where it cannot, as where yen would be lost."""
    if field.unit == other.unit or value == DASH:
        parsed = field.kind.parse(other.kind.show(value))
        return parsed if isinstance(parsed, Unreadable) else parsed.value
    is_money = {field.unit, other.unit} <= YEN_PER_UNIT.keys()
    if not is_money or not isinstance(value, int | Decimal):
        return Unreadable(other.words(value), "単位が違います")
    exact = Fraction(value) * YEN_PER_UNIT[other.unit] / YEN_PER_UNIT[field.unit]
    parsed = field.kind.parse(str(Decimal(exact.numerator) / exact.denominator))
    if isinstance(parsed, Unreadable):
        return parsed
    is_exact = isinstance(parsed.value, int | Decimal) and Fraction(parsed.value) == exact
    return parsed.value if is_exact else Unreadable(other.words(value), "端数があります")


__all__ = ["TakenOver", "linked_key", "taken_over_by"]
