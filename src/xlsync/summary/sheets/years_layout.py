"""Where what stands on a page of years, and its last columns: the course of a line, and its change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area, letters
from xlsync.summary.figures.year_figures import ProjectYears, YearFigures

if TYPE_CHECKING:
    from xlsync.kinds import Kind
    from xlsync.summary.excel.frame import GroupLine
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import YearLine, YearsFields
    from xlsync.summary.figures.projects import Number

HEAD_ROW: Final = 3
FIRST_ROW: Final = 4
LINE, UNIT, KEY, TITLE, ITEM, START = range(6)
"""Columns: the number of the line within its project and the number of the unit (not printed), key, title, item, years."""
VERDICT: Final = "達成"


@dataclass(frozen=True)
class YearTable:
    """A page of years being written: its figures, and the rows of its projects (none in the city's workbook)."""

    page: Page
    figures: Figures
    years_fields: YearsFields
    year_figures: YearFigures
    has_projects: bool
    first_project: int

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What stands in the lines of a project, each by the pattern of its entry; the verdict by its own word."""
        target, actual = self.years_fields.target, self.years_fields.actual
        indicator = [target.pattern, actual.pattern, VERDICT] if target and actual else []
        measures = [line.pattern for line in self.years_fields.measures]
        return (*measures, *indicator, *(line.pattern for line in self.years_fields.words))

    @property
    def change(self) -> int:
        """The column of the small columns and, behind it, of the change."""
        return START + len(self.year_figures.years)

    @property
    def origin(self) -> int:
        """The last column."""
        return self.change + 2

    @property
    def last_project(self) -> int:
        """The last row of the projects."""
        return self.first_project + len(self.lines) * len(self.year_figures.by_project) - 1

    def members(self, line: GroupLine) -> list[ProjectYears]:
        """The projects of a line."""
        inside = {id(project) for project in line.members.projects}
        return [each for each in self.year_figures.by_project if id(each.project) in inside]


def write_course(
    table: YearTable, row: int, measure: YearLine, numbers: Sequence[Number | None], look: Style
) -> None:
    """Draw a line's numbers as small columns, and write the change between the last two years that were over."""
    page = table.page
    known = [number for number in numbers if number is not None]
    if len(known) > 1:
        page.sparkline(row, table.change, area((row, START), (row, table.change - 1)), known)
    columns = _columns_over(table, measure)
    if len(columns) < 2:  # noqa: PLR2004 - a pair
        return
    before, after = (numbers[column - START] for column in columns[-2:])
    first, second = (f"{letters(column)}{row + 1}" for column in columns[-2:])
    formula = f'=IF(OR({first}="",{second}=""),"",{second}-{first})'
    change = None if before is None or after is None else after - before
    layout = styles.CHANGE if is_money(measure.kind) else styles.CHANGE_PERSONS
    page.formula(row, table.change + 1, formula, change, styles.style(layout, look))


def _columns_over(table: YearTable, measure: YearLine) -> list[int]:
    """The columns of the years that were over."""
    keys = table.year_figures.year_keys[measure.pattern]
    over = {year for year, key in keys.items() if key.is_over}
    return [column for column, year in enumerate(table.year_figures.years, START) if year in over]


def is_money(kind: Kind) -> bool:
    """Whether amounts are shown without decimals."""
    return kind.is_shown_whole


def number_format(kind: Kind) -> str:
    """The format of an amount."""
    return styles.MONEY if is_money(kind) else styles.MEASURE


def item_of(line: YearLine) -> str:
    """What a line is called."""
    return f"{line.label}（{line.unit}）" if line.unit else line.label
