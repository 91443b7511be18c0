"""`xlsync press`: a button pressed on a file, for people, for programs, and carried out in a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from xlsync.addin.protocol.json_codec import from_json
from xlsync.cli.commands.press import show_press
from xlsync.workbook.reading.form_reader import read


@pytest.fixture
def given_out(run: Run, folder: Path) -> Path:
    """A living workbook of the city."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    return living(folder)


def test_a_sheet_in_order_is_said_to_be(run: Run, folder: Path, given_out: Path) -> None:
    said = run("press", "validate", given_out, "-C", folder)
    assert (said.code, said.err) == (0, "")
    assert "直すところはありません" in said.out


def test_findings_are_listed_and_the_copy_carries_the_marks(
    run: Run, folder: Path, given_out: Path, tmp_path: Path
) -> None:
    given_out.write_bytes(typed(given_out.read_bytes(), {"purpose": None}))
    before, out = given_out.read_bytes(), tmp_path / "写し.xlsx"
    said = run("press", "validate", given_out, "--out", out, "-C", folder)
    assert said.code == 1
    assert "印 評価シート!B25" in said.out
    assert "一覧 検証結果" in said.out
    assert given_out.read_bytes() == before
    assert b"xl/comments" in out.read_bytes()
    again = run("press", "validate", given_out, "--out", out, "-C", folder)
    assert again.code == 3
    assert "すでにあります" in again.err


def test_json_is_the_answer_alone(run: Run, folder: Path, given_out: Path) -> None:
    given_out.write_bytes(typed(given_out.read_bytes(), {"purpose": "新しい目的"}))
    said = run("press", "submit", given_out, "--json", "-C", folder)
    answer = from_json(said.out.encode())
    assert (said.code, answer.verb, answer.failed) == (0, "submit", False)
    assert run("history", papers.CLEAN, "-C", folder, "--json").json


def test_what_others_changed_comes_into_the_copy(
    run: Run, folder: Path, given_out: Path, tmp_path: Path
) -> None:
    other, out = tmp_path / "乙.xlsx", tmp_path / "反映後.xlsx"
    other.write_bytes(typed(given_out.read_bytes(), {"purpose": "乙の目的"}))
    assert run("press", "submit", other, "-C", folder).code == 0
    said = run("press", "pull", given_out, "--out", out, "-C", folder)
    assert said.code == 0
    assert "書き込み 評価シート!B25" in said.out
    assert read(out.read_bytes())[0].sheet["purpose"] == "乙の目的"
    assert "確認" not in said.out


def test_a_question_without_a_terminal_decides_nothing(
    folder: Path, given_out: Path, tmp_path: Path, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    data = given_out.read_bytes()
    other, out = tmp_path / "乙.xlsx", tmp_path / "反映後.xlsx"
    other.write_bytes(typed(data, {"purpose": "乙の目的"}))
    run("press", "submit", other, "-C", folder)
    given_out.write_bytes(typed(data, {"purpose": "甲の目的"}))
    assert show_press(folder, "pull", given_out, out, as_json=False) == 1
    assert "キャンセル" in capfd.readouterr().out
    assert read(out.read_bytes())[0].sheet["purpose"] == "甲の目的"


def test_a_failure_is_one_sentence_and_exit_code_3(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "写真.xlsx"
    file.write_bytes(b"\x89PNG")
    said = run("press", "validate", file, "-C", folder)
    assert said.code == 3
    assert said.out == ""
    assert "入力した内容は" in said.err
    assert run("press", "validate", tmp_path / "ない.xlsx", "-C", folder).code == 3
    failed = run("press", "diff", file, "--json", "-C", folder)
    assert (failed.code, failed.json["outcome"]) == (3, "failed")


def test_the_summary_and_the_self_test_are_shown(run: Run, folder: Path, given_out: Path) -> None:
    assert "開くファイル 集計/" in run("press", "summary", given_out, "-C", folder).out
    assert "一覧 自己診断" in run("press", "selftest", given_out, "-C", folder).out
