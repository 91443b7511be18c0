"""The JSON Schema (2020-12) of an edition: accepts every sheet the reader gives, rejects anything of another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.kinds import DASH
from xlsync.kinds.rows import ROW_ID

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Step, Tree
    from xlsync.form.tables import Table


def schema_of(edition: Edition) -> dict[str, Any]:
    """Return the schema of an edition's canonical sheet."""
    body = _shape(edition.tree)
    head = {
        "form": {"const": edition.form},
        "edition": {"const": edition.year},
        "key": _key_schema(edition),
        "id": {"type": "string", "minLength": 1},
        "revision": {"type": "integer", "minimum": 1},
    }
    paths = _path_schema(edition)
    unreadable = {
        "type": "object",
        "propertyNames": paths,
        "additionalProperties": {"type": "string"},
    }
    tables = {
        table.path: {"title": table.whole.title, "type": "array", "items": _row_schema(table)}
        for table in edition.tables
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": edition.title,
        "type": "object",
        "properties": {**head, **body["properties"], **tables, "unreadable": unreadable},
        "required": ["form", "edition", "key", *body["required"], *tables],
        "additionalProperties": False,
    }


def _path_schema(edition: Edition) -> dict[str, Any]:
    """Return the schema of a field's path: one of the fields, or of a cell in some row."""
    fields = {"enum": list(edition.by_path)}
    if not edition.tables:
        return fields
    cells = (
        {"pattern": rf"^{table.path}\.{ROW_ID.pattern}\.({'|'.join(table.words)})$"}
        for table in edition.tables
    )
    return {"anyOf": [fields, *cells]}


def _row_schema(table: Table) -> dict[str, Any]:
    """Return the schema of a row: its columns have their titles."""
    schema = table.row_kind.json_schema()
    for column in table.column_fields:
        word = str(column.steps[-1])
        schema["properties"][word] = {"title": column.title, **schema["properties"][word]}
    return schema


def _shape(tree: Tree) -> dict[str, Any]:
    inner: dict[Step, dict[str, Any]] = {
        step: _shape(value)
        if isinstance(value, dict)
        else {"title": value.title, **value.kind.json_schema()}
        for step, value in tree.items()
    }
    if all(isinstance(step, int) for step in inner):
        items = [inner[step] for step in sorted(inner, key=int)]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    properties = {str(step): shape for step, shape in inner.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _key_schema(edition: Edition) -> dict[str, Any]:
    """Return the schema of the key: of codes joined by hyphens where the form's key is made of them, else of any text."""
    fields = [edition.by_path[path] for path in edition.definition.identity.key]
    patterns = [field.kind.key_pattern() for field in fields if field.kind.key_pattern()]
    lengths = [length for field in fields if (length := field.kind.fixed_length()) is not None]
    if len(patterns) < len(fields) or len(lengths) < len(fields):
        return {"type": "string", "minLength": 1}
    pattern = DASH.join(map(str, patterns))
    return {
        "type": "string",
        "pattern": f"^{pattern}$",
        "maxLength": sum(lengths) + len(fields) - 1,
    }
