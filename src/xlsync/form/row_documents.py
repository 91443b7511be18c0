"""The rows of a table as JSON, a list of objects with their ids, and the values by path of such a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xlsync.errors import SheetError

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.tables import Table
    from xlsync.kinds import Value

ID = "id"


def list_of_rows(table: Table, values: Mapping[str, Value]) -> list[dict[str, Any]]:
    """Return the rows of a table as a list of objects: the id, then the columns in the form's order."""
    listed = values.get(table.path)
    ids = listed if isinstance(listed, tuple) else ()
    return [_object_of(table, row_id, values) for row_id in ids]


def _object_of(table: Table, row_id: str, values: Mapping[str, Value]) -> dict[str, Any]:
    cells = zip(table.column_fields, table.cell_paths(row_id), strict=True)
    columns = {
        str(column.steps[-1]): column.kind.to_json(values.get(path)) for column, path in cells
    }
    return {ID: row_id, **columns}


def without_tables(edition: Edition, document: Any) -> Any:
    """Return a document without the lists of its tables."""
    if not edition.tables or not isinstance(document, dict):
        return document
    return {step: inner for step, inner in document.items() if step not in edition.table_of}


def read_rows(table: Table, document: Mapping[str, Any], values: dict[str, Value]) -> None:
    """Put the rows that a document lists into values by path; SheetError names what is missing, unknown or wrong."""
    if table.path not in document:
        raise SheetError(f"項目がありません（{table.path}）", table.path)
    listed = document[table.path]
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise SheetError("表は、行 { } の一覧です", table.path)
    try:
        values[table.path] = table.whole.kind.from_json([row.get(ID) for row in listed])
    except ValueError as fault:
        raise SheetError(str(fault), table.path) from fault
    for row in listed:
        _read_row(table, row, values)


def _read_row(table: Table, row: Mapping[str, Any], values: dict[str, Value]) -> None:
    path = table.row_path(row[ID])
    differing = row.keys() ^ {ID, *table.words}
    if differing:
        word = min(differing)
        fault = "様式にない項目です" if word in row else "項目がありません"
        raise SheetError(f"{fault}（{path}.{word}）", f"{path}.{word}")
    for column in table.column_fields:
        word = str(column.steps[-1])
        try:
            values[f"{path}.{word}"] = column.kind.from_json(row[word])
        except ValueError as fault:
            raise SheetError(str(fault), f"{path}.{word}") from fault
