"""Ctrl+C at an act about many files: it ends between two of them, says what was not done, and goes on when run again."""

from __future__ import annotations

from pathlib import Path

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, ctrl_c_at_flush
from xlsync import open_city


def keys(folder: Path) -> set[str]:
    return {head.key for head in open_city(folder).store.heads(papers.EDITION)}


def test_import_stops_between_two_files_with_a_receipt_for_each_one_it_took(
    folder: Path, run: Run
) -> None:
    with ctrl_c_at_flush(8):
        said = run("import", "-C", folder, EXAMPLES, "--json")
    taken = {receipt["key"] for receipt in said.json["receipts"]}
    assert (said.code, said.json["cancelled"]) == (130, True)
    assert 0 < len(taken) < len(papers.KEYS)
    assert len(said.json["left"]) == len(papers.KEYS) - len(taken)
    assert f"途中で中止しました。まだのもの {len(said.json['left'])}件" in said.err
    assert keys(folder) == taken
    assert run("import", "-C", folder, EXAMPLES).code in {0, 1}
    assert keys(folder) == set(papers.KEYS)


def test_export_stops_between_two_files_and_makes_the_others_when_run_again(
    folder: Path, run: Run
) -> None:
    run("import", "-C", folder, EXAMPLES)
    with ctrl_c_at_flush(4):
        said = run("export", "-C", folder, "--all", "--json")
    made = [each for each in said.json["workbooks"] if each["outcome"] == "created"]
    assert (said.code, said.json["cancelled"]) == (130, True)
    assert len(made) + len(said.json["left"]) == len(papers.KEYS)
    assert 0 < len(made) < len(papers.KEYS)
    assert sorted((folder / "shared/評価シート").rglob("*.xlsx")) == sorted(
        Path(each["file"]) for each in made
    )
    assert run("export", "-C", folder, "--all").code == 0
    assert len(list((folder / "shared/評価シート").rglob("*.xlsx"))) == len(papers.KEYS)


def test_writing_back_stops_between_two_files_too(filled: Path, run: Run) -> None:
    run("import", "shared")
    for file in sorted((filled / "shared/評価シート").rglob("*.xlsx")):
        copy = filled / file.name
        copy.write_bytes(typed(file.read_bytes(), {"purpose": "写しで直した目的"}))
    assert run("import", *filled.glob("*.xlsx")).code in {0, 1}
    with ctrl_c_at_flush(3):
        said = run("export", "--all")
    assert (said.code, "途中で中止しました" in said.err) == (130, True)
    assert 0 < said.out.count("ファイルに書き戻しました") < len(papers.KEYS)
    assert run("export", "--all").out.count("ファイルに書き戻しました") > 0
