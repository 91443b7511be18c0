"""A worksheet can be hidden and shown again, and nothing but its tab's state changes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import get_args

import openpyxl
import pytest

from tests import office
from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.properties import put_defined_name, put_sheet_state
from xlsync.ooxml.patch.workbook_part_editor import State

STATES = get_args(State)


def tab(title: str, number: int, more: str = "") -> str:
    return f'<sheet name="{title}" sheetId="{number}"{more} r:id="rId1"/>'


def book(*tabs: str, views: str = "") -> bytes:
    """A workbook of these tabs, all of them of one part."""
    head, _, _ = samples.WORKBOOK.partition("<sheets>")
    text = f"{head}{views}<sheets>{''.join(tabs)}</sheets></workbook>"
    return samples.book("", workbook=text)


BOOK = book(tab("甲", 1), tab("乙&amp;丙", 2), tab("丁", 3, " state='hidden'"))


def put(data: bytes, title: str, state: State) -> bytes:
    edit = PackageEdit(data)
    put_sheet_state(edit, title, state)
    return edit.finished()


def workbook_xml(data: bytes) -> str:
    return samples.unzipped(data)["xl/workbook.xml"].decode()


def states(data: bytes) -> dict[str, str]:
    return {sheet.title: sheet.sheet_state for sheet in openpyxl.load_workbook(io.BytesIO(data))}


def saved_by_another_program(*more: str) -> bytes:
    workbook = openpyxl.Workbook()
    for title in more:
        workbook.create_sheet(title)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_only_the_state_of_that_tab_changes(state: State) -> None:
    out = put(BOOK, "乙&丙", state)
    expected = workbook_xml(BOOK).replace(
        tab("乙&amp;丙", 2), tab("乙&amp;丙", 2).replace("/>", f' state="{state}"/>')
    )
    assert workbook_xml(out) == expected
    before, after = samples.unzipped(BOOK), samples.unzipped(out)
    assert {name for name in after if after[name] != before[name]} == {"xl/workbook.xml"}
    assert samples.unzipped(put(out, "乙&丙", "visible")) == before
    assert put(BOOK, "乙&丙", "visible") == BOOK


def test_what_is_hidden_is_hidden_more_or_shown() -> None:
    assert tab("丁", 3, ' state="veryHidden"') in workbook_xml(put(BOOK, "丁", "veryHidden"))
    assert tab("丁", 3) in workbook_xml(put(BOOK, "丁", "visible"))


@pytest.mark.parametrize("state", STATES)
def test_a_worksheet_that_is_not_there_is_refused(state: State) -> None:
    with pytest.raises(UnwritableWorkbook, match="戊：シートが見つかりません"):
        put(BOOK, "戊", state)


def test_the_last_visible_worksheet_is_not_hidden() -> None:
    with pytest.raises(UnwritableWorkbook, match="唯一のシート"):
        put(book(tab("甲", 1), tab("丁", 3, ' state="hidden"')), "甲", "hidden")


@pytest.mark.parametrize(
    ("views", "title"),
    [
        ("", "甲"),
        ("<bookViews><workbookView/></bookViews>", "甲"),
        ('<bookViews><workbookView activeTab="1"/></bookViews>', "乙&丙"),
        ('<bookViews><workbookView/><workbookView activeTab="1"/></bookViews>', "乙&丙"),
    ],
)
def test_the_worksheet_on_top_is_not_hidden(views: str, title: str) -> None:
    data = book(tab("甲", 1), tab("乙&amp;丙", 2), tab("丁", 3), views=views)
    with pytest.raises(UnwritableWorkbook, match="選ばれるシート"):
        put(data, title, "hidden")
    assert views in workbook_xml(put(data, "丁", "hidden"))


def test_a_state_goes_together_with_a_name() -> None:
    edit = PackageEdit(BOOK)
    put_sheet_state(edit, "乙&丙", "veryHidden")
    put_defined_name(edit, "乙&丙", "a", "1", hidden=True)
    text = workbook_xml(edit.finished())
    assert ' state="veryHidden"/>' in text
    assert '<definedName name="a" localSheetId="1"' in text


@pytest.mark.office
def test_other_programs_read_the_state(tmp_path: Path) -> None:
    data = saved_by_another_program("隠す", "深く隠す")
    out = put(put(data, "隠す", "hidden"), "深く隠す", "veryHidden")
    assert states(out) == {"Sheet": "visible", "隠す": "hidden", "深く隠す": "veryHidden"}
    files = {"hidden": out, "shown": put(put(out, "隠す", "visible"), "深く隠す", "visible")}
    for name, content in files.items():
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    saved = office.resave([tmp_path / f"{name}.xlsx" for name in files], tmp_path / "saved")
    hidden, shown = (states(file.read_bytes()) for file in saved)
    assert hidden["Sheet"] == "visible"
    assert "visible" not in (hidden["隠す"], hidden["深く隠す"])
    assert set(shown.values()) == {"visible"}
