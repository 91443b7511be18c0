"""Whose sheet it is: the key that the fields of a form's [identity] make, and the budget program that a key belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlsync.kinds import DASH, Value
from xlsync.sheet_keys import join_parts, split_key

if TYPE_CHECKING:
    from xlsync.form.edition import Edition


def key_of(edition: Edition, values: Mapping[str, Value]) -> str | None:
    """Return the key that the values of the key's fields make (01-02-01-08-14-01), None where one is blank."""
    parts = [values.get(path) for path in edition.definition.identity.key]
    if not all(isinstance(part, str) and part != DASH for part in parts):
        return None
    return join_parts(str(part) for part in parts)


def is_key_of(edition: Edition, values: Mapping[str, Value], key: str) -> bool:
    """True for the key that the values make, also as it was written before hyphens within its parts were marked."""
    on_page = key_of(edition, values)
    if on_page is None or on_page == key:
        return True
    parts = (str(values[path]) for path in edition.definition.identity.key)
    return "-".join(parts) == key


def program_of(edition: Edition, key: str) -> str:
    """Return the budget program that a key belongs to; the key itself where the form knows no programs."""
    identity = edition.definition.identity
    if not identity.program:
        return key
    return join_parts(split_key(key, len(identity.key))[: len(identity.program)])


def stated_program(edition: Edition, key: str, values: Mapping[str, Value]) -> str:
    """Return the budget program that a sheet's values name; its key where the form knows no programs."""
    program = edition.definition.identity.program
    return join_parts(text_of(edition, path, values) for path in program) if program else key


def text_of(edition: Edition, path: str, values: Mapping[str, Value]) -> str:
    """Return the value at a path as the page shows it, "" for blank."""
    shown = edition.by_path[path].kind.show(values[path])
    return "" if shown is None else str(shown)
