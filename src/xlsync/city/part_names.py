"""Names of the form's parts in xlsync.toml: each has to be one that the form has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsync.form.edition import Edition


def refuse_unknown_parts(
    entries: Iterable[tuple[str, Sequence[str]]], edition: Edition, where: str
) -> None:
    """Raise SettingsError for a part, named at some entry of the settings, that the form does not have."""
    parts = edition.definition.parts
    for entry, names in entries:
        unknown = [part for part in names if part not in parts]
        if unknown:
            known = "、".join(f"{part}（{label}）" for part, label in parts.items())
            reason = f"{entry} の「{unknown[0]}」という部分は様式にありません。次から選んでください：{known}"
            raise SettingsError(reason, where)


__all__ = ["refuse_unknown_parts"]
