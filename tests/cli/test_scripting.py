"""What scripts need of the command line: one JSON document, exit codes that && bears, and sheets chosen by filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import papers
from tests.cli.test_ledger import quarrel
from tests.commands import EXAMPLES, Run


@pytest.fixture
def sheets(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with the five official sheets, two of them with blanks; the working directory."""
    monkeypatch.chdir(folder)
    assert run("import", EXAMPLES).code == 1
    return folder


def test_export_answers_in_json_what_became_of_each_workbook(sheets: Path, run: Run) -> None:
    first = run("export", "--all", "--json").json["workbooks"]
    assert sorted(book["key"] for book in first) == list(papers.KEYS)
    assert {book["outcome"] for book in first} == {"created"}
    assert all((sheets / book["file"]).is_file() for book in first)
    again = run("export", papers.CLEAN, "--json").json["workbooks"]
    assert [(book["key"], book["outcome"]) for book in again] == [(papers.CLEAN, "kept")]
    unknown = run("export", "99-99-99-99-99-99", "--json")
    assert unknown.code == 3
    assert unknown.json["workbooks"] == []


def test_export_of_a_day_answers_in_json(sheets: Path, run: Run) -> None:
    said = run("export", papers.CLEAN, "--at", "2100-01-01", "--out", sheets / "day", "--json")
    (book,) = said.json["workbooks"]
    assert (book["key"], book["outcome"]) == (papers.CLEAN, "created")


@pytest.mark.usefixtures("sheets")
def test_summarize_answers_in_json_which_files_it_wrote(run: Run) -> None:
    files = run("summarize", "--json").json["files"]
    assert [(Path(file["file"]).name, file["outcome"]) for file in files] == [
        ("政策イノベーション部.xlsx", "written"),
        ("全庁.xlsx", "written"),
    ]
    tables = run("summarize", "--format", "csv", "--json").json["files"]
    assert {Path(file["file"]).suffix for file in tables} >= {".csv"}
    assert {file["outcome"] for file in tables} == {"written"}


def test_resolve_and_revert_answer_in_json_with_the_new_revision(folder: Path, run: Run) -> None:
    quarrel(run, folder)
    resolved = run("resolve", "-C", folder, papers.CLEAN, "--all-theirs", "--json").json
    assert resolved == {
        "key": papers.CLEAN,
        "revision": 4,
        "resolved": {"purpose": "theirs"},
        "open": [],
    }
    reverted = run("revert", "-C", folder, papers.CLEAN, "--to", "1", "--json").json
    assert reverted == {"key": papers.CLEAN, "revision": 5, "reverted_to": 1}


@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize("command", ["import", "check", "status"])
def test_findings_end_a_chain_of_commands_only_without_exit_zero(run: Run, command: str) -> None:
    words = [command] if command == "status" else [command, EXAMPLES]
    assert run(*words).code == 1
    assert run(*words, "--exit-zero").code == 0


def test_exit_zero_hides_no_failure(tmp_path: Path, run: Run) -> None:
    assert run("status", "-C", tmp_path, "--exit-zero").code == 3


@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--state", "未着手"], ["01-02-01-09-11-01", "01-02-01-10-11-01"]),
        (["--state", "提出済"], ["01-02-01-08-14-01", "01-02-01-08-15-01", "01-02-01-10-12-01"]),
        (["--department", "政策ｲﾉﾍﾞｰｼｮﾝ部"], list(papers.KEYS)),
        (
            ["--division", "情報政策課", "--state", "未着手"],
            ["01-02-01-09-11-01", "01-02-01-10-11-01"],
        ),
        (["--state", "古い様式"], []),
    ],
)
def test_status_shows_the_sheets_asked_for(run: Run, words: list[str], keys: list[str]) -> None:
    complete = ["01-02-01-08-14-01", "01-02-01-08-15-01", "01-02-01-10-12-01"]
    assert run("submit", *complete, "--yes").code == 0
    sheets = run("status", *words, "--json").json["sheets"]
    assert sorted(sheet["key"] for sheet in sheets) == keys
    table = run("status", *words).out
    assert [key for key in papers.KEYS if key in table] == keys


@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--department", "総務部"], "「総務部」という部はありません"),
        (["--division", "情報政策科"], "「情報政策科」という課はありません"),
        (
            ["--state", "完了"],
            "「完了」という状況はありません。次から選んでください：入力の重なり、",
        ),
    ],
)
def test_a_word_that_names_nothing_of_the_city_is_no_empty_list(
    run: Run, words: list[str], sentence: str
) -> None:
    said = run("status", *words, "--json")
    assert (said.code, said.out) == (3, "")
    assert sentence in said.err


def test_a_unit_of_the_citys_list_that_has_no_sheet_yet_is_known(sheets: Path, run: Run) -> None:
    units = sheets / "units.csv"
    units.write_text("部,課,係\n総務部,人事課,\n", encoding="utf-8")
    with (sheets / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[organization]\nfile = "units.csv"\n')
    assert run("status", "--department", "総務部", "--division", "人事課").code == 0


def test_summarize_by_axis_writes_a_table_for_each_axis(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    out = tmp_path / "表"
    for kind in ("csv", "json", "parquet"):
        words = ("summarize", "-C", folder, "--format", kind, "--by-axis", "--out", out)
        assert run(*words).code == 0
    assert sorted(file.name for file in out.glob("*.csv")) == sorted(
        f"全庁.{name}.csv"
        for name in ("sheets", "period", "target_year", "level", "line-level", "line", "year")
    )
    assert len(list(out.iterdir())) == 3 * 7
    document = json.loads((out / "全庁.period.json").read_text(encoding="utf-8"))
    assert document["table"] == "period"
    assert document["form_version"] == 1
    assert len(document["rows"]) == 4
    assert run("summarize", "-C", folder, "--by-axis").code == 2
