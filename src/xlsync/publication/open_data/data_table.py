"""A published table: its columns with heading, unit and meaning, and its rows; as CSV, JSON and Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical
from xlsync.summary.export.table_formats import csv_of, parquet_of

if TYPE_CHECKING:
    from xlsync.summary.export.table_cells import Type
    from xlsync.summary.export.tidy import Row

SHEETS: Final = "sheets"
"""The name of the table with a row for each published sheet."""


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column: its name for programs, its Japanese heading, and what its cells hold.

    `unit` is that of its numbers, `meaning` what the dictionary says of it, `choices` the name of its list: each "" for none.
    """

    name: str
    heading: str
    type: Type = "string"
    unit: str = ""
    meaning: str = ""
    list_name: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table; each row holds a cell for each column, by the column's name. `row_key` are the columns that tell rows apart."""

    name: str
    title: str
    data_columns: tuple[DataColumn, ...]
    rows: Sequence[Row] = field(repr=False)
    row_key: tuple[str, ...] = ()

    @property
    def refers_to_sheets(self) -> bool:
        """Whether each row is about a sheet of the table of sheets."""
        return self.name != SHEETS and "id" in self.row_key

    def to_csv(self) -> bytes:
        """Return the table as CSV: UTF-8 with a byte order mark, under Japanese headings."""
        columns = [_Headed(column.heading, column.type) for column in self.data_columns]
        by_heading = map(self._under_headings, self.rows)
        return csv_of(columns, by_heading)

    def _under_headings(self, row: Row) -> Row:
        return {column.heading: row[column.name] for column in self.data_columns}

    def to_json(self) -> bytes:
        """Return the table as JSON that describes its own columns."""
        document: dict[str, Any] = {
            "table": self.name,
            "title": self.title,
            "columns": [
                {"name": each.name, "label": each.heading, "unit": each.unit, "type": each.type}
                for each in self.data_columns
            ],
            "rows": list(self.rows),
        }
        return canonical(document)

    def to_parquet(self) -> bytes:
        """Return the table as Parquet; SettingsError where pyarrow is not installed."""
        return parquet_of(self.data_columns, self.rows)


@dataclass(frozen=True, slots=True)
class _Headed:
    """A column under its heading, as the CSV names it."""

    name: str
    type: Type


def with_distinct_headings(columns: Sequence[DataColumn]) -> tuple[DataColumn, ...]:
    """Return columns of which no two have one heading: their names stand behind those that do."""
    headings = [column.heading for column in columns]
    return tuple(
        DataColumn(
            column.name,
            f"{column.heading}［{column.name}］"
            if headings.count(column.heading) > 1
            else column.heading,
            column.type,
            column.unit,
            column.meaning,
            column.list_name,
        )
        for column in columns
    )


__all__ = ["SHEETS", "DataColumn", "DataTable", "with_distinct_headings"]
