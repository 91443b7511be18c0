"""The cells of the hidden worksheet that lines over the rows of tables need: how many rows, and where the first of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xlsync.kinds.excel.cell_formulas import Scalar
from xlsync.workbook.checks.check_layout import ADDRESS, COUNT, FIRST_ROW, cell_at

if TYPE_CHECKING:
    from xlsync.workbook.checks.hidden_sheet import CheckSheet, LineFinding


def row_line_formulas(hidden: CheckSheet) -> dict[str, str]:
    """Return address → formula of the count of each line over rows, and of the address of its first row's cell."""
    formulas: dict[str, str] = {}
    for index, line in enumerate(hidden.row_lines):
        count, where = _cells(hidden, index)
        formulas[count] = line.faulty_rows.count_formula(hidden.addresses)
        row = line.faulty_rows.first_formula(hidden.addresses)
        column = f"SUMPRODUCT(COLUMN({hidden.addresses.raw[line.path]}))"
        address = f"ADDRESS({row},{column},4)"
        address = hidden.title_before(line.path) + address
        formulas[where] = f'IF({count}=0,"",IFERROR({address},""))'
    return formulas


def row_line_results(
    hidden: CheckSheet, evaluated: Sequence[LineFinding], row_cells: Mapping[str, str]
) -> dict[str, Scalar]:
    """Return what these formulas come to where the lines say this, and rows have their cells there, by path."""
    values: dict[str, Scalar] = {}
    of_rows = evaluated[hidden.first_of_rows :]
    for index, (_, line, finding) in enumerate(of_rows):
        count, where = _cells(hidden, index)
        values[count] = 0 if finding is None else line.count(finding)
        values[where] = "" if finding is None else hidden.shown_address(finding.path, row_cells)
    return values


def _cells(hidden: CheckSheet, index: int) -> tuple[str, str]:
    """Return the cells of a line's count and address, by its position among the lines over rows."""
    count = cell_at(FIRST_ROW + hidden.first_of_rows + index, COUNT)
    return count, cell_at(FIRST_ROW + len(hidden.edition.fields) + index, ADDRESS)


__all__ = ["row_line_formulas", "row_line_results"]
