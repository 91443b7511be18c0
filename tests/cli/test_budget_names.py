"""The city's list of 款・項・目: read as Excel writes it, refused with the line where it is wrong, shown in 款項目別."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import city
from xlsync.budget_names import read_budget_names
from xlsync.city.settings import read_settings
from xlsync.errors import SettingsError
from xlsync.exchange.department_summaries import survey
from xlsync.ooxml import read_cells
from xlsync.plan_list import CodeLists

LIST = "コード,名称\n01-02,総務費\n０１-０２-０１,総務管理費,,\n\n01-02-01-08,企画費\n"
NAMES = {"01-02": "総務費", "01-02-01": "総務管理費", "01-02-01-08": "企画費"}


def test_a_list_is_read_as_excel_writes_it() -> None:
    assert read_budget_names("\ufeff" + LIST, "款項目.csv") == NAMES
    assert read_budget_names("", "款項目.csv") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("01-02", "2列"),
        ("01-02,", "2列"),
        ("総務費,01-02", "予算コードではありません"),
        ("01-02,総務費\n01-02,民生費", "2とおり"),
        ('01-02,"総務費', "CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as fault:
        read_budget_names(text, "款項目.csv")
    assert "行目" in fault.value.where


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        names = read_budget_names(text, "款項目.csv")
    except SettingsError:
        return
    assert all(names.values())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_settings_name_the_list(folder: Path, encoding: str) -> None:
    (folder / "款項目.csv").write_bytes(LIST.encode(encoding))
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[programs]\nnames = "款項目.csv"\n')
    assert read_settings(folder).terms.budget_names == NAMES
    (folder / "款項目.csv").unlink()
    with pytest.raises(SettingsError, match="names を確かめてください"):
        read_settings(folder)


def test_the_summary_shows_the_names_it_is_given_and_the_codes_alone_of_others(
    tmp_path: Path,
) -> None:
    here = city(tmp_path)
    here.register(papers.CLEAN)
    as_it_is = survey(here.store, here.terms)
    seen = {}
    for names in ({}, {"01-02": "総務費"}):
        named = replace(as_it_is, terms=replace(here.terms, code_lists=CodeLists(names)))
        cells = read_cells(named.summary(None, named.items(lambda _: "")).data)["款項目別"]
        codes = {at[1:]: value for at, value in cells.items() if at[0] == "B"}
        seen[bool(names)] = {value: cells.get(f"C{row}") for row, value in codes.items()}
    assert seen[True]["01-02"] == "款 02 総務費"
    assert seen[False]["01-02"] == "款 02"
    assert seen[True]["01-02-01"] == seen[False]["01-02-01"] == "項 01"
    assert seen[True][papers.CLEAN[:-3]] == seen[False][papers.CLEAN[:-3]]
