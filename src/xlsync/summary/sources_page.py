"""財源内訳: what 事業費(A) of each 課 is paid from, over the columns of the form, with shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.summary import styles
from xlsync.summary.book import cell
from xlsync.summary.costs_page import LEGEND, highlight, write_corner, write_sum
from xlsync.summary.frame import (
    LEGEND_ROW,
    Frame,
    Line,
    lines_of,
    number_cell,
    write_line_start,
)

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.book import Page
    from xlsync.summary.figures import Figures, Number
    from xlsync.summary.ledger import Ledger

WORKSHEET: Final = "財源内訳"
_HEAD, _FIRST, _START, _STEP = 3, 5, 3, 3


def write_sources(frame: Frame, figures: Figures, ledger: Ledger) -> None:
    """Write 財源内訳: for each 課 a line of its sum, then a line for each source."""
    sources = figures.concepts.sources
    periods = _periods(figures)
    widths = [5, 30, 6, *[11.5, 5, 8] * len(periods)]
    page = frame.page(WORKSHEET, "A4", widths, f"単位：{sources[0].unit}")
    page.text(LEGEND_ROW, 0, f"{LEGEND}構成比は入力のある金額によります。", styles.NOTE)
    _write_heads(page, periods)
    row = _FIRST
    for line in lines_of(figures, deepest="division"):
        _write_block(page, row, line, ledger, figures)
        row += 1 + len(sources)
    amounts = [_START + _STEP * place for place in range(len(periods))]
    highlight(page, (_FIRST, row - 1), amounts)
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(row - 1, 1, _START + _STEP * len(periods) - 1)


def _periods(figures: Figures) -> list[str]:
    labels = (field.axis_label for block in figures.concepts.sources for field in block.fields)
    return list(dict.fromkeys(labels))


def _write_heads(page: Page, periods: list[str]) -> None:
    write_corner(page, _HEAD)
    for place, label in enumerate(periods):
        column = _START + _STEP * place
        page.merged((_HEAD, column, _HEAD, column + _STEP - 1), label, styles.HEAD)
        page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), "金額", styles.HEAD)
        page.text(_HEAD + 1, column + 2, "構成比", styles.HEAD)
    page.height(_HEAD + 1, 21)


def _write_block(page: Page, row: int, line: Line, ledger: Ledger, figures: Figures) -> None:
    sources = figures.concepts.sources
    write_line_start(page, row, line, ledger.size(line.level, number_cell(row)))
    below = styles.style(line.look, bold=False, bg_color="#FFFFFF")
    for offset, source in enumerate(sources, 1):
        part = Line(source.label, line.level, line.number, line.members, below, line.indent + 2)
        write_line_start(page, row + offset, part, ledger.size(line.level, number_cell(row + offset)))
    for place, period in enumerate(_periods(figures)):
        fields = [f for block in sources for f in block.fields if f.axis_label == period]
        _write_period(page, (row, _START + _STEP * place), line, below, fields, ledger)
