"""The board says who has a workbook open; its own workbook is not written again for that."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_hand_in_list import owner_file
from xlsync.inbox.intake.scan import scan
from xlsync.inbox.status.open_workbooks import SOMEBODY, open_workbooks


def test_only_workbooks_beside_their_own_owner_file_are_open(tmp_path: Path) -> None:
    (tmp_path / "部").mkdir()
    books = ["部/a.xlsx", "部/b.xlsx", "c.xlsx"]
    for book in books:
        (tmp_path / book).write_bytes(b"")
    owner_file(tmp_path / "部/a.xlsx", "山田")
    (tmp_path / "~$c.xlsx").write_bytes(b"")
    found = scan(tmp_path)
    assert found.owner_files == ("~$c.xlsx", "部/~$a.xlsx")
    assert open_workbooks(tmp_path, found.owner_files, books) == {
        "部/a.xlsx": "山田",
        "c.xlsx": SOMEBODY,
    }
    assert open_workbooks(tmp_path, (), books) == {}
