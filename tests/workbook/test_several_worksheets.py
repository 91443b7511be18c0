"""A form of one to three worksheets: what is written on any of them is read, merged and brought back as on a single one."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import papers
from tests.cities import City, saved
from tests.strategies import values
from tests.workbook.several_worksheets import (
    MIXED,
    PATHS,
    SHEET,
    YEAR,
    Layout,
    city,
    computed,
    form,
    one,
    sheets,
    workbook,
)
from xlsync.errors import FormError
from xlsync.exchange.receipt import Source
from xlsync.exchange.write_back.write_back import bring_up_to_date
from xlsync.form.definition import read_definition
from xlsync.form.library import Form, load_form
from xlsync.kinds import Value
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.reading.reading_json import answer_from_json, answer_to_json
from xlsync.workbook.template.template import build_template

LAYOUTS: Final = st.tuples(*[st.integers(0, 2)] * (len(PATHS) + 1)).filter(
    lambda layout: set(layout) == set(range(max(layout) + 1))
)


@settings(max_examples=6)
@given(LAYOUTS.flatmap(lambda layout: st.tuples(st.just(layout), sheets(form(layout).at(YEAR)))))
def test_what_is_written_on_any_worksheets_is_read_again(drawn: tuple[Layout, Sheet]) -> None:
    layout, sheet = drawn
    of = form(layout)
    data = workbook(of, sheet)
    reading = one(data, of)
    assert reading.sheet.same_content(sheet)
    assert [each for each in reading.findings if each.severity == "error"] == []
    assert reading.worksheets == of.at(YEAR).worksheets
    again = one(
        saved(openpyxl.load_workbook(io.BytesIO(data))), of
    )  # a program without formulas' results
    assert again.sheet.same_content(sheet)


@pytest.fixture
def office(tmp_path: Path) -> City:
    """A city with one sheet of two worksheets registered."""
    made = city(tmp_path, form(MIXED))
    sheet = computed(Sheet(made.terms.form.at(YEAR), "7", SHEET))
    assert made.bring_one(sheet.to_json(), "登録").outcome == "accepted"
    return made


def typed(data: bytes, of: Form, changes: Mapping[str, Value]) -> bytes:
    """The workbook with values typed at paths, on whichever worksheet they are."""
    reading = one(data, of)
    shown = {p: reading.sheet.edition.by_path[p].kind.show(v) for p, v in changes.items()}
    cells = {reading.cell_of(path): value for path, value in shown.items()}
    return patch_cells(data, cells)


def brought_back(office: City, data: bytes, file: str) -> bytes:
    """The workbook as the write-back leaves it."""
    source = Source(file, "2026-07-03T09:00:00+09:00", "職員")
    update = bring_up_to_date(office.store, office.terms, data, source)
    return data if update is None else update.data


FREE: Final = ("name", "grade", "costs.first", "costs.second", "reason", "day")
FIRST, SECOND = (
    [
        path
        for path in FREE
        if MIXED[PATHS.index(path.replace("first", "{year}").replace("second", "{year}"))] == n
    ]
    for n in (0, 1)
)


@settings(max_examples=6)
@given(st.data())
def test_what_two_people_type_on_two_worksheets_is_merged_field_by_field(
    data: st.DataObject,
) -> None:
    of = form(MIXED)
    office = city(Path(tempfile.mkdtemp()), of)
    edition = of.at(YEAR)
    assert office.bring_one(computed(Sheet(edition, "7", SHEET)).to_json(), "登録").revision == 1
    drawn = st.dictionaries(st.sampled_from(FREE), st.integers(1, 9), max_size=4)
    changes = []
    for _ in range(2):
        paths = data.draw(drawn)
        kinds = {path: edition.by_path[path].kind for path in paths}
        changes.append({path: data.draw(values(kind, blank=False)) for path, kind in kinds.items()})
    files = {f"{number}.xlsx": office.give_out("7") for number in range(2)}
    for (file, book), change in zip(files.items(), changes, strict=True):
        files[file] = typed(book, of, change)
        receipt = office.bring_one(files[file], file)
        assert receipt.outcome != "refused", receipt.reason
    mine, theirs = changes
    head = office.head("7")
    asked = {path for path in mine.keys() & theirs.keys() if mine[path] != theirs[path]}
    for path, value in {**theirs, **mine}.items():
        assert head[path] == value, path
    for file, book in files.items():
        back = one(brought_back(office, book, file), of).sheet
        differing = {path for path in edition.by_path if back[path] != head[path]}
        followers = {"total", "double"} if asked else set()
        assert differing <= asked | followers, differing


def test_findings_name_the_worksheet_and_the_cell(office: City) -> None:
    of = office.terms.form
    data = typed(office.give_out("7"), of, {"reason": "別の理由"})
    reading = one(data, of)
    spot = reading.cell_of("costs.first")
    assert spot[0] == "様式2 内訳"
    receipt = office.bring_one(patch_cells(data, {spot: "未定"}))
    [found] = [each for each in receipt.findings if each.code == "unreadable"]
    assert (found.worksheet, found.cell) == spot
    assert office.head("7")["reason"] == "別の理由"


def test_a_renamed_and_moved_worksheet_is_read_and_written_as_before(office: City) -> None:
    of = office.terms.form
    book = openpyxl.load_workbook(io.BytesIO(office.give_out("7")))
    page = book["様式2 内訳"]
    for sheet in book:
        for defined in sheet.defined_names.values():
            defined.attr_text = str(defined.attr_text).replace(
                "様式2 内訳", "内訳　'新'".replace("'", "''")
            )
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = cell.value.replace("様式2 内訳", "内訳　''新''")
    page.title = "内訳　'新'"
    book.move_sheet(page, -1)
    page[one(office.give_out("7"), of).cell_of("costs.second")[1]].value = 300
    data = saved(book)
    receipt = office.bring_one(data)
    assert (receipt.outcome, receipt.worksheets) == ("accepted", ("様式1", "内訳　'新'"))
    assert office.head("7")["total"] == 400
    other = typed(office.give_out("7"), of, {"costs.first": 500, "name": "道路台帳"})
    assert office.bring_one(other, "b.xlsx").outcome == "accepted"
    back = one(brought_back(office, data, "評価シート/a.xlsx"), of)
    assert (back.sheet["costs.first"], back.sheet["total"], back.sheet["name"]) == (
        500,
        800,
        "道路台帳",
    )


def without(data: bytes, title: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    del book[title]
    return saved(book)


@pytest.mark.parametrize("gone", ["様式1", "様式2 内訳"])
def test_of_a_deleted_worksheet_nothing_is_lost_and_it_is_said_once(
    office: City, gone: str
) -> None:
    of = office.terms.form
    before = office.head("7")
    kept = "name" if gone != "様式1" else "reason"
    data = without(typed(office.give_out("7"), of, {kept: "新しい文"}), gone)
    receipt = office.bring_one(data)
    assert receipt.outcome == "accepted", receipt.reason
    [found] = [each for each in receipt.findings if each.code.startswith("lost")]
    assert found.code == "lost-worksheet"
    assert f"「{gone}」" in found.message
    changed = [path for path in before if office.head("7")[path] != before[path]]
    assert changed == [kept]


def test_checks_of_before_become_those_of_today_beside_a_table_of_rows(office: City) -> None:
    given = office.give_out("7")
    present = read_cells(given)["_xlsync.check"]["A1"]
    data = patch_cells(given, {("_xlsync.check", "A1"): "前の版"})
    assert office.bring_one(data).outcome == "unchanged"
    back = brought_back(office, data, "評価シート/a.xlsx")
    assert read_cells(back)["_xlsync.check"]["A1"] == present
    assert one(back, office.terms.form).sheet.same_content(office.head("7"))
    assert brought_back(office, back, "評価シート/a.xlsx") == back


def test_checks_of_before_stay_where_a_worksheet_without_fields_was_deleted(tmp_path: Path) -> None:
    office = city(tmp_path, form((0, 0, 0, 0, 0, 0, 0, 0, 2, 2)))
    sheet = computed(Sheet(office.terms.form.at(YEAR), "7", SHEET))
    assert office.bring_one(sheet.to_json(), "登録").outcome == "accepted"
    former = patch_cells(office.give_out("7"), {("_xlsync.check", "A1"): "前の版"})
    data = without(former, "様式2 内訳")
    assert office.bring_one(data).outcome == "unchanged"
    back = one(brought_back(office, data, "評価シート/a.xlsx"), office.terms.form)
    assert back.sheet.same_content(office.head("7"))


def test_a_worksheet_moved_into_another_workbook_is_still_the_same_sheets(office: City) -> None:
    of = office.terms.form
    given = typed(office.give_out("7"), of, {"reason": "移した先で直した理由"})
    [receipt] = office.bring(without(given, "様式1"), "別のブック.xlsx")
    assert (receipt.outcome, receipt.key) == ("accepted", "7")
    assert office.head("7")["reason"] == "移した先で直した理由"
    assert office.head("7")["name"] == SHEET["name"]


def doubled(data: bytes, typed_into: Mapping[str, str]) -> bytes:
    """The workbook with 様式2 copied as Excel does, and a text typed into its first row of either."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book["様式2 内訳"]
    other = book.copy_worksheet(page)
    other.title = "様式2 内訳 (2)"
    for name, defined in page.defined_names.items():
        moved = str(defined.attr_text).replace("様式2 内訳", "様式2 内訳 (2)")
        other.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
            name, attr_text=moved, hidden=defined.hidden
        )
    book.move_sheet(other, -2)
    for title, text in typed_into.items():
        book[title][one(data, form(MIXED)).cell_of("reason")[1]].value = text
    return saved(book)


