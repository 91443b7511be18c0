"""What must hold in a sheet: each rule written once, evaluated in Python and compiled to Excel formulas.

term, holds, amounts   what a rule is built of, each with its two meanings side by side
sentence, line         the sentence, and when it is a finding
cells, relations       the lines of a form: of every field, of every rule
comparisons, texts     what each check of a rule means
row_lines, row_faults  the lines of tables in workbooks, and what may be wrong with rows
expression_terms       expressions of a form as terms
proposals              amounts proposed while a field is blank
paper_lines            how many lines a text takes on paper
facts                  what is known from outside the sheet
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.kinds.excel.formula_text import UNREAD_MARK
from xlsync.rules.cells import CELL_CODES, cell_lines, field_lines
from xlsync.rules.facts import Rate, Room, facts_of
from xlsync.rules.line import Line, facts_used
from xlsync.rules.relations import MAKERS, relation_lines, sentence_of
from xlsync.rules.row_lines import RowLine, is_counted_by_row_lines, row_lines_of
from xlsync.rules.term import Addresses, Given

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

__all__ = [
    "CODES_IN_EXCEL",
    "UNREAD_MARK",
    "Addresses",
    "Given",
    "Line",
    "Rate",
    "Room",
    "RowLine",
    "facts_of",
    "facts_used",
    "field_lines",
    "is_counted_by_row_lines",
    "lines_of",
    "row_lines_of",
    "sentence_of",
]

CODES_IN_EXCEL: Final = frozenset({*CELL_CODES, *MAKERS, "one-only"})
"""The codes of findings that lines make, and so the worksheet チェック too."""


@lru_cache(maxsize=32)
def lines_of(edition: Edition) -> tuple[Line, ...]:
    """Return every line of an edition: those of its fields in page order, then those of its rules."""
    return (*cell_lines(edition), *relation_lines(edition))
