"""Keys (事業コード) change by the register's list: exchanged, used again, and each sheet stays the one it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests import papers
from tests.cities import typed
from tests.commands import Run
from xlsync import open_city
from xlsync.store import Store, audit
from xlsync.workbook.reading.form_reader import read

YEAR = papers.EDITION
FIRST = "01-02-01-08-14-01"
SECOND = "01-02-01-08-14-02"
NEW = "01-02-01-08-14-07"
LIST = "部,課,係,会計,款,項,目,事業,予算事業名,事務事業名（番号）,事務事業名"
ROWS = (
    "総務部,総務課,庶務係,01,02,01,08,14,情報管理,01,庁内LAN",
    "総務部,総務課,庶務係,01,02,01,08,14,情報管理,02,電算機",
)


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sheets, registered from a list."""
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR).code == 0
    monkeypatch.chdir(folder)
    Path("台帳.csv").write_text("\n".join((LIST, *ROWS)), encoding="utf-8")
    assert run("sheets", "add", "台帳.csv", "--yes").code == 0
    return folder


def store_of(city: Path) -> Store:
    return open_city(city).store


def keys_of(city: Path) -> dict[str, str]:
    """The key of today of each sheet, by id."""
    return {head.id: head.key for head in store_of(city).heads(YEAR)}


def edited(run: Run, name: str, edit: Callable[[Worksheet, dict[str, int]], object]) -> str:
    """The exported register as somebody edits it in Excel; `edit` gets the column of each heading."""
    assert run("sheets", "export", "--out", name).code == 0
    book = openpyxl.load_workbook(name)
    page = book.worksheets[0]
    columns = {str(cell.value): number for number, cell in enumerate(page[1], start=1)}
    edit(page, columns)
    book.save(name)
    return name


def number_column(columns: dict[str, int]) -> int:
    """The column of the key's last part."""
    title = papers.edition().by_path[papers.edition().definition.identity.key[-1]].title
    return columns[title]


def test_a_changed_code_in_the_exported_list_changes_the_sheet(city: Path, run: Run) -> None:
    name = edited(
        run,
        "直した台帳.xlsx",
        lambda page, at: page.cell(2, number_column(at), "07"),
    )
    shown = run("sheets", "add", name, "--dry-run")
    assert f"変更 {NEW} 庁内LAN（2行目、番号 {FIRST} から）" in shown.out
    assert keys_of(city) == {FIRST: FIRST, SECOND: SECOND}
    assert run("sheets", "add", name, "--yes").code == 0
    assert keys_of(city) == {FIRST: NEW, SECOND: SECOND}
    again = run("sheets", "add", name, "--yes")
    assert (again.code, "同じ内容 2件" in again.out) == (0, True)
    for key in (FIRST, NEW):
        told = run("history", key)
        assert told.out.startswith(f"{NEW} 庁内LAN")
        assert "「01」 → 「07」" in told.out
    assert json.loads(run("sheets", "list", "--json").out)["sheets"][0]["key"] in {NEW, SECOND}
    assert audit(store_of(city)) == []


def test_two_codes_are_exchanged_in_one_list(city: Path, run: Run) -> None:
    def exchange(page: Worksheet, at: dict[str, int]) -> None:
        column = number_column(at)
        page.cell(2, column).value, page.cell(3, column).value = "02", "01"

    name = edited(run, "交換.xlsx", exchange)
    assert run("sheets", "add", name, "--yes").code == 0
    assert keys_of(city) == {FIRST: SECOND, SECOND: FIRST}
    titles = {head.id: head["project.name"] for head in store_of(city).heads(YEAR)}
    assert titles == {FIRST: "庁内LAN", SECOND: "電算機"}
    plain = run("sheets", "add", "台帳.csv", "--yes")  # nobody knows whether it is from before
    assert plain.code == 3
    assert "シートID" in plain.err
    assert keys_of(city) == {FIRST: SECOND, SECOND: FIRST}
    assert audit(store_of(city)) == []


def test_a_code_is_used_again_for_a_new_project(city: Path, run: Run) -> None:
    def reuse(page: Worksheet, at: dict[str, int]) -> None:
        column = number_column(at)
        page.cell(2, column).value = "07"
        for number in range(1, page.max_column + 1):
            page.cell(4, number).value = page.cell(2, number).value
        page.cell(4, column).value = "01"
        page.cell(4, at[papers.edition().by_path["project.name"].title]).value = "新しい事業"
        page.cell(4, at["シートID"]).value = None

    name = edited(run, "再利用.xlsx", reuse)
    assert run("sheets", "add", name, "--yes").code == 0
    assert keys_of(city) == {FIRST: NEW, SECOND: SECOND, f"{FIRST}~2": FIRST}
    again = run("sheets", "add", name, "--yes")
    assert (again.code, "同じ内容 3件" in again.out) == (0, True)
    assert run("history", FIRST).out.startswith(f"{FIRST} 新しい事業")
    assert run("history", NEW).out.startswith(f"{NEW} 庁内LAN")
    assert audit(store_of(city)) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"シートID": "99-99"}, "シートID「99-99」の事業は登録されていません"),
        ({"シートID": SECOND}, f"シートID「{SECOND}」が2行目にもあります"),
        ({"番号": "02"}, "にもあります"),
    ],
)
def test_a_list_whose_ids_or_codes_contradict_each_other_is_refused_whole(
    city: Path, run: Run, row: dict[str, str], said: str
) -> None:
    def contradict(page: Worksheet, at: dict[str, int]) -> None:
        columns = {"番号": number_column(at), **at}
        page.cell(2, at["シートID"]).value = SECOND if row.get("シートID") == SECOND else FIRST
        for heading, value in row.items():
            line = 3 if value == SECOND else 2
            page.cell(line, columns[heading]).value = value

    refused = run("sheets", "add", edited(run, "誤り.xlsx", contradict), "--yes")
    assert (refused.code, said in refused.err) == (3, True), refused.err
    assert keys_of(city) == {FIRST: FIRST, SECOND: SECOND}


