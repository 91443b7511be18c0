"""What differs between two texts, word by word: the parts of each that the other does not have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_WORD: Final = re.compile(
    r"[0-9０-９][0-9０-９,，.．]*|[A-Za-zＡ-Ｚａ-ｚ]+|[ァ-ヿｦ-ﾟ]+|[ぁ-ゟ]+|[㐀-鿿豈-﫿々〇]+|\s+|.",
    re.DOTALL,
)
"""A word as far as that can be told without a dictionary: a run of one script."""
_LONGEST: Final = 4_000
"""Words of a text beyond which it is shown as changed altogether: comparing takes the square of them."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text, and whether the other text does not have it."""

    text: str
    is_changed: bool


def marked(before: str, after: str) -> tuple[tuple[TextPart, ...], tuple[TextPart, ...]]:
    """Return both texts in parts. Joined, the parts are the texts."""
    words, other_words = _WORD.findall(before), _WORD.findall(after)
    if max(len(words), len(other_words)) > _LONGEST:
        return (TextPart(before, True),), (TextPart(after, True),)  # noqa: FBT003 - is_changed
    matcher = SequenceMatcher(None, words, other_words, autojunk=False)
    sides: tuple[list[TextPart], list[TextPart]] = ([], [])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for side, text in zip(
            sides, ("".join(words[i1:i2]), "".join(other_words[j1:j2])), strict=True
        ):
            if text:
                side.append(TextPart(text, tag != "equal"))
    return tuple(sides[0]), tuple(sides[1])


__all__ = ["TextPart", "marked"]
