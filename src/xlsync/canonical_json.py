"""Canonical JSON: UTF-8, indented by two spaces, one newline at the end; and reading JSON without guessing."""

from __future__ import annotations

import json
from typing import Any

from xlsync.errors import SheetError


def canonical(document: Any) -> bytes:
    """Return a JSON document as canonical bytes; ValueError for NaN and infinities."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    # A lone surrogate becomes JSON's own escape of it.
    return (text + "\n").encode("utf-8", "backslashreplace")


def parse_json(data: bytes) -> Any:
    """Return the document of JSON bytes in UTF-8; SheetError where they are no JSON."""
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object_without_duplicates,
        )
    except (ValueError, RecursionError) as fault:
        raise SheetError(f"JSONとして読めません（{fault}）") from fault


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; ValueError where it names an item twice, for nobody knows which is meant."""
    items = dict(pairs)
    if len(items) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"項目「{next(name for name in names if names.count(name) > 1)}」が二度あります"
        )
    return items


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} は使えません")
