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
    from xlsync.summary.figures.page_fields import Scale
    from xlsync.summary.figures.ranking import CostChange
    from xlsync.summary.sheets.overview_trend import Overview

_MOST_MARKS: Final = 7


def write_counts(
    overview: Overview,
    at: tuple[int, int],
    title: str,
    rows: Sequence[tuple[str, str, int]],
    *,
    wide: bool = False,
) -> int:
    """Write words with how often each is there and its share, and give the last row; `wide` over narrow columns."""
    page, (top, left) = overview.page, at
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


def write_grades(overview: Overview, at: tuple[int, int]) -> int:
    """Write how often each grade of the finished year was given, in the order of the form, and return the last row."""
    page, (top, left) = overview.page, at
    scales = overview.overview_fields.grades
    if not scales:
        return top
    year = next((scale.field.axis_label for scale in scales), "")
    unit = f"{year}、件" if year else "件"
    page.merged(
        (top, left, top, left + _MOST_MARKS), f"{scales[0].field.part}の分布（{unit}）", styles.HEAD
    )
    row = top + 1
    for scale in scales:
        row = _write_scale(overview, (row, left), scale)
    page.text(row, left, "－：「-」と記載　未：未記入　外：選択肢にない記載", styles.NOTE)
    return row - 1


def _write_scale(overview: Overview, at: tuple[int, int], scale: Scale) -> int:
    """Write the marks of a scale, as many in a line as there is room for, and below each how often it was given.

    Returns:
        The row below. 外 is what the form's list does not have.

    """
    page, (row, left) = overview.page, at
    tally = overview.figures.tally(scale)
    shown = list(zip(scale.marks, tally.word_counts, strict=True))
    shown += [("－", tally.dash), ("未", tally.blank)]
    below = row + 2 * (len(shown) // _MOST_MARKS + 1)
    plain = styles.style(styles.HEAD, bold=False)
    page.merged((row, left, below - 1, left), scale.field.label, plain)
    lines = [divmod(number, _MOST_MARKS) for number in range(len(shown) + 1)]
    cells = [(row + 2 * line, left + 1 + column) for line, column in lines]
    for (line, column), (mark, count) in zip(cells, shown, strict=False):
        word = {"－": DASH, "未": ""}.get(mark, mark)
        page.text(line, column, mark, styles.SHORT_HEAD)
        formula = f"={overview.formulas.words(scale.field.path, None, '', word)}"
        page.formula(line + 1, column, formula, count, styles.COUNTED)
    line, column = cells[-1]
    others = len(overview.figures.projects) - sum(count for _, count in shown)
    page.text(line, column, "外", styles.SHORT_HEAD)
    formula = f"={overview.formulas.size(None, '')}-SUM({_counted(cells[:-1])})"
    page.formula(line + 1, column, formula, others, styles.COUNTED)
    for grey in (line, line + 1):
        for free in range(column + 1, left + _MOST_MARKS + 1):
            page.text(grey, free, "", styles.GREYED)
    return below


def _counted(marks: Sequence[tuple[int, int]]) -> str:
    """Return the ranges of the counts below some marks, line by line."""
    lines: dict[int, list[int]] = {}
    for line, column in marks:
        lines.setdefault(line + 1, []).append(column)
    return ",".join(f"{cell(line, c[0])}:{cell(line, c[-1])}" for line, c in lines.items())


def write_ranking(
    overview: Overview,
    at: tuple[int, int],
    title: str,
    changes: Sequence[CostChange],
    pair: tuple[Field, Field],
) -> int:
    """Write projects with their amounts before and after, looked up by their key in 事業一覧, and give the last row."""
    page, (top, left) = overview.page, at
    page.text(top, left, title, styles.CAPTION)
    words = overview.figures.form_fields.words
    heads = (words.key, words.title, "所属", pair[0].axis_label, pair[1].axis_label, "増減")
    spans = ((0, 0), (1, 4), (5, 6), (7, 8), (9, 10), (11, 11))
    for (first, last), head in zip(spans, heads, strict=True):
        look = styles.style(styles.HEAD, shrink=True, text_wrap=False)
        page.merged((top + 1, left + first, top + 1, left + last), head, look)
    if not changes:
        page.merged(
            (top + 2, left, top + 2, left + 11), f"該当する{words.caption}はありません", styles.TEXT
        )
    for row, change in enumerate(changes, top + 2):
        _write_ranked(overview, (row, left), change, pair)
    return top + 1 + max(1, len(changes))


def _write_ranked(
    overview: Overview, at: tuple[int, int], change: CostChange, pair: tuple[Field, Field]
) -> None:
    page, (row, left) = overview.page, at
    page.height(row, 19)
    small: Style = styles.style(styles.CELL, shrink=True)
    page.text(row, left, change.project.sheet.key, styles.style(small, align="center"))
    target = change.project.target(pair[1].path)
    area = (row, left + 1, row, left + 4)
    # On a line of its own a name gets smaller: a second line of it would not be seen.
    name = styles.style(styles.TEXT, shrink=True, text_wrap=False)
    page.merged_link(area, change.project.sheet.title, target, name)
    unit = "".join(overview.figures.names(change.project.names)[:1])
    page.merged((row, left + 5, row, left + 6), unit, name)
    key = cell(row, left)
    numbers = [_number_formula(overview, field, key) for field in pair]
    look = styles.style(styles.NUMBER, num_format=styles.SPACED_MONEY, indent=0)
    page.merged_formula((row, left + 7, row, left + 8), f"={numbers[0]}", change.before, look)
    page.merged_formula((row, left + 9, row, left + 10), f"={numbers[1]}", change.after, look)
    known = change.before is not None and change.after is not None
    before, after = cell(row, left + 7), cell(row, left + 9)
    formula = f'=IF(COUNT({before},{after})<2,"",{after}-{before})'
    page.formula(row, left + 11, formula, change.difference if known else None, styles.CHANGE)


def _number_formula(overview: Overview, field: Field, key: str) -> str:
    """The formula of a project's number; the empty text where the list has none."""
    value = overview.formulas.looked_up(field.path, key)
    return f'IF(ISNUMBER({value}),{value},"")'
