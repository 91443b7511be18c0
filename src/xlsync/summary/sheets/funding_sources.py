"""財源内訳: what 事業費(A) of each 課 is paid from, over the columns of the form, with shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area, cell
from xlsync.summary.excel.frame import (
    LEFT,
    LEGEND_ROW,
    Frame,
    lines_of,
    write_corner,
    write_line,
    write_line_name,
)
from xlsync.summary.excel.subtotals import LEGEND, Sums, highlight, write_pair

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.page import Page
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.form_fields import Block
    from xlsync.summary.figures.projects import Number

WORKSHEET: Final = "財源内訳"
_HEAD, _FIRST, _START, _STEP = 3, 5, len(LEFT), 3


@dataclass(frozen=True, slots=True)
class _SharedAmount:
    """What shares are shares of: its row and its amount."""

    row: int
    amount: Number | None


def write_sources(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write 財源内訳: for each 課 a line of the whole, then a line for each source."""
    sources = figures.form_fields.money.sources
    periods = list(dict.fromkeys(f.axis_label for block in sources for f in block.fields))
    widths = [*LEFT, *[11, 5, 9] * len(periods)]
    page = frame.tree_page(WORKSHEET, widths, f"単位：{sources[0].unit}")
    page.text(LEGEND_ROW, 1, f"{LEGEND}構成比は入力のある金額によります。", styles.NOTE)
    _write_heads(page, periods)
    row = _FIRST
    for line in lines_of(figures, deepest="division", rise=1):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        for offset, source in enumerate(sources, 1):
            write_line_name(page, row + offset, source.label, styles.PLAIN, line.indent + 2)
        for index, period in enumerate(periods):
            fields = [_field(source, period) for source in sources]
            _write_period(page, (row, _START + _STEP * index), sums, fields)
        row += 1 + len(sources)
    highlight(page, (_FIRST, row - 1), [_START + _STEP * index for index in range(len(periods))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(row - 1, 1, len(widths) - 1)


def _write_heads(page: Page, periods: list[str]) -> None:
    write_corner(page, _HEAD)
    for index, label in enumerate(periods):
        column = _START + _STEP * index
        page.merged((_HEAD, column, _HEAD, column + _STEP - 1), label, styles.HEAD)
        page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), "金額", styles.HEAD)
        page.text(_HEAD + 1, column + 2, "構成比", styles.HEAD)


def _field(source: Block, period: str) -> Field | None:
    return next((field for field in source.fields if field.axis_label == period), None)


def _write_period(page: Page, at: tuple[int, int], sums: Sums, fields: list[Field | None]) -> None:
    """Write one column of a block: the whole on top, then each source with its share of the whole."""
    row, column = at
    members, look = sums.line.members, sums.line.look
    totals = [members.total(field.path) for field in fields if field is not None]
    known = [total.known for total in totals if total.known is not None]
    whole = _SharedAmount(row, sum(known) if known else None)
    parts = area((row + 1, column), (row + len(fields), column))
    marks = area((row + 1, column + 1), (row + len(fields), column + 1))
    summed = (f'=IF(COUNT({parts})=0,"",SUM({parts}))', whole.amount)
    missing = (f"=SUM({marks})", sum(total.missing for total in totals))
    write_pair(page, at, (summed, missing), look)
    _write_share(page, (row, column + 2), whole.amount, whole, look)
    for part, field in enumerate(fields, row + 1):
        if field is None:
            page.merged((part, column, part, column + 2), "", styles.GREYED)
            continue
        sums.write(page, (part, column), field, styles.PLAIN)
        amount = members.total(field.path).known
        _write_share(page, (part, column + 2), amount, whole, styles.PLAIN)


def _write_share(
    page: Page, at: tuple[int, int], amount: Number | None, whole: _SharedAmount, look: Style
) -> None:
    row, column = at
    part, all_ = cell(row, column - 2), cell(whole.row, column - 2)
    value = amount / whole.amount if amount is not None and whole.amount else None
    formula = f'=IF(COUNT({part},{all_})<2,"",IF({all_}=0,"",{part}/{all_}))'
    page.formula(row, column, formula, value, styles.style(styles.NUMBER, look, styles.SHARED))
