"""Carry a sheet into the fields of another version of its form.

A field keeps its value by its path, or by the path it had before (`former` in the definition). A field of another kind reads
the value again, as its cell would. What has no place in the other version is returned beside the sheet, as people read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsync.computed import ALONE, results
from xlsync.kinds import DASH, Unreadable, Value
from xlsync.row_carry import carry_rows, read_again
from xlsync.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsync.form.edition import Edition, Field


@dataclass(frozen=True, slots=True)
class LostValue:
    """A value that has no place in the other version: its path and field there, and the value as people read it."""

    path: str
    field_label: str
    shown: str

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"path": self.path, "value": self.shown}


def carry_over(sheet: Sheet, edition: Edition) -> tuple[Sheet, tuple[LostValue, ...]]:
    """Return a sheet in another edition's fields, and the values that have no field there.

    Args:
        sheet: A sheet of any version of the form.
        edition: The same fiscal year of the version to carry it into, the next one or the one before.

    Returns:
        The sheet under the same key and revision, and the values without a place in it; "-" is nothing to lose. A computed
        field that is new is computed.

    """
    sources = carried_paths(sheet.edition, edition)
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for path, former in sources.items():
        value, typed = _carried(sheet, former, edition.by_path[path])
        values[path] = value
        unreadable |= {} if typed is None else {path: typed}
    rows = carry_rows(sheet, edition)
    values |= rows.values
    unreadable |= rows.unreadable
    fresh = [path for path in edition.formulas if path not in sources]
    values |= results(edition, dict.fromkeys(fresh, ALONE), values)
    carried = Sheet(edition, sheet.key, values, sheet.revision, unreadable).with_id(sheet.id)
    lost = _lost(sheet, {path for former in sources.values() for path in former})
    return carried, (*lost, *(_lost_value(sheet, path) for path in rows.lost_paths))


def carried_paths(old: Edition, new: Edition) -> dict[str, tuple[str, ...]]:
    """Return which fields of the old edition each field of the new one takes its value from; new fields are left out.

    >>> from xlsync.form.library import load_form
    >>> edition = load_form().at(2018)
    >>> carried_paths(edition, edition)["purpose"]
    ('purpose',)

    """
    renamed = _renamed_back(old, new)
    sources: dict[str, tuple[str, ...]] = {}
    carried: set[str] = set()  # of fields that are split, the first takes the value
    for path in new.by_path:
        candidates = ((path,), new.former_paths.get(path, ()), renamed.get(path, ()))
        former = next(
            (names for names in candidates if not old.by_path.keys().isdisjoint(names)), ()
        )
        present = tuple(name for name in former if name in old.by_path and name not in carried)
        carried |= set(present)
        if present:
            sources[path] = present
    return sources


def heirs_of(old: Edition, new: Edition) -> dict[str, str]:
    """Return the field of the new edition that takes over the value of each field of the old one, where one does."""
    sources = carried_paths(old, new)
    return {former: path for path, formers in sources.items() for former in formers}


def heirs_through(edition: Edition, versions: Iterable[Edition]) -> dict[str, str]:
    """Return the field of the last of several versions that takes over the value of each field of an edition through all."""
    heirs = {path: path for path in edition.by_path}
    for version in versions:
        step = heirs_of(edition, version)
        heirs = {path: step[there] for path, there in heirs.items() if there in step}
        edition = version
    return heirs


def _renamed_back(old: Edition, new: Edition) -> dict[str, tuple[str, ...]]:
    """Return the fields that the old edition took over from one field of the new edition, by that field's path."""
    single = ((path, former) for path, former in old.former_paths.items() if len(former) == 1)
    return {former[0]: (path,) for path, former in single if former[0] in new.by_path}


def _carried(sheet: Sheet, former: Sequence[str], field: Field) -> tuple[Value, str | None]:
    """Return the value of a field from those it takes over, or the text that cannot be read there."""
    filled = [path for path in former if is_filled(sheet, path)]
    if len(filled) > 1:
        return _merged(sheet, filled, field)
    path = filled[0] if filled else former[0]
    return read_again(sheet.edition.by_path[path], field, sheet[path], sheet.unreadable.get(path))


def is_filled(sheet: Sheet, path: str) -> bool:
    """True where a field says anything: a value other than "-", or a text that cannot be read."""
    return path in sheet.unreadable or sheet[path] not in {None, DASH}


def _merged(sheet: Sheet, former: Sequence[str], field: Field) -> tuple[Value, str | None]:
    """Return several values in one field: amounts of one unit added up, everything else as lines of text."""
    if field.kind.is_amount:
        numbers = [_number(sheet, path, field) for path in former]
        known = [number for number in numbers if number is not None]
        if len(known) == len(former):
            return sum(known[1:], known[0]), None
    shown = [_shown(sheet, path) for path in former]
    return _parsed(field, ("\n" if field.multiline else "、").join(shown))


def _number(sheet: Sheet, path: str, field: Field) -> int | Decimal | None:
    """Return a value that another field can add, None where it is no number or has another unit."""
    value = sheet[path]
    is_alike = sheet.edition.by_path[path].kind == field.kind
    return value if is_alike and isinstance(value, int | Decimal) else None


def _shown(sheet: Sheet, path: str) -> str:
    return sheet.unreadable.get(path) or sheet.edition.by_path[path].words(sheet[path])


def _parsed(field: Field, typed: Any) -> tuple[Value, str | None]:
    read = field.kind.parse(typed)
    return (None, read.typed) if isinstance(read, Unreadable) else (read.value, None)


def _lost(sheet: Sheet, carried: set[str]) -> tuple[LostValue, ...]:
    left = (path for path in sheet.edition.by_path if path not in carried)
    return tuple(_lost_value(sheet, path) for path in left if is_filled(sheet, path))


def _lost_value(sheet: Sheet, path: str) -> LostValue:
    return LostValue(path, sheet.edition.by_path[path].title, _shown(sheet, path))
