"""The cells of チェック in which staff answer, drawn by openpyxl: handing in, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from xlsync.workbook.checks import answer_cells
from xlsync.workbook.reading.page_answers import (
    AUTOMATIC,
    ENDORSE,
    HAND_IN_WORDS,
    NO_REQUEST,
    OPEN,
    REQUEST_WORDS,
    SUBMIT,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FACE: Final = "ＭＳ Ｐゴシック"
_THIN: Final = Side(style="thin", color="A6A6A6")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY, _WHITE = "D9D9D9", "FFFFFF"
_HOW_HEIGHT: Final = 39
"""Three lines."""
_HOW_TO_HAND_IN: Final = (
    f"提出するときは、「提出」の欄（▼）で「{SUBMIT}」を選んで上書き保存してください（取りやめるときは「{OPEN}」）。"
    f"所属長が確認したら「{ENDORSE}」を選びます。氏名と日付は、書かなくてもかまいません。"
    f"「{AUTOMATIC}」と出ているときは、そろえて上書き保存すれば提出になります。"
)
_CLEAR, _RESTORE, _UNDO = REQUEST_WORDS
_REQUEST_HELP: Final = (
    f"たくさんの欄を一度に消して保存したときは「{_CLEAR}」か「{_RESTORE}」を、"
    f"直前の保存をやめたいときは「{_UNDO}」を選び、ほかに何も変えずに上書き保存してください。"
)


def draw_answer_cells(page: Worksheet, how: str, *, with_handing_in: bool) -> None:
    """Draw the cells, with what is said about them below `how` the worksheet works."""
    _draw_labels(page, {answer_cells.REQUEST_LABEL: "操作"})
    _draw_cell(page, answer_cells.REQUEST)
    _write_help(page, answer_cells.REQUEST_HELP, _REQUEST_HELP)
    page.add_data_validation(_request_list())
    if not with_handing_in:
        return
    page["A2"] = f"{how}\n{_HOW_TO_HAND_IN}"
    page.row_dimensions[2].height = _HOW_HEIGHT
    _draw_labels(page, dict(answer_cells.LABELS))
    for address in (answer_cells.HAND_IN, answer_cells.PERSON, answer_cells.DAY):
        _draw_cell(page, address)
    page[answer_cells.PERSON].number_format = "@"
    page.add_data_validation(_hand_in_list())


def _draw_labels(page: Worksheet, labels: dict[str, str]) -> None:
    for address, text in labels.items():
        cell = page[address]
        cell.value = text
        cell.font = Font(name=_FACE, size=9, charset=128, family=3, bold=True)
        cell.alignment, cell.border = Alignment("center", "center"), _BOX
        cell.fill = PatternFill("solid", fgColor=_GREY)


def _draw_cell(page: Worksheet, address: str) -> None:
    cell = page[address]
    cell.value = answer_cells.NEW[address]
    is_word = address in {answer_cells.HAND_IN, answer_cells.REQUEST}
    cell.font = Font(name=_FACE, size=10, charset=128, family=3, bold=is_word)
    cell.alignment = Alignment("center", "center", shrink_to_fit=True)
    cell.border, cell.fill = _BOX, PatternFill("solid", fgColor=_WHITE)
    cell.protection = Protection(locked=False)


def _write_help(page: Worksheet, address: str, text: str) -> None:
    page[address].value = text
    page[address].font = Font(name=_FACE, size=9, charset=128, family=3)
    page[address].alignment = Alignment("left", "center", indent=1)
    page.row_dimensions[page[address].row].height = 16


def _hand_in_list() -> DataValidation:
    """Return the pull-down list of the cell for handing in."""
    rule = _list_of(HAND_IN_WORDS, "提出")
    rule.prompt = (
        f"{SUBMIT}：入力が終わり、提出します\n{ENDORSE}：所属長が確認しました\n"
        f"{OPEN}：まだ提出しません（提出の取下げ）\n選んだら上書き保存してください。"
    )
    rule.add(answer_cells.HAND_IN)
    return rule


def _request_list() -> DataValidation:
    """Return the pull-down list of what staff may ask for."""
    rule = _list_of((NO_REQUEST, *REQUEST_WORDS), "操作")
    rule.prompt = (
        "ふだんは「－」のままにします。選んだら上書き保存してください。済むと「－」に戻ります。"
    )
    rule.add(answer_cells.REQUEST)
    return rule


def _list_of(words: tuple[str, ...], title: str) -> DataValidation:
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    rule.errorStyle, rule.showErrorMessage = "stop", True
    rule.errorTitle = f"{title}の確認"
    rule.error = f"一覧の{''.join(f'「{word}」' for word in words)}から選んでください。"
    rule.promptTitle, rule.showInputMessage = title, True
    return rule


__all__ = ["draw_answer_cells"]
