"""What is guessed of an official form: which cells are filled in, what they are called, of which kind they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.official_forms import PAGE, blank, box, evaluation, unlocked
from xlsync.errors import NotAWorkbook, WorkbookError
from xlsync.ooxml.read.reader import open_workbook, read_cells
from xlsync.workbook.official.definition_rows import items_of
from xlsync.workbook.official.definition_sheet import with_definition
from xlsync.workbook.official.definition_use import defined_form
from xlsync.workbook.official.field_guess import fields_of
from xlsync.workbook.official.form_guess import guessed_form
from xlsync.workbook.official.official_field import COMPUTED, OFFICE, OfficialField
from xlsync.workbook.official.official_workbook import OfficialWorkbook
from xlsync.workbook.official.worksheet_roles import DEFINITION
from xlsync.workbook.official.year_heading import placeholder
from xlsync.workbook.template.lost_drawings import lost_drawings


def drawn(*boxes: tuple[str, str | None]) -> tuple[openpyxl.Workbook, Worksheet]:
    """A workbook with a page of boxes, each with its text."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for address, text in boxes:
        box(page, address, text)
    return book, page


def guessed(book: openpyxl.Workbook) -> dict[str, OfficialField]:
    """The fields of a workbook's first page by cell."""
    saved = io.BytesIO()
    book.save(saved)
    official = OfficialWorkbook(saved.getvalue())
    return {field.cell: field for field in fields_of(official.grid(book.sheetnames[0]))}


def test_an_official_form_is_read_with_words_kinds_sums_and_roles() -> None:
    form = guessed_form(OfficialWorkbook(evaluation(), "様式.xlsx"), (), 2030)
    fields = {field.cell: field for field in form.official_fields}
    assert (form.title, form.page_titles, form.year) == (
        "事務事業評価シート（令和6年度）",
        (PAGE,),
        2024,
    )
    told = {
        cell: (
            field.field_words.group,
            field.field_words.label,
            field.field_words.heading,
            field.value_kind.word,
            field.value_kind.unit,
        )
        for cell, field in fields.items()
        if int(cell.lstrip("ABCDEFGH").partition(":")[0]) not in range(17, 22)
    }
    assert told == {
        "G2": ("", "事務事業評価シート（令和6年度）", "", "日付", ""),
        "G3:H3": ("", "記入者氏名", "", "氏名", ""),
        "C4:H4": ("", "部名", "", "文章", ""),
        "C5:H5": ("", "課名", "", "文章", ""),
        "C6:H6": ("", "事業番号", "", "文章", ""),
        "C7:H7": ("", "事業名", "", "文章", ""),
        "C10:D10": ("", "国庫支出金", "令和5年度決算", "金額", "千円"),
        "E10:F10": ("", "国庫支出金", "令和6年度予算", "金額", "千円"),
        "C11:D11": ("", "一般財源", "令和5年度決算", "金額", "千円"),
        "E11:F11": ("", "一般財源", "令和6年度予算", "金額", "千円"),
        "C12:D12": ("", "合計", "令和5年度決算", "金額", "千円"),
        "E12:F12": ("", "合計", "令和6年度予算", "金額", "千円"),
        "B16:D16": ("活動の記録", "活動内容", "1", "文章", ""),
        "E16:F16": ("活動の記録", "実施日", "1", "日付", ""),
        "G16:H16": ("活動の記録", "参加人数", "1", "数", "人"),
        "C24:H27": ("", "事業の概要", "", "文章（改行あり）", ""),
        "C28:D28": ("", "判定", "", "選択", ""),
        "G28:H28": ("", "※受付欄", "", "文章", ""),
        "C29": ("", "対象面積", "", "数", "㎡"),
    }
    assert fields["C28:D28"].value_kind.items == ("継続", "見直し", "廃止")
    assert fields["C12:D12"].summed_cells == ("C10", "C11")
    assert fields["C12:D12"].filled_by == COMPUTED
    assert {cell: fields[cell].role_word for cell in ("C4:H4", "C5:H5", "C6:H6", "C7:H7")} == {
        "C4:H4": "組織1",
        "C5:H5": "組織2",
        "C6:H6": "番号（キー）",
        "C7:H7": "名称",
    }
    assert fields["G28:H28"].filled_by == OFFICE
    assert [
        field.field_words.heading
        for field in form.official_fields
        if field.field_words.label == "実施日"
    ] == list("123456")


