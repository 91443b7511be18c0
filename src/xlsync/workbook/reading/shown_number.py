"""A number and its number format → the text the cell shows, and how far that is from the number inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, NamedTuple

from xlsync.kinds.value import plain_number
from xlsync.workbook.reading.format_tokens import Piece, Section, section_for

_DIGITS: Final = re.compile(r"[0#?][0#?,]*")
_GENERAL: Final = frozenset({"general", "g/標準", "@"})
_FOLLOWED: Final = frozenset({"", "%", ".", ",", "/"})
_NUMERALS: Final = re.compile(r"\[dbnum[0-9]\]", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_SIGN_BEFORE: Final = re.compile(r"[-△▲−+＋]\Z")
_PLUS: Final = ("+", "＋")
_EXACT: Final = Context(prec=400)
_MOST_DECIMALS: Final = 30
_GROUP: Final = 3


class ShownNumber(NamedTuple):
    """A number as its cell shows it.

    `power_of_ten` is the power of ten between the number inside and the one shown: 2 for %, -3 for each thousand cut off.
    `prefix` and `suffix` are what stands around the digits but signs, parentheses and spaces: a unit, mostly; `digits` is ""
    where the format shows none. `is_altered` is true where the digits are not those of the number: other characters stand
    between them (a telephone number), or the sign shown is not the number's (zero has none).
    """

    text: str
    power_of_ten: int
    prefix: str
    digits: str
    suffix: str
    is_altered: bool = False

    @property
    def literal(self) -> str:
        """All that is shown beside the number itself."""
        return self.prefix + self.suffix

    @property
    def plain(self) -> str:
        """The text shown, a negative number with a minus, whatever the format writes for it."""
        return f"{self.prefix}{self.digits}{self.suffix}"


def shown_number(number: Decimal, code: str) -> ShownNumber | None:
    """Return what a cell with this number and format code shows.

    None where the format adds nothing to the number (General, @), is one for dates, or writes the same number in a way
    this module does not follow (fractions, exponents): then the number stands for itself.
    """
    section = section_for(number, code) if number.is_finite() else None
    if section is None:
        return None
    words = {piece.word.lower() for piece in section.pieces if piece.word}
    if not words:
        text = _text(section.pieces).strip()
        return ShownNumber(text, 0, text, "", "")
    if words & _GENERAL:
        return _general(number, section)
    layout = _Layout.of(section)
    return None if layout is None else _with_sign(number, code, section, layout)


def is_written_otherwise(number: Decimal, code: str) -> bool:
    """True where a format writes a number in a way this module does not follow: fractions, exponents, Chinese numerals."""
    if _NUMERALS.search(code) is not None:
        return True
    section = section_for(number, code) if number.is_finite() else None
    words = set() if section is None else {piece.word.lower() for piece in section.pieces} - {""}
    is_whole_fraction = "/" in words and "#" in words and number == number.to_integral_value()
    return bool(words - _GENERAL) and not is_whole_fraction and shown_number(number, code) is None


def _general(number: Decimal, section: Section) -> ShownNumber | None:
    """Return a number shown as it is, between the literals of its section; None where there are none."""
    index = next(at for at, piece in enumerate(section.pieces) if piece.word.lower() in _GENERAL)
    before, after = _text(section.pieces[:index]), _text(section.pieces[index + 1 :])
    if not (before + after).strip():
        return None
    digits = plain_number(number)
    text = f"{before}{digits}{after}".strip()
    prefix, suffix = _without_brackets(before, after)
    return ShownNumber(text, 0, prefix, digits, suffix)


def _with_sign(number: Decimal, code: str, section: Section, layout: _Layout) -> ShownNumber:
    """Return a number in its layout, signed as people read it: by a minus, a triangle, brackets, or the colour red."""
    has_own_section = section.condition is None and section is not section_for(Decimal(1), code)
    digits = layout.digits(abs(number) if has_own_section else number)
    text = f"{layout.prefix}{digits}{layout.suffix}".strip()
    is_negative = digits.startswith("-") or _reads_negative(number, section, layout)
    signed = f"-{digits.removeprefix('-')}" if is_negative else digits
    is_rounded_to_zero = not digits.strip("-0.,")
    has_other_sign = is_negative != (number < 0) and not is_rounded_to_zero
    is_altered = layout.is_divided or has_other_sign
    prefix, suffix = _without_brackets(layout.prefix, layout.suffix)
    prefix = _SIGN_BEFORE.sub("", prefix)
    return ShownNumber(text, layout.power_of_ten, prefix, signed, suffix, is_altered)


def _reads_negative(number: Decimal, section: Section, layout: _Layout) -> bool:
    """Whether what stands around the digits says that the number is below zero; brackets and red only where it is."""
    before = layout.prefix.rstrip()
    if _SIGN_BEFORE.search(before) is not None:
        return number != 0 and not before.endswith(_PLUS)
    return number < 0 and (_is_bracketed(before, layout.suffix.lstrip()) or section.is_coloured)


def _is_bracketed(prefix: str, suffix: str) -> bool:
    """Whether brackets hold nothing but the digits."""
    return prefix.endswith(("(", "（")) and suffix.startswith((")", "）"))


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _without_brackets(prefix: str, suffix: str) -> tuple[str, str]:
    """Return what stands around the digits without spaces, and without brackets around the digits alone or around all."""
    prefix, suffix = _SPACES.sub("", prefix), _SPACES.sub("", suffix)
    if _is_bracketed(prefix, suffix):
        return prefix[:-1], suffix[1:]
    if prefix.startswith(("(", "（")) and suffix.endswith((")", "）")):
        return prefix[1:], suffix[:-1]
    return prefix, suffix


class _Layout(NamedTuple):
    """What a section writes: text before and after the digits, and the shape of the digits.

    `slots` are the places of the digits before the point, each with the literal text that stands behind it.
    """

    prefix: str
    suffix: str
    slots: tuple[tuple[str, str], ...]
    is_grouped: bool
    decimals: int
    fewest: int
    power_of_ten: int

    @property
    def is_divided(self) -> bool:
        """Whether literal text stands between the digits."""
        return any(behind for _, behind in self.slots[:-1])

    @classmethod
    def of(cls, section: Section) -> _Layout | None:
        """Return the layout of a section of digits, perhaps with a fraction or %; None for dates, fractions, exponents."""
        pieces = section.pieces
        numbers = [at for at, piece in enumerate(pieces) if _DIGITS.fullmatch(piece.word)]
        if not numbers or not all(_is_followed(piece) for piece in pieces):
            return None
        first, last = _number_span(pieces, numbers)
        if any(piece.word == "/" for piece in pieces[first:last]):
            return None
        return cls._with_digits(pieces[:first], pieces[last:], pieces[first:last])

    @classmethod
    def _with_digits(
        cls, before: tuple[Piece, ...], after: tuple[Piece, ...], middle: tuple[Piece, ...]
    ) -> _Layout | None:
        words = "".join(piece.word for piece in middle)
        whole, _, fraction = words.partition(".")
        cut = len(whole) - len(whole.rstrip(",")) + fraction.count(",")
        fraction = fraction.replace(",", "")
        if len(fraction) > _MOST_DECIMALS:
            return None
        percent = sum(piece.word == "%" for piece in (*before, *middle, *after))
        return cls(
            prefix=_text(before),
            suffix=_text(after),
            slots=_slots(middle),
            is_grouped="," in whole.rstrip(","),
            decimals=len(fraction),
            fewest=len(fraction.rstrip("#?")),
            power_of_ten=2 * percent - _GROUP * cut,
        )

    def digits(self, number: Decimal) -> str:
        """Return the digits of a number in this layout: rounded, grouped by thousands, filled up with zeros."""
        shown = _EXACT.scaleb(number, self.power_of_ten)
        rounded = shown.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP, _EXACT)
        whole, _, fraction = f"{abs(rounded):f}".partition(".")
        kept = fraction[: self.fewest] + fraction[self.fewest :].rstrip("0")
        minus = "-" if rounded < 0 else ""
        placed = self._placed(whole.lstrip("0"))
        return f"{minus}{placed}.{kept}" if kept else f"{minus}{placed}"

    def _placed(self, whole: str) -> str:
        """Return the digits before the point, each in its slot from the right, and all that are left over in the first."""
        slots = [slot for slot, _ in self.slots]
        zeros = len(slots) - slots.index("0") if "0" in slots else 1
        digits = list(whole.rjust(zeros, "0"))
        length, placed = len(digits), ""
        for behind in [behind for _, behind in reversed(self.slots)][: len(digits)]:
            placed = self._grouped(digits, length) + behind + placed
        while digits:
            placed = self._grouped(digits, length) + placed
        return placed

    def _grouped(self, digits: list[str], length: int) -> str:
        """Take the last digit, with a comma behind it where a group of thousands ends there."""
        behind = length - len(digits)
        comma = self.is_grouped and behind > 0 and behind % _GROUP == 0
        return digits.pop() + ("," if comma else "")


def _slots(middle: tuple[Piece, ...]) -> tuple[tuple[str, str], ...]:
    """Return the places of digits before the point, each with the literal text behind it."""
    slots: list[tuple[str, str]] = []
    for piece in middle:
        if piece.word == ".":
            break
        if _DIGITS.fullmatch(piece.word):
            slots += [(digit, "") for digit in piece.word if digit != ","]
        elif slots and not piece.word:
            slots[-1] = (slots[-1][0], slots[-1][1] + piece.text)
    return tuple(slots) or (("#", ""),)


def _number_span(pieces: tuple[Piece, ...], numbers: list[int]) -> tuple[int, int]:
    """Return where the number begins and ends, with its point and the commas that scale it."""
    first, last = numbers[0], numbers[-1] + 1
    while last < len(pieces) and pieces[last].word in {",", "."}:
        last += 1
    has_point_first = first > 0 and pieces[first - 1].word == "."
    return first - has_point_first, last


def _is_followed(piece: Piece) -> bool:
    """Whether a piece is literal text, digits, or one of the few signs that numbers are shown with."""
    return piece.word in _FOLLOWED or _DIGITS.fullmatch(piece.word) is not None


__all__ = ["ShownNumber", "is_written_otherwise", "shown_number"]
