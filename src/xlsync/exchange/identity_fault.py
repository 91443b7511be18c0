"""Why nobody can tell whose sheet an incoming one is: a code of its key is blank, or cannot be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.sheet import key_of
from xlsync.sheet_keys import fault_of_key

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet


def fault_of_identity(edition: Edition, sheet: Sheet) -> str:
    """Say why nobody can tell whose sheet this is, "" where it is clear."""
    fields = [edition.by_path[path] for path in edition.definition.identity.key]
    if key_of(edition, sheet) is not None:
        return _fault_of_key(sheet.key, fields)
    blank = [field for field in fields if sheet[field.path] is None] or fields
    labels = "・".join(field.label for field in blank)
    lengths = {field.kind.fixed_length() for field in blank}
    digits = f"{lengths.pop()}けたの数字で" if len(lengths) == 1 and None not in lengths else ""
    return f"どの事業のシートかわかりません。{labels}を{digits}入力してください"


def _fault_of_key(key: str, fields: list[Field]) -> str:
    fault = fault_of_key(key)
    labels = "・".join(field.label for field in fields)
    return f"どの事業のシートかを示す「{labels}」が{fault}。入力し直してください" if fault else ""


__all__ = ["fault_of_identity"]
