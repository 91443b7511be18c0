"""One of the words a list offers; another word is kept as typed, and a check speaks of it."""

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
    fold,
    refuse_json,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of `items`, compared without regard to width, spaces and 業/业."""

    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "choice"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read the official spelling of a listed word; any other word as typed."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        text = as_typed(typed)
        folded = fold(text)
        for item in self.items:
            if fold(item) == folded:
                return Parsed(item, normalised=item != typed)
        return Parsed(
            text.replace("\r\n", "\n").replace("\r", "\n"), normalised=not isinstance(typed, str)
        )

    def offers(self, value: Value) -> bool:
        """True when the list holds this very word."""
        return value in self.items

    def show(self, value: Value) -> str | int | Decimal | None:
        """Give the word itself."""
        return None if value is None else str(value)

    def to_json(self, value: Value) -> Json:
        """Give the word, "-" or null."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take a string or null; a listed word in another spelling becomes the official one."""
        if document is not None and not isinstance(document, str):
            raise refuse_json(document, "文字列")
        parsed = self.parse(document)
        return parsed.value if isinstance(parsed, Parsed) else None

    def json_schema(self) -> dict[str, Json]:
        """Accept any word (a word outside the list is a finding, not a fault of form), "-" or null."""
        return {"type": ["string", "null"], "pattern": r"\S"}
