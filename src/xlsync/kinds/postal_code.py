"""Postal codes: 123-4567, 〒１２３－４５６７, 1234567. The value has the hyphen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.kind import Example
from xlsync.kinds.shapes import (
    pattern_of,
    shaped,
    shaped_formula,
    shaped_number,
    shaped_number_formula,
    with_hyphens,
    with_hyphens_formula,
)
from xlsync.kinds.texts_by_pattern import TextByPattern
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

_SHAPES: Final = ("###-####",)
_SIGNS: Final = ("〒", "〶", "郵便番号")


@dataclass(frozen=True, slots=True)
class PostalCode(TextByPattern):
    """A postal code of Japan."""

    name = "postal-code"
    office_word = "郵便番号"
    english = "postal code"
    about = (
        "郵便番号。〒とハイフンはあってもなくてもかまいません。Excel が落とした先頭の0は補います。"
    )
    shape = "digits"
    is_personal = True
    json_name = "郵便番号（例：320-8540）"
    longest = 8
    examples = (
        Example("〒３２０－８５４０", "320-8540"),
        Example("3208540", "320-8540"),
        Example("320ー8540", "320-8540"),
        Example("320-854", "郵便番号ではありません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "郵便番号を7けたで入力してください（例：320-8540）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read seven digits, with or without hyphen and mark; of a number the zeros that Excel took are put back."""
        text = as_typed(typed)
        code = None
        if isinstance(typed, str):
            code = shaped(_plain(half_width(text)), _SHAPES)
        elif not isinstance(typed, bool) and text.isdecimal():
            code = shaped_number(int(text), _SHAPES)
        if code is None:
            return Unreadable(text, "郵便番号ではありません")
        return Parsed(code, normalised=code != typed)

    def pattern(self) -> str:
        """Return the regular expression of a postal code."""
        return pattern_of(_SHAPES)

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a postal code."""
        at = cells.addresses
        body = with_hyphens_formula(at["cleaned"])
        for mark in _SIGNS:
            body = f'SUBSTITUTE({body},"{mark}","")'
        of_number = shaped_number_formula(cells.page_cell, _SHAPES, MARK)
        of_text = shaped_formula(at["body"], _SHAPES, MARK)
        return {
            "cleaned": cells.cleaned(),
            "body": body,
            "value": cells.typed(of_number, of_text),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        cleaned = cleaned_text(seen)
        return {"cleaned": cleaned, "body": _plain(cleaned)}


def _plain(text: str) -> str:
    """Return a half-width text without mark and spaces, with plain hyphens."""
    text = with_hyphens(text)
    for mark in _SIGNS:
        text = text.replace(mark, "")
    return text


__all__ = ["PostalCode"]
