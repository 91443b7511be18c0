"""A table by unit: sums of amounts over the columns of the form, how much of each is missing, and counts of chosen words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEFT, LEGEND_ROW, Frame, lines_of, write_corner, write_line
from xlsync.summary.excel.subtotals import LEGEND, Sums, highlight

if TYPE_CHECKING:
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import Block, Scale, TableFields

_HEAD, _FIRST, _START, _STEP = 3, 5, len(LEFT), 2


def write_table(frame: Frame, figures: Figures, formulas: ListFormulas, table: TableFields) -> None:
    """Write a table: two cells for each amount, the sum and the mark of what is missing; a cell for each word."""
    fields = [field for block in table.blocks for field in block.fields]
    words = sum(len(_marks(scale)) for scale in table.counts)
    widths = [*LEFT, *[9.5, 4.5] * len(fields), *[5.5] * words]
    unit = _common_unit(table)
    page = frame.tree_page(table.title, widths, f"単位：{unit}" if unit else "")
    page.text(LEGEND_ROW, 1, table.note or LEGEND, styles.NOTE)
    _write_heads(page, table, has_units=not unit)
    lines = list(lines_of(figures))
    for row, line in enumerate(lines, _FIRST):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        for index, field in enumerate(fields):
            sums.write(page, (row, _START + _STEP * index), field, line.look)
        _write_counts(page, (row, _START + _STEP * len(fields)), sums, table)
    last = _FIRST + len(lines) - 1
    highlight(page, (_FIRST, last), [_START + _STEP * index for index in range(len(fields))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, len(widths) - 1)


def _common_unit(table: TableFields) -> str:
    """The unit of all amounts, "" where they have several, or none."""
    units = {block.unit for block in table.blocks}
    return units.pop() if len(units) == 1 else ""


def _marks(scale: Scale) -> tuple[str, ...]:
    """The words of a list, then "-" and blank."""
    return (*scale.words, DASH, "")


def _write_heads(page: Page, table: TableFields, *, has_units: bool) -> None:
    write_corner(page, _HEAD)
    column = _START
    for block in table.blocks:
        end = column + _STEP * len(block.fields) - 1
        page.merged((_HEAD, column, _HEAD, end), _head(block, has_units=has_units), styles.HEAD)
        for field in block.fields:
            page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), field.axis_label, styles.HEAD)
            column += _STEP
    for scale in table.counts:
        marks = _marks(scale)
        title = f"{scale.field.label}\n{scale.field.axis_label}"
        page.merged((_HEAD, column, _HEAD, column + len(marks) - 1), title, styles.SUBHEAD)
        for mark in marks:
            page.text(_HEAD + 1, column, {DASH: "－", "": "未記入"}.get(mark, mark), styles.SUBHEAD)
            column += 1
    if table.counts:
        page.height(_HEAD, 34)


def _head(block: Block, *, has_units: bool) -> str:
    return f"{block.label}（{block.unit}）" if has_units and block.unit else block.label


def _write_counts(page: Page, at: tuple[int, int], sums: Sums, table: TableFields) -> None:
    """Write how often each word of the choices was chosen."""
    row, column = at
    for scale in table.counts:
        for mark in _marks(scale):
            _write_count(page, (row, column), sums, scale, mark)
            column += 1


def _write_count(page: Page, at: tuple[int, int], sums: Sums, scale: Scale, mark: str) -> None:
    tally = sums.line.members.tally(scale)
    counted = {
        DASH: tally.dash,
        "": tally.blank,
        **dict(zip(scale.words, tally.word_counts, strict=True)),
    }
    look = styles.style(styles.COUNTED, sums.line.look)
    page.formula(*at, sums.words(scale.field.path, scale.mark(mark or None)), counted[mark], look)
