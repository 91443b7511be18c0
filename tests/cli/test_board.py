"""The board after commands: always up to date, never touched for nothing, left to a watcher that is at work."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from tests import papers
from tests.commands import EXAMPLES, Run, living
from tests.papers import form_folder
from tests.watching import owner, saying
from xlsync.inbox.watcher_lock import only_watcher
from xlsync.store import Distribution, last_distribution, record_distribution

BOOK, PAGE = "shared/提出状況.xlsx", "shared/提出状況.html"


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with living workbooks."""
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    return folder


def page(folder: Path) -> str:
    return (folder / PAGE).read_text(encoding="utf-8")


def looks(folder: Path) -> list[tuple[bytes, int]]:
    return [
        ((folder / one).read_bytes(), (folder / one).stat().st_mtime_ns) for one in (BOOK, PAGE)
    ]


def test_what_is_imported_is_on_the_board(town: Path, run: Run) -> None:
    book = living(town)
    assert book.name in unquote(page(town)), "the board links to the workbooks that were made"
    book.write_bytes(saying(book.read_bytes(), "新しい目的"))
    assert run("import", "-C", town, book).code == 0
    assert "1欄を受け取りました" in page(town)
    assert (town / BOOK).exists()


def test_a_board_that_would_not_change_is_not_touched(town: Path, run: Run) -> None:
    run("summarize", "-C", town)
    before = looks(town)
    for words in (("import", EXAMPLES), ("summarize",), ("export", "--all")):
        run(words[0], "-C", town, *words[1:])
        assert looks(town) == before, words


def test_a_watcher_at_work_is_not_interfered_with(town: Path, run: Run) -> None:
    before = looks(town)
    beat = {"when": datetime.now().astimezone().isoformat(), "mode": "running"}
    (town / "store/watch.json").write_text(json.dumps(beat), encoding="utf-8")
    book = living(town)
    book.write_bytes(saying(book.read_bytes(), "見張りが書く"))
    with only_watcher(town / "store"):
        assert run("import", "-C", town, book).code == 0
        assert looks(town) == before
    # It has been killed: its lock is free, though its heartbeat is fresh.
    assert run("summarize", "-C", town).code == 0
    assert looks(town) != before


def test_a_board_somebody_has_open_waits_and_that_is_said(town: Path, run: Run) -> None:
    before = (town / BOOK).read_bytes()
    lock = owner(town / BOOK)
    book = living(town)
    book.write_bytes(saying(book.read_bytes(), "開いている間"))
    said = run("import", "-C", town, book)
    assert (said.code, (town / BOOK).read_bytes()) == (0, before)
    assert "提出状況.xlsx" in said.err
    assert "1欄を受け取りました" in page(town)
    assert run("summarize", "-C", town).code == 1
    lock.unlink()
    assert run("summarize", "-C", town).code == 0
    assert (town / BOOK).read_bytes() != before


def test_what_import_could_not_take_is_on_the_board_by_its_name(town: Path, run: Run) -> None:
    file = town / "shared/評価シート/壊れたブック.xlsx"
    file.write_bytes(b"PK\3\4" + bytes(100))
    run("import", "-C", town, file.parent)
    assert "壊れたブック.xlsx" in page(town)


def test_a_shared_folder_that_is_away_is_not_made_anew(
    town: Path, run: Run, tmp_path: Path
) -> None:
    (town / "shared").rename(tmp_path / "away")
    assert run("import", "-C", town, EXAMPLES).code in {0, 1}
    assert not (town / "shared").exists()
    (town / "shared").mkdir()
    assert run("import", "-C", town, EXAMPLES).code in {0, 1}
    assert list((town / "shared").iterdir()) == [], "a mount point"


def test_the_board_shows_a_moved_workbook_where_the_store_saw_it_last(town: Path, run: Run) -> None:
    book = living(town)
    moved = town / "shared/評価シート/移した先" / f"{papers.CLEAN}_別の名前.xlsx"
    moved.parent.mkdir()
    book.rename(moved)
    moved.write_bytes(saying(moved.read_bytes(), "移した先で"))
    run("import", "-C", town, moved)
    assert "移した先" in unquote(page(town))


def test_the_board_and_the_summaries_are_nobodys_sheets(town: Path, run: Run) -> None:
    run("summarize", "-C", town)
    said = run("import", "-C", town, "--json", town / "shared")
    assert {one["outcome"] for one in said.json["receipts"]} == {"unchanged"}
    assert run("check", "-C", town, "--json", town / "shared").json.keys() == {"receipts"}
    assert "提出状況.xlsx" not in page(town)


