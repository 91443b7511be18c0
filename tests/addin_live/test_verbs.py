"""Every button on the official sheets, pressed in a workbook that is open and not saved: `xlsync live` over xlwings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Protection

from tests import papers
from tests.addin_live.conftest import Clock
from tests.cities import cells_of
from tests.cli.conftest import folder, run  # noqa: F401 - fixtures
from tests.commands import EXAMPLES, Run, Said, living
from tests.fake_excel.model import Application, Workbook, opened, protect
from tests.fake_excel.pywin32 import Desktop
from xlsync.addin.client.excel_engine import Engine, Patience
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.workbook.reading.form_reader import read

HEAD = "【xlsync】"
pytestmark = pytest.mark.slow

SHEET = "評価シート"
YES, NO, CANCEL = 6, 7, 2


@dataclass
class Person:
    """Somebody with a sheet's living workbook open."""

    run: Run
    city: Path
    file: Path
    book: Workbook
    excel: Application

    @property
    def page(self) -> Any:
        return self.book.Worksheets(SHEET).page

    def cell(self, path: str) -> str:
        return cells_of(self.file.read_bytes())[path]

    def types(self, values: Mapping[str, Any]) -> None:
        """Type into cells; nothing is saved."""
        for path, value in values.items():
            self.book.Worksheets(SHEET).Range(self.cell(path)).Value = value

    def presses(self, verb: str, *more: object) -> Said:
        return self.run("live", verb, "-C", self.city, *more)

    def marks(self) -> dict[str, str]:
        """The notes of ours, and what the cells are filled with."""
        noted = {c.coordinate: c for row in self.page.iter_rows() for c in row if c.comment}
        return {
            at: str(cell.fill.fgColor.rgb)
            for at, cell in noted.items()
            if cell.comment.text.startswith(HEAD)
        }

    def looks(self) -> dict[str, tuple[Any, ...]]:
        """What every cell holds and looks like."""
        return {
            c.coordinate: (
                c.value, c.number_format, c.fill.fill_type, str(c.fill.fgColor.rgb), c.comment and c.comment.text
            )
            for row in self.page.iter_rows()
            for c in row
        }  # fmt: skip

    def stamp(self) -> str:
        return str(self.page.defined_names["_xlsync.stamp"].attr_text)


