"""A number and its number format → the text the cell shows, and how far that is from the number inside."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, NamedTuple

from xlsync.workbook.reading.format_tokens import Piece, sections

_DIGITS: Final = re.compile(r"[0#?][0#?,]*")
_SIGNS: Final = re.compile(r"[-+()（）△▲−\s]")
_EXACT: Final = Context(prec=400)
_MOST_DECIMALS: Final = 30


class ShownNumber(NamedTuple):
    """A number as its cell shows it.

    `scale` is the power of ten between the number inside and the one shown: 2 for %, -3 for each thousand cut off.
    `before` and `after` are what stands around the digits but signs, parentheses and spaces: a unit, mostly.
    """

    text: str
    scale: int
    before: str
    digits: str
    after: str

    @property
    def literal(self) -> str:
        """All that is shown beside the number itself."""
        return self.before + self.after

    @property
    def plain(self) -> str:
        """The text shown, a negative number with a minus, whatever the format writes for it."""
        return f"{self.before}{self.digits}{self.after}"


def shown_number(number: Decimal, code: str) -> ShownNumber | None:
    """Return what a cell with this number and format code shows.

    None where the format adds nothing to the number (General, @), hides it, or is one this module does not follow
    (conditions, fractions, exponents): then the number stands for itself.
    """
    section = _section_for(number, code)
    layout = None if section is None else _Layout.of(section)
    if layout is None:
        return None
    has_negative_section = len(sections(code) or ()) > 1
    size = abs(number) if has_negative_section else number
    digits = layout.digits(size)
    text = f"{layout.before}{digits}{layout.after}".strip()
    before, after = (_SIGNS.sub("", part) for part in (layout.before, layout.after))
    signed = f"-{digits}" if size != number else digits
    return ShownNumber(text, layout.scale, before, signed, after)


def _section_for(number: Decimal, code: str) -> tuple[Piece, ...] | None:
    parts = sections(code)
    if parts is None or not number.is_finite():
        return None
    if number < 0 and len(parts) > 1:
        return parts[1]
    if number == 0 and len(parts) > 2:  # noqa: PLR2004 (the third section is for zero)
        return parts[2]
    return parts[0]


def _has_plain_digits(section: tuple[Piece, ...]) -> bool:
    """Whether a section shows digits, and nothing that is not followed here: exponents, fractions, dates, General."""
    words = {piece.word for piece in section if piece.word} - {"%", ".", ","}
    return bool(words) and all(_DIGITS.fullmatch(word) for word in words)


class _Layout(NamedTuple):
    """What a section writes: text before and after the digits, and the shape of the digits."""

    before: str
    after: str
    whole: str
    decimals: int
    fewest: int
    scale: int

    @classmethod
    def of(cls, section: tuple[Piece, ...]) -> _Layout | None:
        """Return the layout of a section that has one run of digits, perhaps with a fraction; None for another."""
        if not _has_plain_digits(section):
            return None
        before: list[str] = []
        after: list[str] = []
        run: list[str] = []
        scale = 0
        for piece in section:
            is_number = piece.word in {".", ","} or _DIGITS.fullmatch(piece.word) is not None
            if is_number and after and piece.word != ",":
                return None  # digits in several places: a telephone number, a code
            if is_number:
                run.append(piece.word)
                continue
            scale += 2 * (piece.word == "%")
            (after if run else before).append("%" if piece.word == "%" else piece.text)
        return cls._with_digits("".join(before), "".join(after), "".join(run), scale)

    @classmethod
    def _with_digits(cls, before: str, after: str, run: str, scale: int) -> _Layout | None:
        whole, _, fraction = run.partition(".")
        cut = len(whole) - len(whole.rstrip(",")) + fraction.count(",")
        fraction = fraction.replace(",", "")
        if len(fraction) > _MOST_DECIMALS:
            return None
        fewest = len(fraction.rstrip("#?"))
        shape = (whole.rstrip(","), len(fraction), fewest)
        return cls(before, after, *shape, scale - 3 * cut)

    def digits(self, number: Decimal) -> str:
        """Return the digits of a number in this layout: rounded, grouped by thousands, filled up with zeros."""
        shown = _EXACT.scaleb(number, self.scale)
        rounded = shown.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP, _EXACT)
        whole, _, fraction = f"{abs(rounded):f}".partition(".")
        needed = self.whole.replace(",", "").lstrip("#?").count("0")
        whole = whole.lstrip("0").rjust(max(needed, 1), "0")
        if "," in self.whole:
            whole = f"{int(whole):,}" if needed <= 1 else whole
        kept = fraction[: self.fewest] + fraction[self.fewest :].rstrip("0")
        minus = "-" if rounded < 0 else ""
        return f"{minus}{whole}.{kept}" if kept else f"{minus}{whole}"


__all__ = ["ShownNumber", "shown_number"]
