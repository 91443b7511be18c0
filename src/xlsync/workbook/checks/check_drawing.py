"""The worksheets of the checks in a template, drawn by openpyxl: looks and fixed cells; `template` adds the formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from xlsync.workbook.checks import answer_cells, visible_sheet
from xlsync.workbook.checks.answer_drawing import draw_answer_cells
from xlsync.workbook.checks.check_layout import (
    CHECKS_NAME,
    CLASS_WORDS,
    COLOURS_CELL,
    COLOURS_NAME,
    PAGE_NAME,
    STATE_NAME,
    STATES,
    WORKSHEET,
)
from xlsync.workbook.checks.margin_map import draw_map
from xlsync.workbook.checks.visible_sheet import (
    FIRST,
    MORE,
    PAGE,
    RECEIPTS,
    ROWS,
    STAGE,
    STATE,
    SUMMARY,
    Known,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from xlsync.workbook.checks.visible_sheet import Checks

_FACE: Final = "ＭＳ Ｐゴシック"
_PAPER_A3: Final = 8
"""The form's paper, of which the whole list takes one page: a workbook is printed on one size."""
_WIDTHS: Final = {"A": 12.0, "B": 20.0, "C": 126.0, "D": 8.0, "E": 2.0, "F": 8.0, "G": 8.0}
_HEAD_ROW: Final = FIRST - 1
_SENTENCE: Final = 3
_ROW_HEIGHT: Final = 26.0
"""Two lines of a sentence, in the taller fonts of other systems, too."""
_HEADINGS: Final = ("状態", "セル", "内容と、していただきたいこと", "移動")
_HOW: Final = (
    "入力するたびに自動で変わります。「移動」を押すと、その欄へ移ります。"
    "{page}の右の余白の図が、未入力の欄の位置を黄、エラーを赤、注意を青で示します（印刷されません）。"
    "一覧は{rows}件までです。"
)
COLOURED_PAGE, PLAIN_PAGE = "付ける", "付けない"
_COLOURS_WORDS: Final = f"{{page}}の欄の色（「{COLOURED_PAGE}」にすると、印刷にも色が出ます）"
_COLOURS_TITLE: Final = "{page}の色の確認"
_LONGEST_NAME: Final = 24
"""Characters of a page's title in the title of a message, which Excel cuts off at 32."""
_YELLOW: Final = "FFF7CC"
_RED: Final = "FFD9D9"
_BLUE: Final = "DCEBFA"
_GREEN: Final = "E2F0D9"
_STATE_COLOURS: Final = {
    visible_sheet.READY: _GREEN,
    visible_sheet.NOT_READY: _YELLOW,
    visible_sheet.NOT_FILLED: _YELLOW,
}
_SENT_BACK: Final = "差戻し中"
_DARK_RED: Final = "C00000"
_DARK_YELLOW: Final = "FFD966"
_DARK_BLUE: Final = "6FA8DC"
_THIN: Final = Side(style="thin", color="A6A6A6")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_ALARM: Final = Side(style="thin", color=_DARK_RED)
_LOOKS: Final = {
    "blank": DifferentialStyle(fill=PatternFill("solid", bgColor=_YELLOW)),
    "error": DifferentialStyle(
        fill=PatternFill("lightUp", fgColor=_DARK_RED, bgColor=_RED),
        border=Border(left=_ALARM, right=_ALARM, top=_ALARM, bottom=_ALARM),
    ),
    "warning": DifferentialStyle(fill=PatternFill("solid", bgColor=_BLUE)),
}
"""Told apart without colours too: an error is hatched and framed."""
_MAP_LOOKS: Final = {
    "blank": DifferentialStyle(fill=PatternFill("solid", bgColor=_DARK_YELLOW)),
    "error": DifferentialStyle(fill=PatternFill("solid", bgColor=_DARK_RED)),
    "warning": DifferentialStyle(fill=PatternFill("solid", bgColor=_DARK_BLUE)),
}
"""Of the small cells of the map: yellow, blue and red, told apart by how dark they are, too."""
_PLAIN: Final = {
    "error": DifferentialStyle(
        font=Font(bold=True, color=_DARK_RED), fill=PatternFill("solid", bgColor=_RED), border=_BOX
    ),
    "conflict": DifferentialStyle(
        font=Font(bold=True, color=_DARK_RED),
        fill=PatternFill("solid", bgColor=_YELLOW),
        border=_BOX,
    ),
    "blank": DifferentialStyle(fill=PatternFill("solid", bgColor=_YELLOW), border=_BOX),
    "warning": DifferentialStyle(fill=PatternFill("solid", bgColor=_BLUE), border=_BOX),
}


