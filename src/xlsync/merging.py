"""BASE, OURS, THEIRS → one sheet, its changes, its conflicts. Pure.

Base is what the workbook was last known to hold, ours is the store's head, theirs is the workbook. A field changed on one
side only takes that side; the same change on both sides is no conflict; different changes are a conflict, and ours stays
until it is settled. A cell that could not be read counts as a value of its own: the text as typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from xlsync.computed import Share, results, share_of
from xlsync.errors import SheetError
from xlsync.form.edition import Edition
from xlsync.kinds import Value
from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is merged: a value, an unreadable text, or a live formula (its share), which both sides may feed."""

    value: Value = None
    unreadable: str | None = None
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs from the head it was merged into, both values as JSON."""

    path: str
    before: Any
    after: Any

    def to_document(self) -> dict[str, Any]:
        """Give the change as the contract's JSON."""
        return {"path": self.path, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field changed differently on both sides, the three values as JSON (unreadable text as {"unreadable": text})."""

    path: str
    base: Any
    ours: Any
    theirs: Any

    def to_document(self) -> dict[str, Any]:
        """Give the conflict as the contract's JSON."""
        return {"path": self.path, "base": self.base, "ours": self.ours, "theirs": self.theirs}


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged sheet (ours where they conflict), the changes it makes to ours, and the conflicts."""

    sheet: Sheet
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


def merge(base: Sheet | None, ours: Sheet, theirs: Sheet) -> Merge:
    """Merge two sheets of one key and edition over their base (None: both began blank); SheetError where they differ."""
    for other in (theirs, base):
        if other is not None and (other.key, other.edition.year) != (ours.key, ours.edition.year):
            raise SheetError("別のシートとは統合できません", f"{ours.key} / {other.key}")
    base = base or Sheet(ours.edition, ours.key, {})
    merged: dict[str, _Cell] = {}
    conflicts: list[Conflict] = []
    for path in ours.edition.by_path:
        was, mine, new = _cell(base, path), _cell(ours, path), _cell(theirs, path)
        if mine not in (new, was) and new != was:
            shown = (_shown(sheet, path) for sheet in (base, ours, theirs))
            conflicts.append(Conflict(path, *shown))
        merged[path] = new if mine == was else mine
    sheet = _sheet(ours, merged)
    return Merge(sheet, changes_between(ours, sheet), tuple(conflicts))


def graft(sheet: Sheet, donor: Sheet, paths: Collection[str]) -> Sheet:
    """Give the sheet with the donor's cells at some paths, live formulas reckoned anew."""
    cells = {path: _cell(donor if path in paths else sheet, path) for path in sheet.values}
    return _sheet(sheet, cells)


def _sheet(ours: Sheet, merged: Mapping[str, _Cell]) -> Sheet:
    """Give the merged cells as a sheet, live formulas reckoned over what both sides brought."""
    values = {path: cell.value for path, cell in merged.items()}
    live = {path: cell.share for path, cell in merged.items() if cell.share is not None}
    unreadable = {
        path: cell.unreadable for path, cell in merged.items() if cell.unreadable is not None
    }
    return replace(
        ours, values={**values, **results(ours.edition, live, values)}, unreadable=unreadable
    )


def changes_between(before: Sheet | None, after: Sheet) -> tuple[Change, ...]:
    """Give the fields in which two sheets differ; None before means a blank sheet."""
    was_blank = before or Sheet(after.edition, after.key, {})
    shown = ((path, _shown(was_blank, path), _shown(after, path)) for path in after.values)
    return tuple(Change(path, was, now) for path, was, now in shown if was != now)


def _cell(sheet: Sheet, path: str) -> _Cell:
    rule = sheet.edition.formulas.get(path)
    share = (
        share_of(rule, sheet.values) if rule is not None and path not in sheet.unreadable else None
    )
    return _Cell(sheet[path] if share is None else None, sheet.unreadable.get(path), share)


def _shown(sheet: Sheet, path: str) -> Any:  # any JSON
    unreadable = sheet.unreadable.get(path)
    return (
        {"unreadable": unreadable}
        if unreadable is not None
        else sheet.edition.by_path[path].kind.to_json(sheet[path])
    )


def said(edition: Edition, path: str, document: Any) -> str:
    """Give a value of a change or conflict (JSON) as people read it, "" for blank."""
    if isinstance(document, dict) and "unreadable" in document:
        return str(document["unreadable"])
    field = edition.by_path[path]
    return field.words(field.kind.from_json(document))
