"""Cities compared by what they published: the figures are those that a coder adds up from the CSV files."""

from __future__ import annotations

import csv
import importlib
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import run as run  # noqa: PLC0414 - a fixture
from tests.commands import Run
from tests.national.conftest import CODES, RESIDENTS, Counted, costs, files_of, put, table
from xlsync.national import city_figures
from xlsync.national.city_figures import _connected
from xlsync.national.residents import city_code_of, read_residents

WHOLE = "事業コスト(A+B)"


@pytest.fixture
def residents(tmp_path: Path) -> Path:
    """A list of residents as a prefecture has it: Excel took the leading zeros away, and a total stands below."""
    file = tmp_path / "人口.csv"
    lines = ["住民基本台帳", "団体コード,団体名,人口"]
    lines += [f'{code.lstrip("0")},{CODES[code]},"{count:,}"' for code, count in RESIDENTS.items()]
    file.write_bytes("\r\n".join([*lines, "合計,,464771"]).encode("cp932"))
    return file


def compared(run: Run, folder: Path, *words: object) -> dict[str, Any]:
    """What `xlsync national` says as JSON."""
    return dict(run("national", folder, "--json", "--out", folder.parent / "out", *words).json)


def whole(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["amount"] == WHOLE]


def test_each_city_has_the_sum_of_its_sheets_in_yen_and_per_resident(
    run: Run, collected: Path, residents: Path
) -> None:
    rows = whole(compared(run, collected, "--residents", residents)["cities"])
    assert [row["city_code"] for row in rows] == sorted(CODES)
    for row in rows:
        expected = Counted()
        for thousands in costs(row["city_code"]).values():
            expected = expected.plus(thousands)
        assert (row["sheets"], row["numbers"], row["total"]) == (
            expected.sheets,
            expected.numbers,
            expected.total,
        )
        assert row["residents"] == RESIDENTS[row["city_code"]]
        assert row["per_resident"] == pytest.approx(
            expected.total / RESIDENTS[row["city_code"]], abs=0.06
        )
        assert row["city"] == CODES[row["city_code"]]
        assert row["prefecture"] == {"08": "茨城県", "13": "東京都"}[row["city_code"][:2]]


@pytest.mark.parametrize(
    ("label", "heading", "name"),
    [("事業分類", "位置付け 事業分類", "sheets"), ("総合評価", "評価 総合評価", "year")],
)
def test_groups_and_grades_add_up_over_the_cities(
    run: Run, collected: Path, label: str, heading: str, name: str
) -> None:
    said = compared(run, collected)
    expected: dict[str, Counted] = defaultdict(Counted)
    cities: dict[str, set[str]] = defaultdict(set)
    for code in CODES:
        for row in table(code, name):
            if row.get("year", "2017") == "2017":
                word = row[heading] if name == "sheets" else row[heading].partition(":")[0]
                expected[word] = expected[word].plus(costs(code)[row["識別番号"]])
                cities[word].add(code)
    kind, column = ("groups", "value") if name == "sheets" else ("grades", "mark")
    found = [row for row in whole(said[kind]) if row[kind.removesuffix("s")] == label]
    assert {row[column] or "": row["total"] for row in found} == {
        word: each.total for word, each in expected.items()
    }
    assert {row[column] or "": (row["sheets"], row["cities"]) for row in found} == {
        word: (each.sheets, len(cities[word])) for word, each in expected.items()
    }


def test_a_budget_code_is_named_by_the_city_that_names_it(run: Run, collected: Path) -> None:
    found = [row for row in whole(compared(run, collected)["groups"]) if row["group"] == "款"]
    assert {row["value"]: row["cities"] for row in found} == {"総務費": 1, "01-02": 2}


def test_the_whole_is_the_sum_of_the_cities_and_people_are_counted_once(
    run: Run, collected: Path, residents: Path
) -> None:
    said = compared(run, collected, "--residents", residents)
    (total,) = whole(said["total"])
    assert total["total"] == sum(row["total"] for row in whole(said["cities"]))
    assert (total["cities"], total["residents"]) == (3, sum(RESIDENTS.values()))


def test_the_workbook_and_the_csv_files_hold_the_same_rows(run: Run, collected: Path) -> None:
    said = compared(run, collected)
    out = collected.parent / "out"
    book = openpyxl.load_workbook(out / "団体比較.xlsx")
    assert book.sheetnames == ["全体", "団体別", "区分別", "評価別", "比べなかったもの"]
    rows = list(book["団体別"].values)[1:]
    assert [row[0] for row in rows] == [row["city_code"] for row in said["cities"]]
    written = list(csv.reader((out / "団体別.csv").read_text("utf-8-sig").splitlines()))
    assert [row[8] for row in written[1:]] == [str(row["total"]) for row in said["cities"]]


