"""A form that changed completely: what both have in common is carried into the next year, what is not is listed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests import example_forms
from tests.commands import Run
from tests.rollover.moved_truth import leaves
from xlsync import open_city
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

KEY: Final = "04-220"
SHEET: Final = example_forms.FOLDER / f"keikaku-hyoka/examples/{KEY}.json"
COMMON: Final = {
    "unit.department": "unit.bureau",
    "unit.group": "unit.office",
    "project.number": "project.number",
    "project.name": "project.name",
    "project.begun": "project.begun",
    "project.law": "project.law",
}
"""What two forms with nothing else in common call the same, found by reading both of them."""


def other_form(folder: Path) -> Path:
    """The form of another family, as the city's own form from now on: it says which fields take over which."""
    shutil.copytree(example_forms.FOLDER / "gyosei-review", folder)
    text = (folder / "form.toml").read_text(encoding="utf-8")
    for old, new in (
        ('id = "gyosei-review"', 'id = "keikaku-hyoka"'),
        ('shape = "####-##-####"', 'shape = "##-###"'),
        ('path = "unit.bureau"', 'path = "unit.bureau"\nformer = ["unit.department"]'),
        ('path = "unit.office"', 'path = "unit.office"\nformer = ["unit.group"]'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with a sheet and its workbook under a form, and then under one of another family; the working directory."""
    folder = tmp_path / "市"
    form = example_forms.FOLDER / "keikaku-hyoka"
    assert run("init", folder, "--edition", example_forms.YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    assert run("import", SHEET).code in {0, 1}
    assert run("export", "--all").code == 0
    assert run("form", "adopt", "--yes", other_form(tmp_path / "様式")).code == 0
    assert run("export", "--all").code == 0
    return folder


def test_what_two_families_of_forms_have_in_common_is_carried_and_the_rest_is_listed(
    city: Path, run: Run
) -> None:
    said = leaves(json.loads(SHEET.read_bytes()))
    filled = {path for path, value in said.items() if value not in {None, "-"}}
    gone = {re.sub(r"(outcome.*(target|actual))\..*", r"\1", path) for path in filled}
    gone -= {"form", "edition", "key", *COMMON}
    [book] = (city / "shared/評価シート").rglob("*.xlsx")
    [page] = read(book.read_bytes(), open_city(city).store.form)
    typed = {(page.worksheet, page.cells["project.purpose"]): "新しい様式での目的"}
    book.write_bytes(patch_cells(book.read_bytes(), typed))
    assert run("import", book).code in {0, 1}
    shown = run("rollover", "2027", "--dry-run", "--ledger", "台帳.xlsx")
    assert "いまの様式にない欄の内容（引き継ぎません" in shown.out
    assert "  担当 作成者：1\n" in shown.out
    [listed] = run("rollover", "2027", "--json", "--dry-run").json["formless"]
    assert {value["path"] for value in listed["values"]} == gone
    rows = openpyxl.load_workbook("台帳.xlsx")["台帳"].iter_rows(values_only=True)
    assert {row[9] for row in rows if row[2] == "いまの様式にない欄"} == gone
    assert run("rollover", "2027", "--yes").code == 0
    new = open_city(city).store.head(KEY, 2027)
    assert new is not None
    assert {path: new[into] for path, into in COMMON.items()} == {
        path: said[path] for path in COMMON
    }
    assert new["project.purpose"] == "新しい様式での目的"
    years = run("history", KEY, "--years").out
    assert f"いまの様式にない欄（2026年度のシート）：担当 作成者 {said['unit.author']}" in years
