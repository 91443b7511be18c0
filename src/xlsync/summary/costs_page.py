"""課別コスト: A, B and A+B of each 課 and its 係 over the columns of the form, and how much of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.summary import styles
from xlsync.summary.book import cell
from xlsync.summary.frame import LEGEND_ROW, Frame, Line, lines_of, number_cell, write_line_start

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.book import Page
    from xlsync.summary.figures import Figures
    from xlsync.summary.ledger import Ledger

WORKSHEET: Final = "課別コスト"
LEGEND: Final = "「未1」は金額が未入力（空欄など）の欄が1件あり、合計に含まれていないことを表します。"
_HEAD, _FIRST, _START = 3, 5, 3


def write_costs(frame: Frame, figures: Figures, ledger: Ledger) -> None:
    """Write 課別コスト: two cells for each amount, the sum and the mark of what is missing."""
    blocks = figures.concepts.costs
    fields = [field for block in blocks for field in block.fields]
    page = frame.page(WORKSHEET, "A4", [5, 30, 6, *[10.5, 4.5] * len(fields)], f"単位：{blocks[0].unit}")
    page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    _write_heads(page, figures)
    lines = list(lines_of(figures, deepest="section"))
    for row, line in enumerate(lines, _FIRST):
        write_line_start(page, row, line, ledger.size(line.level, number_cell(row)))
        for place, field in enumerate(fields):
            write_sum(page, (row, _START + 2 * place), ledger, line, field)
    last = _FIRST + len(lines) - 1
    highlight(page, (_FIRST, last), [_START + 2 * place for place in range(len(fields))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, _START + 2 * len(fields) - 1)


def _write_heads(page: Page, figures: Figures) -> None:
    write_corner(page, _HEAD)
    place = _START
    for block in figures.concepts.costs:
        end = place + 2 * len(block.fields) - 1
        page.merged((_HEAD, place, _HEAD, end), block.label, styles.HEAD)
        for field in block.fields:
            page.merged((_HEAD + 1, place, _HEAD + 1, place + 1), field.axis_label, styles.HEAD)
            place += 2
    page.height(_HEAD + 1, 21)


def write_corner(page: Page, row: int) -> None:
    """Write the heads of the first three columns over two rows."""
    page.text(row + 1, 0, "番号", styles.INDEX)
    page.merged((row, 1, row + 1, 1), "所属", styles.HEAD)
    page.merged((row, 2, row + 1, 2), "件数", styles.HEAD)


def write_sum(page: Page, at: tuple[int, int], ledger: Ledger, line: Line, field: Field) -> None:
    """Write the sum of a field over a line's projects, and in the next cell how many have no number there.

    Where none has, the sum stays empty: nothing known is not 0.
    """
    row, column = at
    found = line.members.total(field.path)
    number, size, mark = number_cell(row), f"$C{row + 1}", cell(row, column + 1)
    summed = f'=IF({mark}={size},"",{ledger.sum(field.path, line.level, number)})'
    lacking = f"={size}-{ledger.known(field.path, line.level, number)}"
    money = styles.style(styles.NUMBER, styles.AMOUNT, line.look, num_format=styles.MONEY)
    page.formula(row, column, summed, found.known, money)
    page.formula(row, column + 1, lacking, found.missing, styles.style(styles.MARK, line.look))


def highlight(page: Page, rows: tuple[int, int], columns: list[int]) -> None:
    """Shade each amount of these columns whose mark, right of it, says that something is missing."""
    for column in columns:
        page.highlight(rows, (column, column + 1), column + 1)
