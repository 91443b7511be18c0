"""Names of persons: 山田　太郎. How wide the space between the names is, and how many there are, does not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import cleaned
from xlsync.kinds.excel.cell_formulas import MARK, spaces_trimmed
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.invisible import is_only_invisible
from xlsync.kinds.kind import Example
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed
from xlsync.kinds.words import Words

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells

NAME_SPACE: Final = "　"
"""What stands between family name and given name."""
DIGITS: Final = "0123456789０１２３４５６７８９"
"""No name has one: a telephone extension, a staff number and a date have."""


@dataclass(frozen=True, slots=True)
class Person(Words):
    """A person's name in one line, its parts with one ideographic space between them."""

    name = "person"
    office_word = "氏名"
    english = "name of a person"
    about = "人の氏名。姓と名の間の空白の幅は問いません。公表するデータには、指定しないかぎり載せません。"
    shape = "number"
    is_words = False
    is_personal = True
    fits_a_line = False
    examples = (
        Example("山田　太郎", "山田　太郎"),
        Example(" 山田 太郎 ", "山田　太郎"),
        Example("山田太郎（内線2345）", "氏名に数字が入っています", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "氏名を入力してください（例：山田　太郎。内線などの数字は入れません）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a name; spaces and line breaks in it become one space, numbers are refused."""
        if not isinstance(typed, str):
            return Unreadable(as_typed(typed), "氏名ではありません")
        text = cleaned(typed)
        if is_only_invisible(text):
            return Parsed(None, normalised=True)
        if any(digit in text for digit in DIGITS):
            return Unreadable(text, "氏名に数字が入っています")
        named = NAME_SPACE.join(word for word in _spaced(text).split(" ") if word)
        return Parsed(named, normalised=named != typed)

    def same(self, value: Value, other: Value) -> bool:
        """Whether two names are one but for the space between their parts."""
        return same_person(value, other)

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formula of the name with one space between its parts; the mark where there is a digit, or no text."""
        seen, raw = cells.addresses["seen"], cells.page_cell
        each = "{" + ",".join(map(quoted, DIGITS)) + "}"
        has_digit = f"SUMPRODUCT(--ISNUMBER(FIND({each},{seen})))>0"
        name = f'SUBSTITUTE({spaces_trimmed(seen)}," ",{quoted(NAME_SPACE)})'
        no_text = f"IF(OR(ISNUMBER({raw}),ISLOGICAL({raw}),{has_digit}),{MARK},{name})"
        return {"value": cells.words(no_text)}


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
