"""What the charts of a project show: what an amount is made up of over the years, and an indicator beside its targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.kinds import Quantity
from xlsync.publication.open_data.sheet_tables import year_of
from xlsync.summary.figures.bar_chart import BarChart, ChartLine, bar_chart
from xlsync.summary.figures.entry_fields import axis_keys
from xlsync.summary.figures.form_fields import form_fields_of

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.publication.published_year import PublicSheet
    from xlsync.summary.figures.page_fields import SharesFields, TargetFields


def charts_of(newest_first: Sequence[PublicSheet]) -> tuple[BarChart, ...]:
    """Return the charts of a project's sheets, newest first; none where the forms' [[summary]] name nothing to draw."""
    charts = list(_shares_charts(newest_first))
    targets = form_fields_of(newest_first[0].sheet.edition).targets
    if targets is not None:
        charts.append(_target_chart(targets, newest_first))
    return tuple(chart for chart in charts if chart is not None)


def _shares_charts(newest_first: Sequence[PublicSheet]) -> Iterator[BarChart | None]:
    """Yield a chart for all forms that make an amount up of the same parts in the same unit, that of the newest first."""
    lines: dict[tuple[tuple[str, ...], str], dict[tuple[int, int, str], ChartLine]] = {}
    shares_of: dict[tuple[tuple[str, ...], str], SharesFields] = {}
    for public in newest_first:
        for own in form_fields_of(public.sheet.edition).shares[:1]:
            for order, (year, line) in enumerate(_lines(public, own)):
                alike = _part_words(own), line.unit
                shares_of.setdefault(alike, own)
                lines.setdefault(alike, {}).setdefault((year, order, line.words), line)
    for alike, shares in shares_of.items():
        legend = tuple(block.label for block in shares.parts)
        heading = shares.title or f"{shares.noun}の推移"
        yield bar_chart(heading, legend, _in_order(lines[alike]))


def _part_words(shares: SharesFields) -> tuple[str, ...]:
    """Return what a form calls the parts of an amount, whatever the year."""
    return tuple(block.fields[0].entry.label for block in shares.parts if block.fields)


def _lines(public: PublicSheet, shares: SharesFields) -> Iterator[tuple[int, ChartLine]]:
    """Yield a sheet's bars with their years (0 for none), where it has every part in the form's column."""
    for period in shares.periods:
        fields = shares.parts_at(period)
        line = _line(public, period, fields)
        if line is not None and len(fields) == len(shares.parts):
            yield year_of(axis_keys(fields[0])) or 0, line


def _in_order(lines: dict[tuple[int, int, str], ChartLine]) -> list[ChartLine]:
    """Return the lines by year, each label once."""
    by_words = {line.words: line for _, line in sorted(lines.items(), reverse=True)}
    return list(reversed(by_words.values()))


def _line(public: PublicSheet, words: str, fields: Sequence[Field]) -> ChartLine | None:
    """Return a bar of amounts, None where one of them is missing or negative: then it would be wrong."""
    values = [public.sheet[field.path] for field in fields]
    numbers = [Decimal(value) for value in values if isinstance(value, int | Decimal)]
    if len(numbers) != len(fields) or min(numbers, default=Decimal(-1)) < 0:
        return None
    return ChartLine(words, tuple(numbers), fields[0].unit)


def _target_chart(targets: TargetFields, newest_first: Sequence[PublicSheet]) -> BarChart | None:
    newest = newest_first[0]
    name = newest.sheet.text(targets.fields[0].path) if targets.fields else ""
    lines = list(_target_lines(targets, newest))
    units = {line.unit for line in lines}
    if len(units) != 1 or len(lines) < 2:  # noqa: PLR2004 - one bar compares nothing
        return None
    return bar_chart(f"{targets.title}　{name}".strip(), ("",), lines)


def _target_lines(targets: TargetFields, public: PublicSheet) -> Iterator[ChartLine]:
    for pair in targets.series.years:
        for field in pair:
            value = public.sheet[field.path]
            if isinstance(value, Quantity) and value.number >= 0:
                words = f"{field.axis_label} {field.label}"
                yield ChartLine(words, (Decimal(value.number),), value.unit)


__all__ = ["charts_of"]
