"""The worksheet 様式の定義: what was guessed of an official form, a row for each field, for the office to correct in Excel."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from xlsxwriter import Workbook

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_addition import add_worksheet
from xlsync.workbook.official.official_field import (
    FILLERS,
    KIND_WORDS,
    NO_FIELD,
    OPTIONAL,
    REQUIRED,
    ROLES,
)
from xlsync.workbook.official.page_grid import area_of
from xlsync.workbook.official.titled_cell import split_cell, titles_text
from xlsync.workbook.official.worksheet_roles import DEFINITION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlsync.workbook.official.official_field import OfficialField, OfficialForm

TITLE_ROW, PAGE_ROW, YEAR_ROW = 4, 5, 6
"""Rows, from 1, of the settings above the table; their values stand in column B."""
HEAD_ROW: Final = 9
HEADINGS: Final = (
    *(
        "区分",
        "欄名",
        "見出し",
        "セル",
        "種類",
        "単位",
        "一覧",
        "記入者",
        "必須",
        "計算",
        "役割",
        "備考",
        "指摘",
        "記号",
    ),
)
_WIDTHS: Final = (18, 26, 16, 11, 16, 8, 30, 11, 8, 20, 14, 44, 44, 8)
FIRST_ROW: Final = HEAD_ROW + 1
SPARE_ROWS: Final = 200
"""Blank rows below, which have the pull-down lists too."""
_SEPARATOR: Final = "／"
_YELLOW: Final = "#FFF2CC"
_HEAD: Final = "#D9E1F2"
_HELP: Final = (
    "この表は、様式から読み取った欄の一覧です。黄色の行は自信がない行です。セルの列を押すと、その場所を開きます。",
    (
        "まちがいを直し、足りない欄は下の行に足し、欄でない行は種類を「欄にしない」にします。"
        "保存して、このファイルで xlsync form new をもう一度実行してください。"
    ),
)
_COLUMN_HELP: Final = {
    "区分": "欄のまとまり（任意）。様式の見出しなど。",
    "欄名": "欄の名前。区分・欄名・見出しの組は、ほかの行と違うものにしてください。",
    "見出し": "表の列や行の見出し（令和6年度、合計 など）。行がくり返す表では 1、2、3 …。",
    "セル": "記入するセル（B5）。D9:G9 のような範囲は、1つのセルに結合します。2枚目からのシートは 別紙!B5 のように書きます。",
    "一覧": f"選択肢を「{_SEPARATOR}」で区切って並べます（はい{_SEPARATOR}いいえ）。",
    "計算": "合計する欄のセル（D9:D28、または E5+E6）。記入者は自動計算にしてください。",
    "役割": "シートを見分ける番号、事業などの名称、組織（上から組織1、組織2 …）。番号は1つ以上必要です。",
    "指摘": "form new をもう一度実行したときに、直すところが書かれます。",
}


def with_definition(data: bytes, form: OfficialForm) -> bytes:
    """Return the official workbook with the worksheet 様式の定義 behind the last tab; every other byte of a worksheet stays."""
    edit = PackageEdit(data)
    titles = {title: title for title in (DEFINITION, *form.page_titles)}
    add_worksheet(edit, DEFINITION, Package.open(_drawn(form)), DEFINITION, titles=titles)
    return edit.finished()


def list_text(items: Sequence[str]) -> str:
    """Return the words of a list as they stand in a cell."""
    separator = "\n" if any(_SEPARATOR in item for item in items) else _SEPARATOR
    return separator.join(items)


def total_text(total: Sequence[str]) -> str:
    """Return cells to be added up, cells one below the other as a range: D9:D28."""
    cells = sorted(area_of(cell) for cell in total)
    is_run = len(cells) > 1 and len({cell.left for cell in cells}) == 1
    if is_run and cells[-1].top - cells[0].top == len(cells) - 1:
        return f"{cells[0].first}:{cells[-1].first}"
    return "+".join(total)


def _drawn(form: OfficialForm) -> bytes:
    """Return a workbook of the definition and a blank worksheet for its links."""
    saved = io.BytesIO()
    with Workbook(saved, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(DEFINITION)
        for title in form.page_titles:
            book.add_worksheet(title)
        formats = _Formats(book)
        _draw_head(page, form, formats)
        for number, field in enumerate(form.official_fields):
            texts = _row(field, number + 1)
            _draw_row(page, HEAD_ROW + number, texts, formats.of(is_sure=field.is_sure))
            _link(page, HEAD_ROW + number, field, form.page_titles[0], formats)
        _draw_spare_rows(page, HEAD_ROW + len(form.official_fields), formats)
        _draw_lists(page, HEAD_ROW + len(form.official_fields) + SPARE_ROWS - 1)
    return saved.getvalue()


class _Formats:
    """How the cells of the worksheet look."""

    def __init__(self, book: Workbook) -> None:
        shared = {
            "num_format": "@",
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "border_color": "#BFBFBF",
        }
        font = {"font_name": "ＭＳ Ｐゴシック", "font_size": 11}
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.plain = book.add_format(font)
        self.head = book.add_format({**font, **shared, "bold": True, "bg_color": _HEAD})
        self.sure = book.add_format({**font, **shared})
        self.unsure = book.add_format({**font, **shared, "bg_color": _YELLOW})
        link = {"font_color": "#0563C1", "underline": 1}
        self.link = book.add_format({**font, **shared, **link})
        self.unsure_link = book.add_format({**font, **shared, **link, "bg_color": _YELLOW})

    def of(self, *, is_sure: bool) -> Format:
        """Return the format of a row's cells."""
        return self.sure if is_sure else self.unsure


