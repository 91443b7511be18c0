"""評価: how often each grade was given for the finished year, by 課; unlisted words, "-" and blank counted apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary import styles
from xlsync.summary.book import area
from xlsync.summary.frame import LEFT, LEGEND_ROW, Frame, lines_of, write_corner, write_line
from xlsync.summary.sums import Sums

if TYPE_CHECKING:
    from xlsync.summary.book import Page
    from xlsync.summary.concepts import Scale
    from xlsync.summary.figures import Figures
    from xlsync.summary.ledger import Ledger

WORKSHEET: Final = "評価"
LEGEND: Final = "「選択肢外」は様式の選択肢にない記載、「－」は「-」と記載されたもの、「未記入」は空欄の件数です。"
_APART: Final = ("選択肢外", "－", "未記入")
_HEAD, _FIRST, _START = 3, 5, len(LEFT)


def write_grades(frame: Frame, figures: Figures, ledger: Ledger) -> None:
    """Write 評価."""
    scales = figures.concepts.scales
    widths = [*LEFT, *(_width(head) for scale in scales for head in _heads(scale))]
    page = frame.tree_page(WORKSHEET, widths, "単位：件")
    page.text(LEGEND_ROW, 1, LEGEND, styles.NOTE)
    _write_heads(page, scales)
    lines = list(lines_of(figures, deepest="division"))
    for row, line in enumerate(lines, _FIRST):
        sums = Sums(ledger, line, row)
        write_line(page, row, line, sums.counted())
        place = _START
        for scale in scales:
            _write_tally(page, (row, place), sums, scale)
            place += len(_heads(scale))
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(_FIRST + len(lines) - 1, 1, len(widths) - 1)


def _heads(scale: Scale) -> tuple[str, ...]:
    return (*scale.words, *_APART)


def _width(head: str) -> float:
    return 6.5 if head in _APART else 11


def _write_heads(page: Page, scales: tuple[Scale, ...]) -> None:
    write_corner(page, _HEAD)
    place = _START
    for scale in scales:
        heads = _heads(scale)
        title = f"{scale.field.label}（{scale.field.axis_label}）"
        page.merged((_HEAD, place, _HEAD, place + len(heads) - 1), title, styles.HEAD)
        for offset, head in enumerate(heads):
            page.text(_HEAD + 1, place + offset, head, styles.SUBHEAD)
        place += len(heads)


def _write_tally(page: Page, at: tuple[int, int], sums: Sums, scale: Scale) -> None:
    """Write how often each word stands there; what is not listed, "-" or blank is the rest of the line's count."""
    row, column = at
    path = scale.field.path
    counted = sums.line.members.tally(scale)
    look = styles.style(styles.COUNTED, sums.line.look)
    for offset, (mark, value) in enumerate(zip(scale.marks, counted.words, strict=True)):
        page.formula(row, column + offset, sums.words(path, mark), value, look)
    rest = column + len(scale.marks)
    apart = area((row, rest + 1), (row, rest + 2))
    listed = f"SUM({area((row, column), (row, rest - 1))})-" if scale.marks else ""
    page.formula(row, rest, f"={sums.size}-{listed}SUM({apart})", counted.unlisted, look)
    page.formula(row, rest + 1, sums.words(path, DASH), counted.dash, look)
    page.formula(row, rest + 2, sums.words(path, ""), counted.blank, look)
