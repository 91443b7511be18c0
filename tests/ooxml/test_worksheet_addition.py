"""A worksheet of another workbook is added behind the tabs that are there, and nothing else changes."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests import node_tools, office
from tests.ooxml import pages, samples, schema
from tests.ooxml.pages import LISTS, MINE, TITLE
from xlsync.errors import UnwritableWorkbook, WorkbookError
from xlsync.ooxml import open_workbook, read_cells
from xlsync.ooxml.opc.workbook_part import Name
from xlsync.ooxml.patch.defined_names import replace_defined_names
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_addition import add_worksheet

SOURCE = pages.new_page()
NEW = "新しい様式"
BOOKS = {"openpyxl": pages.by_openpyxl(), "XlsxWriter": pages.by_xlsxwriter()}
CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}

both = pytest.mark.parametrize("data", BOOKS.values(), ids=BOOKS)


def with_page(data: bytes, title: str = NEW) -> bytes:
    """The workbook with the page of the source as one more worksheet."""
    edit = PackageEdit(data)
    add_worksheet(edit, title, pages.package(SOURCE), TITLE)
    return edit.finished()


@both
def test_the_worksheet_is_the_last_and_every_other_part_keeps_its_bytes(data: bytes) -> None:
    after = with_page(data)
    assert open_workbook(after).worksheets == (*open_workbook(data).worksheets, NEW)
    assert read_cells(after)[NEW] == read_cells(SOURCE)[TITLE]
    assert pages.formats(after, NEW) == pages.formats(SOURCE, TITLE)
    for title in (TITLE, LISTS, MINE):
        assert pages.formats(after, title) == pages.formats(data, title)
    before, parts = samples.unzipped(data), samples.unzipped(after)
    assert {name for name in before if parts[name] != before[name]} <= CHANGED
    assert schema.introduced(schema.parts_of(data), schema.parts_of(after)) == []
    link = openpyxl.load_workbook(io.BytesIO(after))[NEW]["C6"].hyperlink
    assert link.location == f"'{LISTS}'!A1"


@pytest.mark.node
@both
def test_the_open_xml_sdk_finds_nothing_in_the_result(data: bytes, tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(data)
    after.write_bytes(with_page(data))
    known = {fault.what for fault in node_tools.faults(before)}
    assert [fault for fault in node_tools.faults(after) if fault.what not in known] == []


@pytest.mark.office
def test_libreoffice_shows_the_added_worksheet(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(with_page(BOOKS["XlsxWriter"]))
    cells = read_cells(*office.resave([file], tmp_path / "out"))
    assert cells[NEW]["B4"] == "古い一覧0"
    assert cells[MINE]["A1"] == 0.25


def test_two_worksheets_can_be_added_one_after_the_other_and_get_names() -> None:
    edit = PackageEdit(pages.saved(openpyxl.Workbook()))
    source = pages.package(SOURCE)
    add_worksheet(edit, LISTS, source, LISTS, state="veryHidden")
    add_worksheet(edit, NEW, source, TITLE)
    replace_defined_names(edit, lambda _: False, [Name("欄", NEW, f"'{NEW}'!$B$3", hidden=False)])
    after = edit.finished()
    book = open_workbook(after)
    assert book.worksheets == ("Sheet", LISTS, NEW)
    assert [(name.name, name.scope) for name in book.names] == [("欄", NEW)]
    states = {page.title: page.sheet_state for page in openpyxl.load_workbook(io.BytesIO(after))}
    assert states == {"Sheet": "visible", LISTS: "veryHidden", NEW: "visible"}
    assert schema.violations(schema.parts_of(after), set(schema.parts_of(after))) == {}


def test_it_is_not_selected_beside_the_one_that_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(with_page(BOOKS["XlsxWriter"])))
    assert [page.title for page in book if page.sheet_view.tabSelected] == [MINE]


def test_a_title_that_a_tab_has_is_refused() -> None:
    with pytest.raises(UnwritableWorkbook, match="同じ名前のシート"):
        with_page(BOOKS["openpyxl"], TITLE)


def test_in_any_workbook_only_what_keeps_book_of_worksheets_and_formats_changes(
    corpus_file: Path,
) -> None:
    data = corpus_file.read_bytes()
    try:
        edit = PackageEdit(data)
        parts = {edit.workbook.part, edit.workbook.target(edit, "styles")}
        add_worksheet(edit, NEW, pages.package(SOURCE), TITLE)
        after = edit.finished()
    except WorkbookError:
        return  # refused with a reason, which test_corpus.py looks at
    assert read_cells(after)[NEW] == read_cells(SOURCE)[TITLE]
    before, now = schema.parts_of(data), schema.parts_of(after)
    changed = {name for name, content in before.items() if now.get(name) != content}
    allowed = {name.casefold() for name in parts if name} | {"[content_types].xml"}
    assert {
        name
        for name in changed
        if name.casefold() not in allowed and "calcChain" not in name and "_rels" not in name
    } == set()
    violations = schema.violations(now, set(now)) - schema.violations(before, set(before))
    assert violations == {}
    again = PackageEdit(after)
    add_worksheet(again, f"{NEW}2", pages.package(SOURCE), TITLE)
    styles = again.workbook.target(again, "styles")
    assert styles is not None
    assert again.part(styles) == edit.part(styles), "the formats are there already"
