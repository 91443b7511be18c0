"""Changes of fields as lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.cli.console import say
from xlsync.merging import json_as_text

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

_LENGTH: Final = 40


def say_changes(edition: Edition, changes: Sequence[Mapping[str, Any]]) -> None:
    """Print each change of a field: its title, before and after."""
    for change in changes:
        path = change["path"]
        before, after = (field_words(edition, path, change[side]) for side in ("from", "to"))
        say(f"    {edition.by_path[path].title}：{before} → {after}")


def field_words(edition: Edition, path: str, document: Any) -> str:
    """Return a field's JSON value on one line, shortened where it is long."""
    if document is None:
        return "（空欄）"
    text = json_as_text(edition, path, document).replace("\n", " ")
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
