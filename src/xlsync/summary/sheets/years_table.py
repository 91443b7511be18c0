"""The years of all editions side by side: sums by unit with charts, then each project's amounts, indicator, grades.

Sums are formulas over the lines of the projects below them. The whole city's workbook has no such lines where departments
have workbooks of their own: there its sums are numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import letters
from xlsync.summary.excel.charts import Chart, Series
from xlsync.summary.excel.frame import LEGEND_ROW, Frame, GroupLine, lines_of
from xlsync.summary.figures.year_figures import (
    ProjectYears,
    targets_met,
    year_figures,
    year_total,
)
from xlsync.summary.sheets.years_layout import (
    FIRST_ROW,
    HEAD_ROW,
    ITEM,
    KEY,
    LINE,
    START,
    TITLE,
    UNIT,
    YearTable,
    item_of,
    number_format,
    write_course,
)
from xlsync.summary.sheets.years_projects import write_project

if TYPE_CHECKING:
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import YearsFields
    from xlsync.summary.figures.projects import Number

LEGEND: Final = (
    "同じ年度の値は、新しい年度のシートの記載を採ります。終わった年度は決算、ほかは当初などです。"
    "「※」は別のシート（統合・分割などの前のシート）による値で、どのシートかを「由来」に示します。"
)
_CHART_ROWS: Final = 15
_CHART_SIZE: Final = (470, 270)
_COUNTED: Final = "値のある件数"
_MET: Final = "目標達成／判定（件）"


def _skeleton_words(figures: Figures, shown_years: Iterable[int]) -> str:
    """Return which of the years begin with a 骨格予算, "" for none."""
    calendar = figures.form_fields.edition.calendar
    years = sorted(figures.code_lists.skeleton_years.intersection(shown_years))
    named = "・".join(f"{calendar.label(year)}年度" for year in years)
    return f"{named}の当初は骨格予算のため、ほかの年度の当初とは比べられません。" if named else ""


def write_years(frame: Frame, figures: Figures, fields: YearsFields) -> None:
    """Write the page, where any project has a sheet of an earlier edition."""
    if not any(project.item.past_sheets for project in figures.projects):
        return
    shown = year_figures(figures.projects, fields)
    has_projects = figures.department is not None or not figures.levels
    lines = _unit_lines(figures)
    rows_of_unit = len(fields.measures) + bool(fields.measures) + bool(fields.target)
    first_project = FIRST_ROW + rows_of_unit * len(lines) + _CHART_ROWS * bool(fields.measures)
    widths = [4, 4, 17, 26, 25, *[11.5] * len(shown.years), 18, 11, 44]
    page = frame.tree_page(fields.title, widths, "", first_column=KEY)
    table = YearTable(page, figures, fields, shown, has_projects, first_project)
    page.text(LEGEND_ROW, KEY, LEGEND + _skeleton_words(figures, shown.years), styles.NOTE)
    _write_heads(table)
    row = _write_units(table, lines)
    for project in shown.by_project if has_projects else ():
        row = write_project(table, row, project)
    page.head(HEAD_ROW, HEAD_ROW, START)
    page.filter(HEAD_ROW, row - 1, table.origin)
    page.print_area(row - 1, KEY, table.origin)


def _unit_lines(figures: Figures) -> list[GroupLine]:
    """Return the line of all projects, then those of the uppermost units."""
    *groups, whole = lines_of(figures, down_to=1 if figures.department is None else 2)
    return [whole, *groups]


def _write_heads(table: YearTable) -> None:
    words = table.figures.form_fields.words
    edition = table.figures.form_fields.edition
    patterns = [line.pattern for line in table.years_fields.measures]
    years = [
        table.year_figures.heading(edition, year, patterns) for year in table.year_figures.years
    ]
    heads = ["行", "番号", words.key, words.title, "項目", *years, "推移", "増減", "由来"]
    for column, head in enumerate(heads):
        table.page.text(HEAD_ROW, column, head, styles.HEAD if column >= KEY else styles.INDEX)
    table.page.height(HEAD_ROW, 34)


def _write_units(table: YearTable, lines: Sequence[GroupLine]) -> int:
    """Write all projects' sums, their charts, then those of each unit; return the row below."""
    row = _write_unit(table, FIRST_ROW, lines[0])
    if table.years_fields.measures:
        row = _write_charts(table, row)
    for line in lines[1:]:
        row = _write_unit(table, row, line)
    return row


def _write_unit(table: YearTable, row: int, line: GroupLine) -> int:
    """Write what the projects of a unit add up to, and return the row below."""
    top, members = row, table.members(line)
    for index, measure in enumerate(table.years_fields.measures):
        _write_left(table, row, (line, index), item_of(measure))
        look = styles.style(styles.NUMBER, line.look, num_format=number_format(measure.kind))
        totals = [
            year_total(members, measure.pattern, year)[1] for year in table.year_figures.years
        ]
        for column, amount in enumerate(totals, START):
            formula = _sum_formula(table, column, index, line)
            _write_sum(table, (row, column), (formula, amount), look)
        write_course(table, row, measure, totals, line.look)
        row += 1
    row = _write_counts(table, row, line, members)
    table.page.keep_together(top, row - 1)
    return row