def test_what_cannot_be_compared_is_named_and_stops_no_other_city(
    run: Run, collected: Path
) -> None:
    data = "data/2018"
    broken = collected / "082210" / data
    (broken / "period.parquet").write_bytes(b"PAR1 cut off")
    for name, change in {
        "番号なし": {"city_code": ""},
        "番号違い": {"city_code": "082202"},
        "古い版": {"comparison": None},
        "列なし": {"resources": []},
    }.items():
        descriptor = json.loads(files_of("082201")["datapackage.json"]) | change
        kept = {key: value for key, value in descriptor.items() if value is not None}
        folder = put(files_of("082201"), collected / name / data)
        (folder / "datapackage.json").write_text(json.dumps(kept), encoding="utf-8")
    (collected / "壊れ").mkdir()
    (collected / "壊れ/datapackage.json").write_bytes(b"{\xff")
    told = run("national", collected, "--out", collected.parent / "out")
    assert told.code == 1
    for words in (
        "団体コードがありません",
        "082202",
        "comparison（比べる項目）がありません",
        "列が表にありません",
        "読み取れません",
        "表（Parquet）が読めません",
    ):
        assert words in told.err, words
    rows = whole(compared(run, collected)["cities"])
    assert [row["city_code"] for row in rows] == ["082201", "131016"]


def test_of_two_copies_of_one_city_the_newer_counts(run: Run, collected: Path) -> None:
    put(files_of("082201", "2019-01-01"), collected / "控え/082201")
    said = compared(run, collected)
    assert [row["city_code"] for row in whole(said["cities"])] == sorted(CODES)
    ((address, reason),) = [(row["address"], row["reason"]) for row in said["left-out"]]
    assert address == str(collected / "082201/data/2018")
    assert "2019-01-01" in reason


def test_names_in_others_files_are_never_run_as_statements(run: Run, collected: Path) -> None:
    folder = collected / "082201/data/2018"
    descriptor = json.loads((folder / "datapackage.json").read_bytes())
    hostile = '"; DROP TABLE facts; --'
    for amount in descriptor["comparison"]["amounts"]:
        amount["column"] = hostile
    for resource in descriptor["resources"]:
        resource["schema"]["fields"].append({"column": hostile})
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    said = compared(run, collected)
    assert [row["city_code"] for row in whole(said["cities"])] == ["082210", "131016"]
    assert [row["address"] for row in said["left-out"]] == [str(folder)]
    descriptor["comparison"]["amounts"][0]["table"] = "../../../etc/passwd"
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert "読み取れません" in compared(run, collected)["left-out"][0]["reason"]


def test_a_city_without_residents_has_a_sum_and_no_amount_per_resident(
    run: Run, collected: Path, tmp_path: Path
) -> None:
    few = tmp_path / "少し.csv"
    few.write_text("コード,人口\n08220,1000\n08221,人数不明\n", encoding="utf-8")
    said = compared(run, collected, "--residents", few)
    assert [row["per_resident"] is None for row in whole(said["cities"])] == [False, True, True]
    assert whole(said["total"])[0]["residents"] is None
    assert said["skipped"] == [f"{few} 3行目：08221 人数不明"]


def test_packages_of_an_object_store_are_read_through_fsspec(run: Run, collected: Path) -> None:
    memory = importlib.import_module("fsspec").filesystem("memory")
    memory.put(str(collected), "/集めた", recursive=True)
    try:
        remote = compared(run, collected)
        said = run("national", "memory://集めた", "--json", "--out", collected.parent / "遠く").json
        assert said["cities"] == remote["cities"]
        assert said["grades"] == remote["grades"]
    finally:
        memory.rm("/集めた", recursive=True)


def test_without_a_package_or_a_folder_it_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    assert "比べられる公表データがありません" in run("national", tmp_path / "空").err
    assert run("national", tmp_path / "空").code == 3
    assert "このフォルダがありません" in run("national", tmp_path / "ない").err
    assert "このアドレスを読むための部品" in run("national", "nosuch://place").err


def test_without_duckdb_the_remedy_is_said(
    run: Run, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert "pip install xlsync[national]" in run("national", collected).err


def test_a_long_comparison_prints_no_progress_bar_into_its_json() -> None:
    (shown,) = _connected().execute("SELECT current_setting('enable_progress_bar')").fetchone()
    assert shown is False


def test_how_many_cities_are_read_together_changes_no_sum(
    run: Run, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = compared(run, collected)
    monkeypatch.setattr(city_figures, "_AT_ONCE", 2)
    assert compared(run, collected) == together


def test_a_city_that_brings_its_publication_twice_is_counted_once(
    run: Run, collected: Path
) -> None:
    before = compared(run, collected)["total"]
    shutil.copytree(collected / "082201", collected / "082201のコピー")
    assert compared(run, collected)["total"] == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("082201", "082201"),
        ("08220", "082201"),
        ("82201", "082201"),
        ("8220", "082201"),
        ("011002", "011002"),
        ("11002", "011002"),
        ("131016", "131016"),
        ("13101", "131016"),
        ("082202", None),
        ("合計", None),
        ("", None),
        ("1", None),
    ],
)
def test_a_city_code_is_understood_as_lists_have_it(text: str, code: str | None) -> None:
    assert city_code_of(text) == code


def test_a_list_with_years_says_the_residents_of_each(tmp_path: Path) -> None:
    text = "年度,団体コード,人口\nH29,082201,230000\n平成30年度,082201,236842人\n元年,082201,1\n"
    read = read_residents(text.encode(), str(tmp_path))
    assert [read.of("082201", year) for year in (2017, 2018, 2019)] == [230000, 236842, None]
    assert len(read.skipped_rows) == 1
