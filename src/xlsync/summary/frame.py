"""What all worksheets of a summary share: title, 対象年度, date and unit at the top, and the tree of groups down the side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary import styles
from xlsync.summary.figures import Figures, Group, Level, Project

if TYPE_CHECKING:
    from xlsync.summary.book import Book, Page, Paper
    from xlsync.summary.styles import Style

LEGEND_ROW: Final = 2
CITY: Final = "全庁"
UNNAMED: Final = "（未記入）"


@dataclass(frozen=True)
class Line:
    """One row of a table by groups: a group, or all projects (`level` is None) at its end."""

    name: str
    level: Level | None
    number: int | None
    members: Group | Figures
    look: Style
    indent: int

    @property
    def projects(self) -> tuple[Project, ...]:
        """The projects of the line."""
        return self.members.projects


@dataclass(frozen=True)
class Frame:
    """A summary being written. Every page starts with the same two rows."""

    book: Book
    figures: Figures
    made_on: dt.date

    @property
    def name(self) -> str:
        """What the summary is about: 政策部, or 全庁."""
        return name_of(self.figures.department)

    def page(self, worksheet: str, paper: Paper, widths: Sequence[float], unit: str = "") -> Page:
        """Add a worksheet with its title and what must be known to read it."""
        date = f"{self.made_on.year}年{self.made_on.month}月{self.made_on.day}日作成"
        page = self.book.page(worksheet, paper, f"{self.name}　{worksheet}　{date}", widths)
        page.text(0, 0, f"{self.name}　{worksheet}", styles.TITLE)
        page.height(0, 26)
        facts = [f"対象年度：{self.figures.concepts.years}", f"事務事業：{len(self.figures.projects)}件", date]
        page.text(1, 0, "　　".join([*facts, unit] if unit else facts), styles.INFO)
        return page


def name_of(department: str | None) -> str:
    """Give the name of a department as titles say it; 全庁 for None."""
    return CITY if department is None else department or f"部等名{UNNAMED}"


def lines_of(figures: Figures, *, deepest: Level) -> Iterator[Line]:
    """Give the lines of a table by groups, down to a level, with the line of all at the end."""
    levels = figures.levels[: figures.levels.index(deepest) + 1]
    for group in figures.groups:
        level = figures.level(group)
        if level not in levels:
            continue
        depth = len(group.names) - 1
        look = styles.LAYERS[len(levels) - 1 - depth]
        yield Line(group.names[-1] or UNNAMED, level, group.number, group, look, depth)
    yield Line(f"{name_of(figures.department)}　合計", None, None, figures, styles.TOTAL, 0)


def write_line_start(page: Page, row: int, line: Line, size: str) -> None:
    """Write the first three columns of a line: the group's number, its name, how many projects it has."""
    page.height(row, 21)
    if line.number is not None:
        page.number(row, 0, line.number, styles.INDEX)
    page.text(row, 1, line.name, styles.style(styles.TEXT, line.look, indent=line.indent))
    counted = styles.style(styles.NUMBER, line.look, num_format=styles.COUNT)
    page.formula(row, 2, f"={size}", len(line.projects), counted)


def number_cell(row: int) -> str:
    """Give the cell that holds the number of the group in a row: $A7."""
    return f"$A{row + 1}"
