"""BASE, OURS, THEIRS → one sheet, its changes, its conflicts. Pure.

Base is what the workbook was last known to hold, ours is the store's head, theirs is the workbook. A field changed on one
side only takes that side; the same change on both sides is no conflict; different changes are a conflict, and ours stays
until it is settled. A cell that could not be read counts as a value of its own: the text as typed.

Some fields stand or fall together (a column of money whose sum would otherwise be half of one person's and half of
another's): of such a group one side is taken whole, or it is in conflict whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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


def merge(
    base: Sheet | None, ours: Sheet, theirs: Sheet, groups: Iterable[Collection[str]] = ()
) -> Merge:
    """Merge two sheets of one key and edition over their base (None: both began blank); SheetError where they differ.

    `groups` are the paths merged as one unit: where the two sides differ in a group and both changed something of that,
    every field in which they differ is a conflict. Without groups each field is merged by itself.
    """
    for other in (theirs, base):
        if other is not None and (other.key, other.edition.year) != (ours.key, ours.edition.year):
            raise SheetError("別のシートとは統合できません", f"{ours.key} / {other.key}")
    base = base or Sheet(ours.edition, ours.key, {})
    three = {path: _Three(*(_cell(side, path) for side in (base, ours, theirs))) for path in ours}
    merged = {path: cells.ours for path, cells in three.items()}
    clashing: set[str] = set()
    for unit in _units(three, groups):
        differing = [path for path in unit if three[path].ours != three[path].theirs]
        if not any(three[path].theirs != three[path].base for path in differing):
            continue
        if any(three[path].ours != three[path].base for path in differing):
            clashing.update(differing)
        else:
            merged |= {path: three[path].theirs for path in differing}
    sheet = _sheet(ours, merged)
    conflicts = (
        Conflict(path, *(shown_as_json(side, path) for side in (base, ours, theirs)))
        for path in three
        if path in clashing
    )
    return Merge(sheet, changes_between(ours, sheet), tuple(conflicts))


class _Three(NamedTuple):
    """What one field says on the three sides."""

    base: _Cell
    ours: _Cell
    theirs: _Cell


def _units(paths: Iterable[str], groups: Iterable[Collection[str]]) -> list[Collection[str]]:
    """Give what is merged as one: the groups, and each field that is in none."""
    together = [tuple(group) for group in groups]
    grouped = {path for group in together for path in group}
    return [*together, *((path,) for path in paths if path not in grouped)]


def graft(sheet: Sheet, donor: Sheet, paths: Collection[str]) -> Sheet:
    """Give the sheet with the donor's cells at some paths, live formulas reckoned anew."""
    cells = {path: _cell(donor if path in paths else sheet, path) for path in sheet}
    return _sheet(sheet, cells)


def _sheet(ours: Sheet, merged: Mapping[str, _Cell]) -> Sheet:
    """Give the merged cells as a sheet, live formulas reckoned over what both sides brought."""
    values = {path: cell.value for path, cell in merged.items()}
    live = {path: cell.share for path, cell in merged.items() if cell.share is not None}
    unreadable = {
        path: cell.unreadable for path, cell in merged.items() if cell.unreadable is not None
    }
    computed = results(ours.edition, live, values)
    return Sheet(ours.edition, ours.key, {**values, **computed}, ours.revision, unreadable)


def changes_between(before: Sheet | None, after: Sheet) -> tuple[Change, ...]:
    """Give the fields in which two sheets differ; None before means a blank sheet."""
    was_blank = before or Sheet(after.edition, after.key, {})
    shown = ((path, shown_as_json(was_blank, path), shown_as_json(after, path)) for path in after)
    return tuple(Change(path, was, now) for path, was, now in shown if was != now)


def _cell(sheet: Sheet, path: str) -> _Cell:
    rule = sheet.edition.formulas.get(path)
    share = share_of(rule, sheet) if rule is not None and path not in sheet.unreadable else None
    return _Cell(sheet[path] if share is None else None, sheet.unreadable.get(path), share)


def shown_as_json(sheet: Sheet, path: str) -> Any:  # any JSON
    """Give a field's value as changes and conflicts tell it: unreadable text as {"unreadable": text}."""
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
