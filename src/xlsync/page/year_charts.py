"""The charts of a sheet: what its amounts and its indicator were over the years, as the form's page of years names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.kinds import Quantity
from xlsync.summary.figures.bar_chart import ChartLine, bar_chart

if TYPE_CHECKING:
    from xlsync.exchange.over_years import LabelledValue, YearRow
    from xlsync.kinds import Value
    from xlsync.summary.figures.bar_chart import BarChart
    from xlsync.summary.figures.page_fields import YearsFields


def charted_rows(rows: Sequence[YearRow], fields: YearsFields | None) -> list[YearRow]:
    """Return those of a sheet's rows whose amounts and indicators are drawn; none where the form has no page of years."""
    if fields is None:
        return []
    lines = [*fields.measures, *filter(None, (fields.target, fields.actual))]
    patterns = {line.pattern for line in lines}
    return [row for row in rows if row.pattern in patterns]


def year_charts(rows: Sequence[YearRow], fields: YearsFields | None) -> list[BarChart]:
    """Return a chart for each amount, and one of targets beside actual values; none of what has fewer than two numbers."""
    if fields is None:
        return []
    by_pattern = {row.pattern: row for row in rows}
    amounts = [by_pattern[each.pattern] for each in fields.measures if each.pattern in by_pattern]
    charts = [_chart(row.field_title, list(_lines(row.year_values))) for row in amounts]
    charts.append(_target_chart(by_pattern, fields))
    return [chart for chart in charts if chart is not None]


def _target_chart(by_pattern: dict[str, YearRow], fields: YearsFields) -> BarChart | None:
    named = [line for line in (fields.target, fields.actual) if line is not None]
    rows = [(line, by_pattern[line.pattern]) for line in named if line.pattern in by_pattern]
    every = [
        (value.year_order, order, f"{value.year_label} {line.label}", value)
        for order, (line, row) in enumerate(rows)
        for value in row.year_values
    ]
    ordered = sorted(every, key=lambda each: each[:2])
    lines = [line for _, _, words, value in ordered if (line := _line(words, value)) is not None]
    return _chart("・".join(row.field_title for _, row in rows), lines)


def _lines(values: Sequence[LabelledValue]) -> Iterator[ChartLine]:
    lines = (_line(value.year_label, value) for value in values)
    return (line for line in lines if line is not None)


def _line(words: str, value: LabelledValue) -> ChartLine | None:
    """Return a bar, None where the value is no number."""
    number: Value = value.year_value.value
    if isinstance(number, Quantity):
        return ChartLine(words, (Decimal(number.number),), number.unit)
    if isinstance(number, int | Decimal):
        return ChartLine(words, (Decimal(number),), value.year_value.field.unit)
    return None


def _chart(heading: str, lines: list[ChartLine]) -> BarChart | None:
    """Return a chart; None where one bar compares nothing, units differ, or a bar would lead backwards."""
    units = {line.unit for line in lines}
    is_drawn = len(lines) > 1 and len(units) == 1 and all(min(line.numbers) >= 0 for line in lines)
    return bar_chart(heading, ("",), lines) if is_drawn else None


__all__ = ["charted_rows", "year_charts"]
