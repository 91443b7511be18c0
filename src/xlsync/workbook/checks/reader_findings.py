"""What no formula sees of a field (formats, struck runs, old results, covered cells), told on チェック until the cell changes.

The reader finds it, and a write-back puts the sentence into a slot of the hidden worksheet: as a formula that gives it as
long as the cell holds what the reader read there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.excel_text import excel_left, excel_length
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.value import as_decimal, plain_number
from xlsync.ooxml.patch.cell_xml import Formula

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.ooxml.read.reader import Cell

UNSEEN: Final = frozenset(
    {
        "conditional-format",
        "conditional-format-unknown",
        "date-converted",
        "date-without-year",
        "font-too-large",
        "formula-replaced",
        "hidden-by-format",
        "hidden-lines",
        "mark-in-quantity",
        "mark-removed",
        "number-for-date",
        "only-invisible",
        "picture",
        "read-as-shown",
        "replaced-characters",
        "scaled-in-sum",
        "stale-result",
        "struck",
        "struck-out",
        "total-not-shown",
        "unit-shown",
        "unread-text",
        "written-otherwise",
    }
)
"""Codes of the findings that only the reader can make."""
OUTSIDE_THE_CELL: Final = frozenset({"hidden-lines", "unread-text"})
"""Codes of those that are not about the field's cell itself: a new value in it leaves them there."""
_COMPARED: Final = 100
"""Units of a text that are compared; of the rest only the length is."""


def unseen_by_formulas(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return those of a reading's findings that the workbook's own formulas cannot make."""
    return tuple(finding for finding in findings if finding.code in UNSEEN)


def until_changed(sentence: str, raw: str, cell: Cell) -> Formula:
    """Return the formula that gives a sentence while the cell at `raw` holds what it holds now, then an empty text."""
    return Formula(f'IF({_is_unchanged(raw, cell)},{quoted(sentence)},"")', sentence)


def _is_unchanged(raw: str, cell: Cell) -> str:
    """Return the condition that a cell holds the same: its formula, its number, or its text."""
    if cell.formula is not None:
        return f"_xlfn.ISFORMULA({raw})"
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        same = f"IF(ISNUMBER({raw}),{raw}={plain_number(as_decimal(value))},FALSE())"
        return f"AND(NOT(_xlfn.ISFORMULA({raw})),{same})"
    if not isinstance(value, str):  # a date: whatever replaces it rightly is a text, or blank
        return f"ISNUMBER({raw})"
    start = excel_left(value, _COMPARED)
    same = f"LEN({raw})={excel_length(value)}"
    if start.isprintable():
        same = f"AND({same},EXACT(LEFT({raw},{excel_length(start)}),{quoted(start)}))"
    return f"IF(ISTEXT({raw}),{same},FALSE())"


__all__ = ["OUTSIDE_THE_CELL", "UNSEEN", "unseen_by_formulas", "until_changed"]
