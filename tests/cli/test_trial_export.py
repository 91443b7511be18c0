"""`xlsync export --trial`: files for trying the form out, through every command that meets one."""

from __future__ import annotations

from pathlib import Path

from tests import papers
from tests.cities import typed
from tests.cli.test_write_back import setting
from tests.commands import Run, living
from tests.watcher import impatient
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.visible_sheet import PAGE, RECEIPTS

PURPOSE = {"purpose": None}


def trial(folder: Path, run: Run) -> Path:
    """A trial file beside the living one, with the purpose cleared."""
    said = run("export", "--trial", papers.CLEAN)
    assert said.code == 0, said
    (file,) = (folder / "shared/評価シート").rglob("*_試し用.xlsx")
    assert file.parent == living(folder).parent
    assert str(file) in said.out
    file.write_bytes(typed(file.read_bytes(), PURPOSE))
    return file


def store_files(folder: Path) -> dict[str, bytes]:
    """What the store holds of sheets."""
    kept = ("sheets", "revisions", "received", "taken")
    return {
        str(file): file.read_bytes()
        for part in kept
        for file in (folder / "store" / part).rglob("*")
        if file.is_file()
    }


def test_a_trial_file_is_written_once_and_into_any_folder(filled: Path, run: Run) -> None:
    before = trial(filled, run).read_bytes()
    again = run("export", "--trial", papers.CLEAN)
    assert (again.code, "すでにあります（書き換えていません）" in again.out) == (0, True)
    (file,) = (filled / "shared/評価シート").rglob("*_試し用.xlsx")
    assert file.read_bytes() == before
    said = run("export", "--trial", "--all", "--out", filled / "試し", "--json")
    assert {one["outcome"] for one in said.json["workbooks"]} == {"created"}
    assert len(list((filled / "試し").glob("*_試し用.xlsx"))) == len(papers.KEYS)
    assert run("export", "--trial", papers.CLEAN, "--at", "2026-05-31").code == 2


def test_check_and_import_tell_the_findings_and_store_nothing(filled: Path, run: Run) -> None:
    file, before, status = trial(filled, run), store_files(filled), run("status", "--json").json
    for verb in ("check", "import"):
        (receipt,) = run(verb, file, "--json").json["receipts"]
        assert (receipt["outcome"], receipt["key"]) == ("trial", papers.CLEAN)
        assert receipt["revision"] is None
        assert "required" in {finding["code"] for finding in receipt["findings"]}
    said = run("import", file)
    assert said.code == 1
    assert "[試し提出・登録していません]" in said.out
    assert "試し提出（登録していません） 1件" in said.out
    assert "受領 0件" not in said.out
    assert "[確認（試し用・登録されません）]" in run("check", file).out
    assert store_files(filled) == before
    assert run("status", "--json").json == status
    assert run("audit").code == 0


def test_import_answers_in_the_trial_file_and_the_board_names_it(filled: Path, run: Run) -> None:
    file = trial(filled, run)
    assert run("import", file).code == 1
    answer = open_workbook(file.read_bytes()).cells(PAGE)[RECEIPTS[0]].value
    assert answer == "試し提出を確かめました（登録していません）：未入力 1件"
    board = (filled / "shared/提出状況.html").read_text(encoding="utf-8")
    assert f"{papers.CLEAN} の試し用のファイルです" in board
    assert "同じ事業（" not in board
    after = file.read_bytes()
    assert run("import", file).code == 1
    assert file.read_bytes() == after


def test_the_watcher_answers_a_trial_and_counts_it_nowhere(filled: Path, run: Run) -> None:
    impatient(filled)
    run("watch", "--once")
    file, before = trial(filled, run), store_files(filled)
    said = run("watch", "--once")
    assert "受領 0件" in said.out
    assert "確認の要るファイル 0件" in said.out
    assert store_files(filled) == before
    log = "".join(path.read_text(encoding="utf-8") for path in (filled / "store/log").glob("*.log"))
    assert f"試し提出・登録していません {file.relative_to(filled).as_posix()}" in log
    board = (filled / "shared/提出状況.html").read_text(encoding="utf-8")
    assert f"{papers.CLEAN} の試し用のファイルです" in board
    answer = open_workbook(file.read_bytes()).cells(PAGE)[RECEIPTS[0]].value
    assert "登録していません" in str(answer)
    assert run("audit").code == 0


def test_a_trial_copied_over_the_living_file_stores_nothing_and_the_board_says_what_lies_there(
    filled: Path, run: Run
) -> None:
    impatient(filled)
    run("watch", "--once")
    mine, before = living(filled), store_files(filled)
    file = trial(filled, run)
    mine.write_bytes(file.read_bytes())
    file.unlink()
    said = run("watch", "--once")
    assert "受領 0件、保存待ち 0件" in said.out, said
    assert store_files(filled) == before
    board = (filled / "shared/提出状況.html").read_text(encoding="utf-8")
    assert board.count(f"{papers.CLEAN} の試し用のファイルです") == 1


def test_a_trial_is_answered_after_submissions_are_closed(filled: Path, run: Run) -> None:
    file = trial(filled, run)
    setting(filled, "closed = false", "closed = true")
    (receipt,) = run("import", file, "--json").json["receipts"]
    assert receipt["outcome"] == "trial"
    (refused,) = run("import", living(filled), "--json").json["receipts"]
    assert refused["outcome"] == "refused"
