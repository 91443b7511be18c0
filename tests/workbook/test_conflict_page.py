"""The worksheet 入力の重なり: what is put there is read again, a choice is for one conflict, and nothing else is touched."""

from __future__ import annotations

import io
import string
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tests import office, papers, strategies
from tests.cities import WORKSHEET, saved
from xlsync.excel_text import breadth
from xlsync.form.library import load_form
from xlsync.ooxml import limits
from xlsync.ooxml.patch.hyperlinks import put_links
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.conflicts.conflict_sheet import conflict_cells, put_conflicts
from xlsync.workbook.reading.conflict_choices import ConflictRow, conflict_rows_of, link_to
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

TITLE = "入力の重なり"
PURPOSE = "purpose"
LONG = (
    "市民の利便性の向上を図るため、情報システムの最適化を進める。\n・庁内ネットワークの更新\n" * 20
)


@cache
def book(key: str = papers.CLEAN) -> bytes:
    stamp = Stamp("jimu-jigyo-hyoka", 2018, key, 1, "ab")
    return fill(build_template(load_form(), 2018), papers.sheet(key), stamp)


def row(number: int = 0, path: str = PURPOSE, key: str = papers.CLEAN) -> ConflictRow:
    return ConflictRow(
        key,
        path,
        "事業の目的",
        "もとの目的",
        f"{number}番目の自分の目的",
        "相手の目的",
        "企画担当\n2018/07/02 09:05",
        f"{number:016x}",
        link_to(WORKSHEET, "B12"),
    )


def showing(data: bytes, *rows: ConflictRow) -> bytes:
    edit = PackageEdit(data)
    assert put_conflicts(edit, rows)
    return edit.finished()


def rows_in(data: bytes) -> list[ConflictRow]:
    return conflict_rows_of(open_workbook(data))


def page(data: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data))[TITLE]


