"""Which characters of a cell count: what nobody sees is no content, and marks behind a number are no digits.

`cleaned` is applied to every text at the door: from a cell, from JSON, from a button. What it removes or unifies looks the
same on the page; what no file format can hold (NUL, half a surrogate pair) becomes U+FFFD, which everybody sees.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from xlsync.kinds.invisible import (
    INVISIBLE,
    LINE_BREAKS,
    SPACES,
    visible_part,
    without_picture_parts,
)

REPLACEMENT: Final = "\ufffd"

_BREAK: Final = re.compile("|".join(map(re.escape, LINE_BREAKS)))
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN: Final = str.maketrans(dict.fromkeys(INVISIBLE, "") | dict.fromkeys(SPACES, " "))
_SELECTORS: Final = "\ufe0e\ufe0f"
_VARIANT: Final = re.compile(f"([^{_SELECTORS}])?([{_SELECTORS}]+)(?=(.)?)", re.DOTALL)
"""Variation selectors: behind a picture they choose its shape, elsewhere they are nothing."""
_KEYCAP: Final = "\u20e3"
_JOINER: Final = re.compile("([^\u200d])?\u200d+(?=(.)?)", re.DOTALL)
"""Zero width joiner: between two pictures it makes one of them (👪), elsewhere it is nothing."""
_ACCENTED: Final = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
_UNCOMMON: Final = re.compile(
    "[^\t\n\x20-\x7e\u3000-\u3098\u309b-\u3163\u3165-\u33ff\u4e00-\u9fff\uff01-\uff9f]"
)
"""Characters beyond everyday Japanese: a text without any needs no closer look."""

_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS: Final = "₀₁₂₃₄₅₆₇₈₉"
RAISED_DIGITS: Final = _SUPERSCRIPTS + _SUBSCRIPTS
RAISED: Final = str.maketrans("0123456789+-=()n", f"{_SUPERSCRIPTS}⁺⁻⁼⁽⁾ⁿ")
LOWERED: Final = str.maketrans("0123456789+-=()", f"{_SUBSCRIPTS}₊₋₌₍₎")
CIRCLED: Final = "①-⒇⓪-⓿㉑-㉟㊱-㊿❶-➓"
_MARK: Final = (
    rf"[{CIRCLED}]",
    rf"(?<![A-Za-zＡ-Ｚａ-ｚ{_SUPERSCRIPTS}])[{_SUPERSCRIPTS}]+",
    rf"(?<![A-Za-zＡ-Ｚａ-ｚ{_SUBSCRIPTS}])[{_SUBSCRIPTS}]+",
    r"[(（](?:注|※)[0-9０-９]{0,2}[)）]",
    r"※[0-9０-９]{0,2}",
    r"[＊*†‡]",
)
_NUMBERED_NOTE: Final = r"注[0-9０-９]{1,2}[)）]?"
_FIRST_MARK: Final = "|".join((*_MARK, rf"(?<=[0-9０-９\s]){_NUMBERED_NOTE}"))
_NEXT_MARK: Final = "|".join((*_MARK, _NUMBERED_NOTE))
_MARKS: Final = re.compile(rf"\s*(?:{_FIRST_MARK})(?:\s*(?:{_NEXT_MARK}))*\s*\Z")
"""Marks of notes behind a number: 234①, 234², 234※1, 234（注1）. A raised figure behind a Latin letter (m²) is its unit's."""
_LONGEST_MARKS: Final = 30
"""Characters that all marks of a cell take together, in Excel's formulas too; what is longer is a line, or words."""
_MARK_INSIDE: Final = re.compile(
    rf"[-+△▲−]?\s*[0-9][0-9,.]*\s*(?P<mark>[{CIRCLED}{RAISED_DIGITS}※*†‡★☆◎◇◆]+|注(?:[0-9]+|\)|\Z))"
)
_NOTE_SIGNS: Final = "※*†‡#^★☆◎◇◆注註"
_MARK_BEHIND: Final = re.compile(
    rf"[-+△▲−]?\s*[0-9][0-9,.]*\s*[^0-9\s,.()\[\]〔〕【】{_NOTE_SIGNS}]{{0,10}}\s*(?P<mark>"
    rf"[(\[〔【]?\s*[{_NOTE_SIGNS}]\s*[:.]?\s*(?:[0-9]{{1,2}}(?:[,、・.]\s*[0-9]{{1,2}})*)?\s*[)\]〕】]?"
    r"|[(\[〔【][0-9]{1,2}[)\]〕】]|[0-9]{0,2}\))\s*\Z"
)
"""What else may be a note's mark behind a number and its unit (234件 *1, 234件1), 234[注1]), but may also be none."""
DISGUISED_DIGITS: Final = (
    "\xb2\xb3\xb9\xbc-\xbe\u2070\u2074-\u2079\u2080-\u2089\u2150-\u215f\u2189\u2460-\u249b\u24ea\u3251-\u325f"
    "\u32b1-\u32cb\u3358-\u3370\u3378\u3379\u339f-\u33a6\u33a8\u33af\u33e0-\u33fe\U0001d7ce-\U0001d7ff"
    "\U0001f100-\U0001f10a\U0001fbf0-\U0001fbf9"
)
"""Ranges of characters whose compatibility form (NFKC) has digits although they are none: ①, ², ½, ㎡, 𝟏."""
_DISGUISED: Final = re.compile(f"([{DISGUISED_DIGITS}])")


