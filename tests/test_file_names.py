"""No two departments share a file."""

from __future__ import annotations

import ntpath
import random
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CON", "CON_"),
        ("nul.2018", "nul_.2018"),
        ("Aux . 係", "Aux_ . 係"),
        ("COM¹", "COM¹_"),
        ("lpt9", "lpt9_"),
        ("CONTROL係", "CONTROL係"),
        ("コンCON", "コンCON"),
        ("総務部...", "総務部"),
        ("総務部. .", "総務部"),
        ("総務\u202ekaxslx.部", "総務kaxslx.部"),
        ("総務\u200b\ufeff部", "総務部"),
        ("総務\ud800部", "総務部"),
        ("\ue000橋係", "\ue000橋係"),
        ("\u202e..", "_"),
    ],
)
def test_names_that_windows_cannot_make_or_that_hide_something_are_made_safe(
    text: str, name: str
) -> None:
    assert file_name(text) == name


def test_a_long_name_leaves_room_for_a_key_and_an_ending_on_every_file_system(
    tmp_path: Path,
) -> None:
    name = file_name("\U00020bb7" * 100)
    file = tmp_path / f".~lock.{'9' * 40}_{name}_99.xlsx#"
    file.touch()
    assert file.exists()


@given(st.text(max_size=300))
@example("\ud800")
@example("con" + "\u202e" * 60 + ".")
def test_a_name_is_one_that_windows_takes(text: str) -> None:
    name = file_name(text)
    assert 0 < len(name) <= 60
    assert len(name.encode()) <= 180
    assert file_name(name) == name
    assert not _is_reserved_on_windows(f"{name}.xlsx")
    assert not set(name) & set('\\/:*?"<>|\n\t\0')
    assert name == name.strip(" .")


def _is_reserved_on_windows(name: str) -> bool:
    if hasattr(ntpath, "isreserved"):  # Python 3.13
        return bool(ntpath.isreserved(name))
    return PureWindowsPath(name).is_reserved()
