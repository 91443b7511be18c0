"""Parse a sheet that the store holds: one value that its kind no longer accepts does not make the sheet unreadable."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlsync.errors import SheetError
from xlsync.form.edition import Edition
from xlsync.kinds import Value
from xlsync.kinds.rows import RowCells
from xlsync.sheet import Sheet, sheet_of


@dataclass(frozen=True, slots=True)
class DamagedSheet:
    """A sheet whose newest revision cannot be read: its edition and key, a Japanese reason, and the file."""

    fiscal_year: int
    key: str
    reason: str
    file: str


def parse_stored_sheet(edition: Edition, document: Any) -> Sheet:
    """Parse a stored sheet, with values that their kind refuses as unreadable text; SheetError where that is impossible.

    Releases differ in what a kind accepts. A value that an earlier one accepted is shown as typed, like any other
    unreadable cell, until somebody corrects it.
    """
    try:
        return sheet_of(edition, document)
    except SheetError as fault:
        if fault.where not in edition.by_path:
            raise
        path, error = fault.where, fault
    remaining = copy.deepcopy(document)
    for _ in edition.by_path:
        _move_to_unreadable(edition, remaining, path, error)
        try:
            return sheet_of(edition, remaining)
        except SheetError as fault:
            if fault.where not in edition.by_path or fault.where == path:
                raise
            path, error = fault.where, fault
    raise error


def _move_to_unreadable(edition: Edition, document: Any, path: str, error: SheetError) -> None:
    *above, last = edition.by_path[path].steps
    parent = document
    try:
        for step in above:
            parent = _below(parent, step)
        document.setdefault("unreadable", {})[path] = typed_text(parent[last])
        parent[last] = None
    except (KeyError, IndexError, TypeError, AttributeError):
        raise error from None


def _below(parent: Any, step: str | int) -> Any:
    """Return what lies below a step; below a row's id it is the row of that id."""
    if isinstance(parent, list) and isinstance(step, str):
        return next((row for row in parent if row.get("id") == step), None)
    return parent[step]


def typed_text(value: Any) -> str:
    """Return a JSON value as people would type it: {"value": 280, "unit": "分", "bound": "以内"} is 280分以内."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and "value" in value:
        parts = (value["value"], value.get("unit", ""), value.get("bound", ""))
        return "".join(map(typed_text, parts))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def with_documents(sheet: Sheet, documents: Mapping[str, Any]) -> Sheet:
    """Return the sheet with values given as JSON (unreadable text as {"unreadable": text}) at some paths."""
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for path, document in _by_cell(sheet, documents, values).items():
        if isinstance(document, dict) and "unreadable" in document:
            unreadable[path] = str(document["unreadable"])
        else:
            try:
                values[path] = sheet.edition.by_path[path].kind.from_json(document)
            except ValueError:  # an earlier release accepted it
                unreadable[path] = typed_text(document)
    return sheet.with_values(values, unreadable)


def _by_cell(
    sheet: Sheet, documents: Mapping[str, Any], values: dict[str, Value]
) -> dict[str, Any]:
    """Return documents with those of rows as a whole written as those of their cells; the rows themselves go into `values`."""
    by_cell: dict[str, Any] = {}
    for path, document in documents.items():
        kind = sheet.edition.by_path[path].kind
        if not isinstance(kind, RowCells):
            by_cell[path] = document
        elif isinstance(document, dict):
            values[path] = tuple(None for _ in kind.column_kinds)
            by_cell |= {f"{path}.{word}": document.get(word) for word, _ in kind.column_kinds}
        else:
            values[path] = None
    return by_cell