def _draw_head(page: Worksheet, form: OfficialForm, formats: _Formats) -> None:
    page.write_string("A1", f"様式の定義：{form.title}", formats.title)
    for row, text in enumerate(_HELP, start=2):
        page.write_string(row - 1, 0, text, formats.plain)
    settings = (
        (TITLE_ROW, "様式の名前", form.title),
        (PAGE_ROW, "シート", titles_text(form.page_titles)),
    )
    for row, label, value in (*settings, (YEAR_ROW, "対象年度（西暦）", str(form.year))):
        page.write_string(row - 1, 0, label, formats.head)
        page.write_string(row - 1, 1, value, formats.sure)
    page.write_string(YEAR_ROW, 0, "　".join(form.form_remarks), formats.plain)
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        page.write_string(HEAD_ROW - 1, column, heading, formats.head)
        hidden = {"hidden": True} if heading == HEADINGS[-1] else {}
        page.set_column(column, column, width, formats.plain, hidden)
    page.freeze_panes(HEAD_ROW, 2)


def _row(field: OfficialField, number: int) -> tuple[str, ...]:
    words, kind = field.field_words, field.value_kind
    return (
        *(words.group, words.label, words.heading, field.cell),
        *(kind.word, kind.unit, list_text(kind.items), field.filled_by, field.requirement),
        *(total_text(field.summed_cells), field.role_word, field.remark, "", str(number)),
    )


def _draw_row(page: Worksheet, row: int, texts: Sequence[str], look: Format) -> None:
    for column, text in enumerate(texts):
        page.write_string(row, column, text, look)


def _link(page: Worksheet, row: int, field: OfficialField, title: str, formats: _Formats) -> None:
    """Let the address of a field's cell, on the first worksheet where it names none, open that cell."""
    further, address = split_cell(field.cell)
    target = (further or title).replace("'", "''")
    look = formats.link if field.is_sure else formats.unsure_link
    column = HEADINGS.index("セル")
    page.write_url(row, column, f"internal:'{target}'!{address}", look, field.cell)


def _draw_spare_rows(page: Worksheet, first: int, formats: _Formats) -> None:
    for row in range(first, first + SPARE_ROWS):
        for column in range(len(HEADINGS)):
            page.write_blank(row, column, None, formats.sure)


def _draw_lists(page: Worksheet, last: int) -> None:
    """Set the pull-down list of each column, and a word on what belongs there."""
    lists = {
        "種類": [*KIND_WORDS, NO_FIELD],
        "記入者": list(FILLERS),
        "必須": [REQUIRED, OPTIONAL],
        "役割": list(ROLES),
    }
    for column, heading in enumerate(HEADINGS):
        rule: dict[str, object] = {"validate": "any"}
        if heading in lists:
            rule = {"validate": "list", "source": lists[heading], "error_type": "warning"}
            rule |= {"error_title": "一覧の確認", "error_message": "一覧から選んでください。"}
        if heading in _COLUMN_HELP:
            rule |= {"input_title": heading, "input_message": _COLUMN_HELP[heading]}
        if len(rule) > 1:
            page.data_validation(HEAD_ROW, column, last, column, rule)
