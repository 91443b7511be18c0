"""Workbooks whose users ask that nobody writes into them are left as they are, and why is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, typed
from xlsync.exchange import Source
from xlsync.inbox.followup.write_back_file import WriteBackResult, write_back
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.properties import put_custom_property

FILE = "評価シート/a.xlsx"
WORKBOOK_PART = "xl/workbook.xml"


def marked_final(data: bytes) -> bytes:
    edit = PackageEdit(data)
    put_custom_property(edit, "_MarkAsFinal", "true")
    return edit.finished()


def sharing(attributes: str) -> Callable[[bytes], bytes]:
    """What Excel writes into a workbook that is to be opened read-only."""

    def change(data: bytes) -> bytes:
        edit = PackageEdit(data)
        sharing_and_settings = f"<fileSharing {attributes}/><workbookPr"
        text = edit.text(WORKBOOK_PART).replace("<workbookPr", sharing_and_settings, 1)
        edit.put(WORKBOOK_PART, text)
        return edit.finished()

    return change


PROTECTED = pytest.mark.parametrize(
    ("protect", "said"),
    [
        (marked_final, "最終版"),
        (sharing('readOnlyRecommended="1"'), "読み取り専用を推奨"),
        (sharing('userName="課長" reservationPassword="CC5D"'), "読み取り専用を推奨"),
    ],
)


def written_back(city: City, folder: Path, change: Callable[[bytes], bytes]) -> WriteBackResult:
    """What comes of writing into a workbook for which the store has another purpose."""
    city.register(papers.CLEAN)
    file = folder / "a.xlsx"
    data = change(city.give_out())
    file.write_bytes(data)
    assert city.bring_one(data, FILE).outcome == "unchanged"
    other = typed(city.give_out(), {"purpose": "新しい目的"})
    assert city.bring_one(other, "評価シート/b.xlsx").outcome == "accepted"
    source = Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
    result = write_back(city.store, city.terms, file, source)
    assert (file.read_bytes() == data) == (result.fate != "written")
    return result


@PROTECTED
def test_a_workbook_that_asks_for_it_is_not_written_into(
    city: City, tmp_path: Path, protect: Callable[[bytes], bytes], said: str
) -> None:
    result = written_back(city, tmp_path, protect)
    assert result.fate == "refused"
    assert said in result.reason


@pytest.mark.parametrize("attributes", ['readOnlyRecommended="0"', 'userName="課長"'])
def test_a_workbook_that_does_not_ask_for_it_is_written_into(
    city: City, tmp_path: Path, attributes: str
) -> None:
    assert written_back(city, tmp_path, sharing(attributes)).fate == "written"