def links(worksheet: Worksheet) -> dict[str, str | None]:
    """Where each linked cell leads."""
    cells = (cell for line in worksheet.iter_rows() for cell in line)
    return {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


texts = st.just("") | strategies.odd_texts()
addresses = st.builds(
    "{}{}".format, st.text(string.ascii_uppercase, min_size=1, max_size=2), st.integers(1, 9999)
)
rows = st.lists(
    st.builds(
        ConflictRow,
        key=st.sampled_from(papers.KEYS),
        path=st.sampled_from(sorted(papers.edition().by_path)),
        title=texts,
        base_text=texts,
        mine=texts,
        other=texts,
        changed_by=st.builds("{}\n{}".format, texts, st.text("0123456789/ :", max_size=16)),
        mark=st.text(string.hexdigits, min_size=1, max_size=16),
        link=st.builds(link_to, st.text("評価シート' (2)!$", min_size=1, max_size=31), addresses),
    ),
    max_size=6,
    unique_by=lambda one: one.mark,
)


@given(rows, rows)
def test_rows_shown_are_the_rows_read_whatever_was_shown_before(
    first: list[ConflictRow], then: list[ConflictRow]
) -> None:
    once = showing(book(), *first)
    assert rows_in(once) == first
    assert rows_in(showing(once, *then)) == then
    assert showing(once, *first) == once, "and showing the same again changes no byte"


@given(rows)
def test_the_conflicts_shown_are_nothing_to_the_form_itself(shown: list[ConflictRow]) -> None:
    (before,), (after,) = read(book()), read(showing(book(), *shown))
    assert (after.sheet, after.findings, after.choices) == (before.sheet, before.findings, {})


def test_only_the_worksheet_itself_and_its_tab_change() -> None:
    before, after = parts(book()), parts(showing(book(), row()))
    changed = {name for name in after if after[name] != before.get(name)}
    assert before.keys() == after.keys()
    entry = PackageEdit(book()).workbook.worksheet(TITLE)
    assert entry is not None
    assert changed == {"xl/workbook.xml", entry.part}


def test_showing_conflicts_makes_excel_calculate_nothing() -> None:
    """Else it would ask on closing whether to save a workbook in which nobody typed anything."""
    edit = PackageEdit(book())
    part = edit.workbook.part
    edit.put(part, edit.text(part).replace('fullCalcOnLoad="1"', ""))
    assert put_conflicts(edit, [row()])
    assert b"fullCalcOnLoad" not in parts(edit.finished())["xl/workbook.xml"]
    assert rows_in(edit.finished()) == [row()]


def test_the_worksheet_waits_hidden_with_a_name_of_its_own() -> None:
    whole = openpyxl.load_workbook(io.BytesIO(book()))
    worksheet = whole[TITLE]
    assert worksheet.sheet_state == "hidden"
    assert whole.sheetnames[0] == WORKSHEET
    colour = worksheet.sheet_properties.tabColor
    assert colour is not None
    assert str(colour.rgb).endswith("C00000")
    name = worksheet.defined_names["_xlsync.conflicts"]
    assert name.hidden
    assert [cell.value for cell in worksheet[5]][:6] == [
        "項目",
        "もとの内容",
        "このファイル",
        "登録済み",
        "誰・いつ",
        "どちらにするか",
    ]
    hidden = [letter for letter in "ABCDEFGHIJ" if worksheet.column_dimensions[letter].hidden]
    assert "".join(hidden) == "GHIJ"
    assert rows_in(book()) == []


def test_only_the_column_of_choices_can_be_typed_into() -> None:
    worksheet = page(showing(book(), row(0), row(1)))
    assert worksheet.protection.sheet
    assert not worksheet.protection.password
    open_cells = {
        cell.coordinate
        for line in worksheet["A1:J7"]
        for cell in line
        if not cell.protection.locked
    }
    assert open_cells <= {"F6", "F7"}
    assert not worksheet.column_dimensions["F"].protection.locked
    (rule,) = worksheet.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == (
        "list",
        '"このファイル,登録済み"',
        "F6:F133",
    )
    assert rule.showErrorMessage


def test_the_page_is_shown_while_there_are_conflicts_and_says_how_many() -> None:
    shown = showing(book(), row(0), row(1))
    assert page(shown).sheet_state == "visible"
    assert page(shown)["A4"].value == "まだ決まっていない入力の重なり 2件"
    settled = showing(shown)
    assert page(settled).sheet_state == "hidden"
    assert page(settled)["A4"].value == "まだ決まっていない入力の重なりはありません。"
    assert not [cell.value for line in page(settled)["A6:J20"] for cell in line if cell.value]


def test_the_page_somebody_left_on_top_stays_in_sight_and_says_that_nothing_is_left() -> None:
    whole = openpyxl.load_workbook(io.BytesIO(showing(book(), row())))
    whole.active = whole.sheetnames.index(TITLE)
    settled = showing(saved(whole))
    assert page(settled).sheet_state == "visible"
    assert page(settled)["A4"].value == "まだ決まっていない入力の重なりはありません。"


def test_a_row_leads_to_its_cell_on_the_form() -> None:
    shown = showing(book(), row(), replace(row(1), link=link_to("課長's 案", "C3")))
    assert links(page(shown)) == {"A6": "'評価シート'!B12", "A7": "'課長''s 案'!C3"}
    assert links(page(showing(shown, row()))) == {"A6": "'評価シート'!B12"}
    assert links(page(showing(shown))) == {}


def test_the_title_of_every_field_fits_into_one_line_of_its_linked_cell() -> None:
    pixels = page(book()).column_dimensions["A"].width * 8 - 14  # less the edges and the indent
    widest = max(breadth(field.title) for field in papers.edition().by_path.values())
    assert widest * 9 / 2 / 0.75 <= pixels  # 9 points: half of it a column, of 0.75 points a pixel


def test_other_links_of_a_worksheet_stay() -> None:
    edit = PackageEdit(book())
    put_links(edit, TITLE, {"A6": "'評価シート'!A1", "B7": "'評価シート'!A2"})
    put_links(edit, TITLE, {"B7": None, "C8": "'評価シート'!A3"})
    assert links(page(edit.finished())) == {"A6": "'評価シート'!A1", "C8": "'評価シート'!A3"}


def test_a_choice_stays_with_a_conflict_that_is_still_the_same() -> None:
    typed = patch_cells(showing(book(), row(0), row(1, "outline")), {(TITLE, "F7"): "このファイル"})
    moved = showing(typed, row(2, "issue"), row(1, "outline"), row(0))
    choices = read(moved)[0].choices
    assert {path: (one.side, one.mark) for path, one in choices.items()} == {
        "outline": ("theirs", row(1).mark)
    }
    assert page(moved)["F7"].value == "このファイル"
    other = showing(typed, replace(row(1, "outline"), mark="f" * 16), row(0))
    assert read(other)[0].choices == {}
    assert page(other)["F7"].value is None


@pytest.mark.parametrize(
    ("typed", "side"),
    [
        ("このファイル", "theirs"),
        ("登録済み", "ours"),
        (" 自 分　", "theirs"),
        ("じぶん", "theirs"),
        ("ｼﾞﾌﾞﾝ", "theirs"),
        ("あいて", "ours"),
        ("アイテ\n", "ours"),
    ],
)
def test_usual_spellings_of_a_side_are_understood(typed: str, side: str) -> None:
    (reading,) = read(patch_cells(showing(book(), row()), {(TITLE, "F6"): typed}))
    choice = reading.choices[PURPOSE]
    assert (choice.side, choice.mark, choice.worksheet, choice.cell) == (
        side,
        row().mark,
        TITLE,
        "F6",
    )
    assert reading.findings == ()


def as_given_out_before(data: bytes) -> bytes:
    """The workbook with the title, headings and list of choices that this worksheet had in files given out before."""
    formerly = {"B5": "配布時", "C5": "自分", "D5": "相手", "F5": "採用"}
    data = patch_cells(data, {(TITLE, cell): heading for cell, heading in formerly.items()})
    words = {TITLE: "競合", "このファイル": "自分", "登録済み": "相手"}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            for now, before in words.items():
                text = text.replace(now.encode(), before.encode())
            new.writestr(part, text)
    return out.getvalue()


@pytest.mark.parametrize(("typed", "side"), [("自分", "theirs"), ("相手", "ours")])
def test_a_file_given_out_before_is_read_and_written_in_its_own_words(
    typed: str, side: str
) -> None:
    before = as_given_out_before(book())
    shown = showing(before, row(0), row(1, "outline"))
    worksheet = openpyxl.load_workbook(io.BytesIO(shown))["競合"]
    assert worksheet.sheet_state == "visible"
    assert [worksheet[cell].value for cell in ("A6", "C6", "D6")] == [
        "事業の目的",
        row().mine,
        row().other,
    ]
    (reading,) = read(patch_cells(shown, {("競合", "F6"): typed, ("競合", "F7"): "両方"}))
    assert (reading.choices[PURPOSE].side, reading.choices[PURPOSE].cell) == (side, "F6")
    (unclear,) = reading.findings
    assert "「自分」" in unclear.message
    assert "「相手」" in unclear.message


@pytest.mark.parametrize("typed", ["×", "両方", "自分と相手", 1, "○"])
def test_anything_else_is_asked_about(typed: str | int) -> None:
    (reading,) = read(patch_cells(showing(book(), row()), {(TITLE, "F6"): typed}))
    assert reading.choices == {}
    (found,) = reading.findings
    assert (found.code, found.severity) == ("choice-unclear", "warning")
    assert (found.worksheet, found.cell) == (TITLE, "F6")
    assert f"「{typed}」" in found.message
    assert "「このファイル」" in found.message


def test_spaces_alone_are_no_choice() -> None:
    (reading,) = read(patch_cells(showing(book(), row()), {(TITLE, "F6"): "　 "}))
    assert (reading.choices, reading.findings) == ({}, ())


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    shown = showing(book(), replace(row(), mine="=1+1", other="@SUM(A1)", changed_by="+81\n"))
    worksheet = page(shown)
    assert [worksheet[address].data_type for address in ("C6", "D6", "E6")] == ["s", "s", "s"]
    assert rows_in(shown) == [replace(row(), mine="=1+1", other="@SUM(A1)", changed_by="+81\n")]


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    (shown,) = rows_in(showing(book(), replace(row(), mine="長" * 40_000, other="👪" * 17_000)))
    for text in (shown.mine, shown.other):
        assert len(text.encode("utf-16-le")) // 2 <= limits.MAX_TEXT
        assert text.endswith("ここまでを示しています）")
    assert shown.mark == row().mark


def test_more_conflicts_than_rows_are_shown_in_turn() -> None:
    many = [row(number) for number in range(130)]
    change = conflict_cells(open_workbook(book()), many)
    assert change is not None
    assert change.left_out == 2
    shown = showing(book(), *many)
    assert rows_in(shown) == many[:128]
    assert "まだ決まっていない入力の重なり 130件" in str(page(shown)["A4"].value)


def test_the_worksheet_is_found_by_its_name_not_by_its_title() -> None:
    whole = openpyxl.load_workbook(io.BytesIO(showing(book(), row())))
    worksheet = whole[TITLE]
    for name in worksheet.defined_names.values():
        name.attr_text = str(name.attr_text).replace(TITLE, "どちらにするか")
    worksheet.title = "どちらにするか"
    worksheet["F6"].value = "登録済み"
    (reading,) = read(saved(whole))
    assert reading.choices[PURPOSE].side == "ours"
    assert reading.choices[PURPOSE].worksheet == "どちらにするか"


def test_columns_are_found_by_their_headings() -> None:
    whole = openpyxl.load_workbook(io.BytesIO(showing(book(), row())))
    worksheet = whole[TITLE]
    worksheet["F6"].value = "このファイル"
    for number in (5, 6):
        worksheet[f"E{number}"].value, worksheet[f"F{number}"].value = (
            worksheet[f"F{number}"].value,
            worksheet[f"E{number}"].value,
        )
    assert read(saved(whole))[0].choices[PURPOSE].side == "theirs"


def twice(data: bytes) -> bytes:
    """The workbook with its worksheet 入力の重なり copied, as Excel copies: names of its own go along."""
    whole = openpyxl.load_workbook(io.BytesIO(data))
    copied = whole.copy_worksheet(whole[TITLE])
    copied.title = "入力の重なり (2)"
    text = str(whole[TITLE].defined_names["_xlsync.conflicts"].attr_text).replace(
        TITLE, copied.title
    )
    copied.defined_names["_xlsync.conflicts"] = openpyxl.workbook.defined_name.DefinedName(
        "_xlsync.conflicts", attr_text=text, hidden=True
    )
    return saved(whole)


def test_of_two_such_worksheets_the_first_is_written_and_both_are_read() -> None:
    data = patch_cells(twice(showing(book(), row())), {("入力の重なり (2)", "F6"): "このファイル"})
    assert read(data)[0].choices[PURPOSE].worksheet == "入力の重なり (2)"
    renewed = showing(data, row())
    assert rows_in(renewed) == [row()]
    assert read(renewed)[0].choices[PURPOSE].worksheet == TITLE
    against = patch_cells(data, {(TITLE, "F6"): "登録済み"})
    (reading,) = read(against)
    assert reading.choices == {}
    assert [(found.worksheet, found.cell) for found in reading.findings] == [
        (TITLE, "F6"),
        ("入力の重なり (2)", "F6"),
    ]


def test_a_workbook_without_the_worksheet_says_so() -> None:
    whole = openpyxl.load_workbook(io.BytesIO(book()))
    del whole[TITLE]
    data = saved(whole)
    assert conflict_cells(open_workbook(data), [row()]) is None
    edit = PackageEdit(data)
    assert not put_conflicts(edit, [row()])
    assert edit.finished() == data
    assert read(data)[0].choices == {}


def test_headings_that_are_gone_leave_no_worksheet_to_write_into() -> None:
    data = patch_cells(showing(book(), row()), {(TITLE, "G5"): None})
    assert conflict_cells(open_workbook(data), [row()]) is None


def test_rows_of_several_sheets_in_one_workbook_go_to_their_own() -> None:
    """A worksheet moved into another's workbook takes its names along; the rows say whose they are."""
    other = papers.KEYS[1]
    whole = openpyxl.load_workbook(io.BytesIO(book()))
    guest = openpyxl.load_workbook(io.BytesIO(book(other)))[WORKSHEET]
    added = whole.create_sheet("二つめ")
    for line in guest.iter_rows():
        for cell in line:
            if cell.value is not None:
                added[cell.coordinate].value = cell.value
    for name, defined in guest.defined_names.items():
        text = str(defined.attr_text).replace(f"'{WORKSHEET}'", "'二つめ'")
        added.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
            name, attr_text=text, hidden=defined.hidden
        )
    shown = showing(saved(whole), row(0), row(1, key=other))
    data = patch_cells(shown, {(TITLE, "F6"): "このファイル", (TITLE, "F7"): "登録済み"})
    sides = {one.sheet.key: one.choices[PURPOSE].side for one in read(data)}
    assert sides == {papers.CLEAN: "theirs", other: "ours"}


