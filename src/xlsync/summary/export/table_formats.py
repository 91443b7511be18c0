"""The tidy table in the formats of other programs: CSV that Excel opens, JSON, Parquet."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from xlsync.errors import SettingsError

if TYPE_CHECKING:
    from xlsync.summary.export.table_cells import Cell, Type
    from xlsync.summary.export.tidy import Row

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What Excel takes for the start of a formula when it opens a CSV file, in either width."""
_PARQUET_TYPES: Final = {
    "integer": "int64",
    "number": "float64",
    "boolean": "bool_",
    "string": "string",
}


class NamedColumn(Protocol):
    """What the formats ask of a column."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def type(self) -> Type:
        """What its cells hold."""


def csv_of(columns: Sequence[NamedColumn], rows: Iterable[Row]) -> bytes:
    """Write the table as CSV: UTF-8 with a byte order mark, CRLF, the names of the columns first.

    A text that Excel would take for a formula gets an apostrophe before it; "-" alone is none and stays.
    """
    names = [column.name for column in columns]
    return csv_file(names, (tuple(map(row.__getitem__, names)) for row in rows))


def csv_file(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows of cells as such a CSV, a row of headings first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _safe(cell: Cell) -> Cell:
    harmless = not isinstance(cell, str) or len(cell) < 2 or not cell.startswith(_DANGEROUS)  # noqa: PLR2004 - a sign and more
    return cell if harmless else f"'{cell}"


def parquet_of(columns: Sequence[NamedColumn], rows: Iterable[Row]) -> bytes:
    """Write the table as Parquet.

    Raises:
        SettingsError: pyarrow is not installed.

    """
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as fault:
        raise SettingsError(
            "Parquet で書き出すには pyarrow が必要です。`pip install xlsync[parquet]` で入れるか、"
            "--format csv または json を使ってください"
        ) from fault
    fields = [(column.name, getattr(arrow, _PARQUET_TYPES[column.type])()) for column in columns]
    table = arrow.Table.from_pylist(list(rows), schema=arrow.schema(fields))
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()
