"""A text that no file can hold is taken with � in its place and reported, and no output over the city stops at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.store.test_damaged_sheets import resealed
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

OUTPUTS = (
    ("status",),
    ("status", "--json"),
    ("history", papers.CLEAN),
    ("history", papers.CLEAN, "--json"),
    ("conflicts",),
    ("conflicts", "--json"),
    ("summarize",),
    ("export", "--all"),
    ("export", papers.CLEAN),
    ("watch", "--once"),
    ("audit",),
)
TABLES = ("csv", "json", "parquet")
TITLE, AMOUNT, TEXT = "project.name", "costs.2019-initial.sources.general", "purpose"
HALF, NUL = "共有\ud800システム", "一\x00二\x01三"
OLD = r"旧\ud800\u0000\uffff\u000b\udc00旧".encode()


def _typed(file: Path, texts: dict[str, object]) -> None:
    """Type texts into the fields of a workbook."""
    data = file.read_bytes()
    [reading] = read(data)
    cells = {(reading.worksheet, reading.cells[path]): text for path, text in texts.items()}
    file.write_bytes(patch_cells(data, cells, overwrite_formulas=True))  # type: ignore[arg-type]


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with five sheets, one of them with characters in its newest workbook that no file can hold."""
    run("import", "-C", folder, EXAMPLES)
    run("export", "-C", folder, papers.CLEAN)
    return folder


def _all_outputs(run: Run, town: Path) -> dict[str, str]:
    """Run every command that writes about the city; the tables by their format."""
    ends = {" ".join(words): run(*words, "-C", town).code for words in OUTPUTS}
    for form in TABLES:
        told = run("summarize", "-C", town, "--format", form, "--out", town / form)
        ends[form] = told.code
    return {words: str(code) for words, code in ends.items() if code not in {0, 1}}


def test_such_a_text_is_taken_with_a_sign_in_its_place_and_reported(town: Path, run: Run) -> None:
    _typed(living(town), {TITLE: HALF, TEXT: NUL})
    told = run("import", "-C", town, living(town), "--json")
    [receipt] = told.json["receipts"]
    reported = {
        finding["path"]: finding["message"]
        for finding in receipt["findings"]
        if finding["code"] == "replaced-characters"
    }
    assert set(reported) == {TITLE, TEXT}
    assert "U+D800" in reported[TITLE]
    assert "3" in reported[TITLE]
    assert "U+0000" in reported[TEXT]
    changes = {change["path"]: change["to"] for change in receipt["changes"]}
    assert changes == {TITLE: "共有\ufffdシステム", TEXT: "一\ufffd二\ufffd三"}


@pytest.mark.slow
def test_no_output_stops_at_it_in_a_text_or_in_an_amount(town: Path, run: Run) -> None:
    _typed(living(town), {TITLE: HALF, TEXT: NUL, AMOUNT: HALF})
    told = run("import", "-C", town, living(town), "--json")
    [receipt] = told.json["receipts"]
    codes = {finding["code"] for finding in receipt["findings"] if finding["path"] == AMOUNT}
    assert {"unreadable", "replaced-characters"} <= codes
    assert _all_outputs(run, town) == {}
    tables = [file.read_text(encoding="utf-8") for file in (town / "json").glob("*.json")]
    assert any("共有\ufffdシステム" in table for table in tables)


def test_no_output_stops_at_what_an_old_store_holds(town: Path, run: Run) -> None:
    _typed(living(town), {TITLE: "旧旧旧", AMOUNT: "約旧旧旧"})
    run("import", "-C", town, living(town))
    revision = town / f"store/revisions/2018/{papers.CLEAN}/2.json"
    data = revision.read_bytes()
    assert data.count("旧旧旧".encode()) > 3  # the sheet's two, and the changes'
    revision.write_bytes(resealed(data.replace("旧旧旧".encode(), OLD)))
    head = town / f"store/sheets/2018/{papers.CLEAN}.json"
    head.write_bytes(head.read_bytes().replace("旧旧旧".encode(), OLD))
    assert _all_outputs(run, town) == {}
