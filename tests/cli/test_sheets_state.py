"""Sheets that do not count: out of sums and board with reason and date, kept in history, and back again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.cli.test_sheets_add import HEAD, KEY, OTHER, OTHER_KEY, ROW, listed
from tests.commands import Run
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from xlsync import open_city
from xlsync.inbox.status.sheet_states import States
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.store import audit

MANY = ("01-02-01-08-14-03", OTHER_KEY)


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city of two sheets of one program, its workbooks given out."""
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", papers.EDITION).code == 0
    monkeypatch.chdir(folder)
    Path("台帳.xlsx").write_bytes(listed([HEAD, ROW, OTHER]))
    assert run("sheets", "add", "台帳.xlsx", "--yes").code == 0
    return folder


def on_board(run: Run) -> list[str]:
    return [sheet["key"] for sheet in run("status", "--json").json["sheets"]]


def summed(run: Run) -> set[str]:
    """The keys in the list of the whole city's summary."""
    assert run("summarize").code in {0, 1}
    book = openpyxl.load_workbook("shared/集計/全庁.xlsx")
    texts = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    return {KEY, OTHER_KEY} & texts


def test_a_sheet_that_is_no_subject_is_in_no_sum_and_comes_back(city: Path, run: Run) -> None:
    assert (on_board(run), summed(run)) == ([KEY, OTHER_KEY], {KEY, OTHER_KEY})
    told = run("sheets", "exclude", OTHER_KEY, "--reason", "内部管理のため", "--date", "2018-04-01")
    assert told.code == 0
    assert f"{OTHER_KEY} 電算機：対象 → 対象外（2018-04-01から）" in told.out
    assert (on_board(run), summed(run)) == ([KEY], {KEY})
    shown = run("sheets", "list")
    assert f"対象外  {OTHER_KEY}  電算機（2018-04-01から、内部管理のため" in shown.out
    assert "対象 1件、対象外・廃止など 1件" in shown.out
    assert open_city(city).store.head(OTHER_KEY, papers.EDITION) is not None
    assert "内部管理のため" in run("history", OTHER_KEY).out
    assert run("history", OTHER_KEY, "--json").json["register"][0]["kind"] == "exclude"
    assert run("sheets", "restore", OTHER_KEY, "--reason", "対象に決まったため").code == 0
    assert (on_board(run), summed(run)) == ([KEY, OTHER_KEY], {KEY, OTHER_KEY})
    assert run("audit").code == 0


def test_a_damaged_act_of_the_register_is_named_by_the_commands_that_count(
    city: Path, run: Run
) -> None:
    assert run("sheets", "exclude", OTHER_KEY, "--reason", "内部管理のため").code == 0
    act = next((city / "store/register").rglob("1.json"))
    act.write_bytes(act.read_bytes()[:-20])
    place = act.relative_to(city / "store").as_posix()
    for words in (("status",), ("summarize",), ("export", "--all"), ("sheets", "list")):
        assert place in run(*words).err, words
    assert run("audit").code != 0


def test_a_watcher_that_runs_hears_of_it(city: Path, run: Run) -> None:
    settings = open_city(city).settings
    states = States(settings.store, settings.terms)
    assert states.renew() == {KEY, OTHER_KEY}
    assert run("sheets", "retire", OTHER_KEY, "--reason", "完了").code == 0
    assert OTHER_KEY in states.renew()
    assert set(states.progress) == {KEY}
    assert run("sheets", "restore", OTHER_KEY, "--reason", "継続").code == 0
    assert OTHER_KEY in states.renew()
    assert set(states.progress) == {KEY, OTHER_KEY}


def test_no_workbook_of_it_is_given_out_and_its_own_is_still_received(city: Path, run: Run) -> None:
    assert run("sheets", "retire", OTHER_KEY, "--reason", "完了").code == 0
    [file] = list(Path("shared/評価シート").rglob(f"{OTHER_KEY}_*.xlsx"))
    cells = openpyxl.load_workbook(file)
    page = cells.sheetnames[0]
    name = cells[page].defined_names["purpose"].attr_text.split("!")[1].replace("$", "")
    file.write_bytes(patch_cells(file.read_bytes(), {page: {name: "目的"}}))
    assert run("import", file).code in {0, 1}
    head = open_city(city).store.head(OTHER_KEY, papers.EDITION)
    assert head is not None
    assert head["purpose"] == "目的"
    file.unlink()
    assert run("export", "--all").code in {0, 1}
    assert list(Path("shared/評価シート").rglob(f"{OTHER_KEY}_*.xlsx")) == []
    assert on_board(run) == [KEY]


