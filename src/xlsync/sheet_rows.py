"""The rows of a sheet's tables among its values by path: looked up, put in order, added, changed, removed. Pure.

A sheet holds, for each table, the ids of its rows in order under the table's path, and each row's cells under their paths.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from xlsync.errors import SheetError
from xlsync.form.tables import row_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.tables import Table
    from xlsync.kinds import Value


class Row(NamedTuple):
    """A row of a table: its id, and the values of its columns by their words."""

    row_id: str
    values: dict[str, Value]


def row_ids(values: Mapping[str, Value], table: str) -> tuple[str, ...]:
    """Return the ids of a table's rows, in order."""
    listed = values.get(table)
    return listed if isinstance(listed, tuple) else ()


def rows_of(table: Table, values: Mapping[str, Value]) -> list[Row]:
    """Return the rows of a table, in order."""
    rows = []
    for row_id in row_ids(values, table.path):
        cells = (values[path] for path in table.cell_paths(row_id))
        rows.append(Row(row_id, dict(zip(table.words, cells, strict=True))))
    return rows


def in_form_order(
    edition: Edition, values: Mapping[str, Value], unreadable: Container[str], where: str
) -> dict[str, Value]:
    """Return the values of every field in form order, then of every row; a row that says nothing is none.

    SheetError for a path that the sheet cannot have.
    """
    ordered = {path: values.get(path) for path in edition.by_path}
    blank: set[str] = set()
    for table in edition.tables:
        ids, cells, not_filled = _filled_rows(table, values, unreadable)
        ordered |= {table.path: ids or None, **cells}
        blank |= not_filled
    unknown = values.keys() - ordered.keys() - blank
    if unknown:
        raise SheetError(f"様式にない項目です（{min(unknown)}）", where)
    return ordered


def _filled_rows(
    table: Table, values: Mapping[str, Value], unreadable: Container[str]
) -> tuple[tuple[str, ...], dict[str, Value], set[str]]:
    """Return the ids of the rows that say anything, their cells by path, and the paths of the others' cells."""
    ids: list[str] = []
    filled: dict[str, Value] = {}
    blank: set[str] = set()
    for row_id in row_ids(values, table.path):
        cells = {path: values.get(path) for path in table.cell_paths(row_id)}
        if any(value is not None or path in unreadable for path, value in cells.items()):
            ids.append(row_id)
            filled |= cells
        else:
            blank |= cells.keys()
    return tuple(ids), filled, blank


def value_of_row(edition: Edition, values: Mapping[str, Value], path: str) -> Value:
    """Return a row as a whole, or None for a row or cell that is not there; KeyError for what is no path of a row."""
    of_row = row_of(path)
    if of_row is None or path not in edition.by_path:
        raise KeyError(path)
    table, row_id, column = of_row
    if column or row_id not in row_ids(values, table):
        return None
    return tuple(values[cell] for cell in edition.table_of[table].cell_paths(row_id))


def with_rows_changed(
    edition: Edition, values: Mapping[str, Value], changes: Mapping[str, Value]
) -> dict[str, Value]:
    """Return values with some of them changed: cells, rows as a whole (None takes a row out), which rows a table has.

    A row that is put in stands behind the others, unless the table's own value among the changes says where.
    """
    if not edition.tables:
        return {**values, **changes}
    tables = {path: value for path, value in changes.items() if path in edition.table_of}
    rows = {path: value for path, value in changes.items() if _is_row(path)}
    changed = {**values, **tables}
    for path, value in rows.items():
        table, _, row_id = path.partition(".")
        _put_row(edition.table_of[table], changed, row_id, value)
    changed |= {path: changes[path] for path in changes.keys() - tables.keys() - rows.keys()}
    return _without_cells_of_no_row(edition, changed, changes)


def _is_row(path: str) -> bool:
    of_row = row_of(path)
    return of_row is not None and not of_row[2]


def _without_cells_of_no_row(
    edition: Edition, values: dict[str, Value], changes: Mapping[str, Value]
) -> dict[str, Value]:
    """Return values without those of cells whose row is gone; what somebody asks to put there is kept, to be refused."""
    kept = {path: set(row_ids(values, path)) for path in edition.table_of}

    def is_kept(path: str) -> bool:
        of_row = row_of(path)
        is_there = of_row is None or of_row[1] in kept.get(of_row[0], ())
        return is_there or changes.get(path) is not None

    return {path: value for path, value in values.items() if is_kept(path)}


def _put_row(table: Table, values: dict[str, Value], row_id: str, row: Value) -> None:
    """Put a row into the values or take it out of them."""
    listed = row_ids(values, table.path)
    if not isinstance(row, tuple):
        values[table.path] = tuple(other for other in listed if other != row_id)
        return
    if row_id not in listed:
        values[table.path] = (*listed, row_id)
    values.update(zip(table.cell_paths(row_id), row, strict=True))


def merged_order(frame: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of a frame, with those of the others that it lacks put behind the neighbour they follow there.

    >>> merged_order(["Ra", "Rb"], ["Rx", "Ra", "Ry", "Rz"])
    ('Rx', 'Ra', 'Ry', 'Rz', 'Rb')

    """
    order = list(frame)
    known = set(order)
    before = ""
    for row_id in others:
        if row_id not in known:
            order.insert(order.index(before) + 1 if before else 0, row_id)
            known.add(row_id)
        before = row_id
    return tuple(order)
