"""A form whose keys are made of other fields: the office gives every sheet a new one, and sheet, files and history stay."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests import example_forms
from tests.commands import Run
from xlsync import open_city
from xlsync.city.settings import find_settings
from xlsync.exchange.form_adoption import adopt_form_with_keys
from xlsync.exchange.receipt import Source
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

YEAR: Final = example_forms.YEAR
IDS: Final = ("A-001", "A-002", "B-010", "B-021")
LIST: Final = "番号.xlsx"
CODES: Final = "F"
"""The column of the list that the office fills in, behind id, key, title and two units of today."""


def number(place: int) -> str:
    return f"2026-{place:02d}-{place:04d}"


NEW_KEYS: Final = {each: number(place) for place, each in enumerate(IDS, 1)}


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with four grants, two workbooks of them, and a form whose keys are no grants' codes; the working directory."""
    folder = tmp_path / "市"
    form = example_forms.FOLDER / "hojokin"
    assert run("init", folder, "--edition", YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    assert run("import", *sorted((form / "examples").glob("*.json"))).code in {0, 1}
    assert run("export", "A-001", "A-002").code == 0
    shutil.copytree(example_forms.FOLDER / "gyosei-review", "新様式")
    written = Path("新様式/form.toml")
    text = written.read_text(encoding="utf-8").replace(
        'id = "gyosei-review"', 'id = "hojokin-check"'
    )
    written.write_text(text, encoding="utf-8")
    return folder


def listed(run: Run, **numbers: str) -> None:
    """Write the list with a number for each sheet, or with other ones in some rows (row2="…")."""
    assert run("form", "adopt", "新様式", "--keys-out", LIST).code == 0
    cells = {f"{CODES}{row}": NEW_KEYS[each] for row, each in enumerate(IDS, 2)}
    cells |= {f"{CODES}{row[3:]}": shown for row, shown in numbers.items()}
    data = Path(LIST).read_bytes()
    Path(LIST).write_bytes(patch_cells(data, {"新しい番号": cells}))


def book_of(sheet_id: str) -> Path:
    [book] = Path("shared/評価シート").rglob(f"{sheet_id}_*.xlsx")
    return book


def type_purpose(book: Path, words: str) -> None:
    """Type into a workbook of the grants' form."""
    [page] = read(book.read_bytes(), example_forms.form("hojokin"))
    cells = {page.cells["grant.purpose"]: words}
    book.write_bytes(patch_cells(book.read_bytes(), {page.worksheet: cells}))


def test_every_sheet_gets_its_key_from_the_list_and_stays_the_sheet_it_was(
    city: Path, run: Run
) -> None:
    refused = run("form", "adopt", "--yes", "新様式")
    assert refused.code == 3
    assert "--keys-out" in refused.err
    assert "なる欄が変わります" in run("form", "try", "新様式").out
    listed(run)
    page = openpyxl.load_workbook(LIST).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][:3] == ("シートID", "いまの補助金番号", "いまの補助金の名称")
    assert [row[0] for row in rows[1:]] == list(IDS)
    type_purpose(book_of("A-001"), "古い様式のファイルに入れた目的")
    other = shutil.copy(book_of("A-001"), "別の事業の番号.xlsx")
    [reading] = read(Path(other).read_bytes(), example_forms.form("hojokin"))
    wrong = {reading.worksheet: {reading.cells["grant.code"]: "B-010"}}
    Path(other).write_bytes(patch_cells(Path(other).read_bytes(), wrong))
    done = run("form", "adopt", "--yes", "新様式", "--keys", LIST)
    assert done.code == 0
    assert "番号を付け替えました 4件" in done.out
    store = open_city(city).store
    assert store.keys_by_id(YEAR, IDS) == NEW_KEYS
    assert [head["project.number"] for head in store.heads(YEAR)] == list(NEW_KEYS.values())
    assert "発行時の事業コード" in run("import", other).out
    taken = run("import", book_of("A-001"), book_of("A-002"))
    assert "古い様式のファイルに入れた目的" in taken.out
    assert "交付件数" not in taken.out  # 58 in the workbook is 58.0 in the store
    assert f"{NEW_KEYS['A-001']} （第3版）" in taken.out
    for each in ("A-001", "A-002"):
        [page_now] = read(book_of(each).read_bytes(), store.form)
        assert page_now.sheet["project.number"] == NEW_KEYS[each]
    assert run("import", book_of("A-001"), book_of("A-002")).out.count("変更なし") == 2
    assert "古い様式のファイルに入れた目的" in run("history", "A-001").out
    assert run("audit").code == 0
    again = run("form", "adopt", "--yes", "新様式", "--keys", LIST)
    assert (again.code, "番号を付け替えました" in again.out) == (0, False)