@pytest.mark.usefixtures("city")
def test_nothing_is_done_where_one_of_many_cannot_be_done(run: Run) -> None:
    told = run("sheets", "retire", *MANY, "--reason", "完了", "--yes")
    assert (told.code, "01-02-01-08-14-03 は登録されていません" in told.err) == (3, True)
    assert run("sheets", "retire", OTHER_KEY, "--reason", " ").code == 3
    assert run("sheets", "restore", OTHER_KEY, "--reason", "継続").code == 3
    assert run("sheets", "retire", OTHER_KEY, "--reason", "完了", "--date", "4月1日").code == 3
    assert run("sheets", "retire", KEY, OTHER_KEY, "--reason", "完了").code == 1
    assert run("sheets", "retire", OTHER_KEY, "--reason", "完了", "--dry-run").code == 0
    assert on_board(run) == [KEY, OTHER_KEY]
    assert run("sheets", "retire", KEY, "--reason", "完了").code == 0
    assert run("sheets", "retire", KEY, "--reason", "廃止").code == 3
    done = run("sheets", "retire", KEY, OTHER_KEY, "--reason", "完了", "--yes", "--json")
    assert (done.code, done.json["done"]) == (0, True)
    assert [sheet["already_recorded"] for sheet in done.json["sheets"]] == [True, False]
    again = run("sheets", "retire", KEY, OTHER_KEY, "--reason", "完了")
    assert (again.code, again.out.count("廃止・完了のまま（すでに記録してあります）")) == (0, 2)
    assert "すでに記録してあります。何も変わりません。" in again.out
    assert len(run("history", KEY, "--json").json["register"]) == 1
    assert on_board(run) == []


def test_the_audit_names_a_changed_act(city: Path, run: Run) -> None:
    assert run("sheets", "retire", OTHER_KEY, "--reason", "完了").code == 0
    [file] = (city / "store/register").rglob("1.json")
    file.write_text(file.read_text(encoding="utf-8").replace("完了", "継続"), encoding="utf-8")
    [damage] = audit(open_city(city).store)
    assert damage.file == f"register/{papers.EDITION}/{OTHER_KEY}/1.json"


def test_an_exported_register_comes_back_unchanged_or_as_it_was_edited(
    city: Path, run: Run
) -> None:
    assert run("sheets", "exclude", OTHER_KEY, "--reason", "内部管理").code == 0
    assert run("sheets", "export", "--out", "控え.xlsx").code == 0
    assert run("sheets", "export", "--out", "控え.xlsx").code == 3
    again = run("sheets", "add", "控え.xlsx", "--json")
    assert again.code == 0
    assert (again.json["same"], again.json["new"], again.json["changed"]) == (2, [], [])
    assert (again.json["doubts"], again.json["passed_over"]) == ([], [])
    book = openpyxl.load_workbook("控え.xlsx")
    page = book.active
    assert page is not None
    printed = page.page_setup
    assert (printed.orientation, printed.fitToWidth, printed.fitToHeight) == ("landscape", 1, 0)
    assert page.print_title_rows == "$1:$1"
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == "庁内LAN")
    cell.value = "庁内ネットワーク"
    book.save("控え.xlsx")
    assert run("sheets", "add", "控え.xlsx", "--yes").code == 0
    head = open_city(city).store.head(KEY, papers.EDITION)
    assert head is not None
    assert head["project.name"] == "庁内ネットワーク"


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_the_register_of_every_form_comes_back_unchanged(
    small: SmallForm, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = small.folder(tmp_path)
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", form).code == 0
    monkeypatch.chdir(folder)
    edition = open_city(folder).settings.terms.form.at(YEAR)
    Path("登録").mkdir()
    for number, data in enumerate(small.documents(edition).values()):
        Path(f"登録/{number}.json").write_bytes(data)
    assert run("import", "登録").code in {0, 1}
    keys = open_city(folder).store.keys(YEAR)
    assert run("sheets", "export", "--out", "台帳.xlsx").code == 0
    again = run("sheets", "add", "台帳.xlsx", "--json")
    assert (again.json["same"], again.json["faults"]) == (len(keys), [])
    assert run("sheets", "retire", keys[0], "--reason", "終了").code == 0
    assert on_board(run) == keys[1:]
    assert run("sheets", "list").code == 0
