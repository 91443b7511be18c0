"""Write-back: a staff member's own workbook is brought up to date, and nothing else in it changes."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.cities import WORKSHEET, City, through_openpyxl, typed
from xlsync.errors import UnwritableWorkbook
from xlsync.exchange import Source, bring_up_to_date, compare_workbook, note_written
from xlsync.exchange.write_back.write_back import Update
from xlsync.ooxml import patch_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.visible_sheet import RECEIPTS
from xlsync.workbook.reading.form_reader import read

PURPOSE, OUTLINE = "purpose", "outline"
NATIONAL = "costs.2018-initial.sources.national"
GENERAL = "costs.2018-initial.sources.general"
COST = "costs.2018-initial.project_cost"
TOTAL = "costs.2018-initial.total_cost"
PROGRAM = "program_totals.2018-initial.project_cost"
ONE, OTHER = "評価シート/甲.xlsx", "評価シート/乙.xlsx"


def source(file: str = ONE) -> Source:
    return Source(file, "2018-07-03T09:00:00+09:00", "企画")


def update(city: City, data: bytes, file: str = ONE) -> Update | None:
    return bring_up_to_date(city.store, city.terms, data, source(file))


def written(city: City, data: bytes, file: str = ONE) -> bytes:
    """The workbook brought up to date, and that noted."""
    made = update(city, data, file)
    assert made is not None
    note_written(city.store, made, source(file))
    return made.data


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def result(data: bytes, path: str) -> object:
    """The result stored beside the formula of a computed field."""
    reading = read(data)[0]
    return open_workbook(data).cells(reading.worksheet)[reading.cells[path]].value


def two(city: City) -> tuple[bytes, bytes]:
    """Two workbooks of one sheet, the first taken in as it was given out."""
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(one, ONE)
    return one, other


def receipt_line(data: bytes, address: str = RECEIPTS[0]) -> object:
    """A line of チェック that names a receipt, as the file shows it without calculating."""
    cell = open_workbook(data).cells("チェック").get(address)
    return cell.value if cell is not None else None


def test_what_another_wrote_comes_into_my_workbook(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的", NATIONAL: 1000}), OTHER)
    made = update(city, one)
    assert made is not None
    assert (made.fields, made.left) == (2, ())
    now = read(made.data)[0]
    assert now.sheet.same_content(city.head())
    assert (now.stamp.base_revision, now.stamp.copy) == (2, read(one)[0].stamp.copy)  # type: ignore[union-attr]
    assert now.live.keys() == read(one)[0].live.keys(), "formulas are formulas still"
    for path in (COST, TOTAL, PROGRAM):
        assert result(made.data, path) == city.head()[path], path


def test_every_other_byte_stays(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的", NATIONAL: 1000}), OTHER)
    before, after = parts(one), parts(written(city, one))
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    titles = {entry.part: entry.title for entry in PackageEdit(one).workbook.worksheets}
    assert {titles.get(name, name) for name in changed} <= {
        WORKSHEET, "チェック", "_xlsync", "_xlsync.check", "xl/workbook.xml", "docProps/custom.xml"
    }  # fmt: skip
    stamped = after["xl/workbook.xml"].replace(b";base=2;", b";base=1;")
    assert stamped == before["xl/workbook.xml"], "every result is right: nothing need be calculated"


def test_a_workbook_written_to_is_received_as_unchanged(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    data = written(city, one)
    receipt = city.bring_one(data, ONE)
    assert (receipt.outcome, receipt.revision, city.revisions()) == ("unchanged", 2, 2)
    assert update(city, data) is None


def test_what_is_written_back_can_be_changed_without_a_conflict(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    data = typed(written(city, one), {PURPOSE: "甲が直した目的"})
    assert city.bring_one(data, ONE).outcome == "accepted"
    assert city.head()[PURPOSE] == "甲が直した目的"


def test_a_workbook_with_something_not_received_stays_as_it_is(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    mine = typed(one, {OUTLINE: "甲の概要"})
    assert update(city, mine) is None
    assert compare_workbook(city.store, city.terms, mine, source()).unreceived_worksheets == (
        WORKSHEET,
    )
    assert compare_workbook(city.store, city.terms, one, source()).unreceived_worksheets == ()


def test_a_workbook_as_given_out_needs_not_be_received_first(city: City) -> None:
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    data = written(city, one, "別の場所.xlsx")
    assert read(data)[0].sheet[PURPOSE] == "乙の目的"
    assert city.bring_one(data, "別の場所.xlsx").outcome == "unchanged"


def test_a_save_without_findings_is_acknowledged_in_the_workbook_once(city: City) -> None:
    one, _ = two(city)
    data = typed(one, {PURPOSE: "甲の目的"})
    assert city.bring_one(data, ONE).revision == 2
    acknowledged = written(city, data)
    assert str(receipt_line(acknowledged)).startswith("受け取り ")
    assert "変更 1欄" in str(receipt_line(acknowledged))
    assert read(acknowledged)[0].sheet == read(data)[0].sheet
    assert city.bring_one(acknowledged, ONE).outcome == "unchanged"
    assert update(city, acknowledged) is None
    again = through_openpyxl(acknowledged)
    assert (city.bring_one(again, ONE).outcome, city.revisions()) == ("unchanged", 2)
    assert update(city, again) is None, "a save that changed nothing is no other receipt"


def test_each_save_that_changed_something_is_acknowledged(city: City) -> None:
    one, _ = two(city)
    for number in (1, 2, 3):
        one = typed(one, {PURPOSE: f"{number}回目の目的"})
        city.bring_one(one, ONE)
        one = written(city, one)
        assert update(city, one) is None
    lines = [receipt_line(one, f"C{row}") for row in (5, 6, 7)]
    assert len(set(lines)) == 3
    assert all(str(line).startswith("受け取り ") for line in lines)


def test_a_revision_that_came_from_another_workbook_alone_is_no_reason_to_touch_a_file(
    city: City,
) -> None:
    one, other = two(city)
    assert city.bring_one(typed(other, {PURPOSE: "同じ目的"}), OTHER).revision == 2
    mine = typed(one, {PURPOSE: "同じ目的"})
    assert city.bring_one(mine, ONE).outcome == "unchanged"
    assert update(city, mine) is None


def test_a_field_in_conflict_stays_and_the_others_are_written(city: City) -> None:
    one, other = two(city)
    mine = typed(one, {PURPOSE: "甲の目的"})
    city.bring_one(typed(other, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"}), OTHER)
    assert city.bring_one(mine, ONE).outcome == "conflict"
    data = written(city, mine)
    sheet = read(data)[0].sheet
    assert (sheet[PURPOSE], sheet[OUTLINE]) == ("甲の目的", "乙の概要")
    receipt = city.bring_one(data, ONE)
    assert (receipt.outcome, [one.path for one in receipt.conflicts]) == ("conflict", [PURPOSE])
    assert city.head()[PURPOSE] == "乙の目的"
    assert update(city, data) is None


def test_a_copy_of_a_workbook_in_conflict_is_in_conflict_too(city: City) -> None:
    """Its stamp names a revision around that one field; nobody has decided for its value."""
    one, other = two(city)
    mine = typed(one, {PURPOSE: "甲の目的"})
    city.bring_one(typed(other, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"}), OTHER)
    city.bring_one(mine, ONE)
    data = written(city, mine)
    receipt = city.bring_one(data, "写し.xlsx")
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "乙の目的")


def test_dying_between_the_file_and_the_memory_is_harmless(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    made = update(city, one)
    assert made is not None
    city.bring_one(typed(other, {PURPOSE: "乙の二稿"}), OTHER)
    receipt = city.bring_one(typed(made.data, {OUTLINE: "甲の概要"}), ONE)
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("乙の二稿", "甲の概要")


def test_a_program_that_had_the_file_open_all_the_same_takes_nothing_back(city: City) -> None:
    """What it saves holds the values from before; they are no decision to go back."""
    one, other = two(city)
    mine = typed(one, {OUTLINE: "甲の概要"})
    city.bring_one(mine, ONE)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    written(city, mine)
    receipt = city.bring_one(typed(mine, {OUTLINE: "甲の二稿"}), ONE)
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("乙の目的", "甲の二稿")


def test_somebodys_own_formula_is_never_overwritten(city: City) -> None:
    one, other = two(city)
    where = read(one)[0].cells
    book = openpyxl.load_workbook(io.BytesIO(one))
    book[WORKSHEET][where[NATIONAL]].value = "=1+1"
    saved = io.BytesIO()
    book.save(saved)
    mine = patch_cells(saved.getvalue(), {}, cached={(WORKSHEET, where[NATIONAL]): 2})
    city.bring_one(mine, ONE)
    city.bring_one(typed(other, {NATIONAL: 2, PURPOSE: "乙の目的"}), OTHER)
    city.bring_one(typed(other, {NATIONAL: 700, PURPOSE: "乙の目的"}), OTHER)
    made = update(city, mine)
    assert made is not None
    assert made.left == ((WORKSHEET, NATIONAL),)
    now = read(made.data)[0]
    assert (now.sheet[NATIONAL], now.sheet[PURPOSE]) == (2, "乙の目的")
    assert open_workbook(made.data).cells(WORKSHEET)[where[NATIONAL]].formula == "1+1"
    note_written(city.store, made, source())
    assert city.bring_one(made.data, ONE).outcome == "unchanged"
    assert city.head()[NATIONAL] == 700


def test_unreadable_texts_dashes_and_cleared_cells_are_written_as_they_are(city: City) -> None:
    one, other = two(city)
    changes = {NATIONAL: "未定", PURPOSE: None, OUTLINE: "=1+1", GENERAL: "-"}
    city.bring_one(typed(other, changes), OTHER)
    sheet = read(written(city, one))[0].sheet
    assert sheet.same_content(city.head())
    assert sheet.unreadable == {NATIONAL: "未定"}
    assert (sheet[PURPOSE], sheet[OUTLINE], sheet[GENERAL]) == (None, "=1+1", "-")


def test_a_sum_typed_over_in_the_store_is_written_as_typed(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {COST: 5}), OTHER)
    data = written(city, one)
    assert read(data)[0].sheet.same_content(city.head())
    city.bring_one(typed(other, {}), OTHER)
    assert read(written(city, data))[0].live.keys() == read(one)[0].live.keys()


def test_a_share_that_changed_goes_into_the_formula(city: City) -> None:
    one, other = two(city)
    where = read(other)[0].cells
    head = city.head()[PROGRAM]
    assert isinstance(head, int)
    city.bring_one(patch_cells(other, {(WORKSHEET, where[PROGRAM]): head + 9}, overwrite_formulas=True), OTHER)  # fmt: skip
    data = written(city, one)
    assert read(data)[0].sheet[PROGRAM] == head + 9
    assert read(data)[0].live[PROGRAM].other_total == head + 9 - city.head()[COST]  # type: ignore[operator]


def test_a_workbook_without_stored_results_is_brought_up_to_date_too(city: City) -> None:
    one, other = two(city)
    mine = through_openpyxl(one)
    city.bring_one(mine, ONE)
    city.bring_one(typed(other, {NATIONAL: 1000}), OTHER)
    data = written(city, mine)
    assert read(data)[0].sheet.same_content(city.head())
    assert result(data, COST) == city.head()[COST]


def test_other_cells_go_along(city: City) -> None:
    one, _ = two(city)
    remarks = {(WORKSHEET, "BZ200"): "確認してください"}
    made = bring_up_to_date(city.store, city.terms, one, source(), remarks)
    assert made is not None
    assert made.fields == 0
    assert open_workbook(made.data).cells(WORKSHEET)["BZ200"].value == "確認してください"
    assert read(made.data)[0].stamp == read(one)[0].stamp
    assert bring_up_to_date(city.store, city.terms, made.data, source(), remarks) is None


def test_a_later_save_received_meanwhile_is_what_is_remembered(city: City) -> None:
    one, other = two(city)
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    made = update(city, one)
    assert made is not None
    city.bring_one(typed(made.data, {OUTLINE: "甲の概要"}), ONE)
    note_written(city.store, made, source())
    city.bring_one(typed(other, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"}), OTHER)
    again = city.bring_one(typed(made.data, {OUTLINE: "甲の概要"}), ONE)
    assert again.changes == ()


def test_a_signed_workbook_says_so(city: City) -> None:
    one, other = two(city)
    out = io.BytesIO(one)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<a/>")
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), OTHER)
    with pytest.raises(UnwritableWorkbook, match="署名"):
        update(city, out.getvalue())


@pytest.mark.parametrize("text", ["1234", "１，２３４千円", " 1,234 "])
def test_an_amount_typed_as_text_becomes_a_number_and_enters_the_total(
    city: City, text: str
) -> None:
    city.register()
    mine = typed(city.give_out(), {NATIONAL: text})
    city.bring_one(mine, ONE)
    made = update(city, mine)
    assert made is not None
    assert (made.fields, made.texts) == (0, 1)
    now = read(made.data)[0]
    cells = open_workbook(made.data).cells(now.worksheet)
    assert cells[now.cells[NATIONAL]].value == 1234
    assert now.sheet[NATIONAL] == 1234
    assert now.sheet[COST] is not None
    assert result(made.data, COST) == now.sheet[COST]
    assert "normalised" not in {finding.code for finding in now.findings}
    note_written(city.store, made, source())
    assert update(city, made.data) is None
    assert compare_workbook(city.store, city.terms, made.data, source()).unreceived_worksheets == ()
    assert city.bring_one(made.data, ONE).outcome == "unchanged"


@pytest.mark.parametrize("text", ["1234①", "1234※1", "約1234", "-", "1,23"])
def test_a_text_that_says_more_than_an_amount_stays_as_it_was_typed(city: City, text: str) -> None:
    city.register()
    mine = typed(city.give_out(), {NATIONAL: text})
    city.bring_one(mine, ONE)
    made = update(city, mine)
    data = mine if made is None else made.data
    assert made is None or made.texts == 0
    now = read(data)[0]
    assert open_workbook(data).cells(now.worksheet)[now.cells[NATIONAL]].value == text


def test_an_amount_with_a_struck_part_stays_as_it_was_typed(city: City) -> None:
    city.register()
    struck = TextBlock(InlineFont(strike=True), "120")
    mine = through_openpyxl(city.give_out(), {NATIONAL: CellRichText(struck, "135")})
    city.bring_one(mine, ONE)
    made = update(city, mine)
    now = read(mine if made is None else made.data)[0]
    assert now.sheet[NATIONAL] == 135
    assert "struck" in {finding.code for finding in now.findings if finding.path == NATIONAL}
