"""評価: how often each grade was given, by 課 and year; and 有効性 against 効率性. Unlisted, "-" and blank stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area
from xlsync.summary.excel.frame import LEFT, LEGEND_ROW, Frame, lines_of, write_corner, write_line
from xlsync.summary.excel.project_list_formulas import PAST
from xlsync.summary.excel.subtotals import Sums
from xlsync.summary.figures.projects import cross_tabulate

if TYPE_CHECKING:
    from xlsync.summary.excel.page import Page
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.form_fields import Scale

WORKSHEET: Final = "評価"
LEGEND: Final = (
    "「選択肢外」は様式の選択肢にない記載、「－」は「-」と記載されたものと、まだ評価しない年度の空欄、"
    "「未記入」は評価する年度の空欄の件数です。"
)
_APART: Final = ("選択肢外", "－", "未記入")
_HEAD, _FIRST, _START = 3, 5, len(LEFT)


@dataclass(frozen=True, slots=True)
class _GradeColumns:
    """A scale in scale_year year; `past` for the scale_year that the edition a year earlier gave."""

    scale: Scale
    title: str
    past: bool = False

    @property
    def column(self) -> str:
        """The name of its column in 事業一覧."""
        return PAST * self.past + self.scale.field.path

    @property
    def heads(self) -> tuple[str, ...]:
        """What its columns are headed by."""
        return (*self.scale.words, *_APART)


def write_grades(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write 評価: the table by 課, and below it the matrix of the first two scales."""
    graded = list(_grade_columns(figures))
    widths = [*LEFT, *(_width(head) for scale_year in graded for head in scale_year.heads)]
    page = frame.tree_page(WORKSHEET, widths, "単位：件")
    page.text(LEGEND_ROW, 1, LEGEND, styles.NOTE)
    _write_heads(page, graded)
    lines = list(lines_of(figures, down_to=2))
    for row, line in enumerate(lines, _FIRST):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        column = _START
        for scale_year in graded:
            _write_tally(page, (row, column), sums, scale_year)
            column += len(scale_year.heads)
    last = _FIRST + len(lines) - 1
    if len(figures.form_fields.evaluation.scales) > 1:
        last = _write_matrix(page, last + 2, figures, formulas)
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, len(widths) - 1)


def _grade_columns(figures: Figures) -> Iterator[_GradeColumns]:
    """Yield the scales of the finished year; of the last scale_year (総合評価) also other years, in order."""
    form_fields = figures.form_fields
    for scale in form_fields.evaluation.scales[:-1]:
        yield _GradeColumns(scale, f"{scale.field.label}（{scale.field.axis_label}）")
    if any(project.item.last_year for project in figures.projects):
        scale = form_fields.evaluation.scales[-1]
        yield _GradeColumns(scale, f"{scale.field.label}（前年度の版）", past=True)
    for year in form_fields.evaluation.graded:
        field = year[-1].field
        yield _GradeColumns(year[-1], f"{field.label}（{field.axis_label}）")


def _width(head: str) -> float:
    return 6.5 if head in _APART else 10


def _write_heads(page: Page, graded: list[_GradeColumns]) -> None:
    write_corner(page, _HEAD)
    column = _START
    for scale_year in graded:
        page.merged(
            (_HEAD, column, _HEAD, column + len(scale_year.heads) - 1),
            scale_year.title,
            styles.HEAD,
        )
        for offset, head in enumerate(scale_year.heads):
            page.text(_HEAD + 1, column + offset, head, styles.SUBHEAD)
        column += len(scale_year.heads)


def _write_tally(page: Page, at: tuple[int, int], sums: Sums, scale_year: _GradeColumns) -> None:
    """Write how often each word stands there; what is not listed, "-" or blank is the rest of the line's count."""
    row, column = at
    path, marks = scale_year.column, scale_year.scale.marks
    counted = sums.line.members.tally(scale_year.scale, past=scale_year.past)
    look = styles.style(styles.COUNTED, sums.line.look)
    for offset, (mark, value) in enumerate(zip(marks, counted.word_counts, strict=True)):
        page.formula(row, column + offset, sums.words(path, mark), value, look)
    rest = column + len(marks)
    apart = area((row, rest + 1), (row, rest + 2))
    listed = f"SUM({area((row, column), (row, rest - 1))})-" if marks else ""
    page.formula(row, rest, f"={sums.size}-{listed}SUM({apart})", counted.unlisted, look)
    dash, blank = (sums.words(path, mark) for mark in (DASH, ""))
    if scale_year.scale.field.is_due or scale_year.past:
        page.formula(row, rest + 1, dash, counted.dash, look)
        page.formula(row, rest + 2, blank, counted.blank, look)
    else:
        both = f"{dash}+{blank.removeprefix('=')}"
        page.formula(row, rest + 1, both, counted.dash + counted.blank, look)
        page.formula(row, rest + 2, "=0", 0, look)


def _write_matrix(page: Page, top: int, figures: Figures, formulas: ListFormulas) -> int:
    """Write the first scale down, the second across, and give the last row; blank and "-" are in the table above."""
    down, across = figures.form_fields.evaluation.scales[:2]
    counts = cross_tabulate(figures.projects, down, across)
    title = f"{down.field.label}（縦）× {across.field.label}（横）　{down.field.axis_label}"
    page.text(top, 1, title, styles.CAPTION)
    page.merged((top + 1, 1, top + 1, 2), "", styles.HEAD)
    for offset, word in enumerate(across.words):
        page.text(top + 1, _START + offset, word, styles.SUBHEAD)
    for row, (word, mark) in enumerate(zip(down.words, down.marks, strict=True), top + 2):
        page.merged((row, 1, row, 2), word, styles.SUBHEAD)
        page.height(row, 24)
        for column, its in enumerate(across.marks, _START):
            value = counts[mark, its]
            formula = f"={formulas.both((down.field.path, mark), (across.field.path, its))}"
            page.formula(row, column, formula, value, styles.COUNTED)
    last = top + 1 + len(down.words)
    page.shade((top + 2, _START, last, _START + len(across.words) - 1))
    return last
