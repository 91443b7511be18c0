"""Who has a workbook open, told from the files that Excel and LibreOffice lay beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.owner_file import excel_owner, libreoffice_owner, opened_by, user_of


def excel_file(name: str) -> bytes:
    """Give an owner file as Excel writes it: 165 bytes, the name in the ANSI code page, then in UTF-16."""
    narrow = name.encode("cp932")
    wide = len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    head = bytes([len(narrow)]) + narrow.ljust(54)
    return head + wide + b" \x00" * (54 - len(name))


def test_nobody_has_a_workbook_open_that_has_no_owner_file(tmp_path: Path) -> None:
    assert opened_by(tmp_path / "評価.xlsx") is None


@pytest.mark.parametrize("name", ["佐藤 花子", "Sato", "山田"])
def test_excels_owner_file_names_the_user(tmp_path: Path, name: str) -> None:
    (tmp_path / "~$評価.xlsx").write_bytes(excel_file(name))
    opened = opened_by(tmp_path / "評価.xlsx")
    assert opened is not None
    assert (opened.application, opened.who) == ("Excel", name)


def test_an_owner_file_that_cannot_be_understood_still_means_open(tmp_path: Path) -> None:
    (tmp_path / "~$評価.xlsx").write_bytes(b"")
    opened = opened_by(tmp_path / "評価.xlsx")
    assert opened is not None
    assert not opened.who


def test_libreoffices_lock_file_names_the_user(tmp_path: Path) -> None:
    lock = tmp_path / ".~lock.評価.xlsx#"
    lock.write_text(",hanako,PC-12,31.05.2018 17:10,file:///C:/profile;", encoding="utf-8")
    opened = opened_by(tmp_path / "評価.xlsx")
    assert opened is not None
    assert (opened.application, opened.who, opened.owner_file) == ("LibreOffice", "hanako", lock)


def test_the_owner_is_who_saved_it_where_the_workbook_does_not_say(tmp_path: Path) -> None:
    file = tmp_path / "評価.xlsx"
    assert user_of(file, "ログイン名") == "ログイン名"
    (tmp_path / "~$評価.xlsx").write_bytes(b"")
    assert user_of(file, "ログイン名") == "ログイン名"
    (tmp_path / "~$評価.xlsx").write_bytes(excel_file("佐藤 花子"))
    assert user_of(file, "ログイン名") == "佐藤 花子"


def test_a_folder_named_like_an_owner_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "~$評価.xlsx").mkdir()
    assert opened_by(tmp_path / "評価.xlsx") is None


@given(st.binary(max_size=300))
def test_whatever_an_owner_file_holds_gives_a_name_that_can_be_shown(data: bytes) -> None:
    for name in (excel_owner(data), libreoffice_owner(data)):
        assert name == name.strip()
        assert all(sign.isprintable() or sign.isspace() for sign in name)