def _write_left(table: YearTable, row: int, line: tuple[GroupLine, int], item: str) -> None:
    """Write the first columns of a unit's line, and its last ones blank."""
    unit, index = line
    look = styles.style(styles.TEXT, unit.look)
    table.page.number(row, LINE, index + 1, styles.INDEX)
    table.page.number(row, UNIT, unit.number or 0, styles.INDEX)
    table.page.merged((row, KEY, row, TITLE), unit.name, look)
    table.page.text(row, ITEM, item, look)
    table.page.height(row, 20)
    for column in range(table.change, table.origin + 1):
        table.page.text(row, column, "", look)


def _write_counts(
    table: YearTable, row: int, line: GroupLine, members: Sequence[ProjectYears]
) -> int:
    """Write of how many projects the first amounts are, and how many targets were met; return the row below."""
    years = list(enumerate(table.year_figures.years, START))
    if table.years_fields.measures:
        _write_left(table, row, (line, len(table.lines)), _COUNTED)
        look = styles.style(styles.COUNTED, line.look, font_size=9)
        first = table.years_fields.measures[0].pattern
        for column, year in years:
            formula = _count_formula(table, column, 0, line)
            count, _ = year_total(members, first, year)
            _write_sum(table, (row, column), (formula and f"={formula}", count), look)
        row += 1
    target, actual = table.years_fields.target, table.years_fields.actual
    if target and actual:
        _write_left(table, row, (line, len(table.lines)), _MET)
        look = styles.style(styles.WORD, line.look, font_size=9)
        for column, year in years:
            met, judged = targets_met(members, target.pattern, actual.pattern, year)
            table.page.text(row, column, f"{met}／{judged}" if judged else "", look)
        row += 1
    return row


def _write_sum(
    table: YearTable, at: tuple[int, int], source: tuple[str, Number | None], look: Style
) -> None:
    """Write a sum: a formula where the projects stand below, else the number."""
    formula, value = source
    if formula:
        table.page.formula(*at, formula, value, look)
    elif value is None:
        table.page.text(*at, "", look)
    else:
        table.page.number(*at, value, look)


def _sum_formula(table: YearTable, column: int, index: int, line: GroupLine) -> str:
    """The formula of a unit's sum, empty where nothing is known; "" where no project stands below."""
    count = _count_formula(table, column, index, line)
    ranges = ",".join((_rows(table, column), *_tests(table, index, line)))
    return f'=IF({count}=0,"",SUMIFS({ranges}))' if count else ""


def _count_formula(table: YearTable, column: int, index: int, line: GroupLine) -> str:
    """The formula of how many projects of a unit have a number in a line; "" where no project stands below."""
    if not table.has_projects:
        return ""
    tests = ",".join((*_tests(table, index, line), _rows(table, column)))
    return f'COUNTIFS({tests},">-1E+300")'


def _tests(table: YearTable, index: int, line: GroupLine) -> Iterator[str]:
    """Yield the tests of a line: its number, and the number of its unit but for all projects."""
    yield f"{_rows(table, LINE)},{index + 1}"
    if line.number is not None:
        yield f"{_rows(table, UNIT)},{line.number}"


def _rows(table: YearTable, column: int) -> str:
    """The cells of all projects in a column."""
    name = letters(column)
    return f"${name}${table.first_project + 1}:${name}${table.last_project + 1}"


def _write_charts(table: YearTable, row: int) -> int:
    """Draw the course of the sums, those of one unit in one chart, two at most; return the row below."""
    by_unit: dict[str, list[int]] = {}
    for index, measure in enumerate(table.years_fields.measures):
        by_unit.setdefault(measure.unit, []).append(index)
    for index, indexes in enumerate(list(by_unit.values())[:2]):
        box = (index * (_CHART_SIZE[0] + 8) + 4, *_CHART_SIZE)
        table.page.chart((row, KEY), box, _chart(table, indexes))
    table.page.keep_together(row, row + _CHART_ROWS - 1)
    return row + _CHART_ROWS


def _chart(table: YearTable, indexes: Sequence[int]) -> Chart:
    """Return the chart of some of the first lines."""
    last = table.change - 1
    measures = [table.years_fields.measures[index] for index in indexes]
    series = tuple(
        Series(measure.label, (FIRST_ROW + index, START, FIRST_ROW + index, last))
        for index, measure in zip(indexes, measures, strict=True)
    )
    unit = f"（{measures[0].unit}）" if measures[0].unit else ""
    title = "・".join(measure.label for measure in measures)
    heads = (HEAD_ROW, START, HEAD_ROW, last)
    patterns = [measure.pattern for measure in measures]
    return Chart(
        f"{title}の推移{unit}",
        "clustered",
        heads,
        series,
        number_format(measures[0].kind),
        starts_at_zero=not _has_negative(table, patterns),
    )


def _has_negative(table: YearTable, patterns: Sequence[str]) -> bool:
    """Whether a sum of all projects is below zero, so that its column goes down."""
    totals = (
        year_total(table.year_figures.by_project, pattern, year)[1]
        for pattern in patterns
        for year in table.year_figures.years
    )
    return any(total is not None and total < 0 for total in totals)


__all__ = ["write_years"]
