"""Write-back as the planning office sees it: lines, files, settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from xlsync.workbook.reading.form_reader import read


def two_workbooks(run: Run, folder: Path) -> tuple[Path, Path]:
    """A living workbook given out and received, and a colleague's copy of it from elsewhere."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    mine = living(folder)
    assert run("import", "-C", folder, mine).code == 0
    other = folder / "乙.xlsx"
    other.write_bytes(typed(mine.read_bytes(), {"purpose": "乙の目的"}))
    assert run("import", "-C", folder, other).code == 0
    return mine, other


def setting(folder: Path, old: str, new: str) -> None:
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def purpose(file: Path) -> object:
    return read(file.read_bytes())[0].sheet["purpose"]


def test_import_brings_the_received_workbook_up_to_date_and_says_so(run: Run, folder: Path) -> None:
    mine, other = two_workbooks(run, folder)
    mine.chmod(0o640)
    before = other.read_bytes()
    said = run("import", "-C", folder, mine)
    assert said.code == 0
    assert f"ファイルに書き戻しました（1か所） {mine.relative_to(folder)}" in said.out
    assert purpose(mine) == "乙の目的"
    assert mine.stat().st_mode & 0o777 == 0o640
    assert other.read_bytes() == before, "what lies elsewhere is never written"
    again = run("import", "-C", folder, mine, "--json")
    assert [one["outcome"] for one in again.json["receipts"]] == ["unchanged"]
    assert [file.name for file in mine.parent.iterdir()] == [mine.name]


def test_json_is_the_receipts_alone(run: Run, folder: Path) -> None:
    mine, _ = two_workbooks(run, folder)
    assert set(run("import", "-C", folder, mine, "--json").json) == {"receipts"}
    assert purpose(mine) == "乙の目的"


def test_an_open_workbook_is_left_alone_and_told(run: Run, folder: Path) -> None:
    mine, _ = two_workbooks(run, folder)
    owner = mine.with_name("~$" + mine.name)
    owner.write_bytes(b"\x04Yuki".ljust(55) + b"\x04\x00" + "Yuki".encode("utf-16-le"))
    before = mine.read_bytes()
    said = run("import", "-C", folder, mine)
    assert "書き戻していません" in said.out
    assert "Yuki" in said.out
    assert mine.read_bytes() == before
    assert "書き戻していません" in run("export", "-C", folder, papers.CLEAN).out
    owner.unlink()
    assert "書き戻しました" in run("export", "-C", folder, papers.CLEAN).out
    assert purpose(mine) == "乙の目的"


def test_switched_off_nothing_of_staff_is_ever_written(run: Run, folder: Path) -> None:
    mine, _ = two_workbooks(run, folder)
    setting(folder, 'write-back = "on"', 'write-back = "off"')
    before = mine.read_bytes()
    assert "書き戻" not in run("import", "-C", folder, mine).out
    assert "書き換えていません" in run("export", "-C", folder, "--all").out
    assert mine.read_bytes() == before


def test_export_brings_a_moved_workbook_up_to_date_instead_of_making_another(
    run: Run, folder: Path
) -> None:
    mine, _ = two_workbooks(run, folder)
    moved = folder / "shared/評価シート/私の.xlsx"
    mine.rename(moved)
    run("import", "-C", folder, moved)
    other = folder / "丙.xlsx"
    other.write_bytes(typed(moved.read_bytes(), {"outline": "丙の概要"}))
    run("import", "-C", folder, other)
    said = run("export", "-C", folder, "--all")
    assert said.code == 0
    assert "作成 0件、既存 1件、うち書き戻し 1件" in said.out
    assert read(moved.read_bytes())[0].sheet["outline"] == "丙の概要"
    assert not mine.exists()


def test_export_leaves_what_was_not_received_and_says_what_to_do(run: Run, folder: Path) -> None:
    mine, _ = two_workbooks(run, folder)
    mine.write_bytes(typed(mine.read_bytes(), {"outline": "まだ受け取っていない概要"}))
    said = run("export", "-C", folder, papers.CLEAN)
    assert "xlsync import" in said.out
    assert purpose(mine) == papers.sheet()["purpose"]