@lru_cache(maxsize=4096)  # the same texts on every import
def cleaned(text: str) -> str:
    r"""Return a text without what nobody sees: invisible characters removed, line breaks and spaces unified.

    >>> cleaned("25777\u200b"), cleaned("一つめ\x0b二つめ"), cleaned("か\u3099"), cleaned("a\x00")
    ('25777', '一つめ\n二つめ', 'が', 'a�')
    """
    if _UNCOMMON.search(text) is None:
        return text
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _UNWRITABLE.sub(REPLACEMENT, _BREAK.sub("\n", text)).translate(_PLAIN)
    text = _VARIANT.sub(_with_variant, text)
    text = _JOINER.sub(_joined, text) if "\u200d" in text else text
    return _ACCENTED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def _with_variant(match: re.Match[str]) -> str:
    before, selectors, after = match[1] or "", match[2], match[3] or ""
    is_chosen = _is_picture(before) or after == _KEYCAP
    return f"{before}{selectors[0]}" if is_chosen else before


def _joined(match: re.Match[str]) -> str:
    before, after = match[1] or "", match[2] or ""
    return f"{before}\u200d" if _is_picture(before) and _is_picture(after) else before


def _is_picture(character: str) -> bool:
    """Whether a character is an emoji or belongs to one (variation selector, skin tone)."""
    return character != "" and (
        unicodedata.category(character) in {"So", "Sk", "Sm"} or character == "\ufe0f"
    )


def same_look(first: str, second: str) -> bool:
    """Whether two texts look alike on the page: invisible characters, trailing spaces and trailing breaks do not count."""
    return first == second or _look(first) == _look(second)


def _look(text: str) -> str:
    lines = visible_part(cleaned(text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def half_width(text: str) -> str:
    """Return a cleaned text in half width (２３，３８７ → 23,387), outer spaces removed; ①, ² and ½ stay what they are.

    Pictures in it are taken apart (`without_picture_parts`).

    >>> half_width("２３４①"), half_width("８，０９８件")
    ('234①', '8,098件')
    """
    parts = _DISGUISED.split(without_picture_parts(cleaned(text)))
    plain = (
        part if index % 2 else unicodedata.normalize("NFKC", part)
        for index, part in enumerate(parts)
    )
    return "".join(plain).strip()


def split_marks(text: str) -> tuple[str, str]:
    """Split a text into what stands before the marks of notes at its end, and those marks; "" for none.

    >>> split_marks("234①"), split_marks("150 ※1"), split_marks("100m²")
    (('234', '①'), ('150', '※1'), ('100m²', ''))
    """
    start = max(0, len(text) - _LONGEST_MARKS - 1)
    match = _MARKS.search(text, start)
    if match is None or match.start() == start:
        return text, ""
    return text[: match.start()].rstrip(), match[0].strip()


def mark_inside(text: str) -> str:
    """Return the mark in a quantity that `split_marks` leaves in it, for it may be none; "" for none.

    It stands between number and unit, or behind them in a way in which other things are written, too.

    >>> mark_inside("234①件"), mark_inside("2＊件"), mark_inside("234件 *1"), mark_inside("8,098件")
    ('①', '*', '*1', '')
    """
    plain = split_marks(half_width(text))[0]
    match = _MARK_INSIDE.match(plain) or _MARK_BEHIND.match(plain)
    return "" if match is None else match["mark"]


def has_disguised_digits(text: str) -> bool:
    """Whether a text has characters such as ①, ² or ㎡, whose compatibility forms have digits."""
    return _DISGUISED.search(text) is not None


__all__ = [
    "CIRCLED",
    "DISGUISED_DIGITS",
    "LOWERED",
    "RAISED",
    "RAISED_DIGITS",
    "REPLACEMENT",
    "cleaned",
    "half_width",
    "has_disguised_digits",
    "mark_inside",
    "same_look",
    "split_marks",
]
