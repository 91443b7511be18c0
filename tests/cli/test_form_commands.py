"""`xlsync form check` and `form try` on the command line: exit codes, sentences, and JSON alone where it was asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run

SHORTER = ('items = ["有", "無"]', 'items = ["有"]')
LENGTH = '\n[[rule]]\ncheck = "length"\ncode = "purpose-length"\nof = "purpose"\nmost = 30\n'


@pytest.fixture
def city(run: Run, folder: Path) -> Path:
    """A city's folder with the five official sheets in its store."""
    assert run("import", "-C", folder, EXAMPLES).code in {0, 1}
    return folder


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('check = "fits"\nof = "purpsoe"', ["x-rule", "purpsoe"]),
        ('check = "fits"\nof = "purpose"\nsentence = "{feild}"', ["x-rule", "{field}"]),
        ('check = "range"\nof = "purpose"\nmost = 1', ["x-rule", "purpose", "文章"]),
    ],
)
def test_form_check_names_the_file_the_rule_and_the_fault(
    run: Run, tmp_path: Path, entry: str, words: list[str]
) -> None:
    form = papers.form_folder(tmp_path / "form", added=f'\n[[rule]]\ncode = "x-rule"\n{entry}\n')
    for command in ("check", "build"):
        said = run("form", command, "--form", form)
        assert (said.code, said.out) == (3, "")
        assert [word for word in (str(form / "form.toml"), *words) if word not in said.err] == []


def test_form_try_says_when_a_form_can_be_given_out(run: Run, city: Path, tmp_path: Path) -> None:
    said = run("form", "try", papers.form_folder(tmp_path / "form"), "-C", city)
    assert (said.code, said.err) == (0, "")
    assert "シート 5件" in said.out
    assert "配れます" in said.out


def test_form_try_tells_by_code_with_examples_and_totals(
    run: Run, city: Path, tmp_path: Path
) -> None:
    form = papers.form_folder(tmp_path / "form", SHORTER, added=LENGTH)
    said = run("form", "try", form, "-C", city, "--examples", "2")
    assert (said.code, said.err) == (1, "")
    assert "purpose-length：5シート、5か所" in said.out
    assert said.out.count("30字以内") == 2
    assert "ほか3か所" in said.out
    assert "エラー not-in-closed-list" in said.out
    assert "内容が合わなくなるもの 5件" in said.out


def test_form_try_gives_json_alone(run: Run, city: Path, tmp_path: Path) -> None:
    form = papers.form_folder(tmp_path / "form", SHORTER, added=LENGTH)
    said = run("form", "try", form, "-C", city, "--json")
    assert (said.code, said.err) == (1, "")
    assert said.json["totals"]["sheets"] == 5
    assert {one["key"] for one in said.json["sheets"]} == set(papers.KEYS)


def test_form_try_looks_into_the_living_workbooks(run: Run, city: Path, tmp_path: Path) -> None:
    assert run("export", "--all", "-C", city).code == 0
    (city / "shared/評価シート/壊れた.xlsx").write_bytes(b"no workbook")
    said = run("form", "try", papers.form_folder(tmp_path / "form"), "-C", city)
    assert said.code == 0
    assert "壊れた.xlsx" in said.err
    assert "確かめられなかったファイル 1件" in said.out


def test_form_try_writes_nothing(run: Run, city: Path, tmp_path: Path) -> None:
    def files() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in city.rglob("*") if file.is_file()}

    before = files()
    run("form", "try", papers.form_folder(tmp_path / "form", SHORTER), "-C", city)
    assert files() == before


@pytest.mark.parametrize(
    ("replaced", "word"),
    [
        (('check = "personnel-cost"', 'check = "personell-cost"'), "check"),
        (('id = "jimu-jigyo-hyoka"', 'id = "another-form"'), "another-form"),
    ],
)
def test_form_try_of_a_wrong_form_fails(
    run: Run, city: Path, tmp_path: Path, replaced: tuple[str, str], word: str
) -> None:
    form = papers.form_folder(tmp_path / "form", replaced)
    said = run("form", "try", form, "-C", city)
    assert (said.code, said.out) == (3, "")
    assert word in said.err


def test_form_try_of_the_citys_own_form_asks_for_a_copy(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "市"
    assert run("init", made, "--own-form").code == 0
    said = run("form", "try", made / "form", "-C", made)
    assert (said.code, said.out) == (3, "")
    assert "写し" in said.err
    shutil.copytree(made / "form", made / "form-new")
    assert run("form", "try", made / "form-new", "-C", made).code == 0


def test_form_try_of_another_year_looks_at_its_sheets(run: Run, city: Path, tmp_path: Path) -> None:
    said = run("form", "try", papers.form_folder(tmp_path / "form"), "-C", city, "--edition", 2017)
    assert said.code == 0
    assert "シート 0件" in said.out
