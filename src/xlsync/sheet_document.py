"""What stands beside the fields in a sheet's JSON: form, edition, key, id, revision, and the texts of unreadable cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.errors import SheetError
from xlsync.sheet_keys import fault_of_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.kinds import Value

HEAD = ("form", "edition", "key")
BESIDE_FIELDS = (*HEAD, "id", "revision", "unreadable")


def id_in(sheet_id: object, key: str) -> str:
    """Return the id that a document says, "" where it says none: then the key is the id."""
    if not isinstance(sheet_id, str) or (sheet_id and fault_of_key(sheet_id)):
        raise SheetError("id は、登録したときに決まったシートIDの文字列です", key)
    return sheet_id


def revision_in(revision: object, key: str) -> int | None:
    """Return the revision that a document says, None where it says none."""
    if revision is None:
        return None
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        raise SheetError("revision は1以上の整数です", key)
    return revision


def unreadable_in(unreadable: object, values: Mapping[str, Value], key: str) -> dict[str, str]:
    """Return the texts of unreadable cells that a document says, by path."""
    texts = unreadable.values() if isinstance(unreadable, dict) else [None]
    if not isinstance(unreadable, dict) or not all(isinstance(text, str) for text in texts):
        raise SheetError("unreadable は {欄: 文字列} です", key)
    for path in unreadable:
        if path not in values or values[path] is not None:
            raise SheetError(f"unreadable の「{path}」が、様式にないか、空欄ではありません", key)
    return unreadable


def peek(document: Any) -> tuple[str, int]:
    """Return the form id and fiscal year a document names, before anything else of it is read."""
    form, year = (
        (document.get("form"), document.get("edition"))
        if isinstance(document, dict)
        else (None, None)
    )
    if not isinstance(form, str) or not isinstance(year, int) or isinstance(year, bool):
        raise SheetError("シートのJSONではありません（form と edition がありません）")
    return form, year
