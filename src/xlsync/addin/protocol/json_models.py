"""The JSON of an answer as pydantic models: one for each kind of change, with its attributes after `kind`.

`json_schema` is the JSON Schema in docs/protocol.md. What a value must look like besides its type, `accepted` checks for JSON
and TSV alike; the schema only tells it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, Literal, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema, create_model

from xlsync.addin.protocol.accepted import ADDRESS, COLOUR, ID, MOST_CHANGES, VERSION
from xlsync.addin.protocol.changes import CHANGES, Change, Level, Row, Typed, Verb

_VALUES: Final = ("value", "expected")
MEMBERS: Final = {"expected": "was"}
"""Members that have another name than the attribute."""


def _number(value: Typed) -> Any:
    """Return a number that JSON readers take for the same double."""
    if isinstance(value, str | bool) or value is None:
        return value
    is_long = isinstance(value, int) and int(float(value)) != value
    return float(value) if is_long or isinstance(value, Decimal) else value


_Value = Annotated[
    Typed,
    PlainSerializer(_number),
    WithJsonSchema({"type": ["string", "boolean", "number", "null"]}),
]
_Cell = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{ADDRESS.pattern}$"})]
_Colour = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{COLOUR.pattern}$"})]
_Id = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{ID.pattern}$"})]
_TYPES: Final[dict[str, Any]] = {"cell": _Cell, "colour": _Colour, "level": Level}
_STRICT: Final = ConfigDict(extra="forbid", strict=True)


def _model(kind: str, change_class: type[Change]) -> type[BaseModel]:
    """Create the model of a kind of change."""
    hints = get_type_hints(change_class)
    fields: dict[str, Any] = {"kind": (Literal[kind], ...)}
    for name in change_class.__slots__:
        member = MEMBERS.get(name, name)
        fields[member] = (_type_of(change_class, name, hints[name]), ...)
    return create_model(change_class.__name__, __config__=_STRICT, **fields)


def _type_of(change_class: type[Change], name: str, hint: Any) -> Any:
    if name in _VALUES:
        return _Value
    if hint == tuple[str, ...]:
        return list[str]
    return hint if change_class is Row else _TYPES.get(name, hint)  # a row may name no cell


_MODELS: Final = [_model(kind, change_class) for kind, change_class in CHANGES.items()]
_Change: Any = Annotated[reduce(or_, _MODELS), Field(discriminator="kind")]
_Version = Annotated[
    int, Field(alias="xlsync-answer", ge=VERSION, le=VERSION), WithJsonSchema({"const": VERSION})
]
_Changes: Any = Annotated[list[_Change], Field(max_length=MOST_CHANGES)]
ANSWER: Final[type[BaseModel]] = create_model(
    "xlsync-answer",
    __config__=_STRICT,
    **cast(
        "dict[str, Any]",
        {
            "version": (_Version, ...),
            "verb": (Verb, ...),
            "id": (_Id, ...),
            "outcome": (Literal["done", "failed"], ...),
            "changes": (_Changes, ...),
        },
    ),
)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an answer, without titles."""
    return cast("dict[str, Any]", _without_titles(ANSWER.model_json_schema()))


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, dict):
        rest = {name: part for name, part in schema.items() if not _is_title(name, part)}
        return {name: _without_titles(part) for name, part in rest.items()}
    return [_without_titles(part) for part in schema] if isinstance(schema, list) else schema


def _is_title(name: str, part: Any) -> bool:
    return name == "title" and isinstance(part, str)