def draw_checks(
    book: Workbook,
    pages: Sequence[Worksheet],
    areas: Sequence[Mapping[str, str]],
    checks: Checks,
) -> None:
    """Add チェック and its hidden worksheet to the book, a map to the margin of each page, and colours to its fields.

    `areas` are those of the fields on each of the pages, by path.
    """
    listing = book.create_sheet(PAGE, len(pages))
    how = _HOW.format(page=called(pages), rows=ROWS)
    _draw_page(listing, called(pages), how)
    draw_answer_cells(listing, how, with_handing_in=checks.has_hand_in_cells)
    names = {
        **(answer_cells.NAMES if checks.has_hand_in_cells else {}),
        **answer_cells.REQUEST_NAMES,
    }
    for name, address in names.items():
        _name(book, name, f"'{PAGE}'!${address[0]}${address[1:]}")
    # A name of ours says that this worksheet is no form, whatever it is called.
    listing.defined_names[PAGE_NAME] = DefinedName(
        PAGE_NAME, attr_text=f"'{PAGE}'!$A$1", hidden=True
    )
    hidden = book.create_sheet(WORKSHEET)
    hidden.sheet_state = "veryHidden"
    for (_, address), value in checks.statics.items():
        cell = hidden[address]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    for title, address in checks.put(Known()):
        if title == WORKSHEET:
            hidden[address].alignment = Alignment(vertical="top")  # so that the blank cell is there
    hidden["A1"] = checks.check_sheet.fingerprint
    _name(book, CHECKS_NAME, f"'{WORKSHEET}'!$A$1")
    _name(book, STATE_NAME, checks.check_sheet.outside("state"))
    _name(book, COLOURS_NAME, f"'{PAGE}'!${COLOURS_CELL[0]}${COLOURS_CELL[1:]}")
    for page, on_page in zip(pages, areas, strict=True):
        numbers = {path: checks.check_sheet.field_number(path) for path in on_page}
        for path, area in on_page.items():
            _colour(page, area, numbers[path])
        draw_map(page, on_page, numbers, _MAP_LOOKS)


def _name(book: Workbook, name: str, refers_to: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=refers_to, hidden=True)


def _colour(page: Worksheet, area: str, number: int) -> None:
    """Colour a field by its state where somebody chose that: its colour is printed, too.

    By a name: a rule that names another worksheet's cell is not of the file format.
    """
    for kind, look in _LOOKS.items():
        formula = f'AND(INDEX({STATE_NAME},{number})={STATES[kind]},INDEX({COLOURS_NAME},1)="{COLOURED_PAGE}")'
        page.conditional_formatting.add(area, Rule("expression", dxf=look, formula=[formula]))


def called(pages: Sequence[Worksheet]) -> str:
    """Return what texts for staff call the pages of a form: the title of the only one."""
    return str(pages[0].title) if len(pages) == 1 else "各シート"


def _draw_page(page: Worksheet, words: str, how: str) -> None:
    for letter, width in _WIDTHS.items():
        page.column_dimensions[letter].width = width
        page.column_dimensions[letter].hidden = letter > "D"
    _put(page["A1"], "入力内容の確認", _font(14, bold=True))
    page.row_dimensions[1].height = 24
    _offer_colours(page, words)
    for address in (STAGE, answer_cells.MARK, answer_cells.REQUEST_MARK):
        _put(page[address], None, _font(9))
    page.merge_cells("A2:D2")
    _put(page["A2"], how, _font(9), wrap=True)
    page.row_dimensions[2].height = 26
    for address, font, height in (
        (STATE, _font(13, bold=True), 24),
        (SUMMARY, _font(10), 16),
        *((address, _font(9), 16) for address in RECEIPTS),
    ):
        row = page[address].row
        page.merge_cells(f"{address}:D{row}")
        _put(page[address], None, font)
        page.row_dimensions[row].height = height
    for column, text in enumerate(_HEADINGS, start=1):
        cell = page.cell(_HEAD_ROW, column)
        _put(cell, text, _font(9, bold=True))
        cell.fill, cell.border = PatternFill("solid", fgColor="D9D9D9"), _BOX
        cell.alignment = Alignment("center", "center")
    _draw_rows(page)
    _print_and_protect(page)


