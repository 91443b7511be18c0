"""Sums over the rows of a group, as formulas with their values, each with the mark of what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.frame import GroupLine
    from xlsync.summary.excel.page import Page
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.projects import Number

Formula = tuple[str, "Number | None"]

LEGEND: Final = (
    "「未1」は、金額が未入力（空欄・「-」など）の欄が1件あり、合計に含まれていないことを表します。"
)


@dataclass(frozen=True)
class Sums:
    """What is summed over a line's projects; `row` holds the line's number (first column) and count (third)."""

    formulas: ListFormulas
    line: GroupLine
    row: int

    @property
    def number(self) -> str:
        """The cell with the number of the line's group."""
        return f"$A{self.row + 1}"

    @property
    def size(self) -> str:
        """The cell that counts the line's projects."""
        return f"$C{self.row + 1}"

    def counted(self) -> str:
        """The formula that counts the line's projects."""
        return f"={self.formulas.size(self.line.level, self.number)}"

    def words(self, path: str, word: str) -> str:
        """The formula that counts a word of 事業一覧 over the line's projects."""
        return f"={self.formulas.words(path, self.line.level, self.number, word)}"

    def write(self, page: Page, at: tuple[int, int], field: Field, look: Style) -> None:
        """Write the sum of a field, and in the next cell how many have no number there.

        Where none has, the sum stays empty: nothing known is not 0.
        """
        row, column = at
        total = self.line.members.total(field.path)
        over = (field.path, self.line.level, self.number)
        mark = cell(row, column + 1)
        summed = f'=IF({mark}={self.size},"",{self.formulas.sum(*over)})'
        lacking = f"={self.size}-{self.formulas.known(*over)}"
        write_pair(
            page, at, ((summed, total.known), (lacking, total.missing)), look, field.kind.name
        )


def write_pair(
    page: Page,
    at: tuple[int, int],
    pair: tuple[Formula, Formula],
    look: Style,
    kind: str = "money",
) -> None:
    """Write an amount (money, or a measure with its decimals) and its mark as one framed pair of cells."""
    row, column = at
    amount, mark = pair
    shown = styles.MONEY if kind == "money" else styles.MEASURE
    page.formula(
        row, column, *amount, styles.style(styles.NUMBER, look, styles.AMOUNT, num_format=shown)
    )
    page.formula(row, column + 1, *mark, styles.style(styles.MARK, look, styles.SMALL))


def highlight(page: Page, rows: tuple[int, int], columns: list[int]) -> None:
    """Shade each amount of these columns whose mark, right of it, says that something is missing."""
    for column in columns:
        page.highlight(rows, (column, column + 1), column + 1)
