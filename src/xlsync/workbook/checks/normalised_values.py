"""A field's row of helper cells on the hidden worksheet: its kind's formulas, and what a computed field adds to them.

`formula_results` has what they come to; `xlsync.kinds.excel.cell_formulas` says what each cell holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE
from xlsync.kinds.excel.cell_formulas import EXACT, MARK, HelperCells
from xlsync.kinds.value import LOOKALIKES
from xlsync.rules.paper_lines import framed_formula
from xlsync.workbook.checks.seen_text import seen_formula

if TYPE_CHECKING:
    from xlsync.form.edition import Field

DASHES: Final = "".join(sorted(LOOKALIKES))


@dataclass(frozen=True, slots=True)
class Total:
    """What a computed field is the total of: the cells of its parts' values and on the page.

    Of a program total also the cells of what the program's other sheets add, and of the total as issued.
    `skips_blanks`: blank parts count for nothing.
    """

    parts: tuple[str, ...]
    raw_parts: tuple[str, ...]
    others_cells: str = ""
    issued_cell: str = ""
    skips_blanks: bool = False
    is_expression: bool = False
    """Whether the page's formula reads these helper cells, so that page and values always agree."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field's helper cells: the formula of each that it has, by the column's word; `addresses` gives their addresses.

    `page_cell` is the cell on the page. `word_ranges` are the ranges of a list's words: folded, as the list spells them,
    and their numbers. `measured`: a rule counts the lines of the text on paper.
    """

    field: Field
    page_cell: str
    addresses: Mapping[str, str]
    total: Total | None = None
    word_ranges: tuple[str, str, str] = ("", "", "")
    measured: bool = False

    def formulas(self) -> dict[str, str]:
        """Map each helper column to its formula, without "="."""
        cells = self._cells
        formulas = self.field.kind.helper_formulas(cells)
        if self.total is not None:
            formulas["value"] = self._computed(self.total, formulas["value"])
        if self.measured:
            formulas["cleaned"] = framed_formula(cells.text)
        return {**formulas, "seen": seen_formula(self.page_cell)}

    @property
    def _cells(self) -> HelperCells:
        is_total = self.total is not None
        return HelperCells(self.page_cell, self.addresses, self.word_ranges, is_total=is_total)

    def _computed(self, total: Total, as_typed: str) -> str:
        """A computed field's value: of the page's formula, what it gives over the values that can be read.

        The formula itself sums what a cell holds: nothing where a part was typed as text, too much where a number is none of
        the kind. What was typed over the formula is read as in any field.
        """
        if total.is_expression:
            return self._of_page(as_typed, as_typed)
        values, raws, count = ",".join(total.parts), ",".join(total.raw_parts), len(total.parts)
        blank = (
            f'IF(N({total.issued_cell})=0,"",{total.issued_cell})' if total.issued_cell else '""'
        )
        summed = f"SUM({values})" + (f"+N({total.others_cells})" if total.others_cells else "")
        # Where page and values agree on what is a number, the cell shows the total, or the one it was issued with.
        readable, shown = f"COUNT({values})={count}", f"COUNT({raws})={count}"
        live = f"IF(({readable})=({shown}),{as_typed},IF({readable},{summed},{blank}))"
        if total.skips_blanks:
            sound = self._cells.sound(summed, EXACT - 1, decimals=self.field.kind.kept_decimals())
            live = f"IF(COUNT({values})>0,{sound},{blank})"
        return self._of_page(live, as_typed)

    def _of_page(self, live: str, as_typed: str) -> str:
        """The value that a formula of the page gives, or what was typed in its place."""
        # Whether a total is not due is said by the page's formula, which follows the phase; these formulas are alike in all.
        live = f'IF(EXACT({self.page_cell},"{NOT_DUE}"),"",{live})'
        return f"IF(ISERROR({self.page_cell}),{MARK},IF(_xlfn.ISFORMULA({self.page_cell}),{live},{as_typed}))"