def _offer_colours(page: Worksheet, words: str) -> None:
    """Draw the cell that puts the colours on the form's page, where they are printed."""
    _put(page["C1"], _COLOURS_WORDS.format(page=words), _font(9))
    page["C1"].alignment = Alignment("right", "center")
    cell = page[COLOURS_CELL]
    _put(cell, PLAIN_PAGE, _font(9, bold=True))
    cell.alignment, cell.border = Alignment("center", "center"), _BOX
    cell.protection = Protection(locked=False)
    rule = DataValidation(type="list", formula1=f'"{PLAIN_PAGE},{COLOURED_PAGE}"')
    rule.errorStyle, rule.showErrorMessage = "stop", True
    rule.errorTitle = _COLOURS_TITLE.format(page=words[:_LONGEST_NAME])
    rule.error = f"一覧の「{PLAIN_PAGE}」か「{COLOURED_PAGE}」を選んでください。"
    rule.add(COLOURS_CELL)
    page.add_data_validation(rule)


def _draw_rows(page: Worksheet) -> None:
    for row in range(FIRST, FIRST + ROWS):
        page.row_dimensions[row].height = _ROW_HEIGHT
        for column in range(1, len(_HEADINGS) + 1):
            cell = page.cell(row, column)
            _put(cell, None, _font(9), wrap=True)
            # Of a sentence that is too long all the same, the beginning is seen.
            across, down = (None, "top") if column == _SENTENCE else ("center", "center")
            cell.alignment = Alignment(across, down, wrap_text=column == _SENTENCE)
        page.cell(row, 4).font = Font(
            name=_FACE, size=9, charset=128, family=3, color="0563C1", underline="single"
        )
    _put(page[MORE], None, _font(9))
    marks = f"A{FIRST}:A{FIRST + ROWS - 1}"
    # First, and with the frame in them: LibreOffice takes of several formats over a cell only the first that fits.
    for kind, look in _PLAIN.items():
        formula = f'$A{FIRST}="{CLASS_WORDS[kind]}"'
        page.conditional_formatting.add(marks, Rule("expression", dxf=look, formula=[formula]))
    rows = f"A{FIRST}:D{FIRST + ROWS - 1}"
    framed = DifferentialStyle(border=_BOX)
    there = Rule("expression", dxf=framed, formula=[f'$A{FIRST}<>""'])
    page.conditional_formatting.add(rows, there)
    _colour_state(page)


def _colour_state(page: Worksheet) -> None:
    """Colour how the sheet stands: green only where it may be handed in, yellow where staff have something left to do."""
    state, stage = f"${STATE[0]}${STATE[1:]}", f"${STAGE[0]}${STAGE[1:]}"
    formulas = {f'{state}="{text}"': colour for text, colour in _STATE_COLOURS.items()}
    formulas[f'LEFT({stage},{len(_SENT_BACK)})="{_SENT_BACK}"'] = _YELLOW
    formulas[f"LEN({stage})>0"] = _BLUE
    for formula, colour in formulas.items():
        look = DifferentialStyle(fill=PatternFill("solid", bgColor=colour))
        page.conditional_formatting.add(
            f"{STATE}:B3", Rule("expression", dxf=look, formula=[formula], stopIfTrue=True)
        )


def _print_and_protect(page: Worksheet) -> None:
    page.freeze_panes = f"A{FIRST}"
    page.print_area = f"A1:D{FIRST + ROWS}"
    page.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    page.page_setup.orientation, page.page_setup.paperSize = "portrait", _PAPER_A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.5, 0.6, 0.3
    page.print_options.horizontalCentered = True
    if page.oddFooter is not None:
        page.oddFooter.center.text = "&P / &N"
    page.sheet_view.showGridLines = False
    page.protection.sheet = True
    page.protection.formatRows = page.protection.formatColumns = False


def _font(size: int, *, bold: bool = False) -> Font:
    return Font(name=_FACE, size=size, charset=128, family=3, bold=bold)


def _put(cell: Cell | MergedCell, text: str | None, font: Font, *, wrap: bool = False) -> None:
    cell.value, cell.font = text, font
    cell.alignment = Alignment(vertical="center", wrap_text=wrap)
    cell.protection = Protection(locked=True)
