"""The helper cells of a number with one unit: what it is without its unit and sign, and its digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.kinds.excel.cell_formulas import (
    MARK,
    cleaned_text,
    plain_digits,
    plain_digits_formula,
    without_sign,
)
from xlsync.kinds.excel.excel_functions import half_width
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.excel.note_marks import mark_formulas, marks_of
from xlsync.kinds.unit_spellings import spellings_of

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar


def number_formulas(
    cells: HelperCells, unit: str, largest: int, *, decimals: int | None = None
) -> dict[str, str]:
    """Return the formulas of a number of one unit, at most `largest`, with at most so many decimals (None: with any)."""
    at = cells.addresses
    text = f"IF(LEN({at['digits']})=0,{MARK},{cells.sound(cells.signed_digits(), largest, decimals=decimals)})"
    return {
        "cleaned": cells.cleaned(),
        **mark_formulas(at),
        "value": cells.typed(cells.sound(cells.page_cell, largest, decimals=decimals), text),
        "body": _without_unit(at["unmarked"], unit),
        "unsigned": cells.unsigned(),
        "digits": plain_digits_formula(at["unsigned"]),
    }


def _without_unit(unmarked: str, unit: str) -> str:
    """The text without its unit, however that is spelled; the spelling of the form is tried first."""
    formula = unmarked
    for spelling in reversed(_in_half_width(unit)):
        rest = f"TRIM(LEFT({unmarked},LEN({unmarked})-{len(spelling)}))"
        formula = (
            f"IF(EXACT(RIGHT({unmarked},{len(spelling)}),{quoted(spelling)}),{rest},{formula})"
        )
    return formula


def _in_half_width(unit: str) -> list[str]:
    """Return the spellings of a unit as Excel's ASC leaves them, longer ones before those they end in."""
    spellings = list(dict.fromkeys(map(half_width, spellings_of(unit))))
    return [spellings[0], *sorted(spellings[1:], key=len, reverse=True)]


def number_texts(seen: str, unit: str) -> dict[str, Scalar]:
    """Return what the formulas of the texts come to."""
    cleaned = cleaned_text(seen)
    texts: dict[str, Scalar] = {"cleaned": cleaned, **marks_of(cleaned)}
    unmarked = str(texts["unmarked"])
    ending = next(filter(unmarked.endswith, _in_half_width(unit)), "")
    body = unmarked.removesuffix(ending).strip(" ") if ending or not unit else unmarked
    unsigned = without_sign(body)
    return {**texts, "body": body, "unsigned": unsigned, "digits": plain_digits(unsigned)}
