"""Three-way merge of sheets: base, head, incoming → one sheet, its changes, its conflicts. Pure.

The base is what the workbook last held as far as we know, the head is the store's newest revision, incoming is the
workbook. A field that one side changed takes that side; the same change on both sides is no conflict; different changes are
a conflict, and the head's value stays until somebody resolves it. A cell that could not be read counts as a value of its
own: the text as typed. Two texts that look alike on the page (trailing spaces and line breaks, invisible characters) are the
same, and the head's stays.

Some fields stand or fall together (a column of money, whose sum would otherwise be half of one person's and half of
another's): such a group takes one side whole, or is in conflict whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from xlsync.computed import Share, results, share_of
from xlsync.errors import SheetError
from xlsync.form.edition import Edition
from xlsync.kinds import Value
from xlsync.kinds.characters import same_look
from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs from the head it was merged into, both values as JSON."""

    path: str
    before: Any
    after: Any

    def to_document(self) -> dict[str, Any]:
        """Return the change as the contract's JSON."""
        return {"path": self.path, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field changed differently on both sides, the three values as JSON (unreadable text as {"unreadable": text})."""

    path: str
    base: Any
    head: Any
    incoming: Any

    def to_document(self) -> dict[str, Any]:
        """Return the conflict as the contract's JSON, in which the head's value is `ours` and the incoming one `theirs`."""
        return {
            "path": self.path,
            "base": self.base,
            "ours": self.head,
            "theirs": self.incoming,
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """What `merge` returns.

    Attributes:
        sheet: The merged sheet, with the head's value where there is a conflict.
        changes: The fields in which it differs from the head.
        conflicts: The fields that both sides changed differently.

    Example:
        >>> head = next(iter(Store("city/store")))
        >>> merged = merge(head, head, head.with_values({"purpose": "市民の足を守る"}))
        >>> [(change.path, change.after) for change in merged.changes], merged.conflicts
        ([('purpose', '市民の足を守る')], ())

    """

    sheet: Sheet
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


def merge(
    base: Sheet | None, head: Sheet, incoming: Sheet, groups: Iterable[Collection[str]] = ()
) -> Merge:
    """Merge an incoming sheet into the head over their merge base.

    Args:
        base: The common ancestor, None where both sides began blank.
        head: The store's newest revision; the result has its revision number.
        incoming: The sheet to take in.
        groups: Paths merged as one unit. Where the two sides differ in a group and both changed something of that,
            every field in which they differ is a conflict. A field in no group is merged by itself.

    Returns:
        The merged sheet, its changes against the head, and the conflicts.

    Raises:
        SheetError: The sheets are of different keys or editions.

    Example:
        >>> base = next(iter(Store("city/store")))
        >>> head = base.with_values({"purpose": "市民の足を守る"})
        >>> incoming = base.with_values({"purpose": "市民の足を増やす"})
        >>> [conflict.path for conflict in merge(base, head, incoming).conflicts]
        ['purpose']

    """
    sides = _Sides(base or Sheet(head.edition, head.key).with_id(head.id), head, incoming)
    sides.require_one_key()
    cells = sides.cells()
    merged = {path: cell.head_cell for path, cell in cells.items()}
    in_conflict: set[str] = set()
    for unit in _units(head, groups):
        changed_by, paths = _changed_by(cells, unit)
        if changed_by == "incoming":
            merged |= {path: cells[path].incoming_cell for path in paths}
        elif changed_by == "both" and not _are_same_persons(head, cells, paths):
            in_conflict.update(paths)
    sheet = _sheet_of(head, merged)
    conflicts = tuple(sides.conflict(path) for path in head if path in in_conflict)
    return Merge(sheet, changes_between(head, sheet), conflicts)


def replace_fields(sheet: Sheet, donor: Sheet, paths: Collection[str]) -> Sheet:
    """Return the sheet with the donor's fields at some paths, live formulas computed again."""
    given = _cells_of(donor)
    cells = {
        path: given[path] if path in paths else cell for path, cell in _cells_of(sheet).items()
    }
    return _sheet_of(sheet, cells)


def changes_between(before: Sheet | None, after: Sheet) -> tuple[Change, ...]:
    """Return the fields in which two sheets differ; None before means a blank sheet."""
    before = before or Sheet(after.edition, after.key).with_id(after.id)
    values = ((path, field_as_json(before, path), field_as_json(after, path)) for path in after)
    return tuple(Change(path, old, new) for path, old, new in values if old != new)


def field_as_json(sheet: Sheet, path: str) -> Any:  # any JSON
    """Return a field's value as changes and conflicts have it: unreadable text as {"unreadable": text}."""
    unreadable = sheet.unreadable.get(path)
    if unreadable is not None:
        return {"unreadable": unreadable}
    return sheet.edition.by_path[path].kind.to_json(sheet[path])


def json_as_text(edition: Edition, path: str, value: Any) -> str:
    """Return a value of a change or conflict (JSON) as people read it, "" for blank."""
    if isinstance(value, dict) and "unreadable" in value:
        return str(value["unreadable"])
    field = edition.by_path[path]
    return field.words(field.kind.from_json(value))


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is merged: a value, an unreadable text, or a live formula (its share), to which both sides may contribute."""

    value: Value = None
    unreadable_text: str | None = None
    share: Share | None = None


class _Cells(NamedTuple):
    """What one field holds on each side."""

    base_cell: _Cell
    head_cell: _Cell
    incoming_cell: _Cell


class _Sides(NamedTuple):
    """The three sheets of a merge."""

    base_sheet: Sheet
    head_sheet: Sheet
    incoming_sheet: Sheet

    def require_one_key(self) -> None:
        for sheet in self:
            if (sheet.id, sheet.edition.year) != (
                self.head_sheet.id,
                self.head_sheet.edition.year,
            ):
                raise SheetError(
                    "別のシートとは統合できません", f"{self.head_sheet.key} / {sheet.key}"
                )

    def cells(self) -> dict[str, _Cells]:
        base, head, incoming = map(_cells_of, self)
        return {path: _Cells(base[path], head[path], incoming[path]) for path in head}

    def conflict(self, path: str) -> Conflict:
        return Conflict(path, *(field_as_json(sheet, path) for sheet in self))


def _units(paths: Iterable[str], groups: Iterable[Collection[str]]) -> list[Collection[str]]:
    """Return what is merged as one: the groups, and each field that is in none."""
    together = [tuple(group) for group in groups]
    grouped = {path for group in together for path in group}
    return [*together, *((path,) for path in paths if path not in grouped)]


def _changed_by(cells: Mapping[str, _Cells], unit: Collection[str]) -> tuple[str, list[str]]:
    """Return who changed the fields of a unit in which the sides differ (head, incoming or both), and those fields."""
    differing = [path for path in unit if _differ(cells[path].head_cell, cells[path].incoming_cell)]
    if not any(_differ(cells[path].incoming_cell, cells[path].base_cell) for path in differing):
        return "head", differing
    both = any(_differ(cells[path].head_cell, cells[path].base_cell) for path in differing)
    return "both" if both else "incoming", differing


def _are_same_persons(head: Sheet, cells: Mapping[str, _Cells], paths: Collection[str]) -> bool:
    """Whether both sides typed the same persons' names, with other spaces between their parts."""
    fields = head.edition.by_path
    return all(
        fields[path].kind.is_personal
        and fields[path].kind.same(cells[path].head_cell.value, cells[path].incoming_cell.value)
        for path in paths
    )


def _differ(first: _Cell, second: _Cell) -> bool:
    """Return whether two cells differ in what the page shows; two texts that look alike do not."""
    if first == second:
        return False
    return not (
        first.share == second.share
        and _look_alike(first.value, second.value)
        and _look_alike(first.unreadable_text, second.unreadable_text)
    )


def _look_alike(first: Value, second: Value) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return same_look(first, second)
    return first == second


def _sheet_of(sheet: Sheet, cells: Mapping[str, _Cell]) -> Sheet:
    """Return the cells as a sheet like the given one, live formulas computed over what both sides contributed."""
    values = {path: cell.value for path, cell in cells.items()}
    live = {path: cell.share for path, cell in cells.items() if cell.share is not None}
    texts = {
        path: cell.unreadable_text
        for path, cell in cells.items()
        if cell.unreadable_text is not None
    }
    computed = results(sheet.edition, live, values)
    return sheet.with_cells({**values, **computed}, texts)


def _cells_of(sheet: Sheet) -> dict[str, _Cell]:
    """Return what each field of a sheet holds; a computed field whose formula is live holds its share alone."""
    unreadable = sheet.unreadable
    cells = {path: _Cell(value, unreadable.get(path)) for path, value in sheet.items()}
    for path, rule in sheet.edition.formulas.items():
        if path not in unreadable and (share := share_of(rule, sheet)) is not None:
            cells[path] = _Cell(share=share)
    return cells
