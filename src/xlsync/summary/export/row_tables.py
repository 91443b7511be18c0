"""The tables of all sheets as tidy tables: one for each [[table]] of the form, a row for each row of each sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.export.axis_tables import (
    AxisColumn,
    axis_tables,
    cells_of_value,
    columns_of_field,
    last_columns,
)
from xlsync.summary.export.table_cells import is_numeric
from xlsync.summary.export.tidy import DASHES, UNREADABLE, Row

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.tables import Table
    from xlsync.sheet import Sheet
    from xlsync.summary.figures.projects import Project

NUMBER: Final = "row"
"""The column that says which row of its sheet a row is, counted from 1."""
ROW_ID: Final = "id"
_OWN: Final = frozenset({"key", NUMBER, DASHES, UNREADABLE})
"""Columns of ours: one of the form that is called so gets a "_" behind it."""


@dataclass(frozen=True)
class RowTable:
    """A table of rows: its name, the form's table, the edition."""

    name: str
    table: Table = field(repr=False)
    edition: Edition = field(repr=False)

    @property
    def columns(self) -> list[AxisColumn]:
        """The columns: the key, the row's id and number, the form's columns, what is no number, and what cannot be read."""
        head = [
            AxisColumn("key", self.edition.definition.words.key, "", "string"),
            AxisColumn(ROW_ID, "行のid", "", "string"),
            AxisColumn(NUMBER, "行", "", "integer"),
        ]
        named: list[AxisColumn] = []
        for word, column in zip(self.table.words, self.table.column_fields, strict=True):
            named += columns_of_field(column_name(word), column, column.label)
        return [*head, *named, *last_columns()]

    def rows(self, projects: Iterable[Project]) -> Iterator[Row]:
        """Yield the rows of each project's sheet, in order."""
        for project in projects:
            for number, row in enumerate(project.sheet.rows(self.table.path), start=1):
                head: Row = {"key": project.sheet.key, ROW_ID: row.row_id, NUMBER: number}
                yield head | self._cells(project.sheet, row.row_id)

    def _cells(self, sheet: Sheet, row_id: str) -> Row:
        cells: Row = {}
        dashes, unreadable = [], []
        for word, path in zip(self.table.words, self.table.cell_paths(row_id), strict=True):
            kind, value = self.table.column(word).kind, sheet[path]
            name = column_name(word)
            cells |= cells_of_value(name, kind, value)
            if value == DASH and is_numeric(kind):
                dashes.append(name)
            if path in sheet.unreadable:
                unreadable.append(name)
        return {**cells, DASHES: " ".join(dashes) or None, UNREADABLE: " ".join(unreadable) or None}


def column_name(word: str) -> str:
    """Return what a column of the form is called in its table."""
    return f"{word}_" if word in _OWN else word


def row_tables(edition: Edition) -> list[RowTable]:
    """Return the tables of rows of an edition; one that an axis has the name of gets a "_" behind it."""
    names = {table.name for table in axis_tables(edition)}
    return [
        RowTable(f"{table.path}_" if table.path in names else table.path, table, edition)
        for table in edition.tables
    ]


__all__ = ["ROW_ID", "RowTable", "column_name", "row_tables"]
