"""Text, as the page shows it: line breaks, widths and leading zeros survive, invisible characters do not."""

from __future__ import annotations

from dataclasses import dataclass

from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import is_only_invisible
from xlsync.kinds.value import (
    Parsed,
    Typed,
    Unreadable,
    as_typed,
    blank_or_dash,
)
from xlsync.kinds.words import Words


@dataclass(frozen=True, slots=True)
class Text(Words):
    """One line of text, or several where the form gives room for them."""

    multiline: bool = False

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "text"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "内容を入力してください"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read text as the page shows it; a number or date is taken as it would be read aloud, and said to be normalised."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        if not isinstance(typed, str):
            return Parsed(as_typed(typed), normalised=True)
        text = cleaned(typed)
        if is_only_invisible(text):
            return Parsed(None, normalised=True)
        return Parsed(text, normalised=text != typed)
