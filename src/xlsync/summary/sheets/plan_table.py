"""施策別: what the projects of each 施策 add up to across departments, and the projects that serve none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.figures.plan_figures import plan_tables, without_any_plan
from xlsync.summary.figures.projects import total
from xlsync.summary.figures.targets import verdict
from xlsync.summary.sheets.years_layout import number_format

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import PlansFields
    from xlsync.summary.figures.plan_figures import PlanTable
    from xlsync.summary.figures.projects import Project

LEGEND: Final = (
    "複数の施策に当たる事業は、それぞれの施策に数えます（計では1件です）。上の段の施策は、下の段の分を含みます。"
    "「未1」は、金額などが未入力の事業が1件あり、合計に含まれていないことを表します。"
)
_HEAD, _FIRST = 3, 4
_NAME, _COUNT, _START, _STEP = 0, 1, 2, 2
OUTSIDE: Final = "（一覧にないもの）"
WITHOUT: Final = "（記載なし）"


@dataclass(frozen=True, slots=True)
class _PlanPage:
    """The page being written, and what its columns show."""

    page: Page
    plans: PlansFields

    @property
    def met_column(self) -> int:
        """The column of the targets that were met, the last one."""
        return _START + _STEP * len(self.plans.amounts)


def write_plans(frame: Frame, figures: Figures, plans: PlansFields) -> None:
    """Write the page, where the city has a list of 施策."""
    tables = plan_tables(figures.projects, figures.plan_list)
    if not tables:
        return
    widths = [46, 8, *[12, 5] * len(plans.amounts), 16]
    page = _PlanPage(frame.page(plans.title, widths), plans)
    page.page.text(LEGEND_ROW, 0, LEGEND, styles.NOTE)
    _write_heads(page)
    row = _FIRST
    for table in tables:
        row = _write_table(page, row, table, figures.projects)
    row = _write_without(page, row + 1, figures, tables)
    page.page.head(_HEAD, _HEAD, 1)
    page.page.print_area(row - 1, 0, page.met_column)


def _write_heads(page: _PlanPage) -> None:
    sheet = page.page
    sheet.text(_HEAD, _NAME, "施策", styles.HEAD)
    sheet.text(_HEAD, _COUNT, "件数", styles.HEAD)
    for index, field in enumerate(page.plans.amounts):
        column = _START + _STEP * index
        unit = f"（{field.unit}）" if field.unit else ""
        title = f"{field.axis_label}\n{field.label}{unit}"
        sheet.merged((_HEAD, column, _HEAD, column + 1), title, styles.HEAD)
    year = page.plans.target.axis_label if page.plans.target else ""
    sheet.text(_HEAD, page.met_column, f"{year}\n目標達成／判定（件）", styles.HEAD)
    sheet.height(_HEAD, 46)


def _write_table(page: _PlanPage, row: int, table: PlanTable, every: Sequence[Project]) -> int:
    """Write the lines of a plan and return the row below."""
    lines = [(f"{table.plan_name}　計", 0, every, styles.STRONGER)]
    lines += [
        (each.title, each.depth + 1, each.projects, styles.style()) for each in table.plan_members
    ]
    if table.outside:
        lines.append((OUTSIDE, 1, table.outside, styles.LACKING))
    lines.append((WITHOUT, 1, table.none_named, styles.style()))
    for title, depth, projects, look in lines:
        _write_line(page, row, (title, depth), projects, look)
        row += 1
    return row


def _write_line(
    page: _PlanPage, row: int, name: tuple[str, int], projects: Sequence[Project], look: Style
) -> None:
    title, depth = name
    page.page.height(row, 20)
    page.page.text(row, _NAME, title, styles.style(styles.TEXT, look, indent=depth + 1))
    page.page.number(row, _COUNT, len(projects), styles.style(styles.COUNTED, look))
    for index, field in enumerate(page.plans.amounts):
        _write_amount(page.page, (row, _START + _STEP * index), field, projects, look)
    words = _targets_met(page.plans, projects)
    page.page.text(row, page.met_column, words, styles.style(styles.WORD, look))


def _write_amount(
    page: Page, at: tuple[int, int], field: Field, projects: Sequence[Project], look: Style
) -> None:
    """Write the sum of an amount, blank where nothing is known, and how many projects lack it."""
    row, column = at
    amount = total(projects, field.path)
    shown = styles.style(styles.NUMBER, look, num_format=number_format(field.kind), right=0)
    if amount.known is None:
        page.text(row, column, "", shown)
    else:
        page.number(row, column, amount.known, shown)
    missing = amount.missing if amount.due else 0
    page.number(row, column + 1, missing, styles.style(styles.MARK, look, font_size=8))


def _targets_met(plans: PlansFields, projects: Sequence[Project]) -> str:
    """How many targets of the last year that is over were met, and of how many that can be judged."""
    if plans.target is None or plans.actual is None:
        return ""
    target, actual = plans.target.path, plans.actual.path
    verdicts = [verdict(each.sheet[target], each.sheet[actual]) for each in projects]
    judged = verdicts.count("○") + verdicts.count("×")
    return f"{verdicts.count('○')}／{judged}" if judged else ""


def _write_without(page: _PlanPage, row: int, figures: Figures, tables: Sequence[PlanTable]) -> int:
    """Write the projects that name none of the plans, and return the row below."""
    projects = list(without_any_plan(tables))
    last = page.met_column
    title = f"どの計画の記載もない{figures.form_fields.words.sheet}：{len(projects)}件"
    page.page.merged((row, 0, row, last), title, styles.HEAD)
    row += 1
    for project in projects:
        link = (project.item.link, "")
        page.page.height(row, 20)
        page.page.link(row, 0, project.sheet.key, link, styles.WORD)
        names = " ".join(filter(None, figures.names(project.names)))
        page.page.merged((row, 1, row, last), f"{project.sheet.title}　{names}", styles.TEXT)
        row += 1
    return row


__all__ = ["write_plans"]