def test_a_code_of_a_sheet_that_the_list_leaves_out_is_not_taken(city: Path, run: Run) -> None:
    def take(page: Worksheet, at: dict[str, int]) -> None:
        page.cell(2, number_column(at)).value = "02"
        page.delete_rows(3)

    refused = run("sheets", "add", edited(run, "一部.xlsx", take), "--yes")
    assert (refused.code, "「電算機」の番号です" in refused.err) == (3, True)
    assert keys_of(city) == {FIRST: FIRST, SECOND: SECOND}


def living(title: str) -> list[str]:
    """The names of a project's living workbooks."""
    return sorted(file.name for file in Path("shared").rglob(f"*{title}.xlsx"))


def test_the_living_workbook_gets_the_new_name_and_the_new_code_on_its_page(
    city: Path, run: Run
) -> None:
    changed = run("sheets", "change-key", FIRST, NEW)
    assert (changed.code, f"番号の変更 {FIRST} → {NEW} 庁内LAN" in changed.out) == (0, True)
    assert living("庁内LAN") == [f"{NEW}_庁内LAN.xlsx"]
    again = run("sheets", "change-key", FIRST, NEW)
    assert (again.code, f"番号はすでに {NEW} です" in again.out) == (0, True)
    assert store_of(city).last(FIRST, YEAR) == 2
    (file,) = Path("shared").rglob(f"{NEW}_庁内LAN.xlsx")
    (page,) = read(file.read_bytes())
    assert (page.sheet.key, page.sheet.id) == (NEW, FIRST)
    file.write_bytes(typed(file.read_bytes(), {"purpose": "新しい番号で入力"}))
    assert run("import", file).code in {0, 1}
    assert store_of(city).heads(YEAR)[0]["purpose"] == "新しい番号で入力"


def test_board_status_and_summaries_say_the_new_code(city: Path, run: Run) -> None:
    assert run("sheets", "change-key", FIRST, NEW).code == 0
    assert {sheet["key"] for sheet in run("status", "--json").json["sheets"]} == {NEW, SECOND}
    page = (city / "shared/提出状況.html").read_text(encoding="utf-8")
    assert (NEW in page, FIRST in page) == (True, False)
    assert run("summarize").code in {0, 1}
    book = openpyxl.load_workbook("shared/集計/全庁.xlsx")
    texts = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert {NEW, FIRST} & texts == {NEW}
    assert run("sheets", "exclude", FIRST, "--reason", "前の番号で指定").code == 0
    assert {sheet["key"] for sheet in run("status", "--json").json["sheets"]} == {SECOND}


def test_a_workbook_that_somebody_has_open_keeps_its_name_until_it_is_closed(
    city: Path, run: Run
) -> None:
    (file,) = Path("shared").rglob(f"{FIRST}_庁内LAN.xlsx")
    lock = file.with_name(f"~${file.name}")
    lock.write_bytes(b"")  # nobody can tell who, but somebody has
    changed = run("sheets", "change-key", FIRST, NEW)
    assert "だれかが開いています" in changed.err
    assert living("庁内LAN") == [f"{FIRST}_庁内LAN.xlsx", f"~${FIRST}_庁内LAN.xlsx"]
    file.write_bytes(typed(file.read_bytes(), {"purpose": "前の番号のまま入力"}))
    lock.unlink()
    told = run("import", file, "--json")
    (receipt,) = json.loads(told.out)["receipts"]
    assert (receipt["outcome"], receipt["key"]) == ("accepted", NEW)
    assert "key-former" in {found["code"] for found in receipt["findings"]}
    assert "名前の変更" in run("export", "--all").out
    assert living("庁内LAN") == [f"{NEW}_庁内LAN.xlsx"]
    assert store_of(city).heads(YEAR)[0]["purpose"] == "前の番号のまま入力"


def test_a_code_that_cannot_be_one_or_is_anothers_changes_nothing(city: Path, run: Run) -> None:
    for new, said in (
        (SECOND, "いま別の事業の番号です"),
        ("7", "事業コードの形ではありません"),
        ("01-02-01-08-14-x", "事業コードの形ではありません"),
    ):
        refused = run("sheets", "change-key", FIRST, new)
        assert (refused.code, said in refused.err) == (3, True), refused.err
    shown = run("sheets", "change-key", FIRST, NEW, "--dry-run", "--json")
    assert json.loads(shown.out)["done"] is False
    assert keys_of(city) == {FIRST: FIRST, SECOND: SECOND}
