"""One of the words a list offers; another word is kept as typed, and a check speaks of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.excel.cell_formulas import folded, folded_formula
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.kind import Example, KindOptions
from xlsync.kinds.value import (
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    fold,
)
from xlsync.kinds.words import Words

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

_VOICING_MARKS: Final = ("\u3099", "\u309a")


@dataclass(frozen=True, slots=True)
class Choice(Words):
    """A word of `items`, compared without regard to width, spaces and 業/业."""

    items: tuple[str, ...]

    name = "choice"
    office_word = "選択"
    english = "choice"
    about = (
        "一覧の言葉から1つ選ぶ欄。全角半角や空白の違いは、一覧のつづりにそろえます。"
        "一覧にない言葉は入力のまま残し、確認のお知らせを出します。"
    )
    example_options = KindOptions(items=("A：達成", "B：一部達成"))
    options = frozenset({"choices"})
    needed = frozenset({"choices"})
    is_choice = True
    examples = (
        Example("Ａ：達成", "A：達成"),
        Example("B:一部 達成", "B：一部達成"),
        Example("ほぼ達成", "ほぼ達成"),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Choice:
        """Return the words of the entry's list."""
        return cls(options.items)

    def listed(self) -> tuple[str, ...]:
        """Return the words of the list."""
        return self.items

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "選択肢から選んでください"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read the official spelling of a listed word; any other word as typed."""
        text = as_typed(typed)
        folded = fold(text)
        for item in self.items:
            if fold(item) == folded:
                return Parsed(item, normalised=item != typed)
        return Parsed(text, normalised=not isinstance(typed, str))

    def offers(self, value: Value) -> bool:
        """True when the list holds this very word."""
        return value in self.items

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formula of the list's spelling of a word, whatever its width and spaces, else of the word as typed."""
        words, spelled, positions = cells.word_ranges
        same = f"EXACT({cells.addresses['cleaned']},{words})"
        position = f"SUMPRODUCT({same}*{positions})"
        official = f"IF(SUMPRODUCT(--{same})=1,INDEX({spelled},{position}),{cells.text})"
        cleaned = folded_formula(composed_formula(cells.text, self.items))
        return {"cleaned": cleaned, "value": cells.words(official)}

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return the word as it is compared."""
        del value
        return {"cleaned": folded(seen)}


def composed_formula(text: str, words: tuple[str, ...]) -> str:
    """Return the formula of a text with each kana of the words that has a voicing mark in one character.

    macOS writes it in two.
    """
    for character in sorted(set("".join(words))):
        parts = unicodedata.normalize("NFD", character)
        if parts[1:] in _VOICING_MARKS:
            text = f"SUBSTITUTE({text},{quoted(parts)},{quoted(character)})"
    return text


__all__ = ["Choice", "composed_formula"]
