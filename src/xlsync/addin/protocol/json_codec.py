"""An answer as JSON, for clients that would rather have that than TSV (docs/protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from xlsync.addin.protocol.accepted import ANSWER_BYTES, VERSION, accepted, refused_answer
from xlsync.addin.protocol.changes import CHANGES, Answer, Change, Typed

_OUTCOMES: Final = ("done", "failed")
_KINDS: Final = {change_class: kind for kind, change_class in CHANGES.items()}
_MEMBERS: Final = {"expected": "was"}
"""Members that have another name than the attribute."""
_LISTS: Final = ("columns", "texts")
_VALUES: Final = ("value", "was")


def to_json(answer: Answer) -> bytes:
    """Encode an answer; ProtocolError if no client would carry it out."""
    accepted(answer)
    document = {
        "xlsync-answer": VERSION,
        "verb": answer.verb,
        "id": answer.id,
        "outcome": _OUTCOMES[answer.failed],
        "changes": [_document(change) for change in answer.changes],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    data = (text + "\n").encode("utf-8", "replace")
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    return data


def from_json(data: bytes) -> Answer:
    """Read an answer; ProtocolError where it is none, or holds anything that nobody knows."""
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse,
            object_pairs_hook=_no_twins,
        )
        return accepted(_answer(document))
    except (ValueError, ArithmeticError, RecursionError) as fault:
        raise refused_answer("JSONの形が違います") from fault


def _document(change: Change) -> dict[str, Any]:
    names = type(change).__slots__
    members = {_member(name): _plain(getattr(change, name)) for name in names}
    return {"kind": _KINDS[type(change)]} | members


def _member(attribute: str) -> str:
    return _MEMBERS.get(attribute, attribute)


def _plain(value: Typed | tuple[str, ...]) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, int) and not isinstance(value, bool) and int(float(value)) != value:
        return float(value)
    return float(value) if isinstance(value, Decimal) else value


def _answer(document: Any) -> Answer:
    match document:
        case {
            "xlsync-answer": 1,
            "verb": str(verb),
            "id": str(number),
            "outcome": "done" | "failed" as outcome,
            "changes": list(changes),
            **others,
        } if not others and document["xlsync-answer"] is not True:
            items = tuple(_change(change) for change in changes)
            return Answer(cast("Any", verb), number, items, outcome == "failed")
    raise ValueError("no answer")


def _change(document: Any) -> Change:
    match document:
        case {"kind": str(kind)} if kind in CHANGES:
            change_class = CHANGES[kind]
        case _:
            raise ValueError("unknown kind")
    members = [_member(name) for name in change_class.__slots__]
    if set(document) != {"kind", *members}:
        raise ValueError("not its items")
    build = cast("Callable[..., Change]", change_class)
    return build(*(_read(name, document[name]) for name in members))


def _read(name: str, value: Any) -> Any:
    match value:
        case list() if name in _LISTS and all(isinstance(text, str) for text in value):
            return tuple(value)
        case str() if name not in _LISTS:
            return value
        case None | bool() | int() | Decimal() if name in _VALUES:
            return value
    raise ValueError("wrong type")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("an item twice")
    return document


def _refuse(name: str) -> None:
    raise ValueError(name)