def test_the_worksheets_of_an_official_workbook_are_told_apart() -> None:
    pages = OfficialWorkbook(evaluation()).pages()
    assert [(page.title, page.purpose) for page in pages] == [
        (PAGE, "様式"),
        ("記入例", "記入例"),
        ("リスト", "一覧"),
    ]


def test_unlocked_cells_of_a_protected_page_are_its_fields_and_nothing_else() -> None:
    form = guessed_form(OfficialWorkbook(unlocked()), (), 2024)
    assert {field.cell: field.field_words.label for field in form.official_fields} == {
        "B4": "管理番号",
        "B5": "品名",
        "B6": "点検日",
    }
    assert any("保護" in remark for remark in form.form_remarks)
    assert any("6行" in remark for remark in form.form_remarks), "a hidden row is named"


def test_a_protected_page_on_which_nothing_is_unlocked_is_read_by_its_boxes_and_says_so() -> None:
    book, page = drawn(("A1", "氏名"), ("B1:D1", None))
    page.protection.sheet = True
    assert [field.cell for field in guessed(book).values()] == ["B1:D1"]
    data = io.BytesIO()
    book.save(data)
    form = guessed_form(OfficialWorkbook(data.getvalue()), (), 2026)
    assert any("ロックを外したセルがありません" in remark for remark in form.form_remarks)


def test_a_struck_box_is_no_field() -> None:
    book, page = drawn(("A1", "敷地面積"), ("B1", None), ("A2", "建築面積"), ("B2", None))
    border = page["B1"].border.__copy__()
    border.diagonal, border.diagonalUp = openpyxl.styles.Side(style="thin"), True
    page["B1"].border = border
    assert list(guessed(book)) == ["B2"]


def test_cells_between_which_no_line_is_drawn_are_one_field() -> None:
    book, page = drawn(("A1:A3", "概要"))
    box(page, "B1:F3", merge=False)
    assert list(guessed(book)) == ["B1:F3"]


def test_a_date_in_several_cells_is_one_field() -> None:
    book, page = drawn(("A1", "提出日"))
    box(page, "B1:H1", merge=False)
    for column, word in zip("BDFH", ("令和", "年", "月", "日"), strict=True):
        page[f"{column}1"] = word
    fields = guessed(book)
    assert {cell: field.value_kind.word for cell, field in fields.items()} == {"B1:H1": "日付"}
    assert fields["B1:H1"].field_words.label == "提出日"


def test_a_blank_between_words_gets_the_unit_behind_it() -> None:
    book, page = drawn(("A1", "階数"))
    box(page, "B1:G1", merge=False)
    for column, word in zip("BDEG", ("地上", "階", "地下", "階"), strict=True):
        page[f"{column}1"] = word
    fields = guessed(book)
    assert {
        cell: (field.field_words.label, field.value_kind.unit) for cell, field in fields.items()
    } == {
        "C1": ("地上", "階"),
        "F1": ("地下", "階"),
    }


def test_a_decimal_with_its_point_is_one_field() -> None:
    book, page = drawn(("A1", "高さ"))
    box(page, "B1:D1", merge=False)
    for column, word in zip("CD", (".", "m"), strict=True):
        page[f"{column}1"] = word
    [field] = guessed(book).values()
    assert (field.cell, field.field_words.label, field.value_kind.unit) == ("B1:C1", "高さ", "m")


def test_a_mark_is_named_by_the_words_behind_it() -> None:
    book, page = drawn(("A1:B2", "対象"))
    for row, word in enumerate(("新築", "改築"), start=1):
        box(page, f"C{row}")
        box(page, f"D{row}:E{row}", word)
    rule = DataValidation(type="list", formula1='"○"')
    rule.add("C1:C2")
    page.add_data_validation(rule)
    fields = guessed(book)
    assert {cell: field.field_words.label for cell, field in fields.items()} == {
        "C1": "新築",
        "C2": "改築",
    }
    assert fields["C1"].field_words.group == "対象"


