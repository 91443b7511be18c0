"""事業一覧: one row per project, with the totals above the head so that filters and sorting leave them alone."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from xlsync.summary import styles
from xlsync.summary.frame import LEGEND_ROW, Frame
from xlsync.summary.ledger import WORKSHEET, Column, Ledger, columns_of

if TYPE_CHECKING:
    from xlsync.kinds import Value
    from xlsync.summary.book import Page
    from xlsync.summary.figures import Figures, Project

_SUM, _LACK, _HEAD, _FIRST = 3, 4, 5, 7
_FROZEN: Final = "title"


def ledger_of(figures: Figures) -> Ledger:
    """Give the shape of 事業一覧 for these figures."""
    return Ledger(columns_of(figures), _FIRST, _FIRST + len(figures.projects) - 1)


def write_list(frame: Frame, figures: Figures, ledger: Ledger) -> None:
    """Write 事業一覧."""
    columns = ledger.columns
    page = frame.page(WORKSHEET, "A3", [column.width for column in columns])
    page.text(LEGEND_ROW, 0, _LEGEND, styles.NOTE)
    _write_heads(page, columns)
    for row, project in enumerate(figures.projects, _FIRST):
        page.height(row, 22)
        for place, column in enumerate(columns):
            _write(page, (row, place), column, project)
    _write_totals(page, figures, ledger)
    printed = sum(column.printed for column in columns)
    page.head(_HEAD, _HEAD + 1, ledger.at(_FROZEN) + 1)
    page.filter(_HEAD + 1, ledger.last_row, len(columns) - 1)
    page.print_area(ledger.last_row, 0, printed - 1)


_LEGEND: Final = (
    "事務事業名から評価シートを開けます。色のついた空欄・「-」は金額などが未入力で、合計に含まれません。"
    "評価の「※」は選択肢にない記載です。右側（印刷範囲外）に財源の内訳があります。"
)


def _write_heads(page: Page, columns: tuple[Column, ...]) -> None:
    place = 0
    for block, members in groupby(columns, key=lambda column: column.block):
        labels = [column.label for column in members]
        if block:
            page.merged((_HEAD, place, _HEAD, place + len(labels) - 1), block, styles.HEAD)
        for offset, label in enumerate(labels):
            if block:
                page.text(_HEAD + 1, place + offset, label, styles.HEAD)
            else:
                page.text(_HEAD, place + offset, "", styles.style(styles.HEAD, bottom=0))
                page.text(_HEAD + 1, place + offset, label, styles.style(styles.HEAD, top=0))
        place += len(labels)
    page.height(_HEAD + 1, 34)


def _write(page: Page, cell: tuple[int, int], column: Column, project: Project) -> None:
    value: Value = column.value(project)
    if column.role == "link":
        page.link(*cell, str(value), (project.item.link, ""), column.style)
    elif column.role == "amount":
        _write_amount(page, cell, project, column)
    elif column.role in {"count", "number"}:
        look = styles.style(column.style, styles.GRAVE) if column.name == "error" and value else column.style
        page.number(*cell, int(str(value)), look)
    else:
        page.text(*cell, "" if value is None else str(value), column.style)


def _write_amount(page: Page, cell: tuple[int, int], project: Project, column: Column) -> None:
    number = project.number(column.name)
    if number is None:
        shown = project.sheet.text(column.name)
        page.text(*cell, shown, styles.style(column.style, styles.LACKING))
    else:
        page.number(*cell, number, column.style)


def _write_totals(page: Page, figures: Figures, ledger: Ledger) -> None:
    """Write the sums and the counts of what is missing; the words stand left of the first sum."""
    words = styles.style(styles.TEXT, styles.TOTAL, align="right", text_wrap=False)
    summed = [place for place, c in enumerate(ledger.columns) if c.role in {"amount", "count"}]
    page.text(_SUM, summed[0] - 1, f"合計（{len(figures.projects)}件）", words)
    page.text(_LACK, summed[0] - 1, "未入力（件）", words)
    for place in summed:
        column = ledger.columns[place]
        here = ledger.here(column.name)
        look = styles.style(column.style, styles.TOTAL)
        if column.role == "count":
            counted = sum(int(str(column.value(project))) for project in figures.projects)
            page.formula(_SUM, place, f"=SUM({here})", counted, look)
            continue
        found = figures.total(column.name)
        page.formula(_SUM, place, f'=IF(COUNT({here})=0,"",SUM({here}))', found.known, look)
        lacking = f"=ROWS({here})-COUNT({here})"
        page.formula(_LACK, place, lacking, found.missing, styles.style(look, styles.LACK))
