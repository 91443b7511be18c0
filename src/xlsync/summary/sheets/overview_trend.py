"""The table of 概要 that shows what all projects cost over the columns of the form, and how that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell
from xlsync.summary.excel.project_list_formulas import ListFormulas
from xlsync.summary.excel.subtotals import write_pair
from xlsync.summary.figures.figures import Figures

if TYPE_CHECKING:
    from xlsync.summary.excel.page import Page
    from xlsync.summary.figures.form_fields import Block
    from xlsync.summary.figures.projects import Number

GENERAL_SHARE: Final = "一般財源の割合"
_STEP: Final = 2
_CHANGE: Final = 9
"""The column of the change, after four columns of the form in two cells each and the label."""
_MOST_PERIODS: Final = 4


@dataclass(frozen=True)
class Overview:
    """The page that is written, and what of."""

    page: Page
    figures: Figures
    formulas: ListFormulas


@dataclass(frozen=True)
class TrendLine:
    """A line of the table of costs: its cells and values by the form's column."""

    unit: str
    role: str
    cells: Mapping[str, str]
    values: Mapping[str, Number | float | None]


@dataclass(frozen=True)
class Trend:
    """The table of costs as it was written."""

    periods: tuple[str, ...]
    before: str
    after: str
    lines: Mapping[str, TrendLine]
    cards: tuple[str, ...]
    stacked: tuple[str, ...]
    sources: list[str]
    last: int

    def drawn(
        self, overview: Overview, label: str, period: str
    ) -> tuple[str, Number | float | None]:
        """The formula and value of a number in a chart; nothing known is drawn as 0."""
        blocks = (
            *overview.figures.form_fields.money.costs,
            *overview.figures.form_fields.money.sources,
        )
        fields = (f for block in blocks if block.label == label for f in block.fields)
        field = next((f for f in fields if f.axis_label == period), None)
        if field is None:
            return "=0", 0
        formula = f"={overview.formulas.sum(field.path, None, '')}"
        return formula, overview.figures.total(field.path).amount


def write_trend(overview: Overview, at: tuple[int, int]) -> Trend:
    """Write what all projects cost over the form's columns, the change between the last two settled ones beside."""
    money = overview.figures.form_fields.money
    periods = _periods(overview.figures)
    before, after = (*("", ""), *overview.figures.form_fields.final_accounts)[-2:]
    _write_trend_heads(overview, at, periods)
    lines, last = _write_lines(overview, at, periods, (before, after))
    candidates = [block.label for block in money.costs[-1:]]
    candidates += [block.label for block in overview.figures.form_fields.staff.persons[:1]]
    candidates.append(GENERAL_SHARE)
    cards = tuple(c for c in candidates if c in lines and {before, after} <= set(lines[c].cells))
    stacked = tuple(block.label for block in money.costs[:2])
    sources = [block.label for block in money.sources]
    return Trend(periods, before, after, lines, cards, stacked, sources, last)


def _write_lines(
    overview: Overview, at: tuple[int, int], periods: tuple[str, ...], pair: tuple[str, str]
) -> tuple[dict[str, TrendLine], int]:
    """Write the lines of the table, 一般財源の割合 below 一般財源, and return them with the last row."""
    money, staff = overview.figures.form_fields.money, overview.figures.form_fields.staff
    lines: dict[str, TrendLine] = {}
    row, left = at[0] + 1, at[1]
    blocks = [(block, "money") for block in (*money.costs, *money.general)]
    blocks += [(block, "persons") for block in (*staff.persons, *staff.overtime)]
    for block, role in blocks:
        lines[block.label] = _write_block(overview, (row, left), block, role, periods)
        _write_change(overview, (row, left), lines[block.label], *pair)
        row += 1
        if block in money.general and money.costs:
            parts = lines[block.label], lines[money.costs[0].label]
            lines[GENERAL_SHARE] = _write_share(overview, (row, left), *parts, periods)
            row += 1
    return lines, row - 1


def _periods(figures: Figures) -> tuple[str, ...]:
    fields = [f for block in figures.form_fields.money.costs for f in block.fields]
    return tuple(dict.fromkeys(f.axis_label for f in fields))[:_MOST_PERIODS]