def test_a_disk_error_on_the_board_is_not_told_as_somebody_having_it_open(
    town: Path, run: Run
) -> None:
    (town / BOOK).unlink()
    (town / BOOK / "フォルダ").mkdir(parents=True)
    said = run("summarize", "-C", town)
    assert said.code == 1
    assert "書き込めません" in said.err
    assert "開" not in said.err


def test_one_run_of_the_watcher_says_which_of_its_steps_failed(town: Path, run: Run) -> None:
    (town / BOOK).unlink()
    (town / BOOK / "フォルダ").mkdir(parents=True)
    said = run("watch", "-C", town, "--once")
    assert said.code == 1
    assert "提出状況.xlsx：書き込めません" in said.err
    beat = json.loads((town / "store/watch.json").read_text(encoding="utf-8"))
    assert [error for error in beat["errors"] if "書き込めません" in error]


FIRST_DAY = Distribution("2018-05-07T09:00:00+09:00", "企画", "shared/評価シート/a.xlsx")


def given_out(folder: Path) -> tuple[list[object], list[object], str]:
    """The days of 配布 on the board's workbook: of each sheet, of each 部 and the whole city, and in the line at the top."""
    book = openpyxl.load_workbook(folder / BOOK)
    sheet = book["提出状況"]
    column = [cell.value for cell in sheet[6]].index("配布")
    sheets: list[object] = [row[column].value for row in sheet.iter_rows(min_row=7)]
    departments: list[object] = [row[8].value for row in book["部別"].iter_rows(min_row=5)]
    return sheets, departments, str(sheet["A2"].value)


def test_the_board_shows_when_each_workbook_was_last_given_out(town: Path) -> None:
    now = datetime.now().astimezone()
    today = f"{now.month}月{now.day}日"
    sheets, departments, top = given_out(town)
    assert sheets == [today] * 5
    assert departments == [today] * 2
    assert f"最終配布 {today}" in top
    assert f"最終配布 {today}" in page(town)


def test_only_a_new_workbook_is_given_out(town: Path, run: Run, tmp_path: Path) -> None:
    """A write-back, a trial workbook and one of a past day are not; another department's sheet keeps its day."""
    store = town / "store"
    for key in papers.KEYS:
        record_distribution(store, key, papers.EDITION, FIRST_DAY)
    run("export", "-C", town, "--all")
    run("export", "-C", town, "--all", "--trial", "--out", tmp_path / "試し")
    run("export", "-C", town, "--all", "--at", "2099-12-31", "--out", tmp_path / "過去")
    run("summarize", "-C", town)
    assert given_out(town)[0] == ["5月7日"] * 5
    living(town).unlink()
    run("export", "-C", town, papers.CLEAN)
    days = {key: last_distribution(store, key, papers.EDITION) for key in papers.KEYS}
    assert [key for key, day in days.items() if day != FIRST_DAY] == [papers.CLEAN]
    sheets, departments, _ = given_out(town)
    assert sorted(sheets, key=str).count("5月7日") == 4
    assert departments[0] == departments[1] != "5月7日"


def test_a_sheet_of_which_no_workbook_was_given_out_shows_no_day(folder: Path, run: Run) -> None:
    run("import", "-C", folder, EXAMPLES)
    sheets, departments, top = given_out(folder)
    assert not any(sheets)
    assert not any(departments)
    assert "最終配布" not in top
    assert "最終配布" not in page(folder)


def test_the_day_survives_a_migration_and_a_new_version_of_the_form(town: Path, run: Run) -> None:
    store, key = town / "store", papers.CLEAN
    record_distribution(store, key, papers.EDITION, FIRST_DAY)
    written = json.loads((store / "store.json").read_bytes())
    (store / "store.json").write_text(json.dumps({**written, "format": 1}), encoding="utf-8")
    run("form", "adopt", "--yes", "-C", town, form_folder(town / "様式"))
    assert json.loads((store / "store.json").read_bytes())["format"] == written["format"]
    assert last_distribution(store, key, papers.EDITION) == FIRST_DAY
    assert run("audit", "-C", town).code == 0


def test_a_damaged_day_is_named_and_stops_nothing(town: Path, run: Run) -> None:
    file = town / f"store/distributions/{papers.EDITION}/{papers.CLEAN}.json"
    file.write_bytes(file.read_bytes()[:9])
    said = run("audit", "-C", town)
    assert said.code == 1
    assert "配布した日の記録が壊れています" in said.out + said.err
    assert run("summarize", "-C", town).code == 0
    assert given_out(town)[0].count(None) == 1
    living(town).unlink()
    run("export", "-C", town, papers.CLEAN)
    assert run("audit", "-C", town).code == 0
