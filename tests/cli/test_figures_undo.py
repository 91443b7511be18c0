"""One import of figures is one act: it is taken back as a whole, but for what somebody has changed since."""

from __future__ import annotations

from pathlib import Path

from tests import papers
from tests.budget_files import GENERAL, HEAD, KEY, LINE, MAP, NATIONAL, TOTAL, taken, written
from tests.cities import typed
from tests.commands import Run, ctrl_c_at_flush, living
from xlsync import open_city
from xlsync.sheet import Sheet
from xlsync.store.figure_imports import Figure, figures_imports

LATER = LINE.replace("25776700", "1000")


def head(folder: Path, key: str = KEY) -> Sheet:
    sheet = open_city(folder).store.head(key, papers.EDITION)
    assert sheet is not None
    return sheet


def test_an_import_is_taken_back_in_sheets_workbooks_and_ownership(filled: Path, run: Run) -> None:
    before = head(filled)
    taken(run, written(HEAD, LINE.replace("25776700", "999000")), *MAP)
    assert head(filled)[GENERAL] == 999
    shown = run("figures", "undo", "歳出決算", "--dry-run")
    assert (shown.code, "一般財源：「999千円」 → 「25,777千円」" in shown.out) == (0, True)
    assert head(filled)[GENERAL] == 999
    assert run("figures", "undo", "歳出決算").code == 1  # nobody can be asked
    done = run("figures", "undo", "歳出決算", "--yes")
    assert (done.code, "取り消しました 1件" in done.out) == (0, True)
    assert head(filled).same_content(before)
    assert head(filled)[TOTAL] == before[TOTAL]
    assert figures_imports(filled / "store", papers.EDITION) == {}
    book = living(filled)
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 26_000}))
    assert "には財務会計" not in run("import", book).out
    assert head(filled)[GENERAL] == 26_000
    assert "取り込んでいません" in run("figures", "undo", "決算").err
    assert run("audit").code == 0


def test_the_import_before_holds_again(filled: Path, run: Run) -> None:
    taken(run, written(HEAD, LINE), *MAP)
    taken(run, written(HEAD, LATER), *MAP)
    assert head(filled)[GENERAL] == 1
    again = run("figures", "undo", "歳出決算", "--yes", "--json")
    assert [sheet["key"] for sheet in again.json["sheets"]] == [KEY]
    assert head(filled)[GENERAL] == 25_777
    kept = figures_imports(filled / "store", papers.EDITION)["歳出決算"]
    assert kept.field_figures[KEY][GENERAL] == Figure(25_776_700, 25_777)
    book = living(filled)
    book.write_bytes(typed(book.read_bytes(), {GENERAL: 26_000}))
    assert "には財務会計（歳出決算" in run("import", book).out
    number = head(filled).revision
    twice = run("figures", "undo", "歳出決算", "--yes")  # as after an interruption: nothing is left
    assert "取り消しました 0件" in twice.out
    assert head(filled).revision == number


def test_what_somebody_changed_since_stays_and_is_told(filled: Path, run: Run) -> None:
    taken(run, written(HEAD, LINE.replace(",0,0,0,0,", ",7000,0,0,0,")), *MAP)
    sheet = head(filled).with_values({GENERAL: 12})
    Path("訂正.json").write_bytes(sheet.to_json())
    run("import", "訂正.json")
    assert head(filled)[GENERAL] == 12
    done = run("figures", "undo", "歳出決算", "--yes")
    told = next(line for line in done.out.splitlines() if "その後に変わったため" in line)
    assert ("一般財源" in told, "国庫支出金" in told) == (True, False)
    assert (head(filled)[GENERAL], head(filled)[NATIONAL]) == (12, 0)


def test_fields_that_were_given_back_are_not_taken_back_with_an_older_file(
    filled: Path, run: Run
) -> None:
    assert filled.is_dir()
    taken(run, written(HEAD, LINE), *MAP)
    run("figures", "release", "歳出決算", "--reason", "按分", "--yes")
    said = run("figures", "undo", "歳出決算", "--yes")
    assert (said.code, "欄を職員に戻しています" in said.err) == (3, True)


def test_ctrl_c_ends_an_import_between_two_sheets_and_the_same_again_goes_on(
    filled: Path, run: Run
) -> None:
    lines = [LINE, *(LINE.replace("8,14,1", code) for code in ("8,15,1", "9,11,1", "10,12,1"))]
    file = written(HEAD, *lines)
    with ctrl_c_at_flush(12):
        said = run("figures", "import", file, "--kind", "歳出決算", *MAP, "--yes")
    assert said.code == 130
    done = sum(head(filled, key).revision == 2 for key in papers.KEYS)
    assert 0 < done < 4
    assert f"取り込みました {done}件" in said.out
    assert f"途中で中止しました。まだのもの {4 - done}件" in said.err
    again = run("figures", "import", file, "--kind", "歳出決算", "--yes")
    assert (again.code, f"取り込みました {4 - done}件" in again.out) == (0, True)
    assert [head(filled, key)[GENERAL] for key in papers.KEYS[:3]] == [25_777] * 3
