"""An answer as JSON, for clients that would rather have that than TSV (docs/protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from xlsync.addin.protocol.accepted import ANSWER_BYTES, VERSION, accepted, refused_answer
from xlsync.addin.protocol.changes import CHANGES, Answer, Change
from xlsync.addin.protocol.json_models import ANSWER, MEMBERS

_OUTCOMES: Final = ("done", "failed")
_KINDS: Final = {change_class: kind for kind, change_class in CHANGES.items()}


def to_json(answer: Answer) -> bytes:
    """Encode an answer; ProtocolError if no client would carry it out."""
    accepted(answer)
    document = {
        "xlsync-answer": VERSION,
        "verb": answer.verb,
        "id": answer.id,
        "outcome": _OUTCOMES[answer.failed],
        "changes": [_members(change) for change in answer.changes],
    }
    model = ANSWER.model_validate(document)
    text = json.dumps(model.model_dump(by_alias=True), ensure_ascii=False, allow_nan=False)
    data = (text + "\n").encode("utf-8", "replace")
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    return data


def from_json(data: bytes) -> Answer:
    """Read an answer; ProtocolError where it is none, or holds anything that nobody knows."""
    if len(data) > ANSWER_BYTES:
        raise refused_answer("応答が大きすぎます")
    try:
        # Not by pydantic's own parser: that takes the last of two members with one name, and numbers as doubles.
        document = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse,
            object_pairs_hook=_without_duplicates,
        )
        return accepted(_answer(ANSWER.model_validate(document)))
    except (ValueError, ArithmeticError, RecursionError) as fault:
        raise refused_answer("JSONの形が違います") from fault


def _members(change: Change) -> dict[str, Any]:
    attributes = {name: getattr(change, name) for name in type(change).__slots__}
    members = {MEMBERS.get(name, name): _listed(value) for name, value in attributes.items()}
    return {"kind": _KINDS[type(change)]} | members


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _answer(model: Any) -> Answer:
    changes = tuple(map(_change, model.changes))
    return Answer(model.verb, model.id, changes, model.outcome == "failed")


def _change(model: Any) -> Change:
    change_class = CHANGES[model.kind]
    values = (getattr(model, MEMBERS.get(name, name)) for name in change_class.__slots__)
    arguments = (tuple(value) if isinstance(value, list) else value for value in values)
    return cast("Callable[..., Change]", change_class)(*arguments)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("an item twice")
    return document


def _refuse(name: str) -> None:
    raise ValueError(name)