def test_of_a_worksheet_and_its_copy_the_one_that_says_something_is_taken(office: City) -> None:
    given = office.give_out("7")
    receipt = office.bring_one(doubled(given, {}))
    assert receipt.outcome == "unchanged"
    [note] = [each for each in receipt.findings if each.code == "worksheet-set-aside"]
    assert "「様式2 内訳 (2)」" in note.message
    assert "「様式1」" not in note.message
    receipt = office.bring_one(doubled(given, {"様式2 内訳 (2)": "写しに書いた理由"}))
    assert receipt.outcome == "accepted"
    assert office.head("7")["reason"] == "写しに書いた理由"


def test_of_two_copies_that_differ_neither_is_taken(office: City) -> None:
    texts = {"様式2 内訳": "こちら", "様式2 内訳 (2)": "あちら"}
    receipts = office.bring(doubled(office.give_out("7"), texts))
    assert {receipt.outcome for receipt in receipts} == {"refused"}
    assert all("「様式2 内訳」、「様式2 内訳 (2)」" in receipt.reason for receipt in receipts)
    assert office.head("7")["reason"] == SHEET["reason"]


def test_rows_of_a_table_on_the_second_worksheet_go_both_ways(office: City) -> None:
    of = office.terms.form
    first, second = office.give_out("7"), office.give_out("7")
    place = one(first, of).field_cells.table_cells["items"]
    assert place.worksheet == "様式2 内訳"
    row = max(place.numbers.values()) + 1
    new = {
        (place.worksheet, f"{place.letters[word]}{row}"): value
        for word, value in (("what", "杭"), ("price", 1))
    }
    assert office.bring_one(patch_cells(first, new), "a.xlsx").outcome == "accepted"
    more = {(place.worksheet, f"{place.letters['what']}{row}"): "旗"}
    assert office.bring_one(patch_cells(second, more), "b.xlsx").outcome == "accepted"
    back = one(brought_back(office, patch_cells(second, more), "b.xlsx"), of).sheet
    words = [back[f"items.{row.row_id}.what"] for row in back.rows("items")]
    assert sorted(map(str, words)) == sorted(["測量", "図面", "杭", "旗"])
    assert back["items_total"] == 10001


