"""課題と方向性: what each project says of its 課題, its direction and the reason, in full, to be read on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.project_list_formulas import UNITS
from xlsync.summary.excel.text_layout import pieces

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.figures.figures import Figures, Project

WORKSHEET: Final = "課題と方向性"
LEGEND: Final = "各欄は評価シートの記載のままです。長い文章は、次の行に続けて載せています。事務事業名から、その欄を開けます。"
_HEAD, _FIRST = 3, 4
_PROSE, _LINES = 124, 20


def write_issues(frame: Frame, figures: Figures) -> None:
    """Write 課題と方向性; a text too long for one row goes on in the next, for Excel cuts off what a row cannot hold."""
    concepts = figures.concepts
    units = [UNITS[level] for level in figures.levels]
    short = [*(scale.field for scale in concepts.scales[-1:]), *concepts.direction]
    long = [f for f in (*concepts.issues, *concepts.reason) if _is_told(f, figures)]
    heads = ["事業コード", *units, "事務事業名", *map(_head, (*long, *short))]
    widths = [
        18,
        *[14] * len(units),
        24,
        *[_PROSE / max(1, len(long))] * len(long),
        *[20] * len(short),
    ]
    page = frame.page(WORKSHEET, "A3", widths)
    page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    for column, head in enumerate(heads):
        page.text(_HEAD, column, head, styles.HEAD)
    page.height(_HEAD, 24)
    row = _FIRST
    first = 1 + len(units)
    room = widths[first + 1 :]
    for project in figures.projects:
        for part, texts in enumerate(_rows(project, long, room)):
            page.height(row, 24)
            page.text(row, 0, project.sheet.key, styles.style(styles.WORD, valign="top"))
            for column, name in enumerate(project.names[-len(units) :], 1):
                page.text(row, column, name, styles.PROSE)
            place = project.target(concepts.issues[0].path if concepts.issues else "")
            title = f"{project.sheet.title}（続き）" if part else project.sheet.title
            page.link(row, first, title, place, styles.PROSE)
            marks = [_mark(project, field, figures) for field in short]
            for column, text in enumerate((*texts, *marks), first + 1):
                page.text(row, column, text, styles.PROSE)
            row += 1
    page.head(_HEAD, _HEAD, first + 1)
    page.filter(_HEAD, row - 1, len(heads) - 1)
    page.print_area(row - 1, 0, len(heads) - 1)


def _is_told(field: Field, figures: Figures) -> bool:
    """True where some sheet says something: a year still running has no 課題 yet, and would fill half the page."""
    return any(project.sheet[field.path] not in (None, DASH) for project in figures.projects)


def _head(field: Field) -> str:
    return f"{field.label}（{field.axis_label}）" if field.axis_label else field.label


def _rows(
    project: Project, fields: list[Field], room: Sequence[float]
) -> Iterator[tuple[str, ...]]:
    """Give the texts of a project row by row; one row where all is short or blank."""
    cut = [
        pieces(project.sheet.text(field.path), int(width) - 3, _LINES)
        for field, width in zip(fields, room, strict=False)
    ]
    if not cut:
        yield ()
    yield from zip_longest(*cut, fillvalue="")


def _mark(project: Project, field: Field, figures: Figures) -> str:
    """Give a grade's short form, or the word itself."""
    scales = {scale.field.path: scale for scale in figures.concepts.scales}
    scale = scales.get(field.path)
    return scale.mark(project.sheet[field.path]) if scale else project.sheet.text(field.path)
