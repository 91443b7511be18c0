"""Text, as the page shows it: line breaks, widths and leading zeros survive, invisible characters do not."""

from __future__ import annotations

from dataclasses import dataclass

from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import is_only_invisible
from xlsync.kinds.kind import Example, KindOptions
from xlsync.kinds.value import (
    Parsed,
    Typed,
    Unreadable,
    as_typed,
)
from xlsync.kinds.words import Words


@dataclass(frozen=True, slots=True)
class Text(Words):
    """One line of text, or several where the form gives room for them."""

    multiline: bool = False

    name = "text"
    office_word = "文章"
    english = "text"
    about = "文章や名称。改行・全角半角・先頭の0は、入力のまま残ります。"
    options = frozenset({"multiline"})
    is_free_text = True
    fits_a_line = False
    leaves_marks = False
    is_number_as_text = True
    examples = (
        Example("市民の健康づくり", "市民の健康づくり"),
        Example("００１", "００１"),
        Example("－", "-"),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Text:
        """Return texts of one line, or of several."""
        return cls(options.multiline)

    def number_format(self) -> str:
        """Return the text format; of several lines the general one, in which Excel shows more than 255 characters."""
        return "General" if self.multiline else "@"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "内容を入力してください"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read text as the page shows it; a number or date is taken as it would be read aloud, and said to be normalised."""
        if not isinstance(typed, str):
            return Parsed(as_typed(typed), normalised=True)
        text = cleaned(typed)
        if is_only_invisible(text):
            return Parsed(None, normalised=True)
        return Parsed(text, normalised=text != typed)
