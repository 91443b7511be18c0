"""Sums over the rows of a group, as formulas with their values, each with the mark of what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE
from xlsync.summary.excel import styles

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Kind
    from xlsync.summary.excel.frame import GroupLine
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.projects import Number, Total

Formula = tuple[str, "Number | str | None"]

LEGEND: Final = (
    "「未1」は、金額が未入力（空欄・「-」など）の欄が1件あり、合計に含まれていないことを表します。"
    "「－」は、まだ記入する時期でない欄です。"
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
        total = self.line.members.total(field.path)
        over = (field.path, self.line.level, self.number)
        source = (self.formulas.sum(*over), self.formulas.known(*over), self.size)
        write_pair(page, at, sum_formulas(total, source), look, field.kind)


def sum_formulas(total: Total, source: tuple[str, str, str]) -> tuple[Formula, Formula]:
    """Return the formula of a sum and of how many projects have no number for it, with their values.

    `source` are the formulas of the sum of the numbers, of how many there are, and of how many projects. Where nobody has
    to fill them yet, and nobody has, the sum is "－" and nothing is missing.
    """
    summed, known, size = source
    if total.due:
        amount = f'=IF({known}=0,"",{summed})'
        return (amount, total.known), (f"={size}-{known}", total.missing)
    amount = f'=IF({known}=0,"{NOT_DUE}",{summed})'
    lacking = f"=IF({known}=0,0,{size}-{known})"
    if total.is_open:
        return (amount, NOT_DUE), (lacking, 0)
    return (amount, total.known), (lacking, total.missing)


def write_pair(
    page: Page,
    at: tuple[int, int],
    pair: tuple[Formula, Formula],
    look: Style,
    kind: Kind | None = None,
) -> None:
    """Write an amount (money, or a measure with its decimals) and its mark as one framed pair of cells."""
    row, column = at
    amount, mark = pair
    is_whole = kind is None or kind.is_shown_whole
    shown = styles.MONEY if is_whole else styles.MEASURE
    page.formula(
        row, column, *amount, styles.style(styles.NUMBER, look, styles.AMOUNT, num_format=shown)
    )
    page.formula(row, column + 1, *mark, styles.style(styles.MARK, look, styles.SMALL))


def highlight(page: Page, rows: tuple[int, int], columns: list[int]) -> None:
    """Shade each amount of these columns whose mark, right of it, says that something is missing."""
    for column in columns:
        page.highlight(rows, (column, column + 1), column + 1)
