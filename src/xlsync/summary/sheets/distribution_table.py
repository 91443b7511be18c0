"""How often each grade was given, by unit and place; and the first against the second. Unlisted, "-" and blank stand apart."""

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
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import DistributionFields, Scale

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


def write_distribution(
    frame: Frame, figures: Figures, formulas: ListFormulas, distribution: DistributionFields
) -> None:
    """Write the table by unit, and below it the matrix of the first two scales."""
    graded = list(_grade_columns(figures, distribution))
    widths = [*LEFT, *(_width(head) for scale_year in graded for head in scale_year.heads)]
    page = frame.tree_page(distribution.title, widths, "単位：件")
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
    if len(distribution.scales) > 1:
        matrix = _Matrix(figures, formulas, distribution.scales[0], distribution.scales[1])
        last = _write_matrix(page, last + 2, matrix)
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, len(widths) - 1)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """The first scale down, the second across."""

    figures: Figures
    formulas: ListFormulas
    down_scale: Scale
    across_scale: Scale


def _grade_columns(figures: Figures, distribution: DistributionFields) -> Iterator[_GradeColumns]:
    """Yield the scales of the place that is over; of the last scale (総合評価) also other places, in order."""
    scales = distribution.scales
    last = scales[-1].field.entry.path
    for scale in scales:
        if scale.field.entry.path != last:
            yield _GradeColumns(scale, _title(scale))
    if any(project.item.last_year for project in figures.projects):
        yield _GradeColumns(scales[-1], f"{scales[-1].field.label}（前年度の版）", past=True)
    for grades in distribution.graded:
        yield from (
            _GradeColumns(scale, _title(scale))
            for scale in grades
            if scale.field.entry.path == last
        )


def _title(scale: Scale) -> str:
    axis = scale.field.axis_label
    return f"{scale.field.label}（{axis}）" if axis else scale.field.label


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


def _write_matrix(page: Page, top: int, matrix: _Matrix) -> int:
    """Write the first scale down, the second across, and return the last row; blank and "-" are in the table above."""
    down, across, formulas = matrix.down_scale, matrix.across_scale, matrix.formulas
    counts = cross_tabulate(matrix.figures.projects, down, across)
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
