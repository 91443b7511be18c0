"""Keys of sheets: no two sheets share one, and each has a file name of its own that tells it again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.sheet_keys import (
    fault_of_key,
    join_parts,
    key_of_name,
    name_on_disk,
    readable_name,
    split_key,
)

PARTS = st.text(st.sampled_from("-~=01Aあ/𠮷\u0301"), max_size=6)


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_a_key_says_its_parts(parts: list[str]) -> None:
    assert split_key(join_parts(parts), len(parts)) == tuple(parts)


def test_parts_with_hyphens_make_different_keys() -> None:
    assert join_parts(["12345", "A-01"]) != join_parts(["12345-A", "01"])


def test_codes_are_joined_as_ever() -> None:
    assert join_parts(["01", "02", "01", "08", "14", "01"]) == "01-02-01-08-14-01"


@given(st.text(max_size=5), st.text(max_size=5))
def test_names_of_keys_that_begin_alike_begin_alike(start: str, rest: str) -> None:
    assert name_on_disk(f"{start}-{rest}").startswith(name_on_disk(f"{start}-"))


@given(st.text(max_size=20))
def test_a_name_on_the_disk_tells_its_key(key: str) -> None:
    name = name_on_disk(key)
    assert re.fullmatch(r"[0-9A-Za-z=-]*", name)
    assert key_of_name(name) == (key or None)


@given(st.text("=0123456789ABCDEFnul-", min_size=1, max_size=12))
def test_a_name_that_no_key_has_is_no_sheets(name: str) -> None:
    key = key_of_name(name)
    assert key is None or name_on_disk(key) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("01-02-01-08-14-01", "01-02-01-08-14-01"),
        ("A-01", "A-01"),
        ("研-1", "=7814-1"),
        ("../x", "=002E=002E=002Fx"),
        ("nul", "=006Eul"),
        ("COM1", "=0043OM1"),
    ],
)
def test_names_on_the_disk(key: str, name: str) -> None:
    assert name_on_disk(key) == name


@pytest.mark.parametrize(
    ("key", "says"),
    [("", "空欄"), ("01\n", "見えない"), ("研" * 21, "長すぎ"), ("x" * 101, "長すぎ")],
)
def test_what_cannot_be_stored_says_why(key: str, says: str) -> None:
    assert says in fault_of_key(key)


def test_workbooks_of_two_keys_never_share_a_name() -> None:
    assert readable_name("A/1", "A／1") != readable_name("A／1", "A／1")
    assert readable_name("01-02", "01-02") == "01-02"
