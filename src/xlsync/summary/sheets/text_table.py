"""Texts of each project in full, to be read on paper, with some short words beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.text_layout import pieces

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import TextsFields
    from xlsync.summary.figures.projects import Project

LEGEND: Final = "各欄は{worksheet}の記載のままです。長い文章は、次の行に続けて載せています。{key}から、その欄を開けます。"
_HEAD, _FIRST = 3, 4
_PROSE, _LINES = 124, 20


@dataclass(frozen=True)
class _Columns:
    """The fields in columns: `long` texts, then `short` words; `widths` of all columns, `title` the one before them.

    `first_path` is that of the field that a row leads to.
    """

    figures: Figures
    long: list[Field]
    short: list[Field]
    first_path: str

    @property
    def title(self) -> int:
        return 1 + len(self.figures.levels)

    @property
    def heads(self) -> list[str]:
        units = self.figures.level_words
        words = self.figures.form_fields.words
        return [words.key, *units, words.title, *map(_head, (*self.long, *self.short))]

    @property
    def widths(self) -> list[float]:
        prose = _PROSE / max(1, len(self.long))
        units = [14] * len(self.figures.levels)
        return [18, *units, 24, *[prose] * len(self.long), *[20] * len(self.short)]


def write_texts(frame: Frame, figures: Figures, fields: TextsFields) -> None:
    """Write the texts; a text too long for one row goes on in the next, for Excel cuts off what a row cannot hold."""
    long = [field for field in fields.texts if _is_filled(field, figures)]
    columns = _Columns(figures, long, list(fields.words), fields.texts[0].path)
    page = frame.page(fields.title, columns.widths)
    form_fields = figures.form_fields
    legend = LEGEND.format(worksheet=form_fields.edition.worksheet, key=form_fields.words.key)
    page.text(LEGEND_ROW, 0, legend, styles.NOTE)
    for column, head in enumerate(columns.heads):
        page.text(_HEAD, column, head, styles.HEAD)
    page.height(_HEAD, 24)
    row = _FIRST
    for project in figures.projects:
        top, row = row, _write_project(page, row, project, columns)
        page.keep_together(top, row - 1)
    page.head(_HEAD, _HEAD, columns.title + 1)
    page.filter(_HEAD, row - 1, len(columns.heads) - 1)
    page.print_area(row - 1, 0, len(columns.heads) - 1)


def _write_project(page: Page, row: int, project: Project, columns: _Columns) -> int:
    """Write the rows of a project and return the row below them."""
    link = project.target(columns.first_path)
    words = [_mark(project, field, columns.figures) for field in columns.short]
    for part, texts in enumerate(_rows(project, columns.long, columns.widths[columns.title + 1 :])):
        page.height(row, 24)
        for column, name in enumerate(columns.figures.names(project.names), 1):
            page.text(row, column, name, styles.PROSE)
        title = f"{project.sheet.title}（続き）" if part else project.sheet.title
        top = styles.style(styles.WORD, valign="top")
        page.link(row, 0, project.sheet.key, link, top)
        page.link(row, columns.title, title, link, styles.PROSE)
        for column, text in enumerate((*texts, *words), columns.title + 1):
            page.text(row, column, text, styles.PROSE)
        row += 1
    return row


def _is_filled(field: Field, figures: Figures) -> bool:
    """True where some sheet says something: a year still running has no 課題 yet, and would fill half the page."""
    return any(project.sheet[field.path] not in (None, DASH) for project in figures.projects)


def _head(field: Field) -> str:
    return f"{field.label}（{field.axis_label}）" if field.axis_label else field.label


def _rows(
    project: Project, fields: list[Field], room: Sequence[float]
) -> Iterator[tuple[str, ...]]:
    """Yield the texts of a project row by row; one row where all are short or blank."""
    cut = [
        pieces(project.sheet.text(field.path), int(width) - 3, _LINES)
        for field, width in zip(fields, room, strict=False)
    ]
    if not cut:
        yield ()
    yield from zip_longest(*cut, fillvalue="")


def _mark(project: Project, field: Field, figures: Figures) -> str:
    """A grade's short form, or the word itself."""
    scales = {scale.field.path: scale for scale in figures.form_fields.scales}
    scale = scales.get(field.path)
    return scale.mark(project.sheet[field.path]) if scale else project.sheet.text(field.path)
