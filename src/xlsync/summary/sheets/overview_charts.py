"""The charts of 概要, each over the projects that have every number it draws, and how many those are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.charts import Chart, Series
from xlsync.summary.figures.comparison import Comparison, compare, has_all
from xlsync.summary.sheets.overview_trend import (
    Overview,
    population_formula,
    population_words,
)

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.figures.page_fields import Block

HEIGHT_ROWS: Final = 18
_WIDTH, _HEIGHT = 325, 330


@dataclass(frozen=True)
class _Numbers:
    """What a chart draws: for each series its fields, one for each period, and the sums over the projects that have all."""

    periods: tuple[str, ...]
    drawn_fields: tuple[tuple[Field, ...], ...]
    compared: Comparison

    @property
    def paths(self) -> list[str]:
        return [field.path for fields in self.drawn_fields for field in fields]

    def rows(self) -> Iterator[tuple[str, Iterator[tuple[str, float]]]]:
        """Yield each series: its label, then path and sum of each of its fields."""
        sums = iter(map(float, self.compared.sums))
        for fields in self.drawn_fields:
            yield fields[0].label, ((field.path, next(sums)) for field in fields)


def write_charts(overview: Overview, at: tuple[int, int], hidden: tuple[int, int]) -> None:
    """Draw the costs over the columns, and what they are paid from; the numbers stand right of the print, from `hidden`."""
    fields = overview.overview_fields
    row, column = hidden
    unit = next((block.unit for block in fields.measures), "")
    costs = _numbers(overview, fields.measures[:2])
    if costs is not None:
        cells = _write_numbers(overview, (row, column), costs)
        chart = Chart(f"{fields.trend}（{unit}）" if unit else fields.trend, "stacked", *cells)
        _draw(overview, at, 0, chart, costs)
    sources = _numbers(overview, fields.parts.parts)
    if sources is not None:
        cells = _write_numbers(overview, (row + 8, column), sources)
        chart = Chart("財源の内訳", "percent_stacked", *cells, number_format="0%")
        _draw(overview, at, 1, chart, sources)


def _numbers(overview: Overview, blocks: Sequence[Block]) -> _Numbers | None:
    """What a chart draws of some blocks; None where no column of the form can be drawn."""
    periods = tuple(p for p in overview.periods if _is_drawn(overview, blocks, p))
    if not periods:
        return None
    series = tuple(_fields_at(block, periods) for block in blocks)
    compared = compare(overview.figures.projects, [*chain.from_iterable(series)])
    return _Numbers(periods, series, compared) if compared.count else None


def _is_drawn(overview: Overview, blocks: Sequence[Block], period: str) -> bool:
    """True for a column that all blocks have, and at least half of the projects have filled in.

    A column that most have still to fill in would leave almost nothing to compare.
    """
    parts = [field for block in blocks if (field := block.at(period)) is not None]
    projects = overview.figures.projects
    filled = sum(has_all(project, parts) for project in projects)
    return bool(parts) and len(parts) == len(blocks) and 2 * filled >= len(projects)


def _fields_at(block: Block, periods: Sequence[str]) -> tuple[Field, ...]:
    return tuple(field for period in periods if (field := block.at(period)) is not None)


def _write_numbers(
    overview: Overview, at: tuple[int, int], numbers: _Numbers
) -> tuple[tuple[int, int, int, int], tuple[Series, ...]]:
    """Write the numbers of a chart and return its categories and series."""
    page, (top, left) = overview.page, at
    for offset, period in enumerate(numbers.periods, 1):
        page.text(top, left + offset, period, styles.INDEX)
    last = left + len(numbers.periods)
    series = []
    for row, (label, fields) in enumerate(numbers.rows(), top + 1):
        page.text(row, left, label, styles.INDEX)
        for column, (path, amount) in enumerate(fields, left + 1):
            formula = f"={overview.formulas.compared_sum(path, numbers.paths)}"
            page.formula(row, column, formula, amount, styles.INDEX)
        series.append(Series(label, (row, left + 1, row, last)))
    return (top, left + 1, top, last), tuple(series)


def _draw(
    overview: Overview, at: tuple[int, int], index: int, chart: Chart, numbers: _Numbers
) -> None:
    """Put a chart on the page, the first or the second beside each other, and say above it of how many projects it is."""
    page, (row, column) = overview.page, at
    page.chart((row, column), (index * (_WIDTH + 5), _WIDTH, _HEIGHT), chart)
    count, size = overview.formulas.compared_count(numbers.paths), overview.formulas.size(None, "")
    formula = f'="{chart.title.partition("（")[0]}："&{population_formula(count, size)}'
    words = f"{chart.title.partition('（')[0]}：{population_words(numbers.compared)}"
    first = column + 4 * index
    page.formula(row - 1, first, formula, words, styles.NOTE)
