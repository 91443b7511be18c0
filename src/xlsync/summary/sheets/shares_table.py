"""What an amount of each unit is made up of, over the columns of the form, with shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell
from xlsync.summary.excel.frame import (
    LEFT,
    LEGEND_ROW,
    Frame,
    lines_of,
    write_corner,
    write_line,
    write_line_name,
)
from xlsync.summary.excel.subtotals import Sums, highlight, sum_formulas, write_pair
from xlsync.summary.figures.comparison import compare
from xlsync.summary.figures.projects import total

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import SharesFields

_HEAD, _FIRST, _START, _STEP = 3, 5, len(LEFT), 3

LEGEND: Final = (
    "内訳がすべて入力されたシートの合計です。「未1」は、内訳に未入力（空欄・「-」など）があり、"
    "どの合計にも含まれていないシートが1件あることを表します。「－」は、まだ記入する時期でない欄です。"
)


def write_shares(
    frame: Frame, figures: Figures, formulas: ListFormulas, shares: SharesFields
) -> None:
    """Write for each unit a line of the whole, then a line for each part, all over the same sheets."""
    periods = shares.periods
    widths = [*LEFT, *[11, 5, 9] * len(periods)]
    page = frame.tree_page(shares.title, widths, f"単位：{shares.parts[0].unit}")
    page.text(LEGEND_ROW, 1, shares.note or LEGEND, styles.NOTE)
    _write_heads(page, periods)
    row = _FIRST
    for line in lines_of(figures, down_to=2, rise=1):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        for offset, part in enumerate(shares.parts, 1):
            write_line_name(page, row + offset, part.label, styles.PLAIN, line.indent + 2)
        for index, period in enumerate(periods):
            at = (row, _START + _STEP * index)
            _write_period(page, at, sums, _Period(period, shares))
        page.keep_together(row, row + len(shares.parts))
        row += 1 + len(shares.parts)
    highlight(page, (_FIRST, row - 1), [_START + _STEP * index for index in range(len(periods))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(row - 1, 1, len(widths) - 1)


@dataclass(frozen=True, slots=True)
class _Period:
    """One column of the form, with its field of each part; None where a part has none there."""

    label: str
    shares: SharesFields

    @property
    def column(self) -> str:
        """The column of the list with the sum of the parts, blank unless all are filled in."""
        return self.shares.sum_name(self.label)

    @property
    def fields(self) -> list[Field | None]:
        return [part.at(self.label) for part in self.shares.parts]


def _write_heads(page: Page, periods: tuple[str, ...]) -> None:
    write_corner(page, _HEAD)
    for index, label in enumerate(periods):
        column = _START + _STEP * index
        page.merged((_HEAD, column, _HEAD, column + _STEP - 1), label, styles.HEAD)
        page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), "金額", styles.HEAD)
        page.text(_HEAD + 1, column + 2, "構成比", styles.HEAD)


def _write_period(page: Page, at: tuple[int, int], sums: Sums, period: _Period) -> None:
    """Write one column of a block: the whole on top, then each part with its share of the whole."""
    row, column = at
    look, fields = sums.line.look, [field for field in period.fields if field is not None]
    compared = compare(sums.line.members.projects, fields)
    over = (period.column, sums.line.level, sums.number)
    known = sums.formulas.known(*over)
    projects = sums.line.members.projects
    whole = compared.total(due=any(total(projects, field.path).due for field in fields))
    pair = sum_formulas(whole, (sums.formulas.sum(*over), known, sums.size))
    write_pair(page, at, pair, look)
    share = 1.0 if compared.whole else None
    _write_share(page, (row, column + 2), (row, row), share, look)
    for part, field in enumerate(period.fields, row + 1):
        if field is None:
            page.merged((part, column, part, column + 2), "", styles.GREYED)
            continue
        index = fields.index(field)
        summed = sums.formulas.group_sum_with(field.path, period.column, *over[1:])
        formula = f'=IF({known}=0,"",{summed})'
        amount = compared.sums[index] if compared.count else None
        money = styles.style(styles.NUMBER, styles.AMOUNT)
        page.formula(part, column, formula, amount, money)
        page.text(part, column + 1, "", styles.style(styles.MARK, styles.SMALL))
        _write_share(page, (part, column + 2), (part, row), compared.share(index), styles.PLAIN)


def _write_share(
    page: Page, at: tuple[int, int], rows: tuple[int, int], share: float | None, look: Style
) -> None:
    """Write what share the amount of one row has of that of another."""
    part, whole = (cell(row, at[1] - 2) for row in rows)
    formula = f'=IF(COUNT({part},{whole})<2,"",IF({whole}=0,"",{part}/{whole}))'
    page.formula(*at, formula, share, styles.style(styles.NUMBER, look, styles.SHARED))
