"""The tables of an edition: their columns as fields, and the fields of rows that a definition cannot list.

The path of a row is the table's and the row's id (items.R7K2Q9XB), that of a cell has the column behind it. So a row's fields
have paths like any other, and everything that asks the edition for a field by its path works for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.kinds.rows import ROW_ID, RowCells

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.form.table_entry import TableEntry

_MOST_KNOWN: Final = 20_000
"""Fields of rows that are kept: those of the sheets at hand, not of all that a program ever read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an edition.

    Attributes:
        table_entry: What the definition says of it.
        whole: The table as a field: its value is the ids of its rows.
        column_fields: A field for each column, whose path is the table's and the column's word.

    """

    table_entry: TableEntry = field(repr=False, hash=False)
    whole: Field
    column_fields: tuple[Field, ...]

    @property
    def path(self) -> str:
        """Its path, which is its place in the JSON."""
        return self.whole.path

    @property
    def words(self) -> tuple[str, ...]:
        """The words of its columns, as the JSON has them."""
        return tuple(str(column.steps[-1]) for column in self.column_fields)

    @property
    def row_kind(self) -> RowCells:
        """The kind of a row as a whole."""
        kinds = (column.kind for column in self.column_fields)
        return RowCells(tuple(zip(self.words, kinds, strict=True)))

    def column(self, word: str) -> Field:
        """Return the field of a column by its word."""
        return self.column_fields[self.words.index(word)]

    def row_path(self, row_id: str) -> str:
        """Return the path of a row."""
        return f"{self.path}.{row_id}"

    def cell_paths(self, row_id: str) -> tuple[str, ...]:
        """Return the paths of a row's cells, in the order of the columns."""
        return tuple(f"{self.path}.{row_id}.{word}" for word in self.words)

    def field_of(self, steps: tuple[str, ...]) -> Field | None:
        """Return the field of what follows the table's path: nothing, a row's id, a row's id and a column, a column."""
        if not steps:
            return self.whole
        *row, last = steps
        if not row and ROW_ID.fullmatch(last):
            path = self.row_path(last)
            caption = replace(self.whole.caption, label=f"{self.whole.label}の行")
            return replace(
                self.whole,
                path=path,
                steps=(self.path, last),
                caption=caption,
                kind=self.row_kind,
            )
        if last not in self.words:
            return None
        column = self.column(last)
        if not row:
            return column
        if len(row) > 1 or not ROW_ID.fullmatch(row[0]):
            return None
        return _of_row(column, self.path, row[0])


def _of_row(column: Field, table: str, row_id: str) -> Field:
    """Return the field of a column in one row; what it is required with is in the same row."""
    word = str(column.steps[-1])
    required = column.required
    if isinstance(required, str):
        required = f"{table}.{row_id}.{required.rpartition('.')[2]}"
    path, steps = f"{table}.{row_id}.{word}", (table, row_id, word)
    return replace(column, path=path, steps=steps, required=required)


class FieldsByPath(dict[str, "Field"]):
    """The fields of an edition by path, in form order; asked for, also the table, row or cell that a path means.

    These are not iterated over and not counted: which rows there are, a sheet knows.
    """

    __slots__ = ("_known", "_tables")

    def __init__(self, fields: Mapping[str, Field], tables: tuple[Table, ...]) -> None:
        super().__init__(fields)
        self._tables = {table.path: table for table in tables}
        self._known: dict[str, Field] = {}

    def __missing__(self, path: str) -> Field:
        field_ = self._known.get(path)
        if field_ is None:
            first, *steps = str(path).split(".")
            table = self._tables.get(first)
            field_ = None if table is None else table.field_of(tuple(steps))
            if field_ is None:
                raise KeyError(path)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[path] = field_
        return field_

    def __contains__(self, path: object) -> bool:
        return dict.__contains__(self, path) or (bool(self._tables) and self.get(path) is not None)

    def get(self, path: object, default: Field | None = None) -> Field | None:  # type: ignore[override]
        """Return the field of a path, the default where it is none of the form."""
        try:
            return self[path]  # type: ignore[index]
        except KeyError:
            return default

    def __reduce__(self) -> tuple[object, ...]:
        return FieldsByPath, (dict(self), tuple(self._tables.values()))


def row_of(path: str) -> tuple[str, str, str] | None:
    """Return table, row id and column ("" for a row as a whole) of the path of a row or of its cell, None for others."""
    table, _, rest = path.partition(".")
    row_id, _, column = rest.partition(".")
    return (table, row_id, column) if ROW_ID.fullmatch(row_id) else None
