"""What the charts of a project show: what an amount is made up of over the years, and an indicator beside its targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds import Quantity
from xlsync.publication.open_data.sheet_tables import year_of
from xlsync.summary.figures.entry_fields import axis_keys
from xlsync.summary.figures.form_fields import form_fields_of

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.publication.published_year import PublicSheet
    from xlsync.summary.figures.page_fields import SharesFields, TargetFields

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
    def height(self) -> int:
        """Its height in the units of the drawing."""
        return _LEGEND + _GAP + len(self.bars) * (_BAR + _GAP)


@dataclass(frozen=True, slots=True)
class _Line:
    """A bar before it is drawn."""

    words: str
    numbers: tuple[Decimal, ...]
    unit: str


def charts_of(newest_first: Sequence[PublicSheet]) -> tuple[BarChart, ...]:
    """Return the charts of a project's sheets, newest first; none where the form's [[summary]] names nothing to draw."""
    form_fields = form_fields_of(newest_first[0].sheet.edition)
    charts = [_shares_chart(shares, newest_first) for shares in form_fields.shares[:1]]
    if form_fields.targets is not None:
        charts.append(_target_chart(form_fields.targets, newest_first))
    return tuple(chart for chart in charts if chart is not None)


def _shares_chart(shares: SharesFields, newest_first: Sequence[PublicSheet]) -> BarChart | None:
    legend = tuple(block.label for block in shares.parts)
    lines: dict[tuple[int, int, str], _Line] = {}
    for public in newest_first:
        form_fields = form_fields_of(public.sheet.edition)
        for own in form_fields.shares[:1]:
            for order, period in enumerate(own.periods):
                fields = own.parts_at(period)
                line = _line(public, period, fields)
                if line is not None and len(fields) == len(legend):
                    at = (year_of(axis_keys(fields[0])) or 0, order, period)
                    lines.setdefault(at, line)
    return _bar_chart(shares.title or f"{shares.noun}の推移", legend, _in_order(lines))


def _in_order(lines: dict[tuple[int, int, str], _Line]) -> list[_Line]:
    """Return the lines by year, each label once."""
    by_words = {line.words: line for _, line in sorted(lines.items(), reverse=True)}
    return list(reversed(by_words.values()))


def _line(public: PublicSheet, words: str, fields: Sequence[Field]) -> _Line | None:
    """Return a bar of amounts, None where one of them is missing or negative: then it would be wrong."""
    values = [public.sheet[field.path] for field in fields]
    numbers = [Decimal(value) for value in values if isinstance(value, int | Decimal)]
    if len(numbers) != len(fields) or min(numbers, default=Decimal(-1)) < 0:
        return None
    return _Line(words, tuple(numbers), fields[0].unit)


def _target_chart(targets: TargetFields, newest_first: Sequence[PublicSheet]) -> BarChart | None:
    newest = newest_first[0]
    name = newest.sheet.text(targets.fields[0].path) if targets.fields else ""
    lines = list(_target_lines(targets, newest))
    units = {line.unit for line in lines}
    if len(units) != 1 or len(lines) < 2:  # noqa: PLR2004 - one bar compares nothing
        return None
    return _bar_chart(f"{targets.title}　{name}".strip(), ("",), lines)


def _target_lines(targets: TargetFields, public: PublicSheet) -> Iterator[_Line]:
    for pair in targets.series.years:
        for field in pair:
            value = public.sheet[field.path]
            if isinstance(value, Quantity) and value.number >= 0:
                words = f"{field.axis_label} {field.label}"
                yield _Line(words, (Decimal(value.number),), value.unit)


def _bar_chart(heading: str, legend: tuple[str, ...], lines: Sequence[_Line]) -> BarChart | None:
    longest = max((sum(line.numbers) for line in lines), default=Decimal(0))
    if not longest:
        return None
    scale = float(_WIDTH - _LEFT - _RIGHT) / float(longest)
    bars = tuple(_bar(number, line, legend, scale) for number, line in enumerate(lines))
    sentence = "、".join(f"{bar.words} {bar.sum_words}" for bar in bars)
    return BarChart(heading, f"{sentence}。同じ数字が下の表にあります。", legend, bars)


def _bar(position: int, line: _Line, legend: Sequence[str], scale: float) -> Bar:
    x, parts = float(_LEFT), []
    for number, (words, amount) in enumerate(zip(legend, line.numbers, strict=True)):
        width = round(float(amount) * scale, 1)
        if width:
            shown = f"{words} {amount:,}{line.unit}".strip()
            parts.append(BarPart(number, round(x, 1), width, shown))
        x += width
    y = _LEGEND + position * (_BAR + _GAP)
    return Bar(line.words, y, tuple(parts), round(x, 1), f"{sum(line.numbers):,}{line.unit}")


__all__ = ["Bar", "BarChart", "BarPart", "charts_of"]
