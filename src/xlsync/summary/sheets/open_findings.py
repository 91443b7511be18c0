"""要確認: the open errors and warnings of all sheets, gravest first, each leading to its cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITIES, SEVERITY_WORDS
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.project_list_formulas import UNITS
from xlsync.summary.figures.projects import cell_reference

if TYPE_CHECKING:
    from xlsync.organization import Unit
    from xlsync.summary.excel.page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.projects import Project

WORKSHEET: Final = "要確認"
NOTHING: Final = "指摘はありません"
_HEAD, _FIRST = 3, 4
_MISSING: Final = "組織の一覧にありますが、評価シートを受け取っていません。未提出か、所属の名前の違いか確かめてください。"
_SHOWN: Final = ("error", "warning")


def write_findings(frame: Frame, figures: Figures) -> None:
    """Write 要確認."""
    units = [UNITS[level] for level in figures.levels]
    heads = ["重要度", "事業コード", *units, "事務事業名", "場所", "内容"]
    page = frame.page(WORKSHEET, "A4", [10, 18, *[15] * len(units), 28, 20, 64])
    page.text(LEGEND_ROW, 0, _legend(figures), styles.NOTE)
    for column, head in enumerate(heads):
        page.text(_HEAD, column, head, styles.HEAD)
    page.height(_HEAD, 22)
    rows = list(_rows(figures))
    for row, (project, finding) in enumerate(rows, _FIRST):
        _write_row(page, row, project, finding, figures)
    if not rows and not figures.missing:
        page.merged((_FIRST, 0, _FIRST, len(heads) - 1), NOTHING, styles.TEXT)
        page.height(_FIRST, 26)
    for row, unit in enumerate(figures.missing, _FIRST + len(rows)):
        _write_missing(page, row, unit, figures)
    last = _FIRST + max(len(rows) + len(figures.missing), 1) - 1
    page.head(_HEAD, _HEAD, 2)
    if rows or figures.missing:
        page.filter(_HEAD, last, len(heads) - 1)
    page.print_area(last, 0, len(heads) - 1)


def _rows(figures: Figures) -> Iterator[tuple[Project, Finding]]:
    for severity in _SHOWN:
        for project in figures.projects:
            for finding in project.open_findings:
                if finding.severity == severity:
                    yield project, finding


def _legend(figures: Figures) -> str:
    """Say how many there are; notes ask nothing of anybody and stay in the sheets' own receipts."""
    severities = [finding.severity for p in figures.projects for finding in p.open_findings]
    conflicts = sum(len(project.item.conflicts) for project in figures.projects)
    *shown, notes = (f"{SEVERITY_WORDS[each]} {severities.count(each)}件" for each in SEVERITIES)
    if conflicts:
        shown = [f"{shown[0]}（うち入力の重なり {conflicts}件）", *shown[1:]]
    if figures.missing:
        shown = [*shown, f"評価シートのない所属 {len(figures.missing)}件"]
    return "　".join(shown) + f"（ほかに{notes}。参考は一覧に載せていません）"


def _write_row(page: Page, row: int, project: Project, finding: Finding, figures: Figures) -> None:
    target = cell_reference(finding.worksheet, finding.cell)
    shown = f"{finding.worksheet}!{finding.cell}" if finding.cell else ""
    grave = styles.GRAVE if finding.severity == "error" else styles.style()
    page.height(row, 22)
    page.text(row, 0, SEVERITY_WORDS[finding.severity], styles.style(styles.WORD, grave))
    page.text(row, 1, project.sheet.key, styles.WORD)
    names = project.names[-len(figures.levels) :]
    for column, name in enumerate(names, 2):
        page.text(row, column, name, styles.TEXT)
    column = 2 + len(names)
    page.link(row, column, project.sheet.title, (project.item.link, ""), styles.TEXT)
    page.link(row, column + 1, shown, (project.item.link, target), styles.TEXT)
    page.text(row, column + 2, finding.message, styles.TEXT)


def _write_missing(page: Page, row: int, unit: Unit, figures: Figures) -> None:
    """Write a 課 or 係 of the city's list from which no sheet has come."""
    names = unit[-len(figures.levels) :]
    page.height(row, 22)
    page.text(row, 0, "シートなし", styles.WORD)
    page.text(row, 1, "", styles.WORD)
    for column, name in enumerate((*names, "", "", _MISSING), 2):
        page.text(row, column, name, styles.TEXT)
