"""A field in conflict as a form: what each side says, with marked words, whose it is, and what somebody has chosen already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.file_names import last_part
from xlsync.merging import json_as_text
from xlsync.word_marks import TextPart, marked

if TYPE_CHECKING:
    from xlsync.exchange.field_conflicts import FieldConflict
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class ConflictOption:
    """What one may choose: the value of its radio button, what it is called, whose it is, when it was, and its text."""

    option_value: str
    caption_words: str
    who: str
    when: str
    text_parts: tuple[TextPart, ...]


@dataclass(frozen=True, slots=True)
class ConflictForm:
    """A field in conflict.

    Attributes:
        path: The field's path.
        field_title: What people call it.
        base_words: What was there before.
        options: What one may choose: what is registered, and each copy's value.
        is_long: Whether its text has several lines.
        chosen: The option that somebody has chosen, "" for none.
        own_text: What somebody has typed for a value of the office's own.

    """

    path: str
    field_title: str
    base_words: str
    options: tuple[ConflictOption, ...]
    is_long: bool
    chosen: str = ""
    own_text: str = ""


def conflict_form(
    head: Sheet, conflict: FieldConflict, typed: Mapping[str, str] | None = None
) -> ConflictForm:
    """Return the form of a conflict; `typed` are the fields of a form that was sent and could not be carried out."""
    edition, path = head.edition, conflict.path
    field, typed = edition.by_path[path], typed or {}
    base = json_as_text(edition, path, conflict.offers[0].base_json)
    origin = conflict.registered_by
    number = f"（第{origin.revision}版）" if origin.revision else ""
    registered = ConflictOption(
        "ours",
        f"登録済み{number}",
        " ".join(filter(None, (origin.who, last_part(origin.file)))),
        origin.when,
        marked(base, json_as_text(edition, path, conflict.registered_json))[1],
    )
    offers = (
        ConflictOption(
            f"copy:{offer.copy_name}",
            last_part(offer.file) or "ファイル",
            offer.who,
            offer.when,
            marked(base, json_as_text(edition, path, offer.offer_json))[1],
        )
        for offer in conflict.offers
    )
    return ConflictForm(
        path,
        field.title,
        base,
        (registered, *offers),
        field.multiline,
        typed.get(f"choice.{path}", ""),
        typed.get(f"text.{path}", ""),
    )


__all__ = ["ConflictForm", "ConflictOption", "conflict_form"]
