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

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsync.errors import SheetError
from xlsync.form.edition import Edition
from xlsync.kinds.rows import RowCells
from xlsync.merging_cells import Cell, cells_of, differ, sheet_of_cells
from xlsync.merging_rows import merge_rows, replace_rows, row_changes
from xlsync.sheet import Sheet

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.kinds.kind import Kind


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
    merging = _Merging(cells_of(sides.base_sheet), cells_of(head), cells_of(incoming))
    merging.merge_units(head, _units(head.edition.by_path, groups))
    for table in head.edition.tables:
        merging.merge_table(head, table)
    sheet = sheet_of_cells(head, merging.merged_cells)
    conflicts = tuple(sides.conflict(path) for path in _in_order(sides, merging.paths_in_conflict))
    return Merge(sheet, changes_between(head, sheet), conflicts)


def replace_fields(sheet: Sheet, donor: Sheet, paths: Collection[str]) -> Sheet:
    """Return the sheet with the donor's fields at some paths, live formulas computed again."""
    return sheet_of_cells(sheet, replace_rows(sheet, donor, paths))


def changes_between(before: Sheet | None, after: Sheet) -> tuple[Change, ...]:
    """Return the fields in which two sheets differ; None before means a blank sheet."""
    before = before or Sheet(after.edition, after.key).with_id(after.id)
    edition = after.edition
    rows = (row_changes(table, before, after) for table in edition.tables)
    paths = itertools.chain(edition.by_path, *rows)
    values = ((path, field_as_json(before, path), field_as_json(after, path)) for path in paths)
    return tuple(Change(path, old, new) for path, old, new in values if old != new)


def field_as_json(sheet: Sheet, path: str) -> Any:  # any JSON
    """Return a field's value as changes and conflicts have it: unreadable text as {"unreadable": text}."""
    unreadable = sheet.unreadable.get(path)
    if unreadable is not None:
        return {"unreadable": unreadable}
    field = sheet.edition.by_path[path]
    if isinstance(field.kind, RowCells) and sheet[path] is not None:
        table, row_id = map(str, field.steps)
        cells = sheet.edition.table_of[table].cell_paths(row_id)
        columns = zip(field.kind.column_kinds, cells, strict=True)
        return {word: field_as_json(sheet, cell) for (word, _), cell in columns}
    return field.kind.to_json(sheet[path])


def json_as_text(edition: Edition, path: str, value: Any) -> str:
    """Return a value of a change or conflict (JSON) as people read it, "" for blank."""
    if isinstance(value, dict) and "unreadable" in value:
        return str(value["unreadable"])
    field = edition.by_path[path]
    if isinstance(field.kind, RowCells) and isinstance(value, dict):
        return field.kind.named(
            value, lambda word, cell: json_as_text(edition, f"{path}.{word}", cell)
        )
    return field.words(field.kind.from_json(value))


class _Cells(NamedTuple):
    """What one field holds on each side."""

    base_cell: Cell
    head_cell: Cell
    incoming_cell: Cell


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

    def conflict(self, path: str) -> Conflict:
        return Conflict(path, *(field_as_json(sheet, path) for sheet in self))


@dataclass
class _Merging:
    """The cells of the three sides, and what becomes of them."""

    base_cells: dict[str, Cell]
    head_cells: dict[str, Cell]
    incoming_cells: dict[str, Cell]
    merged_cells: dict[str, Cell] = field(default_factory=dict)
    paths_in_conflict: set[str] = field(default_factory=set)

    def merge_units(self, head: Sheet, units: Iterable[Collection[str]]) -> None:
        """Merge fields, each unit as one."""
        for unit in units:
            cells = {path: self.cells(path) for path in unit}
            self.merged_cells |= {path: cell.head_cell for path, cell in cells.items()}
            changed_by, paths = _changed_by(cells, unit)
            if changed_by == "incoming":
                self.merged_cells |= {path: cells[path].incoming_cell for path in paths}
            elif changed_by == "both" and not _mean_the_same(head, cells, paths):
                self.paths_in_conflict.update(paths)

    def merge_table(self, head: Sheet, table: Table) -> None:
        """Merge the rows of a table, those of both sides cell by cell."""
        rows = merge_rows(table, self.base_cells, self.head_cells, self.incoming_cells)
        for row_id in rows.ids:
            side = self.incoming_cells if row_id in rows.added else self.head_cells
            self.merged_cells |= {path: side[path] for path in table.cell_paths(row_id)}
        for row_id in rows.in_both:
            self.merge_units(head, ((path,) for path in table.cell_paths(row_id)))
        self.merged_cells[table.path] = Cell(rows.ids or None)
        self.paths_in_conflict.update(table.row_path(row_id) for row_id in rows.in_conflict)

    def cells(self, path: str) -> _Cells:
        """Return what a field holds on each side; a row that the base does not have was blank there."""
        return _Cells(
            self.base_cells.get(path, Cell()), self.head_cells[path], self.incoming_cells[path]
        )


def _in_order(sides: _Sides, paths: Collection[str]) -> list[str]:
    """Return paths in form order, rows of a table in the order of the side that has them."""
    if not sides.head_sheet.edition.tables:
        return [path for path in sides.head_sheet if path in paths]
    rank = {path: at for at, path in enumerate((*sides.head_sheet, *sides.incoming_sheet))}
    return sorted(paths, key=lambda path: (rank.get(path, len(rank)), path))


def _units(paths: Iterable[str], groups: Iterable[Collection[str]]) -> list[Collection[str]]:
    """Return what is merged as one: the groups, and each field that is in none."""
    together = [tuple(group) for group in groups]
    grouped = {path for group in together for path in group}
    return [*together, *((path,) for path in paths if path not in grouped)]


def _changed_by(cells: Mapping[str, _Cells], unit: Collection[str]) -> tuple[str, list[str]]:
    """Return who changed the fields of a unit in which the sides differ (head, incoming or both), and those fields."""
    differing = [path for path in unit if differ(cells[path].head_cell, cells[path].incoming_cell)]
    if not any(differ(cells[path].incoming_cell, cells[path].base_cell) for path in differing):
        return "head", differing
    both = any(differ(cells[path].head_cell, cells[path].base_cell) for path in differing)
    return "both" if both else "incoming", differing


def _mean_the_same(head: Sheet, cells: Mapping[str, _Cells], paths: Collection[str]) -> bool:
    """Whether both sides typed the same values, spelled otherwise; a text that cannot be read means nothing yet."""
    return all(_is_same(head.edition.by_path[path].kind, cells[path]) for path in paths)


def _is_same(kind: Kind, cells: _Cells) -> bool:
    value, other = cells.head_cell.value, cells.incoming_cell.value
    return value is not None and other is not None and kind.same(value, other)
