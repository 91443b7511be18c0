"""What the kinds that hold words share: they are shown and kept as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from xlsync.kinds.kind import Kind, Shape
from xlsync.kinds.value import Json, Parsed, Value, refuse_json


class Words(Kind):
    """A value that is a word or text: show, JSON and schema; `parse_filled` is each kind's own."""

    __slots__ = ()

    shape: ClassVar[Shape] = "words"
    is_words: ClassVar[bool] = True

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the words themselves."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Return the words, "-" or null."""
        return value

    def filled_from_json(self, document: Json) -> Value:
        """Take a string, as if it were typed."""
        if not isinstance(document, str):
            raise refuse_json(document, "文字列")
        parsed = self.parse(document)
        return parsed.value if isinstance(parsed, Parsed) else None

    def json_schema(self) -> dict[str, Json]:
        """Accept null or words that are not only space; a word outside a list is a finding, not a fault of form."""
        return {"type": ["string", "null"], "pattern": r"\S"}