def test_what_the_sandbox_reads_says_where_everything_is(office: City) -> None:
    of = office.terms.form
    reading = one(office.give_out("7"), of)
    answer = answer_from_json(answer_to_json([reading]), of)
    assert isinstance(answer, list)
    [sent] = answer

    assert sent.field_cells == reading.field_cells
    assert sent.worksheets == ("様式1", "様式2 内訳")


def test_a_file_of_another_form_is_named_as_such(office: City) -> None:
    other = load_form()
    [receipt] = office.bring(build_template(other, papers.EDITION).data, "評価シート.xlsx")
    assert receipt.outcome == "refused"
    assert receipt.reason.startswith(f"別の様式（{other.id}）のファイルです。")
    assert "（chosho）" in receipt.reason
    [receipt] = office.bring(saved(openpyxl.Workbook()), "メモ.xlsx")
    assert receipt.reason.startswith("様式1の様式が見つかりません")


def test_a_form_whose_drawing_lacks_a_worksheet_is_told_so(tmp_path: Path) -> None:
    folder = Path(str(form(MIXED).folder))
    book = openpyxl.load_workbook(folder / "drawing.xlsx")
    book["様式2 内訳"].title = "別の名前"
    (tmp_path / "form.toml").write_text(
        (folder / "form.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    book.save(tmp_path / "drawing.xlsx")
    with pytest.raises(FormError, match="「様式1」、「様式2 内訳」"):
        build_template(load_form(str(tmp_path)), YEAR)
    text = (folder / "form.toml").read_text(encoding="utf-8").replace('["様式2 内訳"]', '["様式1"]')
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormError, match="二度"):
        read_definition(text, "form.toml")
