"""款項目別: what the sheets under each budget code add up to, and whether 要する経費全体 as they state it agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.addresses import area, cell
from xlsync.summary.excel.frame import LEGEND_ROW, Frame
from xlsync.summary.excel.subtotals import LEGEND, write_pair
from xlsync.summary.figures.budget_reconciliation import Program, programs_of

if TYPE_CHECKING:
    from xlsync.summary.excel.book import Page
    from xlsync.summary.excel.project_list_formulas import Ledger
    from xlsync.summary.excel.styles import Style
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.form_fields import Reconciled

WORKSHEET: Final = "款項目別"
ADDED: Final = "シートの合計"
BEYOND: Final = "ほかの部のシート"
STATED: Final = "要する経費全体（記載）"
DIFFERENCE: Final = "差（記載－合計）"
UNEQUAL: Final = "≠"
DIFFERING: Final = "相違"
_HEAD, _FIRST, _STEP = 3, 5, 2
_LEFT: Final = (5, 17, 34, 6, 27)
"""The number (not printed), code, name, count, and what a line says."""
_START: Final = len(_LEFT)
_WORDS: Final = "「≠」は記載と合計が合わない欄、「相違」はシートによって記載が異なる欄です。未入力があるときは差を出しません。"


@dataclass(frozen=True)
class _Spot:
    """Where a program is being written: its first row, and what it is summed over."""

    page: Page
    ledger: Ledger
    program: Program
    row: int

    @property
    def group(self) -> str:
        return str(len(self.program.codes))

    @property
    def number(self) -> str:
        return f"$A{self.row + 1}"

    @property
    def size(self) -> str:
        return f"$D{self.row + 1}"


def write_programs(frame: Frame, figures: Figures, ledger: Ledger) -> None:
    """Write 款項目別: a line for each 款, 項 and 目; three or four for each 予算事業."""
    pairs = figures.concepts.reconciled
    widths = [*_LEFT, *[9.5, 5] * len(pairs), 14]
    page = frame.tree_page(WORKSHEET, widths, f"単位：{pairs[0].own.unit}", "A3")
    page.text(LEGEND_ROW, 1, LEGEND + _WORDS, styles.NOTE)
    _write_heads(page, pairs)
    deepest = len(figures.concepts.codes)
    row = _FIRST
    for program in programs_of(figures):
        whole = len(program.codes) == deepest
        spot = _Spot(page, ledger, program, row)
        _write_left(spot, figures, whole=whole)
        row += _write_program(spot, pairs) if whole else _write_above(spot, pairs, deepest)
    page.head(_HEAD, _HEAD + 1, _START)
    page.print_area(row - 1, 1, len(widths) - 1)


def agreements(figures: Figures) -> str:
    """Give the cells that say whether each 予算事業 agrees, as another worksheet writes them."""
    column = _START + _STEP * len(figures.concepts.reconciled)
    rows = sum(_rows(p, len(figures.concepts.codes)) for p in programs_of(figures))
    last = _FIRST + rows - 1
    return f"{WORKSHEET}!{area((_FIRST, column), (last, column))}"


def _rows(program: Program, deepest: int) -> int:
    if len(program.codes) < deepest:
        return 1
    return 4 if program.outside else 3


def _write_heads(page: Page, pairs: tuple[Reconciled, ...]) -> None:
    page.text(_HEAD + 1, 0, "番号", styles.INDEX)
    for column, head in enumerate(("予算コード", "名称", "件数", ""), 1):
        page.merged((_HEAD, column, _HEAD + 1, column), head, styles.HEAD)
    place = _START
    labels = list(dict.fromkeys(pair.own.label for pair in pairs))
    for label in labels:
        fields = [pair.own for pair in pairs if pair.own.label == label]
        page.merged((_HEAD, place, _HEAD, place + _STEP * len(fields) - 1), label, styles.HEAD)
        for field in fields:
            page.merged((_HEAD + 1, place, _HEAD + 1, place + 1), field.axis_label, styles.HEAD)
            place += _STEP
    page.merged((_HEAD, place, _HEAD + 1, place), "照合", styles.HEAD)
    for row in (_HEAD, _HEAD + 1):
        page.height(row, 22)


def _write_left(spot: _Spot, figures: Figures, *, whole: bool) -> None:
    """Write number, code, name and count of a line."""
    page, program, row = spot.page, spot.program, spot.row
    depth = len(program.codes)
    look = styles.PLAIN if whole else styles.LAYERS[min(2, 5 - depth)]
    page.height(row, 20)
    page.number(row, 0, program.number, styles.INDEX)
    page.text(row, 1, program.code, styles.style(styles.TEXT, look))
    names = [
        project.sheet.text(field.path)
        for project in program.projects
        for field in figures.concepts.program_name
    ]
    label = figures.concepts.codes[depth - 1].label
    told = next((name for name in names if name), "") if whole else f"{label} {program.codes[-1]}"
    page.text(row, 2, told, styles.style(styles.TEXT, look))
    count = styles.style(styles.COUNTED, look)
    page.formula(
        row, 3, f"={spot.ledger.size(spot.group, spot.number)}", len(program.projects), count
    )
    page.text(row, 4, ADDED, styles.style(styles.TEXT, look))


def _write_above(spot: _Spot, pairs: tuple[Reconciled, ...], deepest: int) -> int:
    look = styles.LAYERS[min(2, deepest - len(spot.program.codes))]
    for place, pair in enumerate(pairs):
        _write_sum(spot, pair, _START + _STEP * place, look)
    spot.page.text(spot.row, _START + _STEP * len(pairs), "", styles.style(styles.CELL, look))
    return 1


def _write_program(spot: _Spot, pairs: tuple[Reconciled, ...]) -> int:
    """Write the lines of a 予算事業 and give how many they are."""
    page, row = spot.page, spot.row
    says = [STATED, DIFFERENCE]
    if spot.program.outside:
        says.insert(0, f"{BEYOND}（{len(spot.program.outside)}件）")
    for offset, said in enumerate(says, 1):
        for column in (1, 2, 3):
            page.text(row + offset, column, "", styles.CELL)
        page.text(row + offset, 4, said, styles.TEXT)
        page.height(row + offset, 18)
    for place, pair in enumerate(pairs):
        column = _START + _STEP * place
        _write_sum(spot, pair, column, styles.PLAIN)
        if spot.program.outside:
            _write_beyond(spot, pair, column)
        _write_stated(spot, pair, (row + len(says) - 1, column))
        _write_difference(spot, pair, (row + len(says), column))
    _write_verdict(spot, pairs, row + len(says))
    return 1 + len(says)


def _write_sum(spot: _Spot, pair: Reconciled, column: int, look: Style) -> None:
    found = spot.program.total(pair.own.path)
    over = (pair.own.path, spot.group, spot.number)
    mark = cell(spot.row, column + 1)
    summed = f'=IF({mark}={spot.size},"",{spot.ledger.sum(*over)})'
    lacking = f"={spot.size}-{spot.ledger.known(*over)}"
    write_pair(
        spot.page, (spot.row, column), ((summed, found.known), (lacking, found.missing)), look
    )


def _write_beyond(spot: _Spot, pair: Reconciled, column: int) -> None:
    """Write what other departments' sheets add: as numbers, for they are not in this workbook's list."""
    page, row = spot.page, spot.row + 1
    found = spot.program.beyond(pair.own.path)
    look = styles.style(styles.NUMBER, styles.AMOUNT)
    if found.known is None:
        page.text(row, column, "", look)
    else:
        page.number(row, column, found.known, look)
    page.number(row, column + 1, found.missing, styles.style(styles.MARK, styles.SMALL))


def _write_stated(spot: _Spot, pair: Reconciled, at: tuple[int, int]) -> None:
    """Write what the sheets state where all state the same, and in the next cell that they do not."""
    row, column = at
    path, ledger, over = pair.stated.path, spot.ledger, (spot.group, spot.number)
    stated = spot.program.stated(path)
    known, mean = (
        ledger.known(path, *over),
        f"{ledger.sum(path, *over)}/{ledger.known(path, *over)}",
    )
    alike = f"{ledger.equal(path, *over, mean)}={known}"
    amount = f'=IF({known}=0,"",IF({alike},{mean},""))'
    mark = f'=IF({known}=0,"",IF({alike},"","{DIFFERING}"))'
    spot.page.formula(
        row, column, amount, stated.amount, styles.style(styles.NUMBER, styles.AMOUNT)
    )
    told = DIFFERING if stated.differing else ""
    spot.page.formula(row, column + 1, mark, told, styles.style(styles.MARK, styles.SMALL))


def _write_difference(spot: _Spot, pair: Reconciled, at: tuple[int, int]) -> None:
    row, column = at
    difference = spot.program.difference(pair)
    stated = cell(row - 1, column)
    added = [cell(line, column) for line in range(spot.row, row - 1)]
    marks = area((spot.row, column + 1), (row - 2, column + 1))
    amounts = ",".join((stated, *added))
    formula = (
        f'=IF(OR(COUNT({amounts})<{len(added) + 1},SUM({marks})>0),"",{"-".join((stated, *added))})'
    )
    look = styles.style(styles.NUMBER, styles.AMOUNT, styles.STRONG)
    spot.page.formula(row, column, formula, difference, look)
    here = cell(row, column)
    unequal = f'=IF(COUNT({here})=0,"",IF({here}=0,"","{UNEQUAL}"))'
    told = UNEQUAL if difference else ""
    look = styles.style(styles.MARK, styles.STRONG, styles.GRAVE)
    spot.page.formula(row, column + 1, unequal, told, look)


def _write_verdict(spot: _Spot, pairs: tuple[Reconciled, ...], last: int) -> None:
    """Write 一致, 不一致 or 確認できません beside the lines of a 予算事業."""
    column = _START + _STEP * len(pairs)
    for row in range(spot.row + 1, last + 1):
        spot.page.text(row, column, "", styles.CELL)
    lines = area((last - 1, _START), (last, column - 1))
    odd = f'COUNTIF({lines},"{UNEQUAL}")+COUNTIF({lines},"{DIFFERING}")>0'
    differences = area((last, _START), (last, column - 1))
    formula = f'=IF({odd},"不一致",IF(COUNT({differences})={len(pairs)},"一致","確認できません"))'
    told = spot.program.agreement(pairs)
    grave = styles.GRAVE if told == "不一致" else styles.style()
    spot.page.formula(spot.row, column, formula, told, styles.style(styles.WORD, grave))