def _write_trend_heads(overview: Overview, at: tuple[int, int], periods: tuple[str, ...]) -> None:
    page, (top, left) = overview.page, at
    unit = next((block.unit for block in overview.figures.form_fields.money.costs), "")
    page.text(top, left, f"（{unit}）", styles.HEAD)
    for index, period in enumerate(periods):
        column = left + 1 + _STEP * index
        page.merged((top, column, top, column + 1), period, styles.HEAD)
    page.text(top, left + _CHANGE, "増減", styles.HEAD)
    page.text(top, left + _CHANGE + 1, "増減率", styles.HEAD)
    page.height(top, 22)


def _write_block(
    overview: Overview, at: tuple[int, int], block: Block, role: str, periods: tuple[str, ...]
) -> TrendLine:
    """Write the sums of a block over the columns that have it."""
    page, (row, left) = overview.page, at
    note = f"（{block.unit}）" if role == "persons" else ""
    page.text(row, left, f"{block.label}{note}", styles.style(styles.CELL, shrink=True, indent=1))
    page.height(row, 19)
    cells: dict[str, str] = {}
    values: dict[str, Number | float | None] = {}
    by_label = {field.axis_label: field for field in block.fields}
    for index, period in enumerate(periods):
        column = left + 1 + _STEP * index
        field = by_label.get(period)
        if field is None:
            page.merged((row, column, row, column + 1), "", styles.GREYED)
            continue
        known, total = (
            overview.formulas.known(field.path, None, ""),
            overview.figures.total(field.path),
        )
        summed = f'=IF({known}=0,"",{overview.formulas.sum(field.path, None, "")})'
        lacking = f"={overview.formulas.size(None, '')}-{known}"
        pair = ((summed, total.known), (lacking, total.missing))
        write_pair(page, (row, column), pair, styles.style(), field.kind.name)
        cells[period], values[period] = cell(row, column), total.known
    return TrendLine(block.unit, role, cells, values)


def _write_share(
    overview: Overview,
    at: tuple[int, int],
    part: TrendLine,
    whole: TrendLine,
    periods: tuple[str, ...],
) -> TrendLine:
    """Write what share 一般財源 has of 事業費(A)."""
    page, (row, left) = overview.page, at
    page.text(row, left, GENERAL_SHARE, styles.style(styles.CELL, indent=1))
    page.height(row, 19)
    cells: dict[str, str] = {}
    values: dict[str, Number | float | None] = {}
    for index, period in enumerate(periods):
        column = left + 1 + _STEP * index
        look = styles.style(styles.NUMBER, styles.SHARED)
        if period not in part.cells or period not in whole.cells:
            page.merged((row, column, row, column + 1), "", styles.GREYED)
            continue
        numerator, all_ = part.cells[period], whole.cells[period]
        value, total = part.values[period], whole.values[period]
        share = float(value) / float(total) if value is not None and total else None
        formula = f'=IF(COUNT({numerator},{all_})<2,"",IF({all_}=0,"",{numerator}/{all_}))'
        page.merged_formula((row, column, row, column + 1), formula, share, look)
        cells[period], values[period] = cell(row, column), share
    for column in (left + _CHANGE, left + _CHANGE + 1):
        page.text(row, column, "", styles.GREYED)
    return TrendLine("", "share", cells, values)


def _write_change(
    overview: Overview, at: tuple[int, int], line: TrendLine, before: str, after: str
) -> None:
    """Write the change between the last two settled columns, and its rate."""
    page, row, column = overview.page, at[0], at[1] + _CHANGE
    if before not in line.cells or after not in line.cells:
        for index in (column, column + 1):
            page.text(row, index, "", styles.GREYED)
        return
    old, new = line.values[before], line.values[after]
    change = None if old is None or new is None else _less(new, old)
    known = f"COUNT({line.cells[before]},{line.cells[after]})<2"
    look = styles.CHANGE if line.role == "money" else styles.CHANGE_PERSONS
    difference = f"{line.cells[after]}-{line.cells[before]}"
    page.formula(row, column, f'=IF({known},"",{difference})', change, look)
    rate = float(change) / float(old) if change is not None and old else None
    zero = f"{line.cells[before]}=0"
    formula = f'=IF({known},"",IF({zero},"",({difference})/{line.cells[before]}))'
    page.formula(row, column + 1, formula, rate, styles.CHANGE_SHARE)


def _less(after: Number | float, before: Number | float) -> Number | float:
    if isinstance(after, float) or isinstance(before, float):
        return float(after) - float(before)
    return after - before
