"""人員: persons (従事割合) and overtime of each 課 and its 係 over the columns of the form, and who has temporary staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEFT, LEGEND_ROW, Frame, lines_of, write_corner, write_line
from xlsync.summary.excel.subtotals import Sums, highlight

if TYPE_CHECKING:
    from xlsync.summary.excel.page import Page
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.form_fields import Block, Scale

WORKSHEET: Final = "人員"
LEGEND: Final = (
    "「未1」は、人数や時間が未入力（空欄・「-」など）の欄が1件あり、合計に含まれていないことを表します。"
    "「－」は、まだ記入する時期でない欄です。臨時職員等は、事務事業の件数です。"
)
_HEAD, _FIRST, _START, _STEP = 3, 5, len(LEFT), 2


def write_staff(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write 人員."""
    form_fields = figures.form_fields
    blocks = (*form_fields.staff.persons, *form_fields.staff.overtime)
    fields = [field for block in blocks for field in block.fields]
    words = [(scale, mark) for scale in form_fields.staff.temporary for mark in _marks(scale)]
    page = frame.tree_page(WORKSHEET, [*LEFT, *[9.5, 4.5] * len(fields), *[5.5] * len(words)], "")
    page.text(LEGEND_ROW, 1, LEGEND, styles.NOTE)
    _write_heads(page, blocks, form_fields.staff.temporary)
    lines = list(lines_of(figures))
    for row, line in enumerate(lines, _FIRST):
        sums = Sums(formulas, line, row)
        write_line(page, row, line, sums.counted())
        for index, field in enumerate(fields):
            sums.write(page, (row, _START + _STEP * index), field, line.look)
        for column, (scale, mark) in enumerate(words, _START + _STEP * len(fields)):
            _write_count(page, (row, column), sums, scale, mark)
    last = _FIRST + len(lines) - 1
    highlight(page, (_FIRST, last), [_START + _STEP * index for index in range(len(fields))])
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(last, 1, _START + _STEP * len(fields) + len(words) - 1)


def _marks(scale: Scale) -> tuple[str, ...]:
    """The words of a list, then "-" and blank."""
    return (*scale.words, DASH, "")


def _write_heads(page: Page, blocks: tuple[Block, ...], temporary: tuple[Scale, ...]) -> None:
    write_corner(page, _HEAD)
    column = _START
    for block in blocks:
        end = column + _STEP * len(block.fields) - 1
        page.merged((_HEAD, column, _HEAD, end), f"{block.label}（{block.unit}）", styles.HEAD)
        for field in block.fields:
            page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), field.axis_label, styles.HEAD)
            column += _STEP
    for scale in temporary:
        marks = _marks(scale)
        title = f"{scale.field.label}\n{scale.field.axis_label}"
        page.merged((_HEAD, column, _HEAD, column + len(marks) - 1), title, styles.SUBHEAD)
        for mark in marks:
            page.text(_HEAD + 1, column, {DASH: "－", "": "未記入"}.get(mark, mark), styles.SUBHEAD)
            column += 1
    page.height(_HEAD, 34)


def _write_count(page: Page, at: tuple[int, int], sums: Sums, scale: Scale, mark: str) -> None:
    tally = sums.line.members.tally(scale)
    counted = {
        DASH: tally.dash,
        "": tally.blank,
        **dict(zip(scale.words, tally.word_counts, strict=True)),
    }
    look = styles.style(styles.COUNTED, sums.line.look)
    page.formula(*at, sums.words(scale.field.path, mark), counted[mark], look)
