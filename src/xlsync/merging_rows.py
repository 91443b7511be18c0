"""The rows of a table merged by their ids: which there are afterwards, in which order, and which both sides disagree about.

A row that one side took out is gone where the other left it as it was; where the other changed it, the row is in conflict
as a whole and stays as the head has it. Rows that either side added are all there, each behind the row it was put behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from xlsync.merging_cells import Cell, cells_of, differ
from xlsync.sheet_rows import merged_order, row_ids

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.sheet import Sheet

Cells = Mapping[str, Cell]
_NOTHING = Cell()


class MergedRows(NamedTuple):
    """The rows of a table after a merge.

    Attributes:
        ids: The ids of the rows, in order.
        added: The rows whose cells are the incoming side's, since the head does not have them.
        in_both: The rows that both sides have; their cells are merged one by one.
        in_conflict: The rows that one side took out and the other changed.

    """

    ids: tuple[str, ...]
    added: tuple[str, ...]
    in_both: tuple[str, ...]
    in_conflict: tuple[str, ...]


def merge_rows(table: Table, base: Cells, head: Cells, incoming: Cells) -> MergedRows:
    """Merge the rows of a table that the three sides hold."""
    in_base, in_head, in_incoming = (ids_of(table, side) for side in (base, head, incoming))
    head_only, incoming_only = _without(in_head, in_incoming), _without(in_incoming, in_head)
    kept = _changed_rows(table, _among(head_only, in_base), head, base)
    asked = _changed_rows(table, _among(incoming_only, in_base), incoming, base)
    added = _without(incoming_only, in_base)
    gone = _without(_among(head_only, in_base), kept)
    order = _merged_ids(in_base, in_head, in_incoming)
    ids = _among(order, _without((*in_head, *added), gone))
    return MergedRows(ids, added, _among(in_head, in_incoming), (*kept, *asked))


def _among(ids: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return those ids that are among others, in order."""
    known = set(others)
    return tuple(row_id for row_id in ids if row_id in known)


def _without(ids: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return those ids that are not among others, in order."""
    known = set(others)
    return tuple(row_id for row_id in ids if row_id not in known)


def _changed_rows(table: Table, ids: Iterable[str], side: Cells, base: Cells) -> tuple[str, ...]:
    """Return those of the rows of a side that do not say what they said at the base."""
    return tuple(row_id for row_id in ids if _rows_differ(table, row_id, side, base))


def _merged_ids(
    base: Sequence[str], head: Sequence[str], incoming: Sequence[str]
) -> tuple[str, ...]:
    """Return all ids in the order of the side that moved rows, the head's where both or none did."""
    incoming_moved = not _same_order(base, incoming) and _same_order(base, head)
    frame, other = (incoming, head) if incoming_moved else (head, incoming)
    return merged_order(frame, other)


def _same_order(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the ids that both have are in one order."""
    return _among(first, second) == _among(second, first)


def ids_of(table: Table, cells: Cells) -> tuple[str, ...]:
    """Return the ids of a table's rows among the cells of a sheet."""
    listed = cells.get(table.path, _NOTHING).value
    return listed if isinstance(listed, tuple) else ()


def _rows_differ(table: Table, row_id: str, first: Cells, second: Cells) -> bool:
    paths = table.cell_paths(row_id)
    return any(differ(first.get(path, _NOTHING), second.get(path, _NOTHING)) for path in paths)


def replace_rows(sheet: Sheet, donor: Sheet, paths: Collection[str]) -> dict[str, Cell]:
    """Return the cells of a sheet with the donor's fields at some paths; a row's path takes the row as it is there, or not."""
    given, cells = cells_of(donor), cells_of(sheet)
    cells |= {path: given[path] for path in paths if path in given and path in cells}
    for table in sheet.edition.tables:
        _replace_rows(table, cells, given, paths)
    return cells


def _replace_rows(
    table: Table, cells: dict[str, Cell], given: Cells, paths: Collection[str]
) -> None:
    """Put the rows that are asked for as a whole into the cells of a sheet, or take them out, as they are given."""
    here, there = ids_of(table, cells), ids_of(table, given)
    asked = [row_id for row_id in {*here, *there} if table.row_path(row_id) in paths]
    gone = _without(_among(here, asked), there)
    for path in _paths_of(table, gone):
        del cells[path]
    cells |= {path: given[path] for path in _paths_of(table, _among(asked, there))}
    order = merged_order(_without(here, gone), _among(there, (*here, *asked)))
    cells[table.path] = Cell(order or None)


def _paths_of(table: Table, ids: Iterable[str]) -> Iterator[str]:
    """Yield the paths of the cells of some rows."""
    for row_id in ids:
        yield from table.cell_paths(row_id)


def row_changes(table: Table, before: Sheet, after: Sheet) -> list[str]:
    """Return the paths at which the rows of two sheets differ: rows added or taken out as a whole, cells, the order."""
    old, new = (row_ids(sheet, table.path) for sheet in (before, after))
    paths = [] if _same_order(old, new) else [table.path]
    known = set(old)
    for row_id in new:
        paths += table.cell_paths(row_id) if row_id in known else [table.row_path(row_id)]
    return paths + [table.row_path(row_id) for row_id in _without(old, new)]
