"""One of the words a list offers; another word is kept as typed, and a check speaks of it."""

from __future__ import annotations

from dataclasses import dataclass

from xlsync.kinds.value import (
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    blank_or_dash,
    fold,
)
from xlsync.kinds.words import Words


@dataclass(frozen=True, slots=True)
class Choice(Words):
    """A word of `items`, compared without regard to width, spaces and 業/业."""

    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "choice"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "選択肢から選んでください"

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
        return Parsed(text, normalised=not isinstance(typed, str))

    def offers(self, value: Value) -> bool:
        """True when the list holds this very word."""
        return value in self.items
