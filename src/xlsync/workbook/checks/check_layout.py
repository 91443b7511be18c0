"""Where everything stands on the hidden worksheet of the checks, and the classes findings are counted in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from xlsync.finding_counts import CLASS_WORDS as COUNTED_WORDS
from xlsync.finding_counts import class_of as counted_class
from xlsync.kinds.excel.cell_formulas import COLUMNS
from xlsync.ooxml.a1 import column_letters

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.finding_counts import FindingClass
    from xlsync.form.edition import Edition
    from xlsync.rules import Line

WORKSHEET: Final = "_xlsync.check"
CHECKS_NAME: Final = "_xlsync.checks"
"""Hidden name of the cell that holds the fingerprint of this layout."""
PAGE_NAME: Final = "_xlsync.page"
"""Hidden name on the worksheet チェック itself."""
STATE_NAME: Final = "_xlsync.states"
"""Hidden name of the fields' states, for the colours of the page."""
COLOURS_NAME: Final = "_xlsync.colours"
"""Hidden name of the cell of チェック that says whether the fields are coloured: such a colour is printed, too."""
COLOURS_CELL: Final = "D1"
CLASSES: Final[tuple[FindingClass, ...]] = ("conflict", "error", "blank", "warning", "note")
"""In the order in which the page lists them."""
CLASS_WORDS: Final[Mapping[str, str]] = {name: COUNTED_WORDS[name] for name in CLASSES}
STATES: Final = {"blank": 1, "error": 2, "warning": 3}
LAYOUT: Final = "2"
"""Part of the fingerprint: another one where the cells of the visible worksheet are others."""
FIRST_ROW: Final = 5
INVISIBLE_ROW: Final = 4
STEP: Final = 10_000
"""Between the orders of two classes: more lines than a form will ever have."""
PATH, ADDRESS, STATE = 1, 14, 15
FACT, FACT_VALUE = 17, 18
CODE, ROW, CLASS, SENTENCE, ORDER, COUNT = 20, 21, 22, 23, 24, 25
ONES: Final = 26
WORDS: Final = 28
"""The first of the columns with the words of lists: folded, as the list spells them, and numbered."""
TITLES: Final = 30
"""The first of the columns whose first row says what the further worksheets of a form are called."""
SLOTS: Final = 30
"""Rows behind the lines for findings that only the store can make."""
ASCII: Final = [chr(code) for code in range(0x20, 0x7F)]
COUNTS: Final = {"error": "D1", "blank": "E1", "warning": "F1", "note": "G1", "conflict": "J1"}
OF_FIELDS: Final = {"address": ADDRESS, "state": STATE}
OUTSIDE: Final = {"row": ROW, "class": CLASS, "sentence": SENTENCE, "order": ORDER}
RANK: Final = {"error": 0, "blank": 1, "warning": 2}
STATE_OF_RANK: Final = {0: STATES["error"], 1: STATES["blank"], 2: STATES["warning"]}


def is_of_another_file(formula: str) -> bool:
    """Whether a formula of チェック reads the checks of another workbook, as Excel has it where the worksheet was copied."""
    return f"]{WORKSHEET}" in formula


def class_of(line: Line | Finding) -> str:
    """Return the class a line or finding is counted in."""
    return counted_class(line.code, line.severity)


def cell_at(row: int, column: int) -> str:
    """Return the relative address of a cell, such as `B5`."""
    return f"{column_letters(column)}{row}"


class HelperAddresses:
    """Where the helper cells of an edition's fields stand, as formulas on the page refer to them."""

    def __init__(self, edition: Edition) -> None:
        self._index = {field.path: index for index, field in enumerate(edition.fields)}

    def on_page(self, path: str, column: str) -> str:
        """Return the reference to a field's helper cell from another worksheet."""
        at = fixed_at(FIRST_ROW + self._index[path], 2 + COLUMNS.index(column))
        return f"'{WORKSHEET}'!{at}"


def fixed_at(row: int, column: int) -> str:
    """Return the absolute address of a cell, such as `$B$5`."""
    return f"${column_letters(column)}${row}"
