"""The list of チェック: printed whole, it says what it has no room for, and calls no blank an error."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from tests import office, papers
from tests.rules.two_engines import case, disagreements, recalculated, template
from xlsync.excel_text import breadth
from xlsync.finding import Finding, finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.kinds import DASH
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.margin_map import map_of
from xlsync.workbook.checks.reader_findings import UNSEEN
from xlsync.workbook.checks.visible_sheet import (
    FIRST,
    MORE,
    NOT_FILLED,
    NOT_READY,
    PAGE,
    READY,
    ROW_COLUMNS,
    ROWS,
    STATE,
    SUMMARY,
    Known,
)

ENGINES = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=pytest.mark.office),
        pytest.param("hyperformula", marks=pytest.mark.node),
    ],
)


def _dashes() -> Sheet:
    """A sheet with "-" in every field: more findings than the list has rows."""
    edition = papers.edition()
    return Sheet(edition, papers.CLEAN, dict.fromkeys(edition.by_path, DASH))


def _page(sheet: Sheet) -> dict[str, Any]:
    return read_cells(case(sheet, all_of_it=False).data)[PAGE]


def test_findings_the_list_has_no_room_for_are_counted_below_it() -> None:
    sheet = _dashes()
    found = template().checks.check_sheet.line_findings(sheet, {})
    count = sum(finding is not None for _, _, finding in found)
    assert count > ROWS
    assert _page(sheet)[MORE].startswith(f"ほかに{count - ROWS}件あります")
    assert _page(sheet)[f"C{FIRST + ROWS - 1}"]


def test_where_all_are_listed_nothing_is_said_below() -> None:
    assert not _page(papers.sheet()).get(MORE)


@pytest.mark.parametrize(
    ("changed", "state", "counts"),
    [
        ({}, READY, "未入力 0件 ・ エラー 0件"),
        ({"purpose": None}, NOT_FILLED, "未入力 1件 ・ エラー 0件"),
        ({"purpose": DASH}, NOT_READY, "未入力 0件 ・ エラー 1件"),
        ({"purpose": DASH, "outline": None}, NOT_READY, "未入力 1件 ・ エラー 1件"),
    ],
)
def test_a_blank_is_no_error(changed: dict[str, Any], state: str, counts: str) -> None:
    page = _page(papers.sheet().with_values(changed))
    assert page[STATE] == state
    assert page[SUMMARY].startswith(counts)


@ENGINES
def test_other_programs_count_the_same(engine: str) -> None:
    sheets = [_dashes(), papers.sheet(), papers.sheet().with_values({"purpose": None})]
    for one, made in recalculated(engine, [case(s, all_of_it=False) for s in sheets]):
        assert one.known == Known()
        assert disagreements(one, made) == []


def test_every_row_of_the_list_is_printed() -> None:
    page = openpyxl.load_workbook(io.BytesIO(template().data))[PAGE]
    assert page.print_area == f"'{PAGE}'!$A$1:$D${FIRST + ROWS}"


@pytest.mark.office
@pytest.mark.parametrize("sheet", [papers.sheet, _dashes])
def test_a_workbook_prints_the_form_and_one_page_of_checks_on_one_paper(
    tmp_path: Path, sheet: Callable[[], Sheet]
) -> None:
    file = tmp_path / "check.xlsx"
    file.write_bytes(case(sheet(), all_of_it=False).data)
    (pdf,) = office.convert([file], "pdf", tmp_path / "pdf")
    assert office.pdf_pages(pdf) == 2


def test_every_worksheet_that_is_printed_is_of_the_forms_paper() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template().data))
    papers_of = {page.title: page.page_setup.paperSize for page in book if page.print_area}
    papers_of["入力の重なり"] = book["入力の重なり"].page_setup.paperSize
    assert set(papers_of.values()) == {8}, papers_of


@pytest.mark.office
def test_the_form_is_printed_without_colours_unless_somebody_asks_for_them(tmp_path: Path) -> None:
    changed = {"purpose": None, "outline": DASH, "costs.2017-settled.sources.national": 5}
    data = case(papers.sheet().with_values(changed), all_of_it=False).data
    asked = patch_cells(data, {(PAGE, "D1"): "付ける"})
    widened = _with_print_area(data, "$A$1:$AJ$55")
    seen = {}
    for name, workbook in {"as given out": data, "asked": asked, "screen": widened}.items():
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(workbook)
        (pdf,) = office.convert([file], "pdf", tmp_path / "pdf")
        points = office.colours(pdf, tmp_path)
        seen[name] = {colour for colour in points if max(colour) - min(colour) > 20}
    assert not seen["as given out"]
    assert seen["asked"]
    assert {(255, 217, 102), (192, 0, 0)} <= seen["screen"]  # a blank and errors, in the margin


def _with_print_area(data: bytes, area: str) -> bytes:
    """The workbook with the margin among what is printed, to see what only a screen shows."""
    edit = PackageEdit(data)
    part = edit.workbook.part
    text = edit.text(part)
    assert "$A$1:$AC$55" in text
    edit.put(part, text.replace("$A$1:$AC$55", area))
    return edit.finished()


def test_every_field_has_its_place_on_the_map_in_the_margin() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template().data))
    page = book[template().edition.worksheet]
    bounds = range_boundaries(str(page.print_area).rpartition("!")[2])
    printed = int(bounds[2] or 0)
    rules = [
        (int(rule.formula[0].partition(",")[2].partition(")")[0]), str(areas.sqref))
        for areas in page.conditional_formatting
        for rule in areas.rules
        if rule.formula and str(rule.formula[0]).startswith("INDEX(")
    ]
    for path, address in template().addresses.items():
        number = template().checks.check_sheet.field_number(path)
        areas = [area for rule_number, area in rules if rule_number == number]
        assert len(areas) == 3, path  # blank, error, warning
        for left, top, right, _ in map(range_boundaries, areas):
            assert printed < int(left or 0) <= int(right or 0), path
            assert top == page[address].row, path


def test_a_field_further_right_lies_further_right_on_the_map() -> None:
    widths = {1: 4.0, 2: 20.0, 3: 20.0, 4: 4.0}
    page = openpyxl.Workbook().active
    assert page is not None
    page["D9"] = "右下"
    for column, width in widths.items():
        page.column_dimensions["ABCD"[column - 1]].width = width
    drawn = map_of(page)
    assert drawn.whole == "F1:K9"
    assert [drawn.area(f"{letter}3:{letter}4") for letter in "ABCD"] == [
        *("F3:F4", "F3:H4", "I3:K4", "K3:K4"),
    ]


def test_an_amount_stands_off_the_border_and_never_as_hash_marks() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template().data))
    page, edition = book[template().edition.worksheet], template().edition
    amounts = [f.path for f in edition.fields if f.kind.name in {"money", "measure"}]
    looks = [page[template().addresses[path]].alignment for path in amounts]
    assert {(look.horizontal, look.indent, look.shrink_to_fit) for look in looks} == {
        ("right", 1, True)
    }


def test_what_two_people_changed_is_counted_apart_from_errors() -> None:
    overlap = finding("conflict", "purpose", field="目的", shown="一", kept="二", registered="")
    sheet = papers.sheet()
    known = Known(store_findings=(overlap,))
    results = template().checks.results(sheet, known)
    assert results[PAGE, STATE] == "まだ直すところがあります"
    assert results[PAGE, SUMMARY] == "入力の重なり 1件 ・ 未入力 0件 ・ エラー 0件 ・ 注意 0件"
    assert results[PAGE, f"A{FIRST}"] == "入力の重なり"


LONG = {"field": max((field.title for field in papers.edition().by_path.values()), key=breadth)}
LONG |= dict.fromkeys(("shown", "kept", "typed", "reason", "listed"), "長い文章です。" * 40)
LONG |= {
    "registered": "、登録 2026-11-30 12:34 政策イノベーション部 情報政策課",
    "unit": "千円",
    "font": "ＭＳ Ｐゴシック10.5",
    "expected": "「令和5年4月1日」のように入力してください",
    "own": "ＭＳ Ｐゴシック9",
    "raw": "1234567.8",
    "sum": "1,234,567",
}
LONG |= {
    "mark": "※１",
    "count": "12",
    "difference": "1,234,567千円",
    "position": "1,234",
    "character": "U+FFFE",
}
AMOUNTS = {"program-total": {"shown": "1,234,567千円", "sum": "1,234,567千円"}}


@pytest.mark.parametrize(
    "code",
    sorted(
        UNSEEN
        | {"conflict", "returned", "review-waits", "review-rejected", "program-total"}
        | {"sent-back", "sent-back-field", "stage-refused"}
    ),
)
def test_a_sentence_of_the_store_or_the_reader_fits_into_its_row(code: str) -> None:
    told = finding(code, "purpose", **_facts(code))
    (listed,) = Known(store_findings=(told,)).listed
    assert breadth(listed.message) <= ROW_COLUMNS
    assert "{field}" not in CATALOGUE[code].sentence or LONG["field"] in listed.message
    assert listed.message.endswith(("。", "）。"))


def _facts(code: str) -> dict[str, str]:
    """Long facts for each brace of a sentence; one that is not among them is of a few words."""
    names = {name for _, name, _, _ in Formatter().parse(CATALOGUE[code].sentence) if name}
    return dict.fromkeys(names, "いくつかの言葉") | LONG | AMOUNTS.get(code, {})


def test_a_sentence_that_fits_is_not_shortened() -> None:
    told = finding("conflict", "purpose", field="目的", shown="一", kept="二", registered="")
    assert Known(store_findings=(told,)).listed == (told,)
    stored = Finding("returned", "warning", "purpose", "前の内容に戻りました。" * 30)
    assert Known(store_findings=(stored,)).listed == (stored,)
