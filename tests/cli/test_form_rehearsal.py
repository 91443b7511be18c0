"""`xlsync form try` rehearses the adoption: what it says is what `form adopt` and the write-back after it do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from tests.exchange.test_choices import together
from tests.form_changes import CHANGES, changed_form
from tests.small_forms import FOLDER as SMALL_FOLDER
from tests.small_forms import SMALL_FORMS, YEAR, laid_out
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.form.library import load_form
from xlsync.ooxml import patch_cells, read_cells
from xlsync.workbook.reading.form_reader import read

KEY = papers.CLEAN
OTHER = "01-02-01-10-11-01"
HEIRS = {"outline": "plan.outline"}
TYPED = {
    "mayoral_pledge": st.sampled_from(["公約９", "-"]),
    "individual_plan": st.sampled_from(["新しい計画", "12"]),
    "purpose": st.sampled_from(["新しい目的", "長い目的" * 120]),
    "outline": st.just("新しい概要"),
}
SMALL_CHANGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "added": (
        (
            '[[field]]\npath = "q1"',
            (
                '[[field]]\npath = "note"\nlabel = "備考"\npart = "report"\nkind = "text"\n'
                'filled-by = "staff"\n\n[[field]]\npath = "q1"'
            ),
        ),
    ),
    "another kind": (
        (
            '業務への活用"\npart = "report"\nkind = "text"\nmultiline = true',
            '業務への活用"\npart = "report"\nkind = "code"',
        ),
        ('[[rule]]\ncheck = "length"\ncode = "use-length"\nof = "use"\nmost = 400\n', ""),
    ),
    "another part": (('label = "受講日"\npart = "head"', 'label = "受講日"\npart = "report"'),),
    "dropped": (
        (
            (
                '[[field]]\npath = "teacher"\nlabel = "講師"\npart = "report"\nkind = "person"\n'
                'filled-by = "staff"\n'
            ),
            "",
        ),
    ),
    "redrawn": (),
    "renamed": (('path = "learned"', 'path = "report.learned"\nformer = ["learned"]'),),
    "reworded": (('"理解できた"', '"だいたい理解できた"'),),
    "rule": (
        (
            "[axes]",
            '[[rule]]\ncheck = "length"\ncode = "short"\nof = "course"\nmost = 2\n\n[axes]',
        ),
    ),
}
"""Changes of the first small form."""
SMALL_TYPED = {
    "learned": st.sampled_from(["複式簿記の考え方", "長い" * 300]),
    "use": st.sampled_from(["決算の資料に使う", "12", "長い" * 300]),
    "teacher": st.sampled_from(["鈴木 一郎", "-"]),
    "q1": st.sampled_from(["よく理解できた", "まあまあ"]),
}
Sheet = dict[str, Any]


@pytest.fixture
def city(run: Run, folder: Path) -> Path:
    """A city with one sheet and its workbook."""
    assert run("import", "-C", folder, EXAMPLES / f"{KEY}.json").code in {0, 1}
    run("export", "-C", folder, KEY)
    return folder


@settings(
    max_examples=exploring.examples(1),
    suppress_health_check=exploring.ONE_FIXTURE,
)
@given(
    names=st.sets(st.sampled_from(sorted(CHANGES)), min_size=2),
    texts=st.fixed_dictionaries({}, optional=TYPED),
    is_received=st.booleans(),
)
def test_what_a_trial_says_is_what_the_adoption_does(  # noqa: PLR0913, PLR0917 - fixtures and drawn arguments
    run: Run,
    city: Path,
    tmp_path_factory: pytest.TempPathFactory,
    names: set[str],
    texts: dict[str, str],
    is_received: bool,  # noqa: FBT001
) -> None:
    folder = tmp_path_factory.mktemp("town") / "市"
    shutil.copytree(city, folder)
    form = changed_form(folder / "form-new", names)
    gone = {"mayoral_pledge"} if "dropped" in names else set()
    heirs = HEIRS if "renamed" in names else {}
    assert_told_the_truth(run, folder, (form, gone, heirs), texts, is_received=is_received)


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Path:
    """A city of a small form with one sheet and its workbook."""
    small = SMALL_FORMS[0]
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", small.folder(tmp_path)).code == 0
    (document, *_) = small.documents(load_form("form", folder).at(YEAR)).values()
    (folder / "sheet.json").write_bytes(document)
    assert run("import", "-C", folder, folder / "sheet.json").code in {0, 1}
    assert run("export", "-C", folder, "--all").code == 0
    return folder


@settings(
    max_examples=exploring.examples(5),
    suppress_health_check=exploring.ONE_FIXTURE,
)
@given(
    names=st.sets(st.sampled_from(sorted(SMALL_CHANGES)), min_size=1),
    texts=st.fixed_dictionaries({}, optional=SMALL_TYPED),
    is_received=st.booleans(),
)
def test_the_same_of_a_small_form(  # noqa: PLR0913, PLR0917 - fixtures and drawn arguments
    run: Run,
    office: Path,
    tmp_path_factory: pytest.TempPathFactory,
    names: set[str],
    texts: dict[str, str],
    is_received: bool,  # noqa: FBT001
) -> None:
    folder = tmp_path_factory.mktemp("town") / "市"
    shutil.copytree(office, folder)
    form = small_form(folder / "form-new", names)
    gone = {"teacher"} if "dropped" in names else set()
    heirs = {"learned": "report.learned"} if "renamed" in names else {}
    assert_told_the_truth(run, folder, (form, gone, heirs), texts, is_received=is_received)


def small_form(folder: Path, names: set[str]) -> Path:
    """The small form with some of the changes, in a folder."""
    text = (SMALL_FOLDER / f"{SMALL_FORMS[0].name}.toml").read_text(encoding="utf-8")
    for name in sorted(names):
        for old, new in SMALL_CHANGES[name]:
            assert old in text
            text = text.replace(old, new)
    folder.mkdir()
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "drawing.xlsx").write_bytes(laid_out(text, upwards="redrawn" in names))
    return folder


def assert_told_the_truth(
    run: Run,
    folder: Path,
    change: tuple[Path, set[str], Mapping[str, str]],
    texts: Mapping[str, str],
    *,
    is_received: bool,
) -> None:
    """Type texts into the city's workbook, try a changed form, adopt it: what became of everything is what was said.

    `change` is the form, the fields that are gone in it, and the new path of each that is renamed.
    """
    form, gone, heirs = change
    (file,) = (folder / "shared/評価シート").rglob("*.xlsx")
    (reading,) = read(file, find_settings(folder).terms.form)
    cells = {(reading.worksheet, reading.cells[path]): text for path, text in texts.items()}
    file.write_bytes(patch_cells(file.read_bytes(), cells))
    if is_received:
        run("import", "-C", folder, file)
    before, wrong_before = values(folder, file), wrong(run, folder, file)
    said = run("form", "try", form, "-C", folder, "--json").json
    run("form", "adopt", "--yes", form, "-C", folder)
    run("import", "-C", folder, file)
    after, wrong_after = values(folder, file), wrong(run, folder, file)

    assert said["adoption"]["version"] == find_settings(folder).terms.form.version
    assert (said["adoption"]["upgraded"], said["adoption"]["kept"]) == (1, [])
    displaced = [book["displaced"] for book in said["adoption"]["displaced"]]
    assert sum(displaced) == len(displaced_rows(file))
    sheet = said_of(said)
    lost = {value["path"]: value["value"] for value in sheet.get("lost", [])}
    assert lost == {path: text for path, text in before.items() if path in gone}
    worse = {(code, path) for code, path in wrong_after if (code, path) not in wrong_before}
    worse -= {(code, heirs.get(path, path)) for code, path in wrong_before}
    findings = [*sheet.get("failing", []), *sheet.get("unfit", [])]
    assert {(one["code"], one["path"]) for one in findings} == worse
    for effect in said["fields"]:
        assert effect["filled"] == (effect["path"] in before)
        heir = effect["into"]
        assert effect["unread"] == (heir is not None and heir in unread(folder, file))
    kept = set(after.values()) | set(displaced_rows(file))
    assert {path for path, text in before.items() if text not in kept} == set()


def said_of(said: dict[str, Any]) -> Sheet:
    """What a trial says of the sheet: of its workbook, where that says something not received yet."""
    sheets = sorted(said["sheets"], key=lambda sheet: bool(sheet["file"]))
    return dict(sheets[-1]) if sheets else {}


def values(folder: Path, file: Path) -> dict[str, str]:
    """What the workbook says, as people read it, by path; without blanks and dashes."""
    (reading,) = read(file, find_settings(folder).terms.form)
    sheet = reading.sheet
    fields = sheet.edition.by_path
    shown = {path: sheet.unreadable.get(path) or fields[path].words(sheet[path]) for path in sheet}
    return {path: text for path, text in shown.items() if text not in {"", "-"}}


def unread(folder: Path, file: Path) -> set[str]:
    (reading,) = read(file, find_settings(folder).terms.form)
    return set(reading.sheet.unreadable)


def wrong(run: Run, folder: Path, file: Path) -> set[tuple[str, str]]:
    """The errors and warnings that `xlsync check` names in the workbook."""
    (receipt,) = run("check", "-C", folder, file, "--json").json["receipts"]
    findings = (one for one in receipt["findings"] if one["severity"] != "note")
    return {(one["code"], one["path"]) for one in findings}


def displaced_rows(file: Path) -> list[str]:
    """The contents that the workbook lists as having found no place."""
    pages = read_cells(file)
    (title,) = [title for title in pages if title.endswith("移せなかった内容")] or [""]
    return [str(value) for cell, value in pages.get(title, {}).items() if cell[0] == "B"][1:]


def test_workbooks_that_are_not_upgraded_are_named_with_the_reason(run: Run, city: Path) -> None:
    run("import", "-C", city, EXAMPLES / f"{OTHER}.json")
    run("export", "-C", city, OTHER)
    first, second = living(city), living(city, OTHER)
    second.write_bytes(together(first.read_bytes(), second.read_bytes()))
    first.chmod(0o444)
    form = changed_form(city / "form-new", {"rule"})
    said = run("form", "try", form, "-C", city)
    assert said.code == 1
    assert "書き換わらないファイル 1件" in said.out
    assert f"{first.name}：読み取り専用のファイルです" in said.out
    assert second.name not in said.out  # both of its pages are upgraded
    kept = run("form", "try", form, "-C", city, "--json").json["adoption"]["kept"]
    assert {Path(book["file"]).name for book in kept} == {first.name}


def test_of_a_sample_the_time_is_extrapolated_and_that_is_said(run: Run, city: Path) -> None:
    run("import", "-C", city, EXAMPLES)
    run("export", "-C", city, "--all")
    form = changed_form(city / "form-new", {"dropped"})
    said = run("form", "try", form, "-C", city, "--sample", 2)
    assert "5件のうち2件を試しました" in said.out
    assert "試した2件の時間から計算した見込み" in said.out
    adoption = run("form", "try", form, "-C", city, "--sample", 2, "--json").json["adoption"]
    assert (adoption["files"], adoption["tried"], adoption["upgraded"]) == (5, 2, 2)
    seconds = adoption["seconds"]
    expected = seconds["adoption"] + seconds["workbooks"] * 5 / 2
    assert abs(seconds["expected"] - expected) < 0.3


def test_a_trial_changes_neither_the_store_nor_the_workbooks(run: Run, city: Path) -> None:
    file = living(city)
    file.write_bytes(typed(file.read_bytes(), {"purpose": "まだ受け取っていない目的"}))
    form = changed_form(city / "form-new", {"renamed", "dropped"})
    before = {each: each.read_bytes() for each in city.rglob("*") if each.is_file()}
    said = run("form", "try", form, "-C", city)
    assert re.search(r"  outline「[^」]+」 → plan\.outline「[^」]+」：1シート\n", said.out)
    assert {each: each.read_bytes() for each in city.rglob("*") if each.is_file()} == before
    assert not open_city(city).store.stored_form.is_outdated()


@pytest.mark.parametrize("command", ["try", "adopt"])
def test_a_form_that_the_settings_do_not_fit_is_refused_and_nothing_is_adopted(
    run: Run, city: Path, command: str
) -> None:
    settings_file = city / "xlsync.toml"
    text = settings_file.read_text(encoding="utf-8")
    settings_file.write_text(f'{text}\n[owners]\noffice = ["organization"]\n', encoding="utf-8")
    form = changed_form(city / "form-new", {"rule"})
    definition = (form / "form.toml").read_text(encoding="utf-8")
    renamed = definition.replace('part = "organization"', 'part = "offices"')
    renamed = renamed.replace('\norganization = "', '\noffices = "')
    (form / "form.toml").write_text(renamed, encoding="utf-8")
    said = run("form", command, form, "-C", city)
    assert said.code == 3
    assert "設定を外してから" in said.err
    assert run("status", "-C", city).code in {0, 1}
    assert find_settings(city).terms.form.version == 1


def test_a_list_in_other_words_is_no_other_kind(run: Run, city: Path) -> None:
    form = changed_form(city / "form-new", {"reworded"})
    said = run("form", "try", form, "-C", city, "--json").json
    assert "classification" not in {effect["path"] for effect in said["fields"]}
