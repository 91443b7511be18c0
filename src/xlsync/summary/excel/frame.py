"""What the worksheets of a summary share: title, 対象年度, date and unit on top, and the tree of groups down the side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.figures.figures import Figures, Group, Level

if TYPE_CHECKING:
    from xlsync.summary.excel.book import Book
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page

LEGEND_ROW: Final = 2
LEFT: Final = (5, 24, 6)
"""The widths of a tree's first columns: the group's number (not printed), its name, how many projects it has."""
PAPER: Final = "A3"
"""Of every worksheet: whoever prints a workbook has one size in the tray."""
CITY: Final = "全庁"
UNNAMED: Final = "（未記入）"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One row of a table by groups: a group, or all projects (no level, no number) at its end."""

    name: str
    level: Level | None
    number: int | None
    members: Group | Figures
    look: Style
    indent: int


@dataclass(frozen=True)
class Frame:
    """A summary being written. Every page starts with the same two rows; its footer names the form's version (0: not known)."""

    book: Book
    figures: Figures
    made_on: dt.date | None
    form_version: int = 0

    def page(self, worksheet: str, widths: Sequence[float], unit: str = "") -> Page:
        """Add a worksheet with its title, and what must be known to read it."""
        page = self.book.page(worksheet, PAPER, self._footer(worksheet), widths)
        self._write_top(page, worksheet, 0, unit)
        return page

    def tree_page(
        self, worksheet: str, widths: Sequence[float], unit: str, *, first_column: int = 1
    ) -> Page:
        """Add a worksheet for a table by groups; what stands before its first column, the numbers, is not printed."""
        page = self.book.page(worksheet, PAPER, self._footer(worksheet), widths)
        self._write_top(page, worksheet, first_column, unit)
        return page

    def _footer(self, worksheet: str) -> str:
        version = f"様式第{self.form_version}版" if self.form_version else ""
        words = (name_of(self.figures.department), worksheet, self._date, version)
        return "　".join(filter(None, words))

    @property
    def _date(self) -> str:
        if self.made_on is None:
            return ""
        return f"{self.made_on.year}年{self.made_on.month}月{self.made_on.day}日作成"

    def _write_top(self, page: Page, worksheet: str, column: int, unit: str) -> None:
        form_fields = self.figures.form_fields
        years = f"対象年度：{form_fields.years}" if form_fields.years else ""
        size = f"{form_fields.words.sheet}：{len(self.figures.projects)}件"
        page.text(0, column, f"{name_of(self.figures.department)}　{worksheet}", styles.TITLE)
        page.text(
            1, column, "　　".join(filter(None, (years, size, self._date, unit))), styles.PLAIN
        )


def name_of(department: str | None) -> str:
    """The name of a department in titles; 全庁 for None, which stands for the whole city."""
    return CITY if department is None else department or f"部等名{UNNAMED}"


def lines_of(figures: Figures, *, down_to: int = 4, rise: int = 0) -> Iterator[GroupLine]:
    """Yield a line for each group of the organization's first `down_to` levels, and one for all projects at the end.

    The deepest level is written plainly, each above it more strongly; `rise` lifts all where other lines follow below.
    """
    depth = sum(int(level.removeprefix("level")) < down_to for level in figures.levels)
    for group in figures.groups:
        indent = len(group.names) - 1
        if indent < depth:
            look = styles.LAYERS[min(depth - 1 - indent + rise, len(styles.LAYERS) - 1)]
            name = group.names[-1] or UNNAMED
            yield GroupLine(name, figures.level(group), group.number, group, look, indent)
    yield GroupLine(f"{name_of(figures.department)}　合計", None, None, figures, styles.WHOLE, 0)


def write_corner(page: Page, row: int) -> None:
    """Write the heads of a tree's first three columns over two rows."""
    page.text(row + 1, 0, "番号", styles.INDEX)
    page.merged((row, 1, row + 1, 1), "所属", styles.HEAD)
    page.merged((row, 2, row + 1, 2), "件数", styles.HEAD)
    for head in (row, row + 1):
        page.height(head, 22)


def write_line(page: Page, row: int, line: GroupLine, counted: str) -> None:
    """Write the first three columns of a line; `counted` is the formula of how many projects it has."""
    write_line_name(page, row, line.name, line.look, line.indent)
    if line.number is not None:
        page.number(row, 0, line.number, styles.INDEX)
    look = styles.style(styles.COUNTED, line.look)
    page.formula(row, 2, counted, len(line.members.projects), look)


def write_line_name(page: Page, row: int, name: str, look: Style, indent: int) -> None:
    """Write the name of a line, with the cell of its count empty."""
    page.height(row, 20)
    page.text(row, 1, name, styles.style(styles.TEXT, look, indent=indent + 1))
    page.text(row, 2, "", styles.style(styles.TEXT, look))
