"""What sheets cost and how many of their targets were met, unit by unit: the charts of 集計・出力, and their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.summary.figures.bar_chart import ChartLine, bar_chart
from xlsync.summary.figures.form_fields import form_fields_of
from xlsync.summary.figures.progress import UNNAMED
from xlsync.summary.figures.targets import verdict

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet
    from xlsync.summary.figures.bar_chart import BarChart

UnitSheet = tuple[str, "Sheet"]
"""A sheet, and the unit that it is counted in."""
_VERDICTS: Final = {"○": "達成", "×": "未達成", "－": "比べられない", "": "未入力"}
"""The words of what is counted; an indicator that says "-" has no target."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's numbers, in the order of the columns."""

    unit_name: str
    numbers: tuple[int | Decimal, ...]


@dataclass(frozen=True, slots=True)
class UnitChart:
    """A chart over the units, and the table of the same numbers."""

    chart: BarChart
    column_words: tuple[str, ...]
    unit_lines: tuple[UnitLine, ...]


def unit_charts(sheets: Sequence[UnitSheet], edition: Edition) -> list[UnitChart]:
    """Return the cost of each unit in the last column that is over, and its targets of the last year that is over.

    What the form's [[summary]] does not name is left out.
    """
    charts = [_cost_chart(sheets, edition), _target_chart(sheets, edition)]
    return [chart for chart in charts if chart is not None]


def _cost_chart(sheets: Sequence[UnitSheet], edition: Edition) -> UnitChart | None:
    field = _newest_cost(edition)
    if field is None:
        return None
    sums: dict[str, Decimal] = {}
    missing: Counter[str] = Counter()
    for unit, sheet in sheets:
        value = sheet[field.path]
        amount = Decimal(value) if isinstance(value, int | Decimal) else None
        sums[unit] = sums.get(unit, Decimal()) + (amount or 0)
        missing[unit] += amount is None
    lines = [ChartLine(unit, (amount,), field.unit) for unit, amount in sums.items()]
    columns = (f"{field.label}（{field.unit}）" if field.unit else field.label, "未入力（件）")
    numbers = [UnitLine(unit, (amount, missing[unit])) for unit, amount in sums.items()]
    return _unit_chart(f"{field.axis_label} {field.label}", ("",), lines, (columns, numbers))


def _newest_cost(edition: Edition) -> Field | None:
    """Return what a sheet costs as a whole in the last column that is over; None where the form names none."""
    overview = form_fields_of(edition).overview
    if overview is None or not overview.measures:
        return None
    fields = map(overview.measures[-1].at, reversed(overview.finished))
    return next(filter(None, fields), None)


def _target_chart(sheets: Sequence[UnitSheet], edition: Edition) -> UnitChart | None:
    targets = form_fields_of(edition).targets
    if targets is None or not targets.series.finished:
        return None
    target, actual = targets.series.finished[-1]
    verdicts = Counter((unit, _verdict(sheet, target, actual)) for unit, sheet in sheets)
    units = dict.fromkeys(unit for unit, _ in sheets)
    counted = [(unit, _counts(verdicts, unit)) for unit in units]
    legend = tuple(_VERDICTS.values())
    lines = [ChartLine(unit, tuple(map(Decimal, numbers)), "件") for unit, numbers in counted]
    columns = tuple(f"{words}（件）" for words in legend)
    heading = f"{target.axis_label} {targets.title}の達成"
    numbers = [UnitLine(unit, counts) for unit, counts in counted]
    return _unit_chart(heading, legend, lines, (columns, numbers))


def _counts(verdicts: Counter[tuple[str, str]], unit: str) -> tuple[int, ...]:
    return tuple(verdicts[unit, mark] for mark in _VERDICTS)


def _verdict(sheet: Sheet, target: Field, actual: Field) -> str:
    return verdict(sheet[target.path], sheet[actual.path])


def _unit_chart(
    heading: str,
    legend: tuple[str, ...],
    lines: Sequence[ChartLine],
    table: tuple[tuple[str, ...], Iterable[UnitLine]],
) -> UnitChart | None:
    """Return a chart with its table; None where there is nothing to draw, or a bar would lead backwards."""
    if any(min(line.numbers) < 0 for line in lines):
        return None
    chart = bar_chart(heading, legend, lines)
    columns, numbers = table
    return None if chart is None else UnitChart(chart, columns, tuple(numbers))


def unit_of(unit_names: Sequence[str], department: str) -> str:
    """Return the unit that a sheet is counted in: its 部, for a reader of one department its 課."""
    return "".join(unit_names[1:2] if department else unit_names[:1]) or UNNAMED


__all__ = ["UnitChart", "unit_charts", "unit_of"]
