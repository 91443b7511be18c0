"""Fields that are the same as a field of another form of the city: typed once, there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.errors import FormError

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field

_AXIS = re.compile(r"\{([^{}0-9+-][^{}]*)\}")


@dataclass(frozen=True, slots=True)
class OtherField:
    """A field of another form: the form's id, and the path there."""

    form_id: str
    path: str


@lru_cache(maxsize=32)
def same_fields(edition: Edition) -> Mapping[str, OtherField]:
    """Return for each field with `same-as` the field of another form that it is the same as, by its own path."""
    return {field.path: other for field, other in _other_fields(edition)}


def other_forms(edition: Edition) -> frozenset[str]:
    """Return the ids of the forms of which an edition has fields."""
    return frozenset(other.form_id for other in same_fields(edition).values())


def refuse_wrong_same_as(edition: Edition, where: str) -> None:
    """Raise FormError where `same-as` or [linked] names this form, an axis of its own or a field that it does not have."""
    key = edition.definition.identity.key
    for field, other in _other_fields(edition):
        if other.form_id == edition.form:
            reason = f"{field.path} の same-as は、ほかの様式の欄を「様式の id:path」と書きます"
            raise FormError(reason, where)
        if field.path in key:
            reason = f"{field.path} はシートを見分ける欄（[identity] の key）なので、same-as は書けません"
            raise FormError(reason, where)
        if axis := _AXIS.search(other.path):
            reason = f"{field.path} の same-as の軸「{axis[1]}」は、ここでは使えません"
            raise FormError(reason, where)
    forms = other_forms(edition)
    for form_id, path in edition.definition.linked.items():
        if form_id not in forms:
            raise FormError(f"[linked] の「{form_id}」を same-as に書いた欄がありません", where)
        if path not in edition.by_path:
            raise FormError(
                f"[linked] の「{form_id}」が、定義にない欄「{path}」を指しています", where
            )


def _other_fields(edition: Edition) -> Iterator[tuple[Field, OtherField]]:
    for field in edition.fields:
        if field.entry.same_as is not None:
            form_id, _, path = field.entry.same_as.partition(":")
            yield field, OtherField(form_id, edition.expand(_with_axes(path, field)))


def _with_axes(path: str, field: Field) -> str:
    """Return the path of another form with the axes filled in that it shares with the field's own path."""
    for step, key in zip(field.entry.path.split("."), field.steps, strict=True):
        if _AXIS.fullmatch(step):
            path = path.replace(step, str(key))
    return path


__all__ = ["OtherField", "other_forms", "refuse_wrong_same_as", "same_fields"]