def test_a_text_in_the_colour_of_blank_cells_is_a_sample_of_what_is_filled_in() -> None:
    book, page = drawn(*((f"A{row}", f"項目{row}") for row in range(1, 7)))
    for row in range(1, 7):
        box(page, f"B{row}", "見本の文" if row == 1 else None)
        page[f"B{row}"].fill = PatternFill("solid", fgColor="CCFFCC")
    fields = guessed(book)
    assert list(fields) == [f"B{row}" for row in range(1, 7)]
    assert not fields["B1"].is_sure


def test_parts_of_a_date_get_their_unit_into_the_label() -> None:
    book, page = drawn(("A1:A2", "工期"))
    for row in (1, 2):
        for column, word in zip("CEG", ("年", "月", "日から"), strict=True):
            box(page, f"{chr(ord(column) - 1)}{row}")
            box(page, f"{column}{row}", word)
    labels = [field.field_words.label for field in guessed(book).values()]
    assert labels[:3] == ["工期（年）（1）", "工期（月）（1）", "工期（日）（1）"]


def test_gaps_in_a_text_are_a_field_and_unsure() -> None:
    book, _ = drawn(("A1", "階数"), ("B1", "地上　　　　階・地下　　　　階"))
    [field] = guessed(book).values()
    assert (field.cell, field.field_words.label, field.is_sure) == ("B1", "階数", False)


def test_unlocked_cells_without_protection_count_where_they_look_like_inputs() -> None:
    book, page = drawn(("A1", "氏名"), ("B1", None), ("A2", "職名"), ("B2", None))
    for address in ("B1", "D1", "D2", "D3", "A2"):
        page[address].protection = Protection(locked=False)
    assert list(guessed(book)) == ["B1", "B2"]


def test_a_number_within_a_sum_is_no_field_to_add_up_and_a_unit_is_nothing() -> None:
    book, page = drawn(("A1", "本館"), ("B1", None), ("A2", "別館"), ("B2", None), ("A3", "計"))
    box(page, "B3", "=SUM(B1:C2)")
    page["C1"] = "㎡"
    assert guessed(book)["B3"].summed_cells == ("B1", "B2")
    page["C2"] = 5
    assert "B3" not in guessed(book)


def test_same_labels_are_numbered_and_yellow() -> None:
    book, _ = drawn(("A1", "電話"), ("B1", None), ("A3", "電話"), ("B3", None))
    fields = guessed(book).values()
    assert [field.field_words.label for field in fields] == ["電話（1）", "電話（2）"]
    assert not any(field.is_sure for field in fields)


def test_a_list_on_another_worksheet_is_read() -> None:
    book, page = drawn(("A1", "区分"), ("B1", None))
    words = book.create_sheet("マスタ")
    for row, word in enumerate(("通常", "簡易"), start=1):
        words.cell(row, 1, word)
    rule = DataValidation(type="list", formula1="マスタ!$A$1:$A$2")
    rule.add("B1")
    page.add_data_validation(rule)
    assert guessed(book)["B1"].value_kind.items == ("通常", "簡易")


@pytest.mark.parametrize(
    ("data", "words"),
    [(blank(), "記入する欄が見つかりません"), (b"\xd0\xcf\x11\xe0" + bytes(600), ".xlsx")],
    ids=["nothing to fill in", ".xls"],
)
def test_what_cannot_be_a_form_is_said_in_japanese(data: bytes, words: str) -> None:
    with pytest.raises((WorkbookError, NotAWorkbook), match=words):
        guessed_form(OfficialWorkbook(data, "x.xlsx"), (), 2024)


def test_a_worksheet_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(WorkbookError, match="評価票、記入例、リスト"):
        guessed_form(OfficialWorkbook(evaluation()), ["様式"], 2024)


