"""Carry a sheet into the edition of a later year: values stay with their years, and what the form says is left blank.

H31当初 of edition 2018 is H31当初 of edition 2019, wherever it stands there: next year's column then, this year's now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.computed import ALONE, Share, compute, results, share_of
from xlsync.form.field_years import carry_of, is_over, meanings
from xlsync.kinds import DASH, Value
from xlsync.row_carry import carry_rows, read_again
from xlsync.sheet import Sheet
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.form.edition import Edition, Field

FieldFate = Literal["carried", "shifted", "emptied", "computed", "due", "blank", "ended"]
FATE_WORDS: Final[Mapping[FieldFate, str]] = {
    "carried": "そのまま",
    "shifted": "年度の列を移す",
    "emptied": "空欄にする",
    "computed": "計算し直す",
    "due": "入力し直す",
    "blank": "空欄のまま",
    "ended": "今年度はない欄",
}
"""What becomes of a field, in words: the last is of the old edition only, the others of the new one."""


@dataclass(frozen=True, slots=True)
class FieldShift:
    """What becomes of one field.

    Attributes:
        path: The field of the new edition, "" where it has none (`ended`).
        former_path: The field of the old edition with the same meaning, "" for none.
        field_fate: What becomes of the value.
        is_marked: Whether it is marked as last year's until somebody changes it.

    """

    path: str
    former_path: str
    field_fate: FieldFate
    is_marked: bool = False

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "from": self.former_path,
            "to": self.path,
            "fate": self.field_fate,
            "marked": self.is_marked,
        }


@dataclass(frozen=True, slots=True)
class ShiftedSheet:
    """Last year's sheet, the new one made of it, and what became of each field: the new one's in form order, then the ended."""

    last_year: Sheet
    sheet: Sheet
    field_shifts: tuple[FieldShift, ...]

    @property
    def marked_paths(self) -> tuple[str, ...]:
        """The paths of the fields that are marked as last year's."""
        return tuple(shift.path for shift in self.field_shifts if shift.is_marked)


def shift_sheet(sheet: Sheet, edition: Edition) -> ShiftedSheet:
    """Return a sheet in the edition of a later year.

    Args:
        sheet: A sheet of an earlier year, in the version of the form that the edition is of.
        edition: The form at the later year.

    Returns:
        The new sheet under the same id and key, without a revision, and what became of each field.

    """
    sources = _sources(sheet.edition, edition)
    shifts = {
        field.path: _shift(sheet, sources.get(field.path), edition, field)
        for field in edition.fields
    }
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for shift in shifts.values():
        if shift.field_fate in {"carried", "shifted"}:
            field, into = sheet.edition.by_path[shift.former_path], edition.by_path[shift.path]
            typed = sheet.unreadable.get(shift.former_path)
            values[shift.path], text = read_again(field, into, sheet[shift.former_path], typed)
            unreadable |= {} if text is None else {shift.path: text}
    row_shifts = _row_shifts(sheet, edition)
    emptied = [shift.path for shift in row_shifts if shift.field_fate == "emptied"]
    rows = carry_rows(sheet.with_values(dict.fromkeys(emptied)), edition)
    values |= rows.values
    unreadable |= rows.unreadable
    values |= results(edition, _shares(sheet, sources, edition, shifts), values)
    shifted = Sheet(edition, sheet.key, values, None, unreadable).with_id(sheet.id)
    ended = _ended(sheet, {shift.former_path for shift in shifts.values()})
    return ShiftedSheet(sheet, shifted, (*shifts.values(), *row_shifts, *ended))


def _row_shifts(sheet: Sheet, edition: Edition) -> tuple[FieldShift, ...]:
    """Return what becomes of each table that has rows: they stay, are left out, or have no table in the new edition."""
    shifts = []
    for table in sheet.edition.tables:
        into = edition.table_of.get(table.path)
        if not row_ids(sheet, table.path):
            continue
        if into is None:
            shifts.append(FieldShift("", table.path, "ended"))
        else:
            fate: FieldFate = "carried" if into.table_entry.carry == "keep" else "emptied"
            shifts.append(FieldShift(table.path, table.path, fate))
    return tuple(shifts)


def _sources(old: Edition, new: Edition) -> dict[str, Field]:
    """Return the field of the old edition that means what a field of the new one means, or formerly meant."""
    by_meaning = {meanings(old, field)[0]: field for field in old.fields}
    sources = {}
    for field in new.fields:
        known = (by_meaning[each] for each in meanings(new, field) if each in by_meaning)
        source = next(known, None)
        if source is not None:
            sources[field.path] = source
    return sources


def _shift(sheet: Sheet, source: Field | None, edition: Edition, field: Field) -> FieldShift:
    """Return what becomes of a field of the new edition."""
    path = "" if source is None else source.path
    if field.path in edition.formulas and not _is_typed_total(sheet, path):
        return FieldShift(field.path, path, "computed")
    if source is None or not _says_anything(sheet, path):
        return FieldShift(field.path, path, "due" if field.required else "blank")
    return _carried_shift(sheet, source, edition, field)


def _carried_shift(sheet: Sheet, source: Field, edition: Edition, field: Field) -> FieldShift:
    """Return what becomes of a field that says something in the old edition."""
    path, carry = source.path, carry_of(sheet.edition, source)
    if carry == "empty" or _is_not_yet(sheet, source, edition, field):
        return FieldShift(field.path, path, "emptied")
    fate: FieldFate = "carried" if source.origin == field.origin else "shifted"
    is_marked = carry == "mark" and sheet[path] != DASH
    return FieldShift(field.path, path, fate, is_marked)


def _is_not_yet(sheet: Sheet, source: Field, edition: Edition, field: Field) -> bool:
    """True for the "-" of a year that was not over and is now: it said that nothing could be said yet."""
    was_running = not is_over(sheet.edition, source) and is_over(edition, field)
    asked = field.entry.required_when == "finished"
    return sheet[source.path] == DASH and was_running and asked


def _is_typed_total(sheet: Sheet, path: str) -> bool:
    """True where a total was typed without its parts: no formula gives one, so it is carried as it is."""
    rule = sheet.edition.formulas.get(path)
    return rule is not None and share_of(rule, sheet) is None and compute(rule, sheet) is None


def _shares(
    sheet: Sheet,
    sources: Mapping[str, Field],
    edition: Edition,
    shifts: Mapping[str, FieldShift],
) -> dict[str, Share]:
    """Return the share with which each total is computed: what the program's other sheets added last year stays."""
    shares = {}
    for path in edition.formulas:
        if shifts[path].field_fate == "computed":
            source = sources.get(path)
            rule = None if source is None else sheet.edition.formulas.get(source.path)
            share = None if rule is None else share_of(rule, sheet)
            shares[path] = share or ALONE
    return shares


def _says_anything(sheet: Sheet, path: str) -> bool:
    return sheet[path] is not None or path in sheet.unreadable


def _ended(sheet: Sheet, carried: set[str]) -> tuple[FieldShift, ...]:
    """Return the fields that say something and have no place in the new edition; they stay in last year's sheet."""
    left = (path for path in sheet.edition.by_path if path not in carried)
    return tuple(FieldShift("", path, "ended") for path in left if _says_anything(sheet, path))


__all__ = ["FATE_WORDS", "FieldFate", "FieldShift", "ShiftedSheet", "shift_sheet"]
