"""Changes of fields as lines for people, and the first of many lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.cli.console import say
from xlsync.kinds.rows import RowCells
from xlsync.merging import json_as_text
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.merging import Change
    from xlsync.sheet import Sheet

_LENGTH: Final = 40
_SHOWN: Final = 20


def change_lines(sheet: Sheet, changes: Sequence[Change]) -> list[str]:
    """Return a line for each change of a field of a sheet: its title, before and after; a row is put in or taken out."""
    return [_change_line(sheet, change) for change in changes]


def _change_line(sheet: Sheet, change: Change) -> str:
    edition, title = sheet.edition, title_of(sheet, change.path)
    before, after = (
        field_words(edition, change.path, document) for document in (change.before, change.after)
    )
    if isinstance(edition.by_path[change.path].kind, RowCells):
        return (
            f"    {title}：行の追加 {after}"
            if change.before is None
            else f"    {title}：行の削除 {before}"
        )
    return f"    {title}：{before} → {after}"


def field_words(edition: Edition, path: str, document: Any) -> str:
    """Return a field's JSON value on one line, shortened where it is long."""
    text = "" if document is None else json_as_text(edition, path, document).replace("\n", " ")
    if not text:
        return "（空欄）"
    return f"「{text if len(text) <= _LENGTH else text[: _LENGTH - 1] + '…'}」"


def say_first(lines: Sequence[str]) -> None:
    """Print the first lines, and how many more there are."""
    for line in lines[:_SHOWN]:
        say(line)
    if len(lines) > _SHOWN:
        say(f"ほか {len(lines) - _SHOWN}行（すべては --json で見られます）")
