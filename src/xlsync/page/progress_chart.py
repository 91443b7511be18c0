"""How many sheets were handed in day by day, as the points of a chart (SVG) that the template draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
"""Of the plot, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class ChartDay:
    """How many sheets were handed in until the end of a day."""

    day: dt.date
    handed_in: int


@dataclass(frozen=True, slots=True)
class ProgressChart:
    """A line that rises step by step: the path of the SVG, and what its ends are called."""

    svg_path: str
    first_day: dt.date
    last_day: dt.date
    last_count: int
    sheet_total: int
    days: tuple[ChartDay, ...]


def progress_chart(days: Sequence[ChartDay], total: int) -> ProgressChart | None:
    """Return the chart; None where there are not two days to connect."""
    if not days or not total or days[0].day == days[-1].day:
        return None
    first, last = days[0].day, days[-1].day
    span = (last - first).days

    def point(each: ChartDay) -> tuple[float, float]:
        across = WIDTH * (each.day - first).days / span
        return round(across, 1), round(HEIGHT - HEIGHT * each.handed_in / total, 1)

    x, y = point(days[0])
    steps = [f"M{x} {y}"]
    for each in days[1:]:
        x, y = point(each)
        steps += [f"H{x}", f"V{y}"]
    return ProgressChart("".join(steps), first, last, days[-1].handed_in, total, tuple(days))


__all__ = ["HEIGHT", "WIDTH", "ChartDay", "ProgressChart", "progress_chart"]
