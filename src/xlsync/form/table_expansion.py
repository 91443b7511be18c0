"""A [[table]] of the definition as a table of an edition: its columns are fields under the table's path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.form.field_entry import FieldEntry
from xlsync.form.tables import Table
from xlsync.kinds.rows import RowIds

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.table_entry import TableEntry


def entry_of_whole(entry: TableEntry) -> FieldEntry:
    """Return the entry of a table as one field of its part."""
    named = {"path": entry.path, "label": entry.label, "part": entry.part}
    return FieldEntry.model_validate({**named, "kind": "text", "filled-by": "staff"})


def table_of(entry: TableEntry, whole: Field, columns: Sequence[Field]) -> Table:
    """Return a table, called by its label alone where that is what its part is called."""
    part = "" if whole.part == whole.label else whole.part
    whole = replace(whole, caption=replace(whole.caption, part=part), kind=RowIds())
    return Table(entry, whole, tuple(_in_table(column, whole) for column in columns))


def _in_table(column: Field, table: Field) -> Field:
    """Return the field of a column under the path of its table, called by table and column."""
    required = column.required
    return replace(
        column,
        path=f"{table.path}.{column.path}",
        steps=(table.path, column.path),
        origin=f"{table.path}.{column.path}",
        caption=replace(column.caption, part=table.caption.part, axis=table.label),
        required=f"{table.path}.{required}" if isinstance(required, str) else required,
    )
