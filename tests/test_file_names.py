"""No two departments share a file."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from xlsync.file_names import distinct_names, file_name


def test_names_that_one_folder_would_hold_for_one_are_numbered() -> None:
    names = distinct_names(["it部", "IT部", "総務部", "全庁", "a/b", "a／b"], ["全庁"])
    assert names == {
        "IT部": "IT部",
        "it部": "it部_2",
        "総務部": "総務部",
        "全庁": "全庁_2",
        "a/b": "a／b",
        "a／b": "a／b_2",
    }


@given(st.lists(st.text(max_size=6)), st.randoms())
def test_every_text_has_its_own_name_whatever_the_order(
    texts: list[str], dice: random.Random
) -> None:
    names = distinct_names(texts, ["全庁"])
    folded = [name.casefold() for name in names.values()]
    assert len(set(folded)) == len(set(texts))
    assert "全庁" not in folded
    shuffled = list(texts)
    dice.shuffle(shuffled)
    assert distinct_names(shuffled, ["全庁"]) == names


@given(st.text(max_size=300))
def test_a_name_is_one_that_windows_takes(text: str) -> None:
    name = file_name(text)
    assert 0 < len(name) <= 60
    assert not set(name) & set('\\/:*?"<>|\n\t\0')
    assert name == name.strip(" .")
