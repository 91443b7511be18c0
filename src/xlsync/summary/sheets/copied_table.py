"""文章の使い回し: how much of their texts each unit copied from last year's sheets, and the texts that are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame, GroupLine, lines_of
from xlsync.summary.figures.copied_texts import RUN, CopiedText, copied_texts

if TYPE_CHECKING:
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import CopiedFields
    from xlsync.summary.figures.projects import Project

LEGEND: Final = (
    f"昨年度のシートの同じ欄と比べ、{RUN}文字以上続けて同じ部分の文字数の割合です。空白・改行・全角半角と数字のちがいは見ません。"
    f"{RUN}文字に満たない文章は割合に入れません。「一字一句同じ」は、長さによらず同じ文章の欄の数です。"
)
_HEAD, _FIRST = 3, 4
_HEADS: Final = ("所属", "比べた欄", "文字数", "使い回し", "割合", "一字一句同じ")


@dataclass(frozen=True, slots=True)
class _Copies:
    """What some projects copied."""

    copied_texts: Sequence[CopiedText]

    @property
    def whole_length(self) -> int:
        return sum(text.whole_length for text in self.copied_texts)

    @property
    def copied_length(self) -> int:
        return sum(text.copied_length for text in self.copied_texts)

    @property
    def verbatim_count(self) -> int:
        return sum(text.is_verbatim for text in self.copied_texts)


def write_copied(frame: Frame, figures: Figures, fields: CopiedFields) -> None:
    """Write the page, where any text can be compared with last year's."""
    by_project = {
        id(project): list(copied_texts(project, fields.texts)) for project in figures.projects
    }
    if not any(by_project.values()):
        return
    page = frame.page(fields.title, [26, 30, 12, 12, 34, 16])
    page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    for column, head in enumerate(_HEADS):
        page.text(_HEAD, column, head, styles.HEAD)
    row = _FIRST
    for line in lines_of(figures, down_to=2):
        _write_line(page, row, line, _copies(line.members.projects, by_project))
        row += 1
    last = _write_verbatim(page, row + 1, figures, by_project)
    page.print_area(last, 0, len(_HEADS) - 1)


def _copies(projects: Iterable[Project], by_project: Mapping[int, list[CopiedText]]) -> _Copies:
    return _Copies([text for project in projects for text in by_project[id(project)]])


def _write_line(page: Page, row: int, line: GroupLine, copies: _Copies) -> None:
    look = styles.style(styles.NUMBER, line.look, num_format=styles.MONEY)
    page.height(row, 20)
    page.text(row, 0, line.name, styles.style(styles.TEXT, line.look, indent=line.indent + 1))
    page.number(row, 1, len(copies.copied_texts), look)
    page.number(row, 2, copies.whole_length, look)
    page.number(row, 3, copies.copied_length, look)
    whole = copies.whole_length
    formula = f'=IF(C{row + 1}=0,"",D{row + 1}/C{row + 1})'
    share = copies.copied_length / whole if whole else None
    page.formula(row, 4, formula, share, styles.style(look, num_format=styles.SHARE))
    page.number(row, 5, copies.verbatim_count, look)


def _write_verbatim(
    page: Page, row: int, figures: Figures, by_project: Mapping[int, list[CopiedText]]
) -> int:
    """Write the texts that are the same word for word, and return the last row."""
    words = figures.form_fields.words
    page.text(row, 0, "昨年度と一字一句同じ欄", styles.SUM_NAME)
    heads = (words.key, words.title, "", "", "欄", "文字数")
    for column, head in enumerate(heads):
        page.text(row + 1, column, head, styles.HEAD)
    page.merged((row + 1, 1, row + 1, 3), words.title, styles.HEAD)
    row += 2
    for project in figures.projects:
        for text in by_project[id(project)]:
            if text.is_verbatim:
                _write_text(page, row, project, text)
                row += 1
    return row - 1


def _write_text(page: Page, row: int, project: Project, text: CopiedText) -> None:
    link = project.target(text.field.path)
    page.height(row, 20)
    page.link(row, 0, project.sheet.key, link, styles.WORD)
    page.merged((row, 1, row, 3), project.sheet.title, styles.TEXT)
    page.text(row, 4, text.field.title, styles.TEXT)
    length = len(str(project.sheet[text.field.path]))
    page.number(row, 5, length, styles.style(styles.NUMBER, num_format=styles.MONEY))


__all__ = ["write_copied"]