@pytest.mark.office
def test_a_real_office_program_keeps_rows_and_choices(tmp_path: Path) -> None:
    told = [
        row(0),
        replace(row(1, "outline"), mine=LONG, other="=1+1", base_text=""),
        row(2, "issue"),
    ]
    file = tmp_path / "競合.xlsx"
    file.write_bytes(patch_cells(showing(book(), *told), {(TITLE, "F7"): "登録済み"}))
    (resaved,) = office.resave([file], tmp_path / "saved")
    data = resaved.read_bytes()
    assert rows_in(data) == told
    assert {path: one.side for path, one in read(data)[0].choices.items()} == {"outline": "ours"}
    renewed = showing(data, told[2], told[1])
    assert rows_in(renewed) == [told[2], told[1]]
    assert read(renewed)[0].choices["outline"].cell == "F7"


@pytest.mark.office
def test_conflicts_print_on_the_forms_paper_and_free_rows_print_nothing(tmp_path: Path) -> None:
    counts = (0, 1, 5, 30)
    files = [tmp_path / f"{count}.xlsx" for count in counts]
    for file, count in zip(files, counts, strict=True):
        fields = enumerate(papers.edition().fields[:count])
        told = [replace(row(at, field.path), mine=LONG) for at, field in fields]
        file.write_bytes(showing(book(), *told))
    pdfs = office.convert(files, "pdf", tmp_path / "pdf")
    without, *pages = [office.pdf_pages(pdf) for pdf in pdfs]
    one, five, thirty = (count - without for count in pages)
    assert (one, five) == (1, 1)
    assert thirty in {2, 3}  # rows are as high as the installed fonts make them
    picture = office.render(pdfs[-1], tmp_path / "png", dpi=20)[-1].read_bytes()
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    assert abs(width - 420 / 25.4 * 20) <= 2
    assert abs(height - 297 / 25.4 * 20) <= 2
