"""What only the store can know stands on チェック after a write-back, and goes when it is mended."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests import office, papers
from tests.cities import WORKSHEET as WORKSHEET_OF_FORM
from tests.cities import City, saved, typed
from tests.node_tools import recalculated
from xlsync.exchange import Source, bring_up_to_date, note_written, sheet_statuses
from xlsync.exchange.incoming import read_incoming
from xlsync.exchange.write_back.cell_updates import page_update
from xlsync.exchange.write_back.check_results import put_checks
from xlsync.exchange.write_back.worksheet_state import worksheet_state
from xlsync.exchange.write_back.write_back import Update
from xlsync.finding import Finding
from xlsync.finding_counts import FindingCounts, count_findings
from xlsync.form.library import load_form
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import Workbook, open_workbook
from xlsync.sheet import Sheet
from xlsync.summary import Item
from xlsync.summary.figures.projects import Project
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE, RECEIPTS, STATE, SUMMARY
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.template.template import build_template

FILE = "評価シート/甲.xlsx"
SOURCE = Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
COST = "costs.2017-settled.project_cost"
FORMER = Path(__file__).parents[1] / "data" / "workbook-with-former-checks.xlsx"


def update(city: City, data: bytes) -> Update | None:
    return bring_up_to_date(
        city.store, city.terms, data, Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
    )


def written(city: City, data: bytes) -> bytes:
    made = update(city, data)
    assert made is not None
    note_written(city.store, made, Source(FILE, "2018-07-03T09:00:00+09:00", "企画"))
    return made.data


def listed(data: bytes) -> list[tuple[object, object]]:
    """(status, cell) of each line of the page, as the file shows it without calculating."""
    cells = open_workbook(data).cells(PAGE)
    rows = [(cells[f"A{row}"].value, cells[f"B{row}"].value) for row in range(FIRST, FIRST + 60)]
    return [row for row in rows if row[0]]


def said(data: bytes, address: str) -> object:
    cell = open_workbook(data).cells(PAGE).get(address)
    return cell.value if cell is not None else None


def sibling(cost: int) -> bytes:
    """Another project of the clean sheet's program, as the planning office's JSON."""
    sheet = papers.sheet()
    paths = [path for path in sheet if path.startswith("costs.2017-settled.sources.")]
    values = {**sheet, "project.number": "02", **dict.fromkeys(paths, 0)}
    values |= {"costs.2017-settled.sources.general": cost, COST: cost}
    values["costs.2017-settled.total_cost"] = cost + 18_793
    return Sheet(sheet.edition, "01-02-01-08-14-02", values).to_json()


def given_and_taken(city: City) -> bytes:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(data, FILE)
    return data


def test_a_workbook_whose_checks_are_laid_out_as_formerly_is_read_and_written_back(
    city: City,
) -> None:
    """Given out by the version before チェック left out invisible characters: it gets the checks of today."""
    former = FORMER.read_bytes()
    city.register(papers.CLEAN)
    assert city.bring_one(former, FILE).outcome == "unchanged"
    office = {**city.head(), "outline": "登録担当の概要"}
    sheet = Sheet(papers.edition(), papers.CLEAN, office)
    assert city.bring_one(sheet.to_json(), "登録").outcome == "accepted"
    mine = typed(former, {"years.2017.issues": "係の課題", COST: "25,777"})
    assert city.bring_one(mine, FILE, "係").outcome == "accepted"
    back = written(city, mine)
    [reading] = read(back)
    assert reading.sheet["outline"] == "登録担当の概要"
    assert reading.sheet["years.2017.issues"] == "係の課題"
    assert dict(reading.sheet) == dict(city.head())
    today, after = (
        open_workbook(data) for data in (build_template(load_form(), papers.EDITION).data, back)
    )
    assert _formulas(after, PAGE) == _formulas(today, PAGE)
    checks = _formulas(after, WORKSHEET)
    typed_over = {at: formula for at, formula in checks.items() if '"25,777"' in formula}
    assert len(typed_over) == 1
    assert checks == {**_formulas(today, WORKSHEET), **typed_over}
    assert city.bring_one(back, FILE, "係").outcome == "unchanged"


def _formulas(book: Workbook, title: str) -> dict[str, str]:
    cells = book.cells(title).items()
    return {at: cell.formula for at, cell in cells if cell.formula is not None}


def test_nothing_to_tell_leaves_the_file_alone(city: City) -> None:
    assert update(city, given_and_taken(city)) is None


def test_what_another_sheet_of_the_program_brings_is_told_and_goes_again(city: City) -> None:
    data = given_and_taken(city)
    assert said(data, STATE) == "提出できます"
    city.bring_one(sibling(1_000), "02.json")
    told = written(city, data)
    assert ("注意", "AA3") in listed(told)
    assert read(told)[0].sheet == read(data)[0].sheet
    assert "受け取り" in str(said(told, RECEIPTS[0]))
    city.bring_one(sibling(0), "02.json")
    again = written(city, told)
    assert ("注意", "AA3") not in listed(again)


def test_results_follow_the_values_that_are_written_back(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {"outline": "初めの概要"}), FILE)
    other = typed(city.give_out(), {"purpose": None})
    city.bring_one(other, "評価シート/乙.xlsx")
    told = written(city, typed(data, {"outline": "初めの概要"}))
    assert read(told)[0].sheet["purpose"] is None
    assert said(told, SUMMARY) == "未入力 1件 ・ エラー 0件 ・ 注意 0件"
    assert ("未入力", "B25") in listed(told)


def number_as_text(data: bytes) -> list[tuple[object, str]]:
    """What チェック says of numbers that the totals leave out, and of which fields the reader says so."""
    rows = open_workbook(data).cells(PAGE).items()
    told = [cell.value for at, cell in rows if at[0] == "C" and "文字で入力" in str(cell.value)]
    return list(zip(told, left_out(read(data)[0].findings), strict=True))


def left_out(findings: Iterable[Finding]) -> list[str]:
    return [one.facts["part_path"] for one in findings if one.code == "number-as-text"]


def test_an_amount_typed_as_text_is_told_until_write_back_makes_it_a_number(city: City) -> None:
    city.register(papers.CLEAN)
    general, national = (f"costs.2017-settled.sources.{name}" for name in ("general", "national"))
    data = typed(city.give_out(), {general: "１，２３４千円", national: "567①"})
    receipt = city.bring_one(data, FILE)
    assert left_out(receipt.findings) == [national, general]
    assert {one.severity for one in receipt.findings if one.path == general} == {"note"}
    cost = "costs.2017-settled.project_cost"
    told = [one for one in receipt.findings if one.code == "number-as-text"]
    assert [(one.path, one.severity) for one in told] == [(cost, "warning")] * 2
    now = written(city, data)
    ((sentence, path),) = number_as_text(now)
    assert path == national, "a mark is kept as it was typed, and so is the text"
    assert "「事業実施コスト H29年度決算 事業費(A)」の計算に入りません" in str(sentence)
    assert read(now)[0].sheet[general] == 1234


def test_checks_of_another_layout_are_brought_to_that_of_today(city: City) -> None:
    another = {(WORKSHEET, "A1"): "another", (PAGE, "I2"): "係のメモ"}
    data = patch_cells(given_and_taken(city), another, stale="keep")
    city.bring_one(data, FILE)
    back = written(city, data)
    assert said(back, "I2") == "係のメモ"
    assert _formulas(open_workbook(back), WORKSHEET) == _formulas(
        open_workbook(build_template(load_form(), papers.EDITION).data), WORKSHEET
    )
    assert update(city, back) is None


def test_checks_of_another_layout_stay_where_a_field_was_moved_on_the_page(city: City) -> None:
    edit = PackageEdit(
        patch_cells(given_and_taken(city), {(WORKSHEET, "A1"): "another"}, stale="keep")
    )
    book = edit.text(edit.workbook.part)
    moved = re.sub(r"!\$B\$25(?=</)", "!$B$26", book)
    assert moved != book
    edit.put(edit.workbook.part, moved)
    data = edit.finished()
    city.bring_one(data, FILE)
    back = update(city, data)
    kept = data if back is None else back.data
    assert open_workbook(kept).cells(WORKSHEET)["A1"].value == "another"


@pytest.mark.office
def test_what_was_written_is_what_a_real_office_program_reckons(city: City, tmp_path: Path) -> None:
    data = given_and_taken(city)
    city.bring_one(sibling(1_000), "02.json")
    told = written(city, data)
    file = tmp_path / "a.xlsx"
    file.write_bytes(told)
    (again,) = office.resave([file], tmp_path / "again")
    assert listed(again.read_bytes()) == listed(told)
    checks = build_template(city.terms.form, papers.EDITION).checks
    before, after = (open_workbook(one).cells(WORKSHEET) for one in (told, again.read_bytes()))
    for address in checks.check_sheet.formulas:
        if address not in {"B1", "C1"}:
            made = after[address].value if address in after else ""
            assert (before[address].value or "") == (made or ""), address


GENERAL, PURPOSE = "costs.2017-settled.sources.general", "purpose"
STRUCK = InlineFont(strike=True)


def with_unseen(city: City) -> bytes:
    """A workbook with what no formula sees: a struck run in an amount and in a text, a struck cell, a percentage, a mark."""
    data = given_and_taken(city)
    where = read(data)[0].cells
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    page = book["評価シート"]
    page[where[GENERAL]].value = CellRichText(TextBlock(STRUCK, "120"), "135")
    page[where[PURPOSE]].value = CellRichText(TextBlock(STRUCK, "“廃止”する。\n" * 60), "続ける。")
    page[where["outline"]].font = Font(strike=True)
    page[where["indicator.actuals.2017"]].value = 0.98
    page[where["indicator.actuals.2017"]].number_format = "0%"
    page[where["costs.2017-settled.overtime_hours"]].value = timedelta(hours=1499, minutes=15)
    page[where["costs.2017-settled.overtime_hours"]].number_format = "[h]:mm"
    page[where[TYPED_OVER]].value = 99_999
    return saved(book)


TYPED_OVER = "costs.2016-settled.project_cost"
UNSEEN = {GENERAL: "struck", PURPOSE: "struck", "outline": "struck-out"} | {
    "costs.2017-settled.overtime_hours": "read-as-shown",
    TYPED_OVER: "formula-replaced",
}


@pytest.mark.node
def test_what_no_formula_can_see_is_told_until_the_cell_changes(city: City) -> None:
    data = with_unseen(city)
    receipt = city.bring_one(data, FILE)
    reported = {
        finding.message: finding.path
        for finding in receipt.findings
        if UNSEEN.get(finding.path) == finding.code
    }
    assert set(reported.values()) == set(UNSEEN)
    told = written(city, data)
    sentences = {said(told, f"C{row}") for row in range(FIRST, FIRST + 60)}
    assert set(reported) <= sentences
    assert update(city, told) is None
    mended = typed(told, {GENERAL: 135, PURPOSE: "続ける。", "outline": "新しい概要"})
    hours = typed(mended, {"costs.2017-settled.overtime_hours": "1499.25時間", TYPED_OVER: 23_387})
    unchanged, changed = recalculated([told, hours])
    assert set(reported) <= set(unchanged[PAGE].values())
    assert not set(reported) & set(changed[PAGE].values())


def test_a_sentence_of_the_readers_goes_with_the_next_write_back(city: City) -> None:
    data = with_unseen(city)
    city.bring_one(data, FILE)
    told = written(city, data)
    mended = typed(told, {GENERAL: 135})
    city.bring_one(mended, FILE)
    again = written(city, mended)
    assert ("注意", read(data)[0].cells[GENERAL]) in listed(told)
    assert ("注意", read(data)[0].cells[GENERAL]) not in listed(again)
    assert ("注意", read(data)[0].cells[PURPOSE]) in listed(again)


def test_the_worksheet_import_status_and_summary_count_a_sheet_alike(city: City) -> None:
    data = given_and_taken(city)
    part = "costs.2018-initial.sources.general"
    saved_by_staff = typed(data, {"outline": "長い概要" * 400, part: "未定"})
    city.bring_one(saved_by_staff, FILE)
    city.bring_one(typed(city.give_out(), {"purpose": None}), "評価シート/乙.xlsx")
    told = written(city, saved_by_staff)
    receipt = city.bring_one(told, FILE)
    counts = count_findings(receipt.findings)
    assert (counts.blanks, counts.errors > 0, counts.warnings > 0) == (1, True, True)
    assert said(told, SUMMARY) == counts.words.replace("・", " ・ ")
    assert counted_by_status_and_summary(city) == [counts, counts]


def counted_by_status_and_summary(city: City) -> list[FindingCounts]:
    (status,) = (s for s in sheet_statuses(city.store, city.terms) if s.sheet.key == papers.CLEAN)
    return [status.counts, Project(Item(status.sheet, status.findings), ("", "", "")).counts]


def test_what_only_the_reader_finds_is_counted_everywhere_until_it_is_mended(city: City) -> None:
    data = given_and_taken(city)
    where = read(data)[0].cells
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[WORKSHEET_OF_FORM]
    cost, outline = page[where[TYPED_OVER]], page[where["outline"]]
    outline.font, plain = Font(name="ＭＳ Ｐゴシック", sz=30), copy(outline.font)
    cost.value, formula = city.head()[TYPED_OVER], cost.value
    told = saved(book)
    receipt = city.bring_one(told, FILE)
    assert receipt.outcome == "unchanged"  # no value of the sheet is another
    assert {one.code for one in receipt.findings} == {"font-too-large", "formula-replaced"}
    two = count_findings(receipt.findings)
    assert (two.warnings, counted_by_status_and_summary(city)) == (2, [two, two])
    listed_now = written(city, told)
    assert said(listed_now, SUMMARY) == "未入力 0件 ・ エラー 0件 ・ 注意 2件"
    assert counted_by_status_and_summary(city) == [two, two]
    outline.font, cost.value = plain, formula
    assert city.bring_one(saved(book), FILE).findings == ()
    assert counted_by_status_and_summary(city) == [FindingCounts(), FindingCounts()]


def test_a_text_beside_the_first_cell_of_its_area_is_told_until_it_goes(city: City) -> None:
    description = "indicator.description"
    data = given_and_taken(city)
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    page = book[WORKSHEET_OF_FORM]
    page.unmerge_cells("U7:AC8")
    page["U7"].value, page["V7"].value = None, "右のセルの概要"
    data = saved(book)
    receipt = city.bring_one(data, FILE)
    [covered] = [finding for finding in receipt.findings if finding.code == "unread-text"]
    told = written(city, data)
    assert covered.message in {said(told, f"C{row}") for row in range(FIRST, FIRST + 60)}
    assert read(told)[0].sheet[description] is None
    assert open_workbook(told).cells(WORKSHEET_OF_FORM)["V7"].value == "右のセルの概要"
    emptied = patch_cells(told, {(WORKSHEET_OF_FORM, "V7"): None})
    city.bring_one(emptied, FILE)
    again = written(city, emptied)
    assert covered.message not in {said(again, f"C{row}") for row in range(FIRST, FIRST + 60)}


@pytest.mark.parametrize("merged", [True, False])
def test_write_back_into_a_field_leaves_the_text_in_the_cells_of_its_area(
    city: City, *, merged: bool
) -> None:
    data = given_and_taken(city)
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    page = book[WORKSHEET_OF_FORM]
    page.unmerge_cells("U7:AC8")
    page["V7"].value, page["U8"].value = "右のセルの概要", "下のセルの概要"
    if merged:
        page.merged_cells.add("U7:AC8")
    data = saved(book)
    city.bring_one(data, FILE)
    office = {**city.head(), "indicator.description": "登録担当の概要", "outline": "登録担当"}
    sheet = Sheet(papers.edition(), papers.CLEAN, office)
    assert city.bring_one(sheet.to_json(), "登録").outcome == "accepted"
    cells = open_workbook(written(city, data)).cells(WORKSHEET_OF_FORM)
    kept = {at: cells[at].value for at in ("V7", "U8")}
    if merged:
        covered = open_workbook(written(city, data)).covered_cells(WORKSHEET_OF_FORM)
        kept = {at: cell.value for at, cell in covered["U7:AC8"].items() if cell.value}
    assert kept == {"V7": "右のセルの概要", "U8": "下のセルの概要"}
    assert cells["U7"].value == "登録担当の概要"


def test_a_blank_worksheet_of_the_checks_that_lacks_a_cell_gets_the_same_results(
    city: City,
) -> None:
    """Filled in at one go where the template's cells are there, else cell by cell."""
    data = given_and_taken(city)
    (incoming,) = read_incoming(city.terms, data, SOURCE, store=city.store)
    state = worksheet_state(city.store, city.terms, incoming, SOURCE)
    assert state is not None
    results = []
    for lacks_cell in (False, True):
        edit = PackageEdit(data)
        workbook = Workbook(edit.package)
        if lacks_cell:
            without_cell(edit, PAGE, RECEIPTS[0])
        page = page_update(state, workbook.cells(incoming.worksheet))
        put_checks(city.store, city.terms, edit, workbook, state, page, anyway=True, blank={PAGE})
        cells = open_workbook(edit.finished()).cells(PAGE)
        results.append({address: cell.value for address, cell in cells.items()})
    assert "職員" in str(results[0][RECEIPTS[0]])
    assert results[0] == results[1]


def without_cell(edit: PackageEdit, title: str, address: str) -> None:
    """Take a cell out of a worksheet."""
    entry = edit.workbook.worksheet(title)
    assert entry is not None
    text = edit.text(entry.part)
    without = re.sub(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)', "", text, flags=re.DOTALL)
    assert without != text
    edit.put(entry.part, without)
