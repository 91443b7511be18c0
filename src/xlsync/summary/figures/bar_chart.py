"""A chart of horizontal bars, laid out in the units of an SVG drawing; templates draw it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_WIDTH: Final = 640
_BAR: Final = 22
_GAP: Final = 14
_LEFT: Final = 120
_RIGHT: Final = 110
_LEGEND: Final = 26


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a bar: which of the legend's entries it is, where it begins, how wide it is, and what it says."""

    number: int
    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, its height on the page, its pieces, and the sum written behind it."""

    words: str
    y: float
    bar_parts: tuple[BarPart, ...]
    end: float
    sum_words: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart of horizontal bars; `text` says in words what it shows, for those who do not see it."""

    heading: str
    text: str
    legend: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        """Its width in the units of the drawing."""
        return _WIDTH

    @property
    def bar_box(self) -> tuple[int, int]:
        """Where bars begin, and how wide the longest one is."""
        return _LEFT, _WIDTH - _LEFT - _RIGHT

    @property
    def height(self) -> int:
        """Its height in the units of the drawing."""
        return _LEGEND + _GAP + len(self.bars) * (_BAR + _GAP)


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A bar before it is laid out: none of its numbers is negative."""

    words: str
    numbers: tuple[Decimal, ...]
    unit: str


def bar_chart(heading: str, legend: tuple[str, ...], lines: Sequence[ChartLine]) -> BarChart | None:
    """Return a chart; None where every number is 0."""
    longest = max((sum(line.numbers) for line in lines), default=Decimal(0))
    if not longest:
        return None
    scale = float(_WIDTH - _LEFT - _RIGHT) / float(longest)
    bars = tuple(_bar(number, line, legend, scale) for number, line in enumerate(lines))
    sentence = "、".join(f"{bar.words} {bar.sum_words}" for bar in bars)
    return BarChart(heading, f"{sentence}。同じ数字が下の表にあります。", legend, bars)


def _bar(position: int, line: ChartLine, legend: Sequence[str], scale: float) -> Bar:
    x, parts = float(_LEFT), []
    for number, (words, amount) in enumerate(zip(legend, line.numbers, strict=True)):
        width = round(float(amount) * scale, 1)
        if width:
            shown = f"{words} {amount:,}{line.unit}".strip()
            parts.append(BarPart(number, round(x, 1), width, shown))
        x += width
    y = _LEGEND + position * (_BAR + _GAP)
    return Bar(line.words, y, tuple(parts), round(x, 1), f"{sum(line.numbers):,}{line.unit}")


__all__ = ["Bar", "BarChart", "BarPart", "ChartLine", "bar_chart"]