def test_the_form_of_before_comes_back_with_a_list_of_its_keys_and_all_it_said(
    city: Path, run: Run
) -> None:
    before = {head.id: dict(head) for head in open_city(city).store.heads(YEAR)}
    listed(run)
    assert run("form", "adopt", "--yes", "新様式", "--keys", LIST).code == 0
    assert run("form", "adopt", "--back").code == 3
    form = str(example_forms.FOLDER / "hojokin")
    assert run("form", "adopt", form, "--keys-out", LIST).code == 0
    cells = {f"G{row}": each for row, each in enumerate(IDS, 2)}
    Path(LIST).write_bytes(patch_cells(Path(LIST).read_bytes(), {"新しい番号": cells}))
    assert run("form", "adopt", "--yes", form, "--keys", LIST).code == 0
    store = open_city(city).store
    assert {head.id: dict(head) for head in store.heads(YEAR)} == before
    assert store.keys_by_id(YEAR, IDS) == dict(zip(IDS, IDS, strict=True))
    assert run("audit").code == 0


def test_a_program_killed_between_form_and_keys_leaves_sheets_that_are_received_and_told_of(
    city: Path, run: Run
) -> None:
    listed(run)
    type_purpose(book_of("A-001"), "途中で止まったあとに入れた目的")
    settings = find_settings(city)
    source = Source("様式の変更", "2026-04-01T09:00:00+09:00", "企画担当")
    adopt_form_with_keys(settings.store, settings.terms, load_form("新様式", Path()), source)
    taken = run("import", book_of("A-001"))
    assert (taken.code, "途中で止まったあとに入れた目的" in taken.out) == (1, True), taken
    again = run("form", "adopt", "--yes", "新様式")
    assert "--keys" in again.err, again
    assert run("status").code in {0, 1}
    assert run("audit").code == 0
    done = run("form", "adopt", "--yes", "新様式", "--keys", LIST)
    assert (done.code, "番号を付け替えました 4件" in done.out) == (0, True), done
    store = open_city(city).store
    assert store.keys_by_id(YEAR, IDS) == NEW_KEYS
    assert "途中で止まったあとに入れた目的" in run("history", NEW_KEYS["A-001"]).out


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ({"row3": ""}, "3行目（F3）"),
        ({"row3": number(1)}, "3行目：「2026-01-0001」が2行目にもあります"),
        ({"row3": "A-001"}, "3行目（F3）"),
    ],
)
def test_a_list_with_a_wrong_number_changes_nothing(
    city: Path, run: Run, numbers: dict[str, str], fault: str
) -> None:
    listed(run, **numbers)
    assert_refused(city, run, fault)


def test_a_list_without_a_sheet_or_with_an_unknown_one_changes_nothing(
    city: Path, run: Run
) -> None:
    listed(run)
    Path(LIST).write_bytes(patch_cells(Path(LIST).read_bytes(), {"新しい番号": {"A3": "Z-999"}}))
    assert_refused(city, run, "シートID「Z-999」の事業は登録されていません")
    assert_refused(city, run, "シートID「A-002」（A-002 市民活動団体運営費補助金）の行がありません")


def test_a_sheet_out_of_scope_keeps_its_key_and_gets_one_when_it_counts_again(
    city: Path, run: Run
) -> None:
    assert run("sheets", "exclude", "B-021", "--reason", "対象外", "--yes").code == 0
    assert run("form", "adopt", "新様式", "--keys-out", LIST).code == 0
    cells = {f"{CODES}{row}": number(row) for row in range(2, 5)}
    Path(LIST).write_bytes(patch_cells(Path(LIST).read_bytes(), {"新しい番号": cells}))
    assert "3件" in run("form", "adopt", "--yes", "新様式", "--keys", LIST).out
    assert run("sheets", "restore", "B-021", "--reason", "戻す", "--yes").code == 0
    assert run("sheets", "change-key", "B-021", number(5)).code == 0
    assert open_city(city).store.key_of("B-021", YEAR) == number(5)
    assert run("audit").code == 0


def assert_refused(city: Path, run: Run, fault: str) -> None:
    refused = run("form", "adopt", "--yes", "新様式", "--keys", LIST)
    assert refused.code == 3
    assert fault in refused.err
    store = open_city(city).store
    assert store.form.at(YEAR).definition.identity.key == ["grant.code"]
    assert store.keys_by_id(YEAR, IDS) == dict(zip(IDS, IDS, strict=True))
