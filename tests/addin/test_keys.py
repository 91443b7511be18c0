"""Keys: shown once, kept as hashes in a file for nobody else, several a department, gone when their lines are."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.addin.ways.keys import FILE, Keys, add_key, is_open_to_others, key_in, read_keys
from xlsync.errors import SettingsError

DAY = dt.date(2018, 4, 1)


def test_a_key_opens_its_department_and_stands_nowhere(tmp_path: Path) -> None:
    first = add_key(tmp_path, "総務部", DAY)
    second = add_key(tmp_path, '"企画"\n部', DAY)
    third = add_key(tmp_path, "総務部", DAY)
    found = read_keys(tmp_path)
    assert [found.owner(key) for key in (first, second, third)] == [
        "総務部",
        '"企画"\n部',
        "総務部",
    ]
    assert len({first, second, third}) == 3
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert not any(key in text for key in (first, second, third))
    assert found.owner(first[:-1]) is None
    assert found.owner("") is None


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise there")
def test_the_file_is_for_its_owner_only_and_says_so_where_it_is_not(tmp_path: Path) -> None:
    add_key(tmp_path, "総務部", DAY)
    add_key(tmp_path, "福祉部", DAY)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert not is_open_to_others(tmp_path)
    (tmp_path / FILE).chmod(0o640)
    assert is_open_to_others(tmp_path)


def test_a_key_whose_lines_are_gone_opens_nothing(tmp_path: Path) -> None:
    key = add_key(tmp_path, "総務部", DAY)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text[: text.index("[[keys]]")], encoding="utf-8")
    assert read_keys(tmp_path).owner(key) is None
    assert not read_keys(tmp_path)
    assert not read_keys(tmp_path / "ない")


@pytest.mark.parametrize(
    "text",
    [
        "[[keys]]\ndepartment = ",
        "keys = 1",
        '[[keys]]\ndepartment = ""\nsha256 = ""\nmade = 2018-04-01',
        '[[keys]]\ndepartment = "総務部"\nsha256 = "XYZ"\nmade = 2018-04-01',
        'key = "生のまま"',
    ],
)
def test_a_wrong_file_of_keys_is_refused_and_not_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        read_keys(tmp_path)
    with pytest.raises(SettingsError):
        add_key(tmp_path, "総務部", DAY)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == text


@given(st.text())
def test_any_header_is_a_key_or_none(text: str) -> None:
    assert Keys((("0" * 64, "総務部"),)).owner(key_in(text)) is None


def test_only_a_bearers_key_is_one() -> None:
    assert key_in("Bearer abc") == key_in(" bearer  abc ") == "abc"
    assert [key_in(said) for said in ("", "Bearer", "Basic abc", "Bearer a b", "abc")] == [""] * 5
