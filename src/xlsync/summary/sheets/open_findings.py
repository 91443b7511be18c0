"""The open conflicts, errors and warnings of all sheets, each leading to its cell, then a line per sheet with blanks.

A blank is named by its field alone: hundreds of lines of them would hide what somebody has to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding
from xlsync.finding_counts import CLASS_WORDS, FindingClass, class_of, count_findings
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.figures.projects import cell_reference

if TYPE_CHECKING:
    from xlsync.organization import Unit
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.projects import Project

NOTHING: Final = "指摘はありません"
_HEAD, _FIRST = 3, 4
_MISSING: Final = "組織の一覧にありますが、{worksheet}を受け取っていません。未提出か、所属の名前の違いか確かめてください。"
_SINGLE: Final[tuple[FindingClass, ...]] = ("conflict", "error", "warning")
"""What has a line of its own, in this order."""
_BLANKS_NAMED: Final = 5


def write_findings(frame: Frame, figures: Figures, title: str) -> None:
    """Write the list of what is left to do."""
    units = figures.level_words
    words = figures.form_fields.words
    heads = ["種類", words.key, *units, words.title, "場所", "内容"]
    page = frame.page(title, [13, 18, *[15] * len(units), 28, 18, 78])
    page.text(LEGEND_ROW, 0, _legend(figures), styles.NOTE)
    for column, head in enumerate(heads):
        page.text(_HEAD, column, head, styles.HEAD)
    page.height(_HEAD, 22)
    rows = list(_rows(figures))
    for row, line in enumerate(rows, _FIRST):
        _write_row(page, row, line, figures)
    if not rows and not figures.missing_units:
        page.merged((_FIRST, 0, _FIRST, len(heads) - 1), NOTHING, styles.TEXT)
        page.height(_FIRST, 26)
    for row, unit in enumerate(figures.missing_units, _FIRST + len(rows)):
        _write_missing(page, row, unit, figures)
    last = _FIRST + max(len(rows) + len(figures.missing_units), 1) - 1
    page.head(_HEAD, _HEAD, 2)
    if rows or figures.missing_units:
        page.filter(_HEAD, last, len(heads) - 1)
    page.print_area(last, 0, len(heads) - 1)


@dataclass(frozen=True)
class _Row:
    """One line: a finding, or the blanks of a sheet; `finding` is the one whose cell it leads to."""

    project: Project
    finding_class: FindingClass
    finding: Finding
    text: str


def _rows(figures: Figures) -> Iterator[_Row]:
    for kind in _SINGLE:
        for project in figures.projects:
            for finding in _of_class(project, kind):
                yield _Row(project, kind, finding, finding.message)
    for project in figures.projects:
        blanks = _of_class(project, "blank")
        if blanks:
            yield _Row(project, "blank", blanks[0], _blank_words(blanks))


def _of_class(project: Project, kind: FindingClass) -> list[Finding]:
    return [each for each in project.open_findings if class_of(each.code, each.severity) == kind]


def _blank_words(blanks: Sequence[Finding]) -> str:
    """Return how many fields of a sheet are blank, and the first of them by name."""
    names = "".join(f"「{finding.facts['field']}」" for finding in blanks[:_BLANKS_NAMED])
    more = "など" if len(blanks) > _BLANKS_NAMED else ""
    return f"未入力 {len(blanks)}件：{names}{more}"


def _legend(figures: Figures) -> str:
    """Say how many there are; notes ask nothing of anybody and stay in the sheets' own receipts."""
    findings = [finding for project in figures.projects for finding in project.open_findings]
    notes = sum(finding.severity == "note" for finding in findings)
    counted = count_findings(findings).words
    missing = (
        f"・{figures.form_fields.edition.worksheet}のない所属 {len(figures.missing_units)}件"
        if figures.missing_units
        else ""
    )
    return f"{counted}{missing}（ほかに参考 {notes}件。参考は一覧に載せていません）"


def _write_row(page: Page, row: int, line: _Row, figures: Figures) -> None:
    project, finding = line.project, line.finding
    target = cell_reference(finding.worksheet, finding.cell)
    shown = f"{finding.worksheet}!{finding.cell}" if finding.cell else ""
    grave = styles.GRAVE if line.finding_class in {"conflict", "error"} else styles.style()
    page.height(row, 22)
    page.text(row, 0, CLASS_WORDS[line.finding_class], styles.style(styles.WORD, grave))
    page.link(row, 1, project.sheet.key, (project.item.link, ""), styles.WORD)
    names = figures.names(project.names)
    for column, name in enumerate(names, 2):
        page.text(row, column, name, styles.TEXT)
    column = 2 + len(names)
    page.link(row, column, project.sheet.title, (project.item.link, ""), styles.TEXT)
    page.link(row, column + 1, shown, (project.item.link, target), styles.TEXT)
    page.text(row, column + 2, line.text, styles.TEXT)


def _write_missing(page: Page, row: int, unit: Unit, figures: Figures) -> None:
    """Write a 課 or 係 of the city's list from which no sheet has come."""
    names = figures.names(unit)
    missing = _MISSING.format(worksheet=figures.form_fields.edition.worksheet)
    page.height(row, 22)
    page.text(row, 0, "シートなし", styles.WORD)
    page.text(row, 1, "", styles.WORD)
    for column, name in enumerate((*names, "", "", missing), 2):
        page.text(row, column, name, styles.TEXT)