@pytest.fixture
def people(
    run: Run,  # noqa: F811
    folder: Path,  # noqa: F811
    desktop: Desktop,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> People:
    """The five official sheets registered and given out."""
    assert run("import", EXAMPLES, "-C", folder).code in {0, 1}
    assert run("export", "--all", "-C", folder).code == 0
    monkeypatch.setattr(
        "xlsync.addin.client.excel_engine.Patience", lambda: Patience(clock.read, clock.sleep)
    )
    return People(run, folder, desktop)


@dataclass
class People:
    """Who may open what."""

    run: Run
    city: Path
    desktop: Desktop

    def opens(self, key: str = papers.CLEAN) -> Person:
        """Somebody opens a sheet's living workbook in an Excel of his own."""
        file = living(self.city, key)
        excel = self.desktop.start()
        return Person(self.run, self.city, file, opened(excel, file), excel)

    def saves(self, values: Mapping[str, Any], key: str = papers.CLEAN) -> None:
        """Somebody else saves the workbook, and it is taken in; the one who has it open does not see that."""
        file = living(self.city, key)
        data = file.read_bytes()
        spots = {(SHEET, read(data)[0].cells[path]): value for path, value in values.items()}
        other = self.city / "ほかの人.xlsx"
        other.write_bytes(patch_cells(data, spots))
        assert self.run("import", other, "-C", self.city).code in {0, 1}

    def head(self, key: str = papers.CLEAN) -> Mapping[str, Any]:
        """The sheet as the store has it."""
        file = self.city / f"store/sheets/2018/{key}.json"
        document: Mapping[str, Any] = json.loads(file.read_bytes())
        return document


@pytest.mark.parametrize("key", papers.KEYS[:2])
def test_validate_marks_and_lists_and_after_a_fix_no_mark_is_left(people: People, key: str) -> None:
    me = people.opens(key)
    before, on_disk = me.looks(), me.file.read_bytes()
    me.presses("validate")
    usual = set(me.marks())
    money = "costs.2018-initial.sources.general"
    kept = me.page[me.cell(money)].value
    me.types({"purpose": None, money: "未定"})
    said = me.presses("validate")
    assert (said.code, said.err) == (1, "")
    assert "エラー" in said.out
    marked = me.marks()
    assert set(marked) == usual | {me.cell("purpose"), me.cell(money)}
    assert marked[me.cell("purpose")] == marked[me.cell(money)] == "00FFC7CE"
    listed = me.excel.books[1:]
    assert all((book.Path, book.sheets[0].Name) == ("", "検証結果") for book in listed)
    lines = [[cell.value for cell in row] for row in listed[-1].sheets[0].page.iter_rows()]
    assert lines[0][:3] == ["重さ", "欄", "内容"]
    assert me.cell("purpose") in {at.rpartition("!")[2] for _, _, at in listed[-1].sheets[0].links}
    assert me.excel.active is me.book, "goes to the first error"

    purpose = papers.official_document(key)["purpose"]
    me.types({"purpose": purpose})
    me.book.Worksheets(SHEET).Range(me.cell(money)).Value = kept
    me.presses("validate")
    assert set(me.marks()) == usual
    assert me.presses("unmark").code == 0
    assert me.marks() == {}
    assert me.looks() == before
    assert me.file.read_bytes() == on_disk, "nothing is saved"


def test_submit_takes_in_what_is_not_saved_and_puts_the_stamp(people: People) -> None:
    me = people.opens()
    me.types({"purpose": "まだ保存していない目的"})
    on_disk, old = me.file.read_bytes(), me.stamp()
    said = me.presses("submit")
    assert said.code == 0, said
    assert people.head()["purpose"] == "まだ保存していない目的"
    assert people.head()["revision"] == 2
    assert "総務課 山田" in people.run("history", papers.CLEAN, "-C", people.city).out
    assert me.file.read_bytes() == on_disk
    assert me.stamp() != old
    assert me.stamp().startswith('"form=')
    assert me.page.defined_names["_xlsync.stamp"].hidden
    again = me.presses("submit")
    assert again.code == 0
    assert people.head()["revision"] == 2


def test_pull_writes_what_others_changed_and_typed_text_stays_text(people: People) -> None:
    me = people.opens()
    people.saves({"purpose": "4-5-6", "individual_plan": "0120", "outline": "=1+1"})
    formats = {path: me.page[me.cell(path)].number_format for path in ("purpose", "outline")}
    said = me.presses("pull")
    assert said.code == 0, said
    cells = {p: me.page[me.cell(p)] for p in ("purpose", "individual_plan", "outline")}
    assert {path: (cell.value, cell.data_type) for path, cell in cells.items()} == {
        "purpose": ("4-5-6", "s"), "individual_plan": ("0120", "s"), "outline": ("=1+1", "s")
    }  # fmt: skip
    assert {path: cells[path].number_format for path in formats} == formats
    assert me.presses("submit").code == 0
    assert people.head()["revision"] == 2, "what was pulled is nothing new"


@pytest.mark.parametrize(
    ("button", "value", "code"),
    [(YES, "ほかの人の目的", 0), (NO, "わたしの目的", 0), (CANCEL, "わたしの目的", 1)],
)
def test_pull_asks_where_this_workbook_was_changed_too(
    people: People, desktop: Desktop, button: int, value: str, code: int
) -> None:
    me = people.opens()
    me.types({"purpose": "わたしの目的"})
    people.saves({"purpose": "ほかの人の目的"})
    old = me.stamp()
    desktop.presses.append(button)
    said = me.presses("pull")
    assert said.code == code, said
    assert len(desktop.boxes) == 1
    assert "ほかの人の目的" in desktop.boxes[0].text
    assert "わたしの目的" in desktop.boxes[0].text
    assert me.page[me.cell("purpose")].value == value
    assert (me.stamp() == old) is (button == CANCEL)


def test_diff_lists_the_differences_and_changes_nothing(people: People) -> None:
    me = people.opens()
    me.types({"purpose": "別の目的"})
    before = me.looks()
    assert me.presses("diff").code == 0
    lines = [[c.value for c in row] for row in me.excel.books[1].sheets[0].page.iter_rows()]
    assert "別の目的" in lines[1]
    assert me.looks() == before
    assert people.head()["revision"] == 1
    assert me.presses("diff").code == 0, (
        "pressed on the list, it means the workbook the list tells of"
    )


def test_summary_opens_the_departments_summary_read_only(people: People) -> None:
    me = people.opens()
    said = me.presses("summary")
    assert said.code == 0, said
    shown = me.excel.books[1]
    assert shown.ReadOnly
    assert me.excel.active is shown
    assert Path(shown.FullName) == (people.city / "shared/集計/政策イノベーション部.xlsx").resolve()


def test_the_self_test_tells_of_the_machine_with_or_without_a_workbook(people: People) -> None:
    nothing_open = people.run("live", "selftest", "-C", people.city)
    assert "xlsync" in nothing_open.out
    assert nothing_open.code in {0, 1}
    me = people.opens()
    assert me.presses("selftest").code in {0, 1}
    lines = [c.value for row in me.excel.books[1].sheets[0].page.iter_rows() for c in row]
    assert any("16.0 17328" in str(text) for text in lines)


def test_a_protected_worksheet_is_left_as_it_is_and_that_is_told(people: People) -> None:
    me = people.opens()
    me.types({"purpose": None})
    people.saves({"outline": "ほかの人の概要"})
    me.page[me.cell("outline")].protection = Protection(locked=True)
    protect(me.book.Worksheets(SHEET))
    before, old = me.looks(), me.stamp()
    said = me.presses("validate")
    assert "印を付けられません" in said.out
    assert me.looks() == before
    said = me.presses("pull")
    assert said.code == 1
    assert "書き込めません" in said.out
    assert me.looks() == before
    assert me.stamp() == old, "what could not be written must come again"


def test_somebody_elses_note_and_thread_stay_and_that_is_told(people: People) -> None:
    me = people.opens()
    me.types({"purpose": None, "outline": None})
    me.book.Worksheets(SHEET).Range(me.cell("purpose")).AddComment("わたしのメモ")
    column_row = openpyxl.utils.cell.coordinate_from_string(me.cell("outline"))
    me.book.Worksheets(SHEET).threads["${}${}".format(*column_row)] = "相談中"
    before = me.looks()
    said = me.presses("validate")
    assert said.out.count("印を付けられません") == 2
    assert {at: me.looks()[at] for at in (me.cell("purpose"), me.cell("outline"))} == {
        at: before[at] for at in (me.cell("purpose"), me.cell("outline"))
    }


def test_a_formula_that_somebody_typed_is_never_overwritten(people: People) -> None:
    me = people.opens()
    path = "costs.2018-initial.sources.general"
    people.saves({path: 12345})
    me.types({path: "=1000+2000"})
    me.presses("pull")
    assert me.page[me.cell(path)].value == "=1000+2000"


def test_an_excel_in_which_somebody_types_is_waited_for_and_then_told(
    people: People, clock: Clock
) -> None:
    me = people.opens()
    me.excel.mood.busy = 10**6
    said = me.presses("validate")
    assert said.code == 3
    assert "Enter" in said.err
    assert clock.now < 30
    me.excel.mood.busy = 20
    assert me.presses("validate").code in {0, 1}


def test_an_excel_that_becomes_busy_halfway_leaves_the_old_stamp(people: People) -> None:
    me = people.opens()
    people.saves({"purpose": "一", "outline": "二"})
    old = me.stamp()
    me.excel.mood.busy_at = "Range.Value2 ="
    assert me.presses("pull").code == 3
    me.excel.mood.busy, me.excel.mood.busy_at = 0, ""
    assert me.stamp() == old
    assert me.presses("pull").code == 0
    assert me.page[me.cell("outline")].value == "二"


def test_what_is_never_done_to_an_excel(people: People, engine: Engine) -> None:
    """The model fails the test at Quit, Close, Save and a new Excel; here, that it would."""
    me = people.opens()
    for act in (me.excel.Quit, me.book.Close, me.book.Save):
        with pytest.raises(AssertionError):
            act()
    with pytest.raises(AssertionError):
        engine.xlwings.App()


def test_bytes_that_are_no_workbook_of_ours_end_in_a_sentence(people: People) -> None:
    excel = people.desktop.start()
    excel.take(str(people.city / "別のブック.xlsx"))
    said = people.run("live", "submit", "-C", people.city)
    assert (said.code, said.out) == (3, "")
    excel.take("Book2")
    assert "保存されていません" in people.run("live", "submit", "-C", people.city).err


def test_a_summary_that_is_open_already_comes_to_the_front_and_its_namesake_is_told(
    people: People,
) -> None:
    me = people.opens()
    assert me.presses("summary").code == 0
    shown = me.excel.books[1]
    me.book.Activate()
    assert me.presses("summary").code == 0
    assert (me.excel.active, len(me.excel.books)) == (shown, 2)
    namesake = people.city / shown.Name
    namesake.write_bytes(Path(shown.FullName).read_bytes())
    shown.path = str(namesake)
    me.book.Activate()
    said = me.presses("summary")
    assert said.code == 1
    assert "共有フォルダから直接開いてください" in said.out
