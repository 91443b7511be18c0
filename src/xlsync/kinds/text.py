"""Text, as typed: line breaks, widths and leading zeros survive."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsync.kinds.value import (
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    blank_or_dash,
    refuse_json,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, or several where the form gives room for them."""

    multiline: bool = False

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "text"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read text as typed; a number or date is taken as it would be read aloud, and said to be normalised."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        if not isinstance(typed, str):
            return Parsed(as_typed(typed), normalised=True)
        unified = typed.replace("\r\n", "\n").replace("\r", "\n")
        return Parsed(unified, normalised=unified != typed)

    def show(self, value: Value) -> str | int | Decimal | None:
        """Give the text itself."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Give the text, "-" or null."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take a string or null."""
        if document is not None and not isinstance(document, str):
            raise refuse_json(document, "文字列")
        parsed = self.parse(document)
        return parsed.value if isinstance(parsed, Parsed) else None

    def json_schema(self) -> dict[str, Json]:
        """Accept null or text that is not only space."""
        return {"type": ["string", "null"], "pattern": r"\S"}
