"""The list of チェック: printed whole, it says what it has no room for, and calls no blank an error."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import office, papers
from tests.rules.two_engines import case, disagreements, recalculated, template
from xlsync.finding import finding
from xlsync.kinds import DASH
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.visible_sheet import (
    FIRST,
    MORE,
    NOT_FILLED,
    NOT_READY,
    PAGE,
    READY,
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
def test_other_programs_count_the_same(engine: str, tmp_path: Path) -> None:
    sheets = [_dashes(), papers.sheet(), papers.sheet().with_values({"purpose": None})]
    for one, made in recalculated(engine, [case(s, all_of_it=False) for s in sheets], tmp_path):
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
def test_the_colours_of_the_checks_are_not_printed_where_they_are_taken_off(tmp_path: Path) -> None:
    data = case(papers.sheet().with_values({"purpose": None}), all_of_it=False).data
    seen = {}
    for word in ("付ける", "消す"):
        file = tmp_path / f"{word}.xlsx"
        file.write_bytes(patch_cells(data, {(PAGE, "D1"): word}))
        (pdf,) = office.convert([file], "pdf", tmp_path / "pdf")
        seen[word] = {
            colour for colour in office.colours(pdf, tmp_path) if max(colour) - min(colour) > 20
        }
    assert seen["付ける"]
    assert not seen["消す"]


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
    assert results[PAGE, "A9"] == "入力の重なり"