def test_the_definition_is_a_worksheet_more_and_every_other_part_stays() -> None:
    data = evaluation()
    form = guessed_form(OfficialWorkbook(data), (), 2024)
    written = with_definition(data, form)
    before, after = open_workbook(data), open_workbook(written)
    assert after.worksheets == (*before.worksheets, DEFINITION)
    for title in before.worksheets:
        assert read_cells(written)[title] == read_cells(data)[title]
    cells = read_cells(written)[DEFINITION]
    listed = {cells[f"D{row}"] for row in range(10, 10 + len(form.official_fields))}
    assert listed == {field.cell for field in form.official_fields}


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("令和6年度決算", "{-1元号年度}決算"),
        ("令和７年度", "{0元号年度}"),
        ("R8年度見込", "{+1年度}見込"),
        ("2024年度", "{-1}年度"),
        ("H30", "{-7年}"),
        ("合計", "合計"),
        ("60歳以上", "60歳以上"),
        ("1年目", "1年目"),
    ],
)
def test_a_heading_counts_its_year_from_the_edition(heading: str, written: str) -> None:
    assert placeholder(heading, 2025) == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("はい／いいえ", ("はい", "いいえ")),
        ("有、無", ("有", "無")),
        ("A,B,A", ("A", "B")),
        ("高:成果／効果がある\n低:ない", ("高:成果／効果がある", "低:ない")),
        ("", ()),
    ],
)
def test_the_words_of_a_list_are_read_as_people_part_them(
    text: str, words: tuple[str, ...]
) -> None:
    assert items_of(text) == words


def test_newer_kinds_are_guessed_by_lists_formats_and_labels() -> None:
    book, page = drawn(
        *(("A2:B2", "名称"), ("C2:F2", None), ("A3:B3", "郵便番号"), ("C3:F3", None)),
        *(("A4:B4", "電話番号"), ("C4:F4", None), ("A5:B5", "メールアドレス"), ("C5:F5", None)),
        *(("A6:B6", "達成率"), ("C6:F6", None), ("A7:B7", "従事した時間"), ("C7:F7", None)),
        *(("A8:B8", "開会時刻"), ("C8:F8", None), ("A9:B9", "確認"), ("C9:F9", None)),
        *(("A10:B10", "判定"), ("C10:F10", None), ("A11:B11", "受付"), ("C11:F11", None)),
    )
    page["C6"].number_format = "0.0%"
    page["C7"].number_format = "[h]:mm"
    page["C11"].number_format = "h:mm"
    for address, items in (("C9", '"○,×"'), ("C10", '"○,△,×"')):
        rule = DataValidation(type="list", formula1=items)
        rule.add(address)
        page.add_data_validation(rule)
    words = {field.field_words.label: field.value_kind.word for field in guessed(book).values()}
    assert words == {
        "名称": "文章",
        "郵便番号": "郵便番号",
        "電話番号": "電話番号",
        "メールアドレス": "メールアドレス",
        "達成率": "割合（％）",
        "従事した時間": "時間（長さ）",
        "開会時刻": "時刻",
        "確認": "○×",
        "判定": "選択",
        "受付": "時刻",
    }


def test_what_is_drawn_beside_the_cells_stays_in_the_form_that_is_made() -> None:
    saved = io.BytesIO()
    with xlsxwriter.Workbook(saved) as book:
        page, line = book.add_worksheet("調書"), book.add_format({"border": 1})
        for row, label in enumerate(("事業番号", "事業名", "担当課")):
            page.write(row + 2, 0, label, line)
            page.write_blank(row + 2, 1, None, line)
        page.insert_textbox("D2", "押印{欄}")
        page.insert_image(
            "D9", str(next((Path(__file__).parents[2] / "docs/pictures").glob("*.png")))
        )
    official = OfficialWorkbook(saved.getvalue())
    form = guessed_form(official, (), 2026)
    assert not [remark for remark in form.form_remarks if "残りません" in remark]
    made = defined_form(
        OfficialWorkbook(with_definition(saved.getvalue(), form)), "調書", "調書.xlsx"
    )
    assert made.row_faults == {}
    drawing = made.form_files["drawing.xlsx"]
    assert lost_drawings(saved.getvalue(), drawing, ["調書"]) == []
    archive = zipfile.ZipFile(io.BytesIO(drawing))
    texts = [
        archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/form")
    ]
    assert ["押印｛欄｝" in text for text in texts] == [True]


def test_a_chart_of_an_official_form_is_told_as_lost() -> None:
    book, page = drawn(("A1:B1", "事業番号"), ("C1:D1", None))
    page.add_chart(BarChart(), "F2")
    saved = io.BytesIO()
    book.save(saved)
    form = guessed_form(OfficialWorkbook(saved.getvalue()), (), 2026)
    assert "グラフなどがあるため" in form.form_remarks[0]
