"""事業一覧: one row per project, with the totals above the head so that filters and sorting leave them alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE, blank_text
from xlsync.summary.excel import styles
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.project_list_formulas import AMOUNTS, Column, ListFormulas
from xlsync.summary.excel.subtotals import sum_formulas
from xlsync.summary.figures.projects import Total
from xlsync.summary.sheets.project_list_columns import columns_of

if TYPE_CHECKING:
    from xlsync.summary.excel.worksheet_page import Page, Target
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.projects import Number, Project

_SUM, _LACK, _HEAD, _FIRST = 3, 4, 5, 7
_FROZEN: Final = "title"


def list_formulas_of(figures: Figures) -> ListFormulas:
    """The columns and rows of 事業一覧 for these figures."""
    title = figures.form_fields.listed.title
    return ListFormulas(title, columns_of(figures), _FIRST, _FIRST + len(figures.projects) - 1)


def write_list(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write 事業一覧."""
    columns = formulas.columns
    page = frame.page(formulas.worksheet, [c.width for c in columns], _unit(columns))
    page.text(LEGEND_ROW, 0, _legend(figures, columns), styles.NOTE)
    _write_heads(page, columns)
    for row, project in enumerate(figures.projects, _FIRST):
        page.height(row, 22)
        for index, column in enumerate(columns):
            if column.parts:
                formula = f"={formulas.sum_in_row(row, column.parts)}"
                page.formula(row, index, formula, _number(column, project), column.look)
            else:
                _write(page, (row, index), column, project)
    _write_totals(page, figures, formulas)
    printed = sum(column.printed for column in columns)
    page.head(_HEAD, _HEAD + 1, formulas.at(_FROZEN) + 1)
    page.filter(_HEAD + 1, formulas.last_row, len(columns) - 1)
    page.print_area(formulas.last_row, 0, printed - 1)


def _legend(figures: Figures, columns: Sequence[Column]) -> str:
    """What must be known to read the list, and what stands right of the print."""
    form_fields = figures.form_fields
    printed = {column.name for column in columns if column.printed}
    beside = [f"{shares.noun}の内訳" for shares in form_fields.shares]
    blocks = (block for block in form_fields.blocks if block.fields[0].path not in printed)
    beside += dict.fromkeys(block.label for block in blocks)
    sentences = (
        f"{form_fields.words.key}から{form_fields.edition.worksheet}を開けます。",
        "色のついた空欄・「-」は金額などが未入力で、合計に含まれません。",
        "評価の「※」は選択肢にない記載です。" if form_fields.scales else "",
        f"右側（印刷範囲外）に{'や'.join(beside[:2])}などがあります。" if beside else "",
    )
    return "".join(sentences)


def _unit(columns: Sequence[Column]) -> str:
    units = dict.fromkeys(column.unit for column in columns if column.printed and column.unit)
    return f"単位：{'・'.join(units)}" if units else ""


def _write_heads(page: Page, columns: tuple[Column, ...]) -> None:
    index = 0
    for block, members in groupby(columns, key=lambda column: column.block):
        labels = [column.label for column in members]
        if block:
            page.merged((_HEAD, index, _HEAD, index + len(labels) - 1), block, styles.HEAD)
        for offset, label in enumerate(labels):
            if block:
                page.text(_HEAD + 1, index + offset, label, styles.HEAD)
            else:
                page.text(_HEAD, index + offset, "", styles.style(styles.HEAD, bottom=0))
                page.text(_HEAD + 1, index + offset, label, styles.style(styles.HEAD, top=0))
        index += len(labels)
    page.height(_HEAD + 1, 34)


def _write(page: Page, cell: tuple[int, int], column: Column, project: Project) -> None:
    value = column.value_of(project)
    if column.role in {"code", "link"}:
        page.link(*cell, str(value), _target(project), column.look)
    elif isinstance(value, int | Decimal):
        grave = column.name == "error" and value
        page.number(*cell, value, styles.style(column.look, styles.GRAVE) if grave else column.look)
    else:
        lacking = column.role in AMOUNTS
        look = styles.style(column.look, styles.LACKING) if lacking else column.look
        text = _open_word(column, project) if value is None else str(value)
        page.text(*cell, text, column.look if text == NOT_DUE else look)


def _target(project: Project) -> Target:
    """The cell with the project's name in its workbook."""
    identity = project.sheet.edition.definition.identity
    return project.target(identity.title or identity.key[0])


def _open_word(column: Column, project: Project) -> str:
    """Return "－" where nobody has to fill the field of a column yet, and nobody has; else ""."""
    sheet = project.sheet
    return blank_text(sheet.edition, column.name, sheet, sheet.unreadable)


def _write_totals(page: Page, figures: Figures, formulas: ListFormulas) -> None:
    """Write the sums and the counts of what is missing; the words stand left of the first sum."""
    summed = [i for i, c in enumerate(formulas.columns) if c.role in (*AMOUNTS, "count")]
    left = summed[0] - 1
    page.text(_SUM, left, f"合計（{len(figures.projects)}件）", styles.SUM_NAME)
    page.text(_LACK, left, "未入力（件）", styles.SUM_NAME)
    for index in summed:
        column = formulas.columns[index]
        here = formulas.here(column.name)
        look = styles.style(column.look, styles.STRONGER)
        if column.role == "count":
            counted = sum(int(str(column.value_of(project))) for project in figures.projects)
            page.formula(_SUM, index, f"=SUM({here})", counted, look)
            continue
        source = (f"SUM({here})", f"COUNT({here})", f"ROWS({here})")
        added, missing = sum_formulas(_total(column, figures.projects), source)
        page.formula(_SUM, index, *added, look)
        page.formula(_LACK, index, *missing, styles.style(look, styles.SUM_NOTE))


def _total(column: Column, projects: Sequence[Project]) -> Total:
    """Add up the numbers in a column."""
    numbers = [_number(column, project) for project in projects]
    known = [number for number in numbers if number is not None]
    due = not any(_is_open(column, project) for project in projects)
    return Total(len(numbers), len(numbers) - len(known), sum(known), due)


def _is_open(column: Column, project: Project) -> bool:
    """Whether nobody has to fill a column of a project yet, nor the parts it is the sum of."""
    names = column.parts or (column.name,)
    return project.sheet.edition.not_due.issuperset(names)


def _number(column: Column, project: Project) -> Number | None:
    """The number in a column; None for blank, "-" and words."""
    value = column.value_of(project)
    return value if isinstance(value, int | Decimal) else None
