"""BASE, OURS, THEIRS → one sheet, its changes, its conflicts. Pure.

Base is what the workbook was last known to hold, ours is the store's head, theirs is the workbook. A field changed on one
side only takes that side; the same change on both sides is no conflict; different changes are a conflict, and ours stays
until it is settled. A cell that could not be read counts as a value of its own: the text as typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlsync.errors import SheetError

if TYPE_CHECKING:
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet

_Cell = tuple["Value", str | None]


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
    merged: dict[str, _Cell] = {}
    conflicts: list[Conflict] = []
    for path in ours.edition.by_path:
        was, mine, new = _cell(base, path), _cell(ours, path), _cell(theirs, path)
        if mine not in (new, was) and new != was:
            conflicts.append(
                Conflict(path, *(_shown(ours, path, cell) for cell in (was, mine, new)))
            )
        merged[path] = new if mine == was else mine
    sheet = replace(
        ours,
        values={path: cell[0] for path, cell in merged.items()},
        unreadable={path: cell[1] for path, cell in merged.items() if cell[1] is not None},
    )
    return Merge(sheet, changes_between(ours, sheet), tuple(conflicts))


def changes_between(before: Sheet | None, after: Sheet) -> tuple[Change, ...]:
    """Give the fields in which two sheets differ; None before means a blank sheet."""
    cells = ((path, _cell(before, path), _cell(after, path)) for path in after.values)
    return tuple(
        Change(path, _shown(after, path, was), _shown(after, path, now))
        for path, was, now in cells
        if was != now
    )


def _cell(sheet: Sheet | None, path: str) -> _Cell:
    return (None, None) if sheet is None else (sheet[path], sheet.unreadable.get(path))


def _shown(sheet: Sheet, path: str, cell: _Cell) -> Any:
    value, unreadable = cell
    return (
        {"unreadable": unreadable}
        if unreadable is not None
        else sheet.edition.by_path[path].kind.to_json(value)
    )
