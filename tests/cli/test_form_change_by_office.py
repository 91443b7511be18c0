"""Issued workbooks, edited by LibreOffice before and after the form is changed: nothing typed is lost, and all say the same.

`make plays` does this with twenty workbooks for each kind of change (XLSYNC_FORM_CHANGE_WORKBOOKS=20); the suite with one and
all changes together.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests import office, papers
from tests.cities import typed
from tests.commands import Run
from tests.form_changes import CHANGES, changed_form
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.ooxml import read_cells
from xlsync.workbook.reading.form_reader import read

pytestmark = pytest.mark.office
COUNT: Final = int(os.environ.get("XLSYNC_FORM_CHANGE_WORKBOOKS", "1"))
ALL: Final = [set(CHANGES)]
KINDS: Final = ALL if COUNT == 1 else [*({name} for name in CHANGES), *ALL]
BEFORE: Final = {
    "mayoral_pledge": "公約{}",
    "individual_plan": "計画{}",
    "outline": "前の概要{}",
    "costs.2017-settled.overtime_hours": 12.5,
}
AFTER: Final = {"purpose": "前の様式のまま、あとから書いた目的{}"}


def documents(folder: Path) -> Path:
    """A folder with the JSON of official sheets under other codes."""
    folder.mkdir()
    for number in range(COUNT):
        document = papers.official_document(papers.KEYS[number % len(papers.KEYS)])
        document["project"]["number"] = f"{40 + number}"
        document["key"] = f"{document['key'][:-2]}{40 + number}"
        file = folder / f"{number}.json"
        file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder


def texts(values: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        path: value.format(number) if isinstance(value, str) else value
        for path, value in values.items()
    }


@pytest.mark.parametrize("names", KINDS, ids=lambda names: "+".join(sorted(names)))
def test_nothing_typed_in_libreoffice_is_lost_by_a_change_of_the_form(
    run: Run, folder: Path, tmp_path: Path, names: set[str]
) -> None:
    assert run("import", "-C", folder, documents(tmp_path / "sheets")).code in {0, 1}
    assert run("export", "-C", folder, "--all").code == 0
    files = sorted((folder / "shared/評価シート").rglob("*.xlsx"))
    assert len(files) == COUNT
    edited(files, BEFORE, tmp_path / "before")
    assert run("import", "-C", folder, folder / "shared").code in {0, 1}
    before = heads(folder)
    form = changed_form(folder / "form-new", names)
    assert run("form", "adopt", "--yes", "-C", folder, form).code == 0
    assert [len(paths) for paths in outdated(run, folder)] == [1] * COUNT
    edited(files, AFTER, tmp_path / "after")
    assert run("import", "-C", folder, folder / "shared").code in {0, 1}
    assert [len(paths) for paths in outdated(run, folder)] == [0] * COUNT

    after = heads(folder)
    for number, file in enumerate(files):
        (reading,) = read(file, find_settings(folder).terms.form)
        said = "\n".join(str(cell) for page in read_cells(file).values() for cell in page.values())
        for value in {**texts(BEFORE, number), **texts(AFTER, number)}.values():
            assert str(value) in said, (file.name, value)
        assert dict(reading.sheet) == after[reading.sheet.key]
    moved = {"outline": "plan.outline"} if "renamed" in names else {}
    for key, sheet in before.items():
        kept = {moved.get(path, path): value for path, value in sheet.items() if path != "purpose"}
        changed = {path for path, value in kept.items() if after[key].get(path) != value}
        assert changed <= {"mayoral_pledge", "individual_plan"}, key
    office.resave(files, tmp_path / "again")
    for file in files:
        file.write_bytes((tmp_path / "again" / file.name).read_bytes())
    assert_checks_agree(run, folder, files)
    run("import", "-C", folder, folder / "shared")
    assert heads(folder) == after
    for words in (["audit"], ["summarize"]):
        assert run(*words, "-C", folder).code in {0, 1}


def edited(files: list[Path], values: dict[str, Any], folder: Path) -> None:
    """Type into workbooks, and save them by LibreOffice."""
    for number, file in enumerate(files):
        file.write_bytes(typed(file.read_bytes(), texts(values, number)))
    office.resave(files, folder)
    for file in files:
        file.write_bytes((folder / file.name).read_bytes())


def heads(folder: Path) -> dict[str, dict[str, Any]]:
    store = open_city(folder).store
    return {sheet.key: dict(sheet) for sheet in store.heads(papers.EDITION)}


def outdated(run: Run, folder: Path) -> list[list[str]]:
    return [sheet["outdated"] for sheet in run("status", "-C", folder, "--json").json["sheets"]]


def assert_checks_agree(run: Run, folder: Path, files: list[Path]) -> None:
    """チェック of a workbook, computed by LibreOffice, says what `xlsync check` says of it.

    Only why a text cannot be read it says in general words, in brackets.
    """
    for file in files:
        (receipt,) = run("check", "-C", folder, file, "--json").json["receipts"]
        wrong = [one for one in receipt["findings"] if one["severity"] != "note" and one["cell"]]
        said = {without_brackets(str(value)) for value in read_cells(file)["チェック"].values()}
        assert {without_brackets(one["message"]) for one in wrong} <= said


def without_brackets(text: str) -> str:
    return re.sub("（[^）]*）", "", text)
