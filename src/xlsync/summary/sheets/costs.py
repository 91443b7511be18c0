"""課別・係別: A, B and A+B of each 課 and its 係 over the columns of the form, and how much of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEFT, LEGEND_ROW, Frame, lines_of, write_corner, write_line
from xlsync.summary.excel.subtotals import LEGEND, Sums, highlight

if TYPE_CHECKING:
    from xlsync.summary.excel.page import Page
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.figures.figures import Figures

WORKSHEET: Final = "課別・係別"
_HEAD, _FIRST, _START, _STEP = 3, 5, len(LEFT), 2


def write_costs(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write 課別・係別: two cells for each amount, the sum and the mark of what is missing."""
    blocks = figures.form_fields.money.costs
    fields = [field for block in blocks for field in block.fields]
    widths = [*LEFT, *[9.5, 4.5] * len(fields)]
    page = frame.tree_page(WORKSHEET, widths, f"単位：{blocks[0].unit}")
    page.text(LEGEND_ROW, 1, LEGEND, styles.NOTE)
    _write_heads(page, figures)
    lines = list(lines_of(figures))
    for row, line in enumerate(lines, _FIRST):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        for index, field in enumerate(fields):
            sums.write(page, (row, _START + _STEP * index), field, line.look)
    last = _FIRST + len(lines) - 1
    highlight(page, (_FIRST, last), [_START + _STEP * index for index in range(len(fields))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, len(widths) - 1)


def _write_heads(page: Page, figures: Figures) -> None:
    write_corner(page, _HEAD)
    column = _START
    for block in figures.form_fields.money.costs:
        end = column + _STEP * len(block.fields) - 1
        page.merged((_HEAD, column, _HEAD, end), block.label, styles.HEAD)
        for field in block.fields:
            page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), field.axis_label, styles.HEAD)
            column += _STEP
