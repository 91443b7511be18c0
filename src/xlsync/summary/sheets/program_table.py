"""A table by budget code: what the sheets under each add up to, and whether the total that they state agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE
from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area, cell, worksheet_reference
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.subtotals import LEGEND, sum_formulas, write_pair
from xlsync.summary.figures.budget_reconciliation import Program, programs_of

if TYPE_CHECKING:
    from xlsync.summary.excel.project_list_formulas import ListFormulas
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import ProgramTotal

ADDED: Final = "シートの合計"
BEYOND: Final = "ほかの部のシート"
DIFFERENCE: Final = "差（記載－合計）"
UNEQUAL: Final = "≠"
DIFFERING: Final = "相違"
_HEAD, _FIRST, _STEP = 3, 5, 2
_LEFT: Final = (5, 17, 34, 6, 27)
"""The number (not printed), code, name, count, and what a line labels."""
_START: Final = len(_LEFT)
_WORDS: Final = (
    "「≠」は記載と合計が合わない欄、「相違」はシートによって記載が異なる欄です。"
    "未入力があるときは差を出さず、金額がそろったシートの数（3件中2件など）を示します。"
)


@dataclass(frozen=True)
class _ProgramBlock:
    """The rows of one program: where they begin, and what they are summed over."""

    page: Page
    formulas: ListFormulas
    budget_program: Program
    row: int

    @property
    def group(self) -> str:
        return str(len(self.budget_program.codes))

    @property
    def number(self) -> str:
        return f"$A{self.row + 1}"

    @property
    def size(self) -> str:
        return f"$D{self.row + 1}"


def write_programs(frame: Frame, figures: Figures, formulas: ListFormulas) -> None:
    """Write the table: a line for each 款, 項 and 目; three or four for each 予算事業."""
    pairs = figures.form_fields.program.totals
    widths = [*_LEFT, *[9.5, 5] * len(pairs), 14]
    page = frame.tree_page(figures.form_fields.program.title, widths, f"単位：{pairs[0].own.unit}")
    page.text(LEGEND_ROW, 1, LEGEND + _WORDS, styles.NOTE)
    _write_heads(page, pairs)
    deepest = len(figures.form_fields.program.codes)
    top = row = _FIRST
    for program in programs_of(figures):
        whole = len(program.codes) == deepest
        block = _ProgramBlock(page, formulas, program, row)
        _write_left(block, figures, whole=whole)
        row += _write_program(block, pairs) if whole else _write_above(block, pairs, deepest)
        if whole:  # with the lines of its 款, 項 and 目 right above it
            page.keep_together(top, row - 1)
            top = row
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(row - 1, 1, len(widths) - 1)


def agreements(figures: Figures) -> str:
    """The cells that say whether each 予算事業 agrees, as another worksheet refers to them."""
    column = _START + _STEP * len(figures.form_fields.program.totals)
    rows = sum(_rows(p, len(figures.form_fields.program.codes)) for p in programs_of(figures))
    last = _FIRST + rows - 1
    title = worksheet_reference(figures.form_fields.program.title)
    return f"{title}!{area((_FIRST, column), (last, column))}"


def _rows(program: Program, deepest: int) -> int:
    if len(program.codes) < deepest:
        return 1
    return 4 if program.outside else 3


def _write_heads(page: Page, pairs: tuple[ProgramTotal, ...]) -> None:
    page.text(_HEAD + 1, 0, "番号", styles.INDEX)
    for column, head in enumerate(("予算コード", "名称", "件数", ""), 1):
        page.merged((_HEAD, column, _HEAD + 1, column), head, styles.HEAD)
    column = _START
    labels = list(dict.fromkeys(pair.own.label for pair in pairs))
    for label in labels:
        fields = [pair.own for pair in pairs if pair.own.label == label]
        page.merged((_HEAD, column, _HEAD, column + _STEP * len(fields) - 1), label, styles.HEAD)
        for field in fields:
            page.merged((_HEAD + 1, column, _HEAD + 1, column + 1), field.axis_label, styles.HEAD)
            column += _STEP
    page.merged((_HEAD, column, _HEAD + 1, column), "照合", styles.HEAD)
    for row in (_HEAD, _HEAD + 1):
        page.height(row, 22)


def _write_left(block: _ProgramBlock, figures: Figures, *, whole: bool) -> None:
    """Write number, code, name and count of a line."""
    page, program, row = block.page, block.budget_program, block.row
    depth = len(program.codes)
    look = styles.PLAIN if whole else styles.LAYERS[min(2, 5 - depth)]
    page.height(row, 20)
    page.number(row, 0, program.number, styles.INDEX)
    page.text(row, 1, program.code, styles.style(styles.TEXT, look))
    names = [
        project.sheet.text(field.path)
        for project in program.projects
        for field in figures.form_fields.program.name
    ]
    label = figures.form_fields.program.codes[depth - 1].label
    above = f"{label} {program.codes[-1]} {figures.budget_names.get(program.code, '')}".strip()
    name = next((name for name in names if name), "") if whole else above
    page.text(row, 2, name, styles.style(styles.TEXT, look))
    count = styles.style(styles.COUNTED, look)
    page.formula(
        row, 3, f"={block.formulas.size(block.group, block.number)}", len(program.projects), count
    )
    page.text(row, 4, ADDED, styles.style(styles.TEXT, look))


def _write_above(block: _ProgramBlock, pairs: tuple[ProgramTotal, ...], deepest: int) -> int:
    look = styles.LAYERS[min(2, deepest - len(block.budget_program.codes))]
    for index, pair in enumerate(pairs):
        _write_sum(block, pair, _START + _STEP * index, look)
    block.page.text(block.row, _START + _STEP * len(pairs), "", styles.style(styles.CELL, look))
    return 1


def _write_program(block: _ProgramBlock, pairs: tuple[ProgramTotal, ...]) -> int:
    """Write the lines of a 予算事業 and give how many they are."""
    page, row = block.page, block.row
    labels = [f"{pairs[0].stated.part}（記載）", DIFFERENCE]
    if block.budget_program.outside:
        labels.insert(0, f"{BEYOND}（{len(block.budget_program.outside)}件）")
    for offset, label in enumerate(labels, 1):
        for column in (1, 2, 3):
            page.text(row + offset, column, "", styles.CELL)
        page.text(row + offset, 4, label, styles.TEXT)
        page.height(row + offset, 18)
    for index, pair in enumerate(pairs):
        column = _START + _STEP * index
        _write_sum(block, pair, column, styles.PLAIN)
        if block.budget_program.outside:
            _write_beyond(block, pair, column)
        _write_stated(block, pair, (row + len(labels) - 1, column))
        _write_difference(block, pair, (row + len(labels), column))
    _write_verdict(block, pairs, row + len(labels))
    return 1 + len(labels)


def _write_sum(block: _ProgramBlock, pair: ProgramTotal, column: int, look: Style) -> None:
    total = block.budget_program.total(pair.own.path)
    over = (pair.own.path, block.group, block.number)
    source = (block.formulas.sum(*over), block.formulas.known(*over), block.size)
    write_pair(block.page, (block.row, column), sum_formulas(total, source), look)


def _write_beyond(block: _ProgramBlock, pair: ProgramTotal, column: int) -> None:
    """Write what other departments' sheets add: as numbers, for they are not in this workbook's list."""
    page, row = block.page, block.row + 1
    total = block.budget_program.outside_total(pair.own.path)
    look = styles.style(styles.NUMBER, styles.AMOUNT)
    if total.known is None:
        page.text(row, column, "", look)
    else:
        page.number(row, column, total.known, look)
    page.number(row, column + 1, total.missing, styles.style(styles.MARK, styles.SMALL))


def _write_stated(block: _ProgramBlock, pair: ProgramTotal, at: tuple[int, int]) -> None:
    """Write what the sheets state where all state the same, and in the next cell that they do not."""
    row, column = at
    path, formulas, over = pair.stated.path, block.formulas, (block.group, block.number)
    stated = block.budget_program.stated(path)
    known, mean = (
        formulas.known(path, *over),
        f"{formulas.sum(path, *over)}/{formulas.known(path, *over)}",
    )
    alike = f"{formulas.equal(path, *over, mean)}={known}"
    amount = f'=IF({known}=0,"",IF({alike},{mean},""))'
    mark = f'=IF({known}=0,"",IF({alike},"","{DIFFERING}"))'
    block.page.formula(
        row, column, amount, stated.amount, styles.style(styles.NUMBER, styles.AMOUNT)
    )
    differing = DIFFERING if stated.differing else ""
    block.page.formula(row, column + 1, mark, differing, styles.style(styles.MARK, styles.SMALL))


def _write_difference(block: _ProgramBlock, pair: ProgramTotal, at: tuple[int, int]) -> None:
    row, column = at
    difference = block.budget_program.difference(pair)
    stated = cell(row - 1, column)
    added = [cell(line, column) for line in range(block.row, row - 1)]
    marks = area((block.row, column + 1), (row - 2, column + 1))
    amounts = ",".join((stated, *added))
    formula = (
        f'=IF(OR(COUNT({amounts})<{len(added) + 1},SUM({marks})>0),"",{"-".join((stated, *added))})'
    )
    look = styles.style(styles.NUMBER, styles.AMOUNT, styles.STRONG)
    block.page.formula(row, column, formula, difference, look)
    here = cell(row, column)
    unequal = f'=IF(COUNT({here})=0,"",IF({here}=0,"","{UNEQUAL}"))'
    value = UNEQUAL if difference else ""
    look = styles.style(styles.MARK, styles.STRONG, styles.GRAVE)
    block.page.formula(row, column + 1, unequal, value, look)


def _write_filled(
    block: _ProgramBlock, pairs: tuple[ProgramTotal, ...], at: tuple[int, int]
) -> None:
    """Write how many of the program's sheets have every amount that is due, where not all have: 3件中2件."""
    paths = [pair.own.path for pair in pairs if pair.own.is_due]
    own, others = block.budget_program.with_all(paths)
    size = len(block.budget_program.projects) + len(block.budget_program.outside)
    counted = f"{block.formulas.known_in_all(paths, block.group, block.number)}+{others}"
    every = f"{block.size}+{len(block.budget_program.outside)}"
    formula = f'=IF({counted}={every},"",{every}&"件中"&{counted}&"件")'
    filled = own + others
    value = "" if filled == size else f"{size}件中{filled}件"
    block.page.formula(*at, formula, value, styles.WORD)


def _write_verdict(block: _ProgramBlock, pairs: tuple[ProgramTotal, ...], last: int) -> None:
    """Write 一致, 不一致 or 確認できません beside the lines of a 予算事業."""
    column = _START + _STEP * len(pairs)
    _write_filled(block, pairs, (block.row + 1, column))
    for row in range(block.row + 2, last + 1):
        block.page.text(row, column, "", styles.CELL)
    lines = area((last - 1, _START), (last, column - 1))
    disagrees = f'COUNTIF({lines},"{UNEQUAL}")+COUNTIF({lines},"{DIFFERING}")>0'
    differences = area((last, _START), (last, column - 1))
    not_due = f'COUNTIF({area((block.row, _START), (block.row, column - 1))},"{NOT_DUE}")'
    every = f"COUNT({differences})+{not_due}={len(pairs)}"
    formula = f'=IF({disagrees},"不一致",IF({every},"一致","確認できません"))'
    agreement = block.budget_program.agreement(pairs)
    grave = styles.GRAVE if agreement == "不一致" else styles.style()
    block.page.formula(block.row, column, formula, agreement, styles.style(styles.WORD, grave))
