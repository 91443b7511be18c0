"""The smaller tables of 概要: counts, grades, and the projects that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import cell

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.form_fields import Scale
    from xlsync.summary.figures.ranking import Moved
    from xlsync.summary.sheets.overview_trend import Spot

_MOST_MARKS: Final = 7


def write_counts(
    spot: Spot,
    at: tuple[int, int],
    title: str,
    rows: Sequence[tuple[str, str, int]],
    *,
    wide: bool = False,
) -> int:
    """Write words with how often each is there and its share, and give the last row; `wide` over narrow columns."""
    page, (top, left) = spot.page, at
    spans = ((0, 0), (1, 2), (3, 5)) if wide else ((0, 0), (1, 1), (2, 2))
    for (first, last), head in zip(spans, (title, "件数", "割合"), strict=True):
        page.merged((top, left + first, top, left + last), head, styles.HEAD)
    total = sum(count for _, _, count in rows)
    counted = f"{cell(top + 1, left + 1)}:{cell(top + len(rows), left + 1)}"
    for row, (word, formula, count) in enumerate(rows, top + 1):
        page.text(row, left, word, styles.TEXT)
        page.height(row, 19)
        share = f'=IF(SUM({counted})=0,"",{cell(row, left + 1)}/SUM({counted}))'
        value = count / total if total else None
        shown = styles.style(styles.NUMBER, styles.SHARED)
        if wide:
            page.merged_formula((row, left + 1, row, left + 2), formula, count, styles.COUNTED)
            page.merged_formula((row, left + 3, row, left + 5), share, value, shown)
        else:
            page.formula(row, left + 1, formula, count, styles.COUNTED)
            page.formula(row, left + 2, share, value, shown)
    return top + len(rows)


def write_grades(spot: Spot, at: tuple[int, int]) -> int:
    """Write how often each grade of the finished year was given, last scale first, and give the last row."""
    page, (top, left) = spot.page, at
    scales = spot.figures.concepts.scales
    year = next((scale.field.axis_label for scale in scales), "")
    page.merged((top, left, top, left + 7), f"評価の分布（{year}、件）", styles.HEAD)
    row = top + 1
    for scale in reversed(scales):
        _write_scale(spot, (row, left), scale)
        row += 2
    return row - 1


def _write_scale(spot: Spot, at: tuple[int, int], scale: Scale) -> None:
    """Write the marks of a scale and below each how often it was given; 外 is what the form's list does not have."""
    page, (row, left) = spot.page, at
    tally = spot.figures.tally(scale)
    plain = styles.style(styles.HEAD, bold=False)
    page.merged((row, left, row + 1, left), scale.field.label, plain)
    shown = list(zip(scale.marks, tally.words, strict=True))[: _MOST_MARKS - 3]
    shown += [("－", tally.dash), ("未", tally.blank)]
    for offset, (mark, count) in enumerate(shown, 1):
        word = {"－": DASH, "未": ""}.get(mark, mark)
        page.text(row, left + offset, mark, styles.SHORT_HEAD)
        formula = f"={spot.ledger.words(scale.field.path, None, '', word)}"
        page.formula(row + 1, left + offset, formula, count, styles.COUNTED)
    rest = left + len(shown) + 1
    counted = f"{cell(row + 1, left + 1)}:{cell(row + 1, rest - 1)}"
    others = len(spot.figures.projects) - sum(count for _, count in shown)
    page.text(row, rest, "外", styles.SHORT_HEAD)
    formula = f"={spot.ledger.size(None, '')}-SUM({counted})"
    page.formula(row + 1, rest, formula, others, styles.COUNTED)
    for line in (row, row + 1):
        for column in range(rest + 1, left + _MOST_MARKS + 1):
            page.text(line, column, "", styles.GREYED)


def write_ranking(
    spot: Spot,
    at: tuple[int, int],
    title: str,
    moved: Sequence[Moved],
    pair: tuple[Field, Field],
) -> int:
    """Write projects with their amounts before and after, found by their key in 事業一覧, and give the last row."""
    page, (top, left) = spot.page, at
    page.text(top, left, title, styles.CAPTION)
    heads = ("事業コード", "事務事業名", "所属", pair[0].axis_label, pair[1].axis_label, "増減")
    spans = ((0, 0), (1, 4), (5, 6), (7, 8), (9, 9), (10, 10))
    for (first, last), head in zip(spans, heads, strict=True):
        look = styles.style(styles.HEAD, shrink=True, text_wrap=False)
        page.merged((top + 1, left + first, top + 1, left + last), head, look)
    if not moved:
        page.merged((top + 2, left, top + 2, left + 10), "該当する事業はありません", styles.TEXT)
    for row, one in enumerate(moved, top + 2):
        _write_ranked(spot, (row, left), one, pair)
    return top + 1 + max(1, len(moved))


def _write_ranked(spot: Spot, at: tuple[int, int], one: Moved, pair: tuple[Field, Field]) -> None:
    page, (row, left) = spot.page, at
    page.height(row, 19)
    small: Style = styles.style(styles.CELL, shrink=True)
    page.text(row, left, one.project.sheet.key, styles.style(small, align="center"))
    target = one.project.target(pair[1].path)
    area = (row, left + 1, row, left + 4)
    page.merged_link(area, one.project.sheet.title, target, styles.style(small, indent=1))
    unit = one.project.names[0 if spot.figures.department is None else 1]
    page.merged((row, left + 5, row, left + 6), unit, small)
    key = cell(row, left)
    found = [
        f'IF(ISNUMBER({it}),{it},"")' for it in (spot.ledger.looked_up(f.path, key) for f in pair)
    ]
    look = styles.style(styles.NUMBER, num_format=styles.MONEY)
    page.merged_formula((row, left + 7, row, left + 8), f"={found[0]}", one.before, look)
    page.formula(row, left + 9, f"={found[1]}", one.after, look)
    known = one.before is not None and one.after is not None
    before, after = cell(row, left + 7), cell(row, left + 9)
    change = f'=IF(COUNT({before},{after})<2,"",{after}-{before})'
    page.formula(row, left + 10, change, one.change if known else None, styles.CHANGE)
