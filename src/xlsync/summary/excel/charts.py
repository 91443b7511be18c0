"""Charts as data: what is drawn of which cells, told apart by pattern and index, not by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from xlsync.summary.excel import styles

Cells = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0, of the worksheet the chart stands on."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name and the cells of its numbers."""

    name: str
    value_cells: Cells


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of series over the same categories."""

    title: str
    subtype: Literal["stacked", "percent_stacked", "clustered"]
    categories: Cells
    chart_series: tuple[Series, ...]
    number_format: str = styles.MONEY
    chart_type: Literal["column", "bar"] = "column"
    starts_at_zero: bool = False


_FILLS: Final = (
    ("", "#0B4F9E"),
    ("wide_upward_diagonal", "#E69F00"),
    ("", "#8FB8DE"),
    ("small_grid", "#009E73"),
    ("dark_horizontal", "#7A5195"),
    ("", "#BFC7D0"),
)
"""Patterns and colours (after Okabe and Ito) that stay apart for the colour-blind, and in a black-and-white print."""


def series_options(chart: Chart, worksheet: str) -> Iterator[Mapping[str, Any]]:
    """Yield XlsxWriter's options for each series of a chart."""
    for index, series in enumerate(chart.chart_series):
        pattern, colour = _FILLS[index % len(_FILLS)]
        fill: dict[str, Any] = (
            {"pattern": {"pattern": pattern, "fg_color": colour, "bg_color": "#FFFFFF"}}
            if pattern
            else {"fill": {"color": colour}}
        )
        yield {
            "name": series.name,
            "categories": [worksheet, *chart.categories],
            "values": [worksheet, *series.value_cells],
            "border": {"color": colour, "width": 0.75},
            "gap": 60,
            **fill,
        }
