"""A living workbook is replaced only while nobody has it open and while it is what was read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.cities import City, typed
from xlsync.exchange import Source
from xlsync.inbox.followup.write_back_file import WriteBackResult, write_back
from xlsync.workbook.reading.form_reader import read

PURPOSE, OUTLINE = "purpose", "outline"


def waiting(city: City, folder: Path) -> Path:
    """A workbook on the disk that the store knows more than."""
    city.register(papers.CLEAN)
    file = folder / "甲.xlsx"
    file.write_bytes(city.give_out())
    city.bring_one(file.read_bytes(), str(file))
    city.bring_one(typed(city.give_out(), {PURPOSE: "乙の目的"}), "乙.xlsx")
    return file


def reflected(city: City, file: Path) -> WriteBackResult:
    source = Source(str(file), "2018-07-03T09:00:00+09:00", "企画")
    return write_back(city.store, city.terms, file, source)


def just_before_the_step(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Let something happen when the new bytes are on the disk, beside the file."""
    flushed, once = os.fsync, [act]

    def fsync(handle: int) -> None:
        flushed(handle)
        if once:
            once.pop()()

    monkeypatch.setattr(os, "fsync", fsync)


def test_it_is_written_and_then_there_is_nothing_to_write(city: City, tmp_path: Path) -> None:
    file = waiting(city, tmp_path)
    assert reflected(city, file) == WriteBackResult("written", 1)
    assert read(file.read_bytes())[0].sheet.same_content(city.head())
    assert reflected(city, file).fate == "nothing"
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".part"] == []


def test_a_save_in_the_last_moment_is_not_overwritten(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = waiting(city, tmp_path)
    saved = typed(file.read_bytes(), {OUTLINE: "いま保存した概要"})
    just_before_the_step(monkeypatch, lambda: file.write_bytes(saved))
    assert reflected(city, file).fate == "changed"
    assert file.read_bytes() == saved
    monkeypatch.undo()
    assert city.bring_one(saved, str(file)).conflicts == ()
    assert reflected(city, file).fate == "written"
    assert read(file.read_bytes())[0].sheet[OUTLINE] == "いま保存した概要"


def test_one_who_opens_it_in_the_last_moment_keeps_it(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = waiting(city, tmp_path)
    before = file.read_bytes()
    owner = file.with_name(f".~lock.{file.name}#")
    just_before_the_step(monkeypatch, lambda: owner.write_text("花子,hanako,pc,,;"))
    assert reflected(city, file).fate == "open"
    assert file.read_bytes() == before
    assert reflected(city, file) == WriteBackResult("open", 1, who="花子")


def test_what_cannot_be_written_says_why_and_stays(city: City, tmp_path: Path) -> None:
    file = waiting(city, tmp_path)
    before = file.read_bytes()
    link = tmp_path / "リンク.xlsx"
    link.symlink_to(file)
    for odd in (tmp_path / "ない.xlsx", tmp_path, link):
        assert reflected(city, odd).fate in {"refused", "changed"}
    strange = tmp_path / "違うもの.xlsx"
    strange.write_bytes(b"PK\x03\x04")
    told = reflected(city, strange)
    assert (told.fate, bool(told.reason)) == ("refused", True)
    assert file.read_bytes() == before
