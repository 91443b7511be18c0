"""The rows of a sheet's tables in another edition: each keeps its id, and its cells by the words of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.kinds import DASH, Unreadable
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.form.tables import Table
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


@dataclass(slots=True)
class CarriedRows:
    """The values of rows by path in another edition, the texts that cannot be read there, the paths without a place there."""

    values: dict[str, Value] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    lost_paths: list[str] = field(default_factory=list)


def carry_rows(sheet: Sheet, edition: Edition) -> CarriedRows:
    """Return the rows of a sheet in another edition; what has no table or column there is lost."""
    carried = CarriedRows()
    for table in sheet.edition.tables:
        ids = row_ids(sheet, table.path)
        into = edition.table_of.get(table.path)
        if into is None:
            carried.lost_paths += [table.row_path(row_id) for row_id in ids]
            continue
        carried.values[table.path] = ids or None
        for path in _cells(table, ids):
            _carry_cell(carried, sheet, path, into)
    return carried


def _cells(table: Table, ids: tuple[str, ...]) -> Iterator[str]:
    for row_id in ids:
        yield from table.cell_paths(row_id)


def _carry_cell(carried: CarriedRows, sheet: Sheet, path: str, into: Table) -> None:
    word = path.rpartition(".")[2]
    value, typed = sheet[path], sheet.unreadable.get(path)
    if word not in into.words:
        carried.lost_paths += [path] if typed is not None or value not in {None, DASH} else []
        return
    column = sheet.edition.by_path[path]
    value, text = read_again(column, into.column(word), value, typed)
    carried.values[path] = value
    carried.unreadable |= {} if text is None else {path: text}


def read_again(
    field_: Field, into: Field, value: Value, typed: str | None
) -> tuple[Value, str | None]:
    """Return what a value, or a text that could not be read, is in the field that has its path now: value, unread text."""
    if field_.kind == into.kind:
        return value, typed
    read = into.kind.parse(field_.kind.show(value) if typed is None else typed)
    return (None, read.typed) if isinstance(read, Unreadable) else (read.value, None)
