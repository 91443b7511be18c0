"""▼ of 施策 come into workbooks that were given out before the city had its list, and nothing else in them changes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from tests import papers
from tests.cities import WORKSHEET, City, typed
from tests.excel_save import saved_by_excel
from xlsync.exchange import Source, bring_up_to_date, note_written
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.rules_replacement import without_rules
from xlsync.ooxml.read.reader import open_workbook
from xlsync.plan_list import CodeLists, PlanList, read_plan_list
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.stamp_carriers import hidden_address

HEAD = "計画,大,中,小,名称,いつから,いつまで\n"
LISTED = read_plan_list(
    f"{HEAD}総合戦略,Ⅳ,12,1,観光案内の充実,H27,R1\n総合戦略,Ⅳ,12,2,農業,H27,R1\n", "施策.csv"
)
OTHER = read_plan_list(f"{HEAD}総合戦略,Ⅴ,9,1,子育て,H27,R1\n", "施策.csv")
PLAN_CELL = "comprehensive_strategy.0.codes.0"
FILE = "評価シート/甲.xlsx"
CALCULATION = {
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/calcChain.xml",
    "xl/workbook.xml",
}
"""The parts that speak of the order of calculation, which goes wherever formulas of the checks are written."""
NEWER_RULE = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>係のメモ!$A$1:$A$3</xm:f></x14:formula1>'
    "<xm:sqref>AZ90</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def with_list(city: City, plan_list: PlanList) -> None:
    city.terms = replace(city.terms, code_lists=CodeLists(plan_list=plan_list))


def with_own_rules(data: bytes) -> bytes:
    """A workbook saved by Excel with a list of somebody's own beside the page, and one that newer programs write."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    note = book.create_sheet("係のメモ")
    note["A1"] = "係のメモ"
    own = DataValidation(type="list", formula1='"甲,乙"')
    own.add("AZ80:AZ85")
    book[WORKSHEET].add_data_validation(own)
    saved = io.BytesIO()
    book.save(saved)
    edit = PackageEdit(saved_by_excel(saved.getvalue()))
    entry = edit.workbook.worksheet(WORKSHEET)
    assert entry is not None
    text = edit.text(entry.part)
    assert "<extLst>" not in text
    edit.put(entry.part, text.replace("</worksheet>", f"{NEWER_RULE}</worksheet>"))
    return edit.finished()


def brought_up_to_date(city: City, data: bytes) -> bytes | None:
    source = Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
    made = bring_up_to_date(city.store, city.terms, data, source)
    if made is None:
        return None
    note_written(city.store, made, source)
    return made.data


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def page(data: bytes) -> str:
    edit = PackageEdit(data)
    entry = edit.workbook.worksheet(WORKSHEET)
    assert entry is not None
    return edit.text(entry.part)


def choices(data: bytes) -> set[str]:
    cells = open_workbook(data).cells(HIDDEN_WORKSHEET)
    return {str(cell.value) for at, cell in cells.items() if at != hidden_address(cells)}


def lists_at(data: bytes, address: str) -> list[str]:
    """The formulas of the lists on a cell of the page."""
    rule = rf'<dataValidation [^>]*sqref="{address}"[^>]*[^/]>(.*?)</dataValidation>'
    return re.findall(rule, page(data))


@pytest.fixture
def given_out(city: City) -> bytes:
    """A workbook given out before there was a list, which somebody saved with additions of his own, received."""
    city.register(papers.CLEAN)
    data = with_own_rules(typed(city.give_out(), {"purpose": "目的を書いた"}))
    assert city.bring_one(data, FILE).outcome == "accepted"
    return brought_up_to_date(city, data) or data


def test_a_workbook_given_out_before_gets_the_choices_and_keeps_all_else(
    city: City, given_out: bytes
) -> None:
    [reading] = read(given_out)
    address = reading.cells[PLAN_CELL]
    assert lists_at(given_out, address) == []
    with_list(city, LISTED)
    made = brought_up_to_date(city, given_out)
    assert made is not None
    [formula] = lists_at(made, address)
    assert HIDDEN_WORKSHEET in formula
    assert {"観光案内の充実", "|Ⅳ|12"} <= choices(made)
    new = city.give_out()
    assert (lists_at(new, address), choices(new)) == ([formula], choices(made))
    assert without_rules(page(made)) == without_rules(page(given_out))
    for rule in (
        'sqref="AZ80:AZ85"',
        "<xm:f>係のメモ!$A$1:$A$3</xm:f>",
        "<xm:sqref>AZ90</xm:sqref>",
    ):
        assert page(made).count(rule) == 1
    before, after = parts(given_out), parts(made)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    entries = map(PackageEdit(made).workbook.worksheet, (WORKSHEET, HIDDEN_WORKSHEET, "チェック"))
    assert changed - CALCULATION <= {entry.part for entry in entries if entry is not None}
    assert read(made)[0].sheet.same_content(city.head())
    assert brought_up_to_date(city, made) is None


def test_a_later_list_takes_the_place_of_the_one_before(city: City, given_out: bytes) -> None:
    with_list(city, LISTED)
    first = brought_up_to_date(city, given_out)
    assert first is not None
    with_list(city, OTHER)
    second = brought_up_to_date(city, first)
    assert second is not None
    assert "子育て" in choices(second)
    assert "農業" not in choices(second)
    with_list(city, PlanList())
    third = brought_up_to_date(city, second)
    assert third is not None
    assert choices(third) == choices(given_out)
    assert lists_at(third, read(third)[0].cells[PLAN_CELL]) == []


def test_a_workbook_that_holds_something_not_received_gets_no_choices(
    city: City, given_out: bytes
) -> None:
    with_list(city, LISTED)
    assert brought_up_to_date(city, typed(given_out, {"purpose": "まだ受け取っていない"})) is None
