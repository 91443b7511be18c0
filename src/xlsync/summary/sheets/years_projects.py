"""The lines of each project on a page of years: amounts, target and actual value, grades, and which sheets say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.sheets.years_layout import (
    ITEM,
    KEY,
    LINE,
    START,
    TITLE,
    UNIT,
    VERDICT,
    YearTable,
    item_of,
    number_format,
    write_course,
)

if TYPE_CHECKING:
    from xlsync.summary.figures.page_fields import YearLine
    from xlsync.summary.figures.year_figures import ProjectYears
    from xlsync.summary.figures.year_values import YearValue

OTHERS: Final = "※"
"""Stands behind what another sheet than the project's own says."""
_QUIET: Final = styles.style(font_color="#616E7C")
_SMALL: Final = styles.style(styles.WORD, font_size=9)


def write_project(table: YearTable, row: int, project: ProjectYears) -> int:
    """Write the lines of a project and return the row below."""
    top = row
    origin_lines = _origin_lines(project, len(table.lines))
    for index, pattern in enumerate(table.lines):
        _write_left(table, row, project, index)
        for column, year in enumerate(table.year_figures.years, START):
            _write_value(table, (row, column), project, (pattern, year))
        _write_right(table, row, project, pattern)
        table.page.text(
            row, table.origin, origin_lines[index], styles.style(styles.TEXT, font_size=9)
        )
        row += 1
    table.page.keep_together(top, row - 1)
    return row


def _write_left(table: YearTable, row: int, project: ProjectYears, index: int) -> None:
    """Write whose line it is and what it shows; key and title stand in every line, so that filters keep them together."""
    page, own, levels = table.page, project.project, table.figures.levels
    page.number(row, LINE, index + 1, styles.INDEX)
    page.number(row, UNIT, table.figures.number(own, levels[0]) if levels else 0, styles.INDEX)
    quiet = _QUIET if index else styles.style()
    link = ("", "") if index else (own.item.link, "")
    page.link(row, KEY, own.sheet.key, link, styles.style(styles.WORD, quiet))
    page.text(row, TITLE, own.sheet.title, styles.style(styles.TEXT, quiet))
    pattern = table.lines[index]
    page.text(
        row, ITEM, item_of(_line(table, pattern)) if pattern != VERDICT else VERDICT, styles.TEXT
    )
    page.height(row, 20)


def _line(table: YearTable, pattern: str) -> YearLine:
    fields = table.years_fields
    every = (*fields.measures, fields.target, fields.actual, *fields.words)
    return next(line for line in every if line is not None and line.pattern == pattern)


def _write_value(
    table: YearTable, at: tuple[int, int], project: ProjectYears, asked: tuple[str, int]
) -> None:
    """Write what a project says of a year: an amount as a number, anything else as its text."""
    pattern, year = asked
    if pattern == VERDICT:
        _write_verdict(table, at, project, year)
        return
    value = project.at(pattern, year)
    if value is None:
        table.page.text(*at, "", styles.WORD)
    elif value.number is None:
        table.page.text(*at, _short(table, value) + OTHERS * (not value.is_own), _SMALL)
    else:
        look = styles.style(styles.NUMBER, num_format=_number_format(value))
        table.page.number(*at, value.number, look)


def _write_verdict(table: YearTable, at: tuple[int, int], project: ProjectYears, year: int) -> None:
    target, actual = table.years_fields.target, table.years_fields.actual
    met = project.verdict(target.pattern, actual.pattern, year) if target and actual else ""
    look = styles.GRAVE if met == "×" else styles.style()
    table.page.text(*at, met, styles.style(styles.WORD, look))


def _short(table: YearTable, value: YearValue) -> str:
    """A grade's short form, else the text."""
    scales = {scale.field.entry.path: scale for scale in table.figures.form_fields.scales}
    scale = scales.get(value.field.entry.path)
    return scale.mark(value.value) if scale else value.text


def _number_format(value: YearValue) -> str:
    """The format of an amount, with a mark behind it where another sheet says it."""
    plain = number_format(value.field.kind)
    return plain if value.is_own else ";".join(f'{part}"{OTHERS}"' for part in plain.split(";"))


def _write_right(table: YearTable, row: int, project: ProjectYears, pattern: str) -> None:
    """Write the course and the change of an amount, blank cells beside anything else."""
    for column in (table.change, table.change + 1):
        table.page.text(row, column, "", styles.CELL)
    measure = next((line for line in table.years_fields.measures if line.pattern == pattern), None)
    if measure is None:
        return
    values = [project.at(pattern, year) for year in table.year_figures.years]
    numbers = [None if value is None else value.number for value in values]
    write_course(table, row, measure, numbers, styles.style())


def _origin_lines(project: ProjectYears, lines: int) -> list[str]:
    """What is said of where the values come from, one for each line of the project; the last one has all that is left."""
    lines_of_past = [
        f"{past.edition.year}年度のシート：{past.origin}"
        for past in project.project.item.past_sheets
        if past.origin
    ]
    fitting = [*lines_of_past[: lines - 1], "\n".join(lines_of_past[lines - 1 :])]
    return [*fitting, *[""] * lines][:lines]


__all__ = ["write_project"]
