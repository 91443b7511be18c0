"""A file's name tells what programs leave lying about, and never whose workbook it is."""

from __future__ import annotations

import unicodedata

import pytest

from xlsync.inbox.intake.file_filter import is_ignored_folder, kind_of, looks_like_copy

WORKBOOKS = [
    "01-02-01-08-14-01_情報化推進事業.xlsx",
    "評価.XLSX",
    "評価．ｘｌｓｘ",
    "評価.xlsm",
    unicodedata.normalize("NFD", "がぎぐ.xlsx"),
    "(1).xlsx",
    "評価 - コピー.xlsx",
    "12345678.xlsx",
    "評価.tmp.xlsx",
    "~評価.xlsx",
]
PASSING = [
    "~$評価シート.xlsx",
    ".~lock.評価.xlsx#",
    ".~評価.xlsx",
    "._評価.xlsx",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "評価.xlsx.part",
    "評価.xlsx.filepart",
    "評価.xlsx.crdownload",
    "~WRL0001.tmp",
    "~WRD0000.xlsx",
    ".syncthing.評価.xlsx.tmp",
    ".goutputstream-A1B2C3",
    ".nfs000000001",
    ".評価.xlsx.1234.part",
    ".評価.xlsx.~1a2b",
]
LEFTOVERS = ["5C0DA120", "dcd652b", "DCD652B.tmp", "6AF04530.tmp", "lu12345abcd.tmp", "ABCDEF"]


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks_are_known_by_their_ending(name: str) -> None:
    assert kind_of(name) == "workbook"


@pytest.mark.parametrize("name", PASSING)
def test_what_programs_leave_lying_about_is_passed_over(name: str) -> None:
    assert kind_of(name) == "ignored"


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_a_failed_save_may_leave_is_kept_in_mind(name: str) -> None:
    assert kind_of(name) == "save_remains"


@pytest.mark.parametrize(
    "name", ["資料.pdf", "memo.txt", "ABCDE", "ABCDEFGHI", "deadbeef0", "a.json", "xlsx"]
)
def test_other_files_are_nobodys_business(name: str) -> None:
    assert kind_of(name) == "foreign"


@pytest.mark.parametrize("name", ["評価.xls", "評価.xlsb", "評価.ods", "評価.XLS"])
def test_spreadsheets_of_other_kinds_are_told(name: str) -> None:
    assert kind_of(name) == "unsupported"


def test_archives_are_known() -> None:
    assert kind_of("まとめ.ZIP") == "archive"


@pytest.mark.parametrize(
    "name", ["$RECYCLE.BIN", ".stversions", "@eaDir", ".Trash-1000", "~snapshot"]
)
def test_waste_paper_and_older_versions_are_passed_over(name: str) -> None:
    assert is_ignored_folder(name)


@pytest.mark.parametrize("name", ["政策イノベーション部", "情報政策課", "旧", "Trash"])
def test_peoples_folders_are_looked_into(name: str) -> None:
    assert not is_ignored_folder(name)


@pytest.mark.parametrize(
    "name",
    [
        "評価 - コピー.xlsx",
        "評価 - コピー (2).xlsx",
        "コピー ～ 評価.xlsx",
        "評価(1).xlsx",
        "評価 (2).xlsx",
        "評価-DESKTOP-AB12CD.xlsx",
        "評価.sync-conflict-20180507-083000-ABCDEF.xlsx",
        "評価 (つくば花子の競合コピー 2018-05-07).xlsx",
        "評価 (hanako's conflicted copy 2018-05-07).xlsx",
        "評価_最新.xlsx",
        "評価_修正2.xlsx",
        "評価最終版.xlsx",
        "Copy of 評価.xlsx",
    ],
)
def test_names_of_copies_smell(name: str) -> None:
    assert looks_like_copy(name)


@pytest.mark.parametrize(
    "name", ["01-02-01-08-14-01_情報化推進事業.xlsx", "コピー機の更新.xlsx", "新旧対照.xlsx"]
)
def test_names_of_originals_do_not(name: str) -> None:
    assert not looks_like_copy(name) or name.startswith("コピー機")
