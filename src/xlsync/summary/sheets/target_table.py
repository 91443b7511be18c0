"""Targets: target and actual of each project over the years, small columns, and whether finished years' targets were met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE, blank_text
from xlsync.kinds import DASH, Quantity
from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.figures.targets import VERDICTS, verdict

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import Series, TargetFields
    from xlsync.summary.figures.projects import Project

LEGEND: Final = (
    "達成：○ 達成　× 未達成　－ 判定できない（文章、単位の違い）　なし 目標または実績が「-」　空欄 未入力。"
    "「以内」「以下」は目標値を含み、「未満」「超」は含みません。条件のない目標は、実績が目標値以上なら達成です。"
)
_COUNTED, _HEAD, _FIRST = 3, 4, 6
_KEY, _UNIT, _TITLE, _NAME = 0, 1, 2, 3
_START: Final = 4


@dataclass(frozen=True)
class _Layout:
    """Which column each part of the table starts at."""

    indicator: Series

    @property
    def actual(self) -> int:
        return _START + 1 + len(self.indicator.years)

    @property
    def line(self) -> int:
        return self.actual + 1 + len(self.indicator.years)

    @property
    def met(self) -> int:
        return self.line + 1

    @property
    def last(self) -> int:
        return self.met + len(self.indicator.finished) - 1


def write_targets(frame: Frame, figures: Figures, targets: TargetFields) -> None:
    """Write the table of targets."""
    layout = _Layout(targets.series)
    years = [8.5] * len(layout.indicator.years)
    widths = [
        18,
        18,
        30,
        26,
        8,
        *years,
        8,
        *years,
        20,
        *[_met_width(figures)] * len(layout.indicator.finished),
    ]
    page = frame.page(targets.title, widths)
    page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    words = figures.form_fields.words
    name = targets.fields[0].label if _name(targets) else ""
    _write_heads(page, layout, (words.key, "・".join(figures.level_words[:-1]), words.title, name))
    for row, project in enumerate(figures.projects, _FIRST):
        _write_left(page, row, project, figures, targets)
        _write_series(page, row, project, layout)
    last = _FIRST + len(figures.projects) - 1
    _write_counts(page, last, figures, layout)
    page.head(_HEAD, _HEAD + 1, _NAME)
    page.filter(_HEAD + 1, last, layout.last)
    page.print_area(last, 0, layout.last)


def _met_width(figures: Figures) -> float:
    """Room for the counts above the marks: 379/774."""
    return 3.0 + 2 * len(str(len(figures.projects)))


def _name(targets: TargetFields) -> Field | None:
    """The field with the name of what is measured, None where the form has none."""
    first = targets.fields[0]
    return None if first in chain(*targets.series.years) else first


def _write_heads(page: Page, layout: _Layout, left: Sequence[str]) -> None:
    for column, head in enumerate(left):
        page.text(_HEAD, column, "", styles.style(styles.HEAD, bottom=0))
        page.text(_HEAD + 1, column, head, styles.style(styles.HEAD, top=0))
    targets = [target for target, _ in layout.indicator.years]
    actuals = [actual for _, actual in layout.indicator.years]
    for first, fields in ((_START, targets), (layout.actual, actuals)):
        page.merged((_HEAD, first, _HEAD, first + len(fields)), fields[0].label, styles.HEAD)
        for column, head in enumerate(["単位", *(f.axis_label for f in fields)], first):
            page.text(_HEAD + 1, column, head, styles.HEAD)
    page.text(_HEAD, layout.line, "", styles.style(styles.HEAD, bottom=0))
    page.text(_HEAD + 1, layout.line, "実績の推移", styles.style(styles.HEAD, top=0))
    page.merged((_HEAD, layout.met, _HEAD, layout.last), "達成", styles.HEAD)
    for column, (target, _) in enumerate(layout.indicator.finished, layout.met):
        page.text(_HEAD + 1, column, target.axis_label.replace("年度", ""), styles.HEAD)
    page.height(_HEAD + 1, 22)


def _write_left(
    page: Page, row: int, project: Project, figures: Figures, targets: TargetFields
) -> None:
    page.height(row, 26)
    above = figures.names(project.names)[:-1]
    page.text(row, _UNIT, " ".join(above), styles.TEXT)
    name = _name(targets)
    link = project.target(name.path) if name else (project.item.link, "")
    page.link(row, _KEY, project.sheet.key, link, styles.WORD)
    page.link(row, _TITLE, project.sheet.title, link, styles.TEXT)
    page.text(row, _NAME, project.sheet.text(name.path) if name else "", styles.TEXT)


def _write_series(page: Page, row: int, project: Project, layout: _Layout) -> None:
    years = layout.indicator.years
    _write_values(page, (row, _START), project, [target for target, _ in years])
    _write_values(page, (row, layout.actual), project, [actual for _, actual in years])
    first = layout.actual + 1
    page.text(row, layout.line, "", styles.CELL)
    actuals = [project.sheet[actual.path] for _, actual in years]
    unit = _unit(actuals)
    drawn = {
        first + index: value.number
        for index, value in enumerate(actuals)
        if isinstance(value, Quantity) and value.unit == unit
    }
    if len(drawn) > 1:
        cells = area((row, min(drawn)), (row, max(drawn)))
        page.sparkline(row, layout.line, cells, list(drawn.values()))
    for column, (target, actual) in enumerate(layout.indicator.finished, layout.met):
        met = verdict(project.sheet[target.path], project.sheet[actual.path])
        look = styles.GRAVE if met == "×" else styles.style()
        page.text(row, column, met, styles.style(styles.WORD, look))


def _write_values(
    page: Page, at: tuple[int, int], project: Project, fields: Sequence[Field]
) -> None:
    """Write the unit that a row of values shares, and the values: numbers in that unit, anything else as the sheet says."""
    row, column = at
    values = [project.sheet[field.path] for field in fields]
    unit = _unit(values)
    bounds = {value.bound for value in values if isinstance(value, Quantity)}
    shared = bounds.pop() if len(bounds) == 1 else ""
    page.text(row, column, f"{unit}{shared}", styles.style(styles.WORD, font_size=9))
    for index, (field, value) in enumerate(zip(fields, values, strict=True), column + 1):
        plain = isinstance(value, Quantity) and (value.unit, value.bound) == (unit, shared)
        if isinstance(value, Quantity) and plain:
            page.number(
                row,
                index,
                value.number,
                styles.style(styles.NUMBER, num_format=styles.ANY),
            )
        else:
            text = _words(project.sheet, field.path)
            page.text(row, index, text, styles.style(styles.WORD, font_size=9))


def _words(sheet: Sheet, path: str) -> str:
    """Return the text of a target or actual value; "－" for "-", and for what is blank and not due."""
    if sheet[path] == DASH:
        return NOT_DUE
    return sheet.text(path) or blank_text(sheet.edition, path, sheet, sheet.unreadable)


def _unit(values: Sequence[Value]) -> str:
    """The unit of the last value that has one."""
    units = [value.unit for value in values if isinstance(value, Quantity)]
    return units[-1] if units else ""


def _write_counts(page: Page, last: int, figures: Figures, layout: _Layout) -> None:
    """Write, above the columns, how many targets of each finished year were met, and of how many that can be verdicts."""
    page.text(_COUNTED, layout.line, "達成／判定（件）", styles.SUM_NAME)
    for column, (target, actual) in enumerate(layout.indicator.finished, layout.met):
        verdicts = [verdict(p.sheet[target.path], p.sheet[actual.path]) for p in figures.projects]
        cells = area((_FIRST, column), (last, column))
        met, missed = VERDICTS[:2]
        counts = f'COUNTIF({cells},"{met}")', f'COUNTIF({cells},"{missed}")'
        formula = f'={counts[0]}&"/"&({counts[0]}+{counts[1]})'
        value = f"{verdicts.count(met)}/{verdicts.count(met) + verdicts.count(missed)}"
        page.formula(
            _COUNTED,
            column,
            formula,
            value,
            styles.style(styles.SUM_NAME, align="center", indent=0, font_size=9),
        )