@pytest.mark.skipif(os.name == "nt", reason="a read-only folder means nothing there")
def test_a_link_out_of_the_folder_is_not_followed(run: Run, folder: Path) -> None:
    mine, _ = two_workbooks(run, folder)
    elsewhere = folder / "別.xlsx"
    mine.rename(elsewhere)
    mine.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    run("import", "-C", folder, mine)
    assert elsewhere.read_bytes() == before
    assert mine.is_symlink()


def test_a_closed_conflict_is_no_longer_listed(run: Run, folder: Path) -> None:
    """Somebody else typed the very same meanwhile."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    data = living(folder).read_bytes()
    one, other = folder / "甲.xlsx", folder / "乙.xlsx"
    one.write_bytes(typed(data, {"purpose": "甲の目的"}))
    other.write_bytes(typed(data, {"purpose": "乙の目的"}))
    run("import", "-C", folder, one)
    assert run("import", "-C", folder, other).code == 1
    assert run("conflicts", "-C", folder).code == 1
    one.write_bytes(typed(data, {"purpose": "乙の目的"}))
    run("import", "-C", folder, one)
    assert run("conflicts", "-C", folder, "--json").json == {"conflicts": []}
    assert run("status", "-C", folder, "--json").json["sheets"][0]["conflicts"] == 0


def test_a_column_of_money_can_be_merged_as_one(run: Run, folder: Path) -> None:
    setting(folder, "whole = []", 'whole = ["costs"]')
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    data = living(folder).read_bytes()
    one, other = folder / "甲.xlsx", folder / "乙.xlsx"
    national, general = (f"costs.2018-initial.sources.{name}" for name in ("national", "general"))
    one.write_bytes(typed(data, {national: 1000}))
    other.write_bytes(typed(data, {general: 2000}))
    assert run("import", "-C", folder, one).code == 0
    said = run("import", "-C", folder, other, "--json")
    assert said.code == 1
    paths = {conflict["path"] for conflict in said.json["receipts"][0]["conflicts"]}
    assert paths == {national, general}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("whole = []", 'whole = ["cost"]', "[merge] whole"),
        ("# [owners]", '[owners]\noffice = ["budjet"]', "[owners] office"),
        ('write-back = "on"', 'write-back = "yes"', "write-back"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_by_its_place(
    run: Run, folder: Path, old: str, new: str, place: str
) -> None:
    setting(folder, old, new)
    said = run("status", "-C", folder)
    assert said.code == 3
    assert place in said.err


def test_history_names_whose_owner_file_lies_beside_a_save_that_names_nobody(
    run: Run, folder: Path
) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    file = living(folder)
    file.write_bytes(typed(file.read_bytes(), {"purpose": "新しい目的"}))
    (file.parent / f".~lock.{file.name}#").write_text("佐藤 花子,sato,PC-12,,;", encoding="utf-8")
    run("import", "-C", folder, file)
    assert "佐藤 花子" in run("history", "-C", folder, papers.CLEAN).out


def test_a_changed_cost_reaches_the_other_workbooks_of_a_complete_program(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    total, source = "program_totals.2017-settled.project_cost", "costs.2017-settled.sources.general"
    with (folder / "xlsync.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[programs]\ncomplete = true\n")
    second = tmp_path / "二.json"
    second.write_bytes(
        papers.changed_sheet(
            {**papers.official_document(), "key": papers.CLEAN[:-1] + "2"}, {"project.number": "02"}
        ).to_json()
    )
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json", second)
    run("export", "-C", folder, "--all")
    mine, other = living(folder), living(folder, papers.CLEAN[:-1] + "2")
    assert read(other.read_bytes())[0].sheet[total] == 2 * 31_149
    mine.write_bytes(typed(mine.read_bytes(), {source: 25_777 + 1000}))
    said = run("import", "-C", folder, mine)
    assert (
        f"ファイルに書き戻しました（合計・チェックの表示） {other.relative_to(folder)}" in said.out
    )
    assert read(other.read_bytes())[0].sheet[total] == 2 * 31_149 + 1000
