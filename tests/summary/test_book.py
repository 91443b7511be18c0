"""What stands in a summary workbook, as a program that does not calculate reads it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.form.edition import Edition
from xlsync.ooxml import read_cells
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize

A3 = 8
MADE_ON = dt.date(2018, 9, 3)
DEPARTMENT = "政策イノベーション部"
WORKSHEETS = [
    *("概要", "事業一覧", "課別・係別", "財源内訳", "款項目別"),
    *("人員", "評価", "指標", "課題と方向性", "要確認"),
]
pytestmark = pytest.mark.filterwarnings(
    "ignore:Sparkline Group extension is not supported"  # openpyxl cannot read them; nothing is lost
)


@pytest.fixture(scope="module")
def data(five_items: Sequence[Item], edition: Edition) -> bytes:
    return summarize(five_items, department=DEPARTMENT, edition=edition, made_on=MADE_ON)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def _row(worksheet: Worksheet, column: int, name: str) -> list[object]:
    """Give the first row that has this name in a column, blank and empty text alike as None."""
    for row in worksheet.iter_rows(values_only=True):
        if row[column] == name:
            return [None if value == "" else value for value in row]
    raise AssertionError(name)


def test_a_summary_has_all_its_worksheets(book: Workbook) -> None:
    assert book.sheetnames == WORKSHEETS


@pytest.mark.parametrize("name", WORKSHEETS)
def test_the_top_says_whose_which_years_and_when(book: Workbook, name: str) -> None:
    top = " ".join(str(cell.value) for row in book[name]["A1:B2"] for cell in row)
    for fact in (DEPARTMENT, name, "H29年度～H30年度", "2018年9月3日作成"):
        assert fact in top
    assert ("単位：千円" in top) == (name in WORKSHEETS[1:5])


def test_divisions_and_sections_show_sums_and_what_is_missing(book: Workbook) -> None:
    costs = book["課別・係別"]
    amounts = [230_020, 1, 270_862, 1, 274_271, 1, 0, 1, 56_021, 1, 49_369, 1, 49_984, 1]
    assert _row(costs, 1, "情報政策課")[2:17] == [5, *amounts]
    assert _row(costs, 1, "企画推進係")[2:11] == [2, 29_753, 0, 49_030, 0, 40_852, 0, 0, 0]
    assert _row(costs, 1, f"{DEPARTMENT}　合計")[17:23] == [286_041, 1, 320_231, 1, 324_255, 1]


def test_sources_show_amounts_and_shares(book: Workbook) -> None:
    sources = book["財源内訳"]
    general = _row(sources, 1, "一般財源")
    assert general[6:8] == [259_463, None]
    assert general[8] == pytest.approx(259_463 / 270_862)
    assert _row(sources, 1, "情報政策課")[6:9] == [
        270_862,
        1,
        1,
    ]  # four sheets, one lacks its sources
    assert _row(sources, 1, "国庫支出金")[12:15] == [0, None, None]


def test_grades_are_counted_by_division(book: Workbook) -> None:
    counts = _row(book["評価"], 1, "情報政策課")[2:]
    assert counts[:20] == [5, *(1, 3, 0, 0, 0, 1), *(0, 4, 0, 0, 0, 1), *(1, 4, 0, 0, 0, 0, 0)]
    assert counts[20:] == [0, 0, 0, 0, 0, 5, 0]


def test_a_project_shows_its_row(book: Workbook) -> None:
    row = _row(book["事業一覧"], 0, "01-02-01-08-15-01")
    assert row[1:5] == ["提出済", "情報政策課", "情報システム係", "情報通信ネットワーク運営業務"]
    assert row[5:18] == [
        *(84_509, 87_644, 82_603, 0),
        *(12_155, 11_580, 11_570),
        *(96_664, 99_224, 94_173),
        *(1.5, 1.5, 1.5),
    ]
    assert row[18:27] == [
        *("年間のネットワーク停止時間", "280分以内", "90分", "○"),
        *("中", "中", "B"),
        *("-", 0),
    ]


def test_blank_money_stays_blank_and_is_shaded(book: Workbook) -> None:
    worksheet = book["事業一覧"]
    row = next(r for r in worksheet.iter_rows() if r[0].value == "01-02-01-10-11-01")
    full = next(r for r in worksheet.iter_rows() if r[0].value == "01-02-01-08-14-01")
    assert [cell.value for cell in row[5:18]] == [None] * 13
    assert {cell.fill.fgColor.rgb for cell in row[5:18]} == {"FFFFF3CF"}
    assert {cell.fill.fill_type for cell in full[5:18]} == {None}


def test_a_project_leads_to_its_workbook_and_a_finding_to_its_cell(
    five: Sequence[Sheet], five_items: Sequence[Item], edition: Edition
) -> None:
    odd = replace(five_items[3], link="../評価シート/部/C# 50% [案]/x.xlsx")
    made = summarize([odd], department=None, edition=edition, made_on=MADE_ON)
    book = openpyxl.load_workbook(io.BytesIO(made))
    targets = [(cell.value, link) for cell, link in _links(book["事業一覧"])]
    file = "../評価シート/部/C%23%2050%25%20%5b案%5d/x.xlsx"
    assert [(text, link.target.replace("\\", "/"), link.location) for text, link in targets] == [
        (text, file, "'評価シート'!C7") for text in (five[3].key, five[3].title)
    ]
    places = [(cell.value, link.location) for cell, link in _links(book["要確認"])]
    assert places == [
        *((five[3].key, None), (five[3].title, None)),
        ("評価シート!BD25", "'評価シート'!BD25"),
    ]


def _links(worksheet: Worksheet) -> list[tuple[Any, Any]]:
    return [
        (cell, cell.hyperlink) for row in worksheet.iter_rows() for cell in row if cell.hyperlink
    ]


@pytest.mark.parametrize("link", ["", "a\nb.xlsx", "\udcff.xlsx", "長" * 3000])
def test_a_project_with_no_usable_link_is_still_named(
    five: Sequence[Sheet], edition: Edition, link: str
) -> None:
    item = Item(five[0], link=link)
    made = summarize([item], department=None, edition=edition, made_on=MADE_ON)
    worksheet = openpyxl.load_workbook(io.BytesIO(made))["事業一覧"]
    assert (worksheet["F8"].value, _links(worksheet)) == (five[0].title, [])


def test_more_links_than_excel_takes_are_written_as_text(
    five_items: Sequence[Item], edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlsync.summary.excel.worksheet_page._MOST_LINKS", 3)
    made = summarize(five_items, department=None, edition=edition, made_on=MADE_ON)
    worksheet = openpyxl.load_workbook(io.BytesIO(made))["事業一覧"]
    assert len(_links(worksheet)) == 3
    assert all(worksheet[f"F{row}"].value for row in range(8, 13))


def test_open_findings_are_listed_gravest_first(book: Workbook) -> None:
    row = _row(book["要確認"], 0, "未入力")
    assert row[1] == "01-02-01-10-11-01"
    assert row[-1] == "未入力 1件：「一般財源」"


def test_no_findings_are_said_to_be_none(five: Sequence[Sheet], edition: Edition) -> None:
    items = [Item(sheet) for sheet in five]
    made = summarize(items, department=None, edition=edition, made_on=MADE_ON)
    assert "指摘はありません" in read_cells(made)["要確認"].values()


def test_no_sheets_give_a_workbook_that_says_so(edition: Edition) -> None:
    made = summarize([], department="総務部", edition=edition, made_on=MADE_ON)
    cells = read_cells(made)
    assert list(cells) == ["概要"]
    assert any("評価シートがありません" in str(told) for told in cells["概要"].values())


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81-29",
        "-2",
        "@SUM(A1)",
        "{=1}",
        "https://example.com/",
        "007",
        "_x0041_",
        "a\x01b",
        "<r><t>x</t></r",
        "行\n行",
    ],
)
def test_a_text_stays_the_text_it_is(five: Sequence[Sheet], edition: Edition, text: str) -> None:
    values = {
        "project.name": text,
        "organization.department": text,
        "organization.division": text,
        "organization.section": text,
    }
    item = Item(five[0].with_values(values), link="../x.xlsx")
    made = summarize([item], department=text, edition=edition, made_on=MADE_ON)
    row = {a: v for a, v in read_cells(made)["事業一覧"].items() if a in {"C8", "D8", "E8"}}
    assert row == {"C8": text, "D8": text, "E8": text}
    cells = openpyxl.load_workbook(io.BytesIO(made))["事業一覧"]
    assert {cells[address].data_type for address in row} == {"s"}


@pytest.mark.parametrize("text", ["\ud800", "￾", "あ" * 40_000, "𠮷" * 20_000, "<r>x</r>"])
def test_a_text_no_cell_can_hold_is_cut_or_mended_never_lost(
    five: Sequence[Sheet], edition: Edition, text: str
) -> None:
    values = {"project.name": text}
    made = summarize(
        [Item(five[0].with_values(values))], department=None, edition=edition, made_on=MADE_ON
    )
    kept = str(read_cells(made)["事業一覧"]["F8"])
    assert kept[:8] == text[:8].replace("\ud800", "\ufffd").replace("\ufffe", "\ufffd")


def test_every_worksheet_is_made_for_print(data: bytes) -> None:
    for worksheet in openpyxl.load_workbook(io.BytesIO(data)):
        setup = worksheet.page_setup
        height = 1 if worksheet.title == "概要" else 0
        fitted = (setup.fitToWidth or 1, 1 if setup.fitToHeight is None else setup.fitToHeight)
        assert (setup.orientation, *fitted) == ("landscape", 1, height)
        fit = worksheet.sheet_properties.pageSetUpPr
        assert fit is not None
        assert fit.fitToPage
        assert setup.paperSize == A3
        footer = worksheet.oddFooter
        assert footer is not None
        assert "&P/&N" in str(footer.right.text)
        assert "2018年9月3日" in str(footer.left.text)
        assert worksheet.print_title_rows
        assert worksheet.print_area
        assert worksheet.freeze_panes
    assert openpyxl.load_workbook(io.BytesIO(data))["事業一覧"].auto_filter.ref


def test_totals_are_live_formulas_over_the_list(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name in ("課別・係別", "財源内訳", "評価"):
        row = next(r for r in book[name].iter_rows() if r[1].value == "情報政策課")
        assert all(str(cell.value).startswith("=") for cell in row[2:])
    assert "SUMIFS(事業一覧!" in str(book["課別・係別"]["D6"].value)
