"""The JSON Schema (2020-12) of an edition: accepts every sheet the reader gives, rejects anything of another shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.kinds import DASH

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Step


def schema_of(edition: Edition) -> dict[str, Any]:
    """Give the schema of an edition's canonical sheet."""
    tree: dict[Step, Any] = {}
    for field in edition.fields:
        here = tree
        for step in field.steps[:-1]:
            here = here.setdefault(step, {})
        here[field.steps[-1]] = {"title": field.title, **field.kind.json_schema()}
    body = _shape(tree, frozenset(field.steps for field in edition.fields), ())
    head = {
        "form": {"const": edition.form},
        "edition": {"const": edition.year},
        "key": {"type": "string", "pattern": _key_pattern(edition)},
        "revision": {"type": "integer", "minimum": 1},
    }
    paths = {"enum": list(edition.by_path)}
    unreadable = {
        "type": "object",
        "propertyNames": paths,
        "additionalProperties": {"type": "string"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": edition.title,
        "type": "object",
        "properties": {**head, **body["properties"], "unreadable": unreadable},
        "required": ["form", "edition", "key", *body["required"]],
        "additionalProperties": False,
    }


def _shape(
    tree: dict[Step, Any], leaves: frozenset[tuple[Step, ...]], above: tuple[Step, ...]
) -> dict[str, Any]:
    inner = {
        step: value if (*above, step) in leaves else _shape(value, leaves, (*above, step))
        for step, value in tree.items()
    }
    if all(isinstance(step, int) for step in inner):
        items = [inner[step] for step in sorted(inner, key=int)]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    return {
        "type": "object",
        "properties": {str(step): shape for step, shape in inner.items()},
        "required": [str(step) for step in inner],
        "additionalProperties": False,
    }


def _key_pattern(edition: Edition) -> str:
    parts = len(edition.definition.identity.key)
    return "^" + DASH.join(["[0-9]{2}"] * parts) + "$"
