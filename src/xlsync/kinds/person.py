"""Names of persons: 山田　太郎. How wide the space between the names is, and how many there are, does not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.kinds.characters import cleaned
from xlsync.kinds.invisible import is_only_invisible
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed, blank_or_dash
from xlsync.kinds.words import Words

NAME_SPACE: Final = "　"
"""What stands between family name and given name."""
DIGITS: Final = "0123456789０１２３４５６７８９"
"""No name has one: a telephone extension, a staff number and a date have."""


@dataclass(frozen=True, slots=True)
class Person(Words):
    """A person's name in one line, its parts with one ideographic space between them."""

    @property
    def name(self) -> str:
        """The word for this kind in a form definition."""
        return "person"

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "氏名を入力してください（例：山田　太郎。内線などの数字は入れません）"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a name; spaces and line breaks in it become one space, numbers are refused."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        if not isinstance(typed, str):
            return Unreadable(as_typed(typed), "氏名ではありません")
        text = cleaned(typed)
        if is_only_invisible(text):
            return Parsed(None, normalised=True)
        if any(digit in text for digit in DIGITS):
            return Unreadable(text, "氏名に数字が入っています")
        named = NAME_SPACE.join(word for word in _spaced(text).split(" ") if word)
        return Parsed(named, normalised=named != typed)


def same_person(name: Value, other: Value) -> bool:
    """Whether two names are one but for the space between their parts.

    >>> same_person("山田　太郎", "山田太郎"), same_person("山田　太郎", None)
    (True, False)
    """
    if not isinstance(name, str) or not isinstance(other, str):
        return name == other
    return name.replace(NAME_SPACE, "") == other.replace(NAME_SPACE, "")


def _spaced(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ").replace(NAME_SPACE, " ")


__all__ = ["DIGITS", "NAME_SPACE", "Person", "same_person"]
