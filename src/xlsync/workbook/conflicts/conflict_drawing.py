"""The worksheet 入力の重なり of a template, drawn by openpyxl: blank and hidden until there is something to choose.

What is in it, and how it is read, is `conflict_page`'s part. Its rows have no cells: their looks are the columns', so that
a workbook without conflicts stays as small and as quick to read as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from xlsync.workbook.reading.conflict_choices import CONFLICTS_NAME, HEADINGS, MACHINE, MINE, OTHER

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.dimensions import ColumnDimension
    from openpyxl.worksheet.worksheet import Worksheet

TITLE: Final = "入力の重なり"
ROWS: Final = 128
"""Room for a conflict in every field."""
_HOW: Final = (
    "登録済みの内容と重なった欄です。「どちらにするか」の列（▼）で「このファイル」か「登録済み」を選び、"
    "このファイルを上書き保存してください。選ばなかったほうの内容も、履歴に残ります。"
)
_OTHERWISE: Final = (
    "どちらでもない内容にするときは、「項目」を押して{page}のその欄を直してから、「このファイル」を選んでください。"
    "長い内容は途中までしか見えませんが、セルにはすべて入っています。"
)
_COUNT_ROW: Final = 4
_HEAD_ROW: Final = 5
_FIRST: Final = _HEAD_ROW + 1
_LAST: Final = _HEAD_ROW + ROWS
_WIDTHS: Final = (35, 18, 25, 25, 15, 13)
"""In digits of the drawing's default font; the first holds a field's title in one line, for LibreOffice wraps no link."""
_LINE: Final = 11.5
_ROW_HEIGHT: Final = 4 * _LINE + 3
"""Four lines of text, in points."""
_FACE: Final = "ＭＳ Ｐゴシック"
_HEAD: Final = PatternFill("solid", fgColor="D9D9D9")
_ASKED: Final = PatternFill("solid", bgColor="FFF2CC")
_CHOSEN: Final = PatternFill("solid", bgColor="E2F0D9")
_THIN: Final = Side(style="thin", color="808080")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TAB: Final = "C00000"
"""Red, so that a tab that was not there yesterday is seen."""
_PAPER_A3: Final = 8


def draw_conflicts(book: Workbook, words: str) -> None:
    """Add the hidden worksheet to the book of a template, behind those that people see; `words` are for its pages."""
    page = book.create_sheet(TITLE, len(book.sheetnames) - 1)
    page.sheet_state = "hidden"
    page.sheet_properties.tabColor = _TAB
    last = chr(ord("A") + len(HEADINGS) + len(MACHINE) - 1)
    area = f"'{TITLE}'!$A${_COUNT_ROW}:${last}${_LAST}"
    page.defined_names[CONFLICTS_NAME] = DefinedName(CONFLICTS_NAME, attr_text=area, hidden=True)
    _dress_columns(page)
    _write_head(page, words)
    _mark_rows(page)
    _offer_sides(page)
    _set_up_print(page)
    protection = page.protection
    protection.sheet = True
    protection.formatRows = protection.formatColumns = protection.formatCells = False


def _dress_columns(page: Worksheet) -> None:
    for index, width in enumerate((*_WIDTHS, *(10 for _ in MACHINE))):
        column: ColumnDimension = page.column_dimensions[chr(ord("A") + index)]
        column.width = width
        column.font = Font(name=_FACE, size=9, charset=128, family=3)
        column.alignment = Alignment("left", "top", wrap_text=True, indent=1)
        column.hidden = index >= len(_WIDTHS)
    linked, chosen = page.column_dimensions["A"], page.column_dimensions["F"]
    linked.font = Font(
        name=_FACE, size=9, charset=128, family=3, color="0563C1", underline="single"
    )
    chosen.font = Font(name=_FACE, size=10, charset=128, family=3, bold=True)
    chosen.alignment = Alignment(horizontal="center", vertical="center")
    chosen.protection = Protection(locked=False)
    for row in range(_FIRST, _LAST + 1):
        page.row_dimensions[row].height = _ROW_HEIGHT


def _write_head(page: Worksheet, words: str) -> None:
    _put(
        page["A1"],
        "入力の重なりの確認",
        Font(name=_FACE, size=14, charset=128, family=3, bold=True),
    )
    page.row_dimensions[1].height = 22
    for row, text in enumerate((_HOW, _OTHERWISE.format(page=words)), start=2):
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(HEADINGS))
        _put(page.cell(row, 1), text, Font(name=_FACE, size=9, charset=128, family=3))
        page.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
        page.row_dimensions[row].height = 2 * _LINE + 4
    page.merge_cells(f"A{_COUNT_ROW}:C{_COUNT_ROW}")
    _put(
        page.cell(_COUNT_ROW, 1), None, Font(name=_FACE, size=10, charset=128, family=3, bold=True)
    )
    page.row_dimensions[_COUNT_ROW].height = 20
    for column, text in enumerate((*HEADINGS, *MACHINE), start=1):
        cell = page.cell(_HEAD_ROW, column)
        _put(cell, text, Font(name=_FACE, size=9, charset=128, family=3, bold=True))
        cell.fill, cell.border = _HEAD, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[_HEAD_ROW].height = 2 * _LINE + 4


def _put(cell: Cell | MergedCell, text: str | None, font: Font) -> None:
    cell.value, cell.font = text, font
    cell.alignment = Alignment(vertical="center")
    cell.protection = Protection(locked=True)


def _mark_rows(page: Worksheet) -> None:
    """Let rows show lines, the question its colour, and the side chosen its own: only where there is a conflict."""
    there = f'${chr(ord("A") + len(HEADINGS))}{_FIRST}<>""'
    rules = (
        ("C", f'AND({there},$F{_FIRST}="{MINE}")', DifferentialStyle(fill=_CHOSEN, border=_BOX)),
        ("D", f'AND({there},$F{_FIRST}="{OTHER}")', DifferentialStyle(fill=_CHOSEN, border=_BOX)),
        ("F", f"AND({there},LEN($F{_FIRST})=0)", DifferentialStyle(fill=_ASKED, border=_BOX)),
        ("A:F", there, DifferentialStyle(border=_BOX)),
    )
    for columns, condition, look in rules:
        first, _, last = columns.partition(":")
        area = f"{first}{_FIRST}:{last or first}{_LAST}"
        page.conditional_formatting.add(area, Rule("expression", dxf=look, formula=[condition]))


def _offer_sides(page: Worksheet) -> None:
    rule = DataValidation(type="list", formula1=f'"{MINE},{OTHER}"', allow_blank=True)
    rule.errorStyle, rule.showErrorMessage = "stop", True
    rule.errorTitle, rule.error = (
        "どちらにするかの確認",
        f"一覧の「{MINE}」か「{OTHER}」を選んでください。",
    )
    rule.promptTitle, rule.showInputMessage = "どちらにするか", True
    rule.prompt = f"{MINE}：このファイルの内容にします\n{OTHER}：登録済みの内容のままにします\n選んだら上書き保存してください。"
    rule.add(f"F{_FIRST}:F{_LAST}")
    page.add_data_validation(rule)


def _set_up_print(page: Worksheet) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _PAPER_A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = page.page_margins
    margins.left = margins.right = margins.top = 10 / 25.4
    margins.bottom, margins.footer = 14 / 25.4, 6 / 25.4
    page.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    footer = page.oddFooter
    if footer is not None:
        footer.right.text, footer.right.size = "&P / &N", 9
    page.sheet_view.showGridLines = False
    page.freeze_panes = f"A{_FIRST}"
