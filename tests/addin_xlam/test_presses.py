"""Every button on the official sheets, the shipped VBA being run by an Excel in memory over the real shared folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import cities, papers
from tests.addin_xlam.conftest import Opened
from tests.addin_xlam.memory_excel import CANCEL, NO, YES, Excel, shown
from tests.addin_xlam.offices import Town
from xlsync.workbook.reading.form_reader import read

SHEET = cities.WORKSHEET
NOTE = "【xlsync】"


@pytest.mark.slow
@pytest.mark.parametrize("key", papers.KEYS[:2])
def test_validate_marks_and_lists_and_leaves_no_mark_once_it_is_put_right(
    opened: Opened, here: Town, key: str
) -> None:
    excel = opened(key)
    sheet, cells = excel.sheet(SHEET), here.cells(key)
    before = fills(excel), notes(excel)
    excel.press("Validate")
    excel.close_lists()
    already = set(notes(excel))
    right = sheet.value(cells["budget.name"])
    sheet.set_value(cells["budget.name"], "")
    said = excel.press("Validate")
    assert "エラー" in said
    assert set(notes(excel)) == already | {cells["budget.name"]}
    assert notes(excel)[cells["budget.name"]].startswith(NOTE)
    assert fill(excel, cells["budget.name"]) == 0xCEC7FF  # blue, green, red
    assert any("未入力" in "".join(row) for row in excel.rows()), shown(excel.rows())
    sheet.set_value(cells["budget.name"], right)
    excel.press("Validate")
    assert set(notes(excel)) == already
    excel.press("Unmark")
    assert (fills(excel), notes(excel)) == before


@pytest.mark.slow
def test_the_list_links_to_the_cells_and_asks_nothing_when_it_is_closed(
    opened: Opened, here: Town
) -> None:
    excel = opened()
    cell = here.cells()["budget.name"]
    excel.sheet(SHEET).set_value(cell, "")
    excel.press("Validate")
    book = excel.lists()[-1]
    assert book.saved
    assert book.sheets_[0].name == "検証結果"
    links = excel.do(f'Workbooks("{book.name}").Worksheets(1).Hyperlinks.Count')
    assert links == len(excel.rows()) - 1
    assert (
        excel.do(f'Workbooks("{book.name}").Worksheets(1).Hyperlinks(1).SubAddress')
        == f"'{SHEET}'!{cell}"
    )


@pytest.mark.slow
def test_the_first_error_is_selected(opened: Opened, here: Town) -> None:
    excel = opened()
    cell = here.cells()["budget.name"]
    excel.sheet(SHEET).set_value(cell, "")
    excel.press("Validate")
    assert excel.do("ActiveWorkbook.Name") == excel.do(f'Workbooks("{here.living().name}").Name')
    assert excel.do("ActiveCell.Address(False, False)") == cell


@pytest.mark.slow
def test_somebodys_own_notes_and_talk_are_left_alone_and_told(opened: Opened, here: Town) -> None:
    excel = opened()
    cells = here.cells()
    own, talk = cells["budget.name"], cells["project.name"]
    for cell in (own, talk):
        excel.sheet(SHEET).set_value(cell, "")
    vba(excel, f'.Range("{own}").AddComment "自分のメモ"')
    excel.world.threads.add(talk)
    said = excel.press("Validate")
    assert notes(excel) == {own: "自分のメモ"}
    assert own in said
    assert talk in said
    excel.press("Unmark")
    assert notes(excel) == {own: "自分のメモ"}


@pytest.mark.slow
def test_a_protected_worksheet_gets_no_mark_and_still_its_list(opened: Opened, here: Town) -> None:
    excel = opened()
    excel.sheet(SHEET).set_value(here.cells()["budget.name"], "")
    vba(excel, ".Unprotect")
    vba(excel, '.Protect "x", True, True')
    said = excel.press("Validate")
    assert notes(excel) == {}
    assert "印を付けられません" in said
    assert len(excel.rows()) > 1


@pytest.mark.slow
def test_submit_takes_in_what_was_typed_and_not_saved(opened: Opened, here: Town) -> None:
    excel = opened()
    sheet, cells = excel.sheet(SHEET), here.cells()
    sheet.set_value(cells["project.name"], "変えた事業名")
    said = excel.press("Submit")
    assert "第2版" in said
    assert here.value("project.name") == "変えた事業名"
    assert "state=" in stamp(excel)
    assert "前に受け取った内容から変わっていません" in excel.press("Submit")
    assert here.city.revisions() == 2


@pytest.mark.slow
def test_marks_are_nothing_to_the_store(opened: Opened, here: Town) -> None:
    excel = opened()
    excel.sheet(SHEET).set_value(here.cells()["budget.name"], "")
    excel.press("Validate")
    excel.press("Submit")
    taken = here.city.head()
    excel.press("Unmark")
    assert "変わっていません" in excel.press("Submit")
    assert here.city.head() == taken


@pytest.mark.slow
def test_pull_writes_what_others_changed(opened: Opened, here: Town) -> None:
    excel = opened()
    cell = here.cells()["project.name"]
    here.somebody_else_types({"project.name": "0120"})
    former = excel.do(f'Worksheets("{SHEET}").Range("{cell}").NumberFormat')
    said = excel.press("Pull")
    assert "1欄" in said
    assert excel.sheet(SHEET).value(cell) == "0120"
    assert excel.do(f'Worksheets("{SHEET}").Range("{cell}").NumberFormat') == former
    assert "反映済み" in excel.press("Pull")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "becomes", "is_settled"),
    [(YES, "よその目的", True), (NO, "ここの目的", True), (CANCEL, "ここの目的", False)],
)
def test_pull_asks_where_both_changed(
    opened: Opened, here: Town, answer: int, becomes: str, is_settled: object
) -> None:
    excel = opened()
    cell = here.cells()["purpose"]
    former = stamp(excel)
    here.somebody_else_types({"purpose": "よその目的"})
    excel.sheet(SHEET).set_value(cell, "ここの目的")
    excel.world.answers.append(answer)
    said = excel.press("Pull")
    assert "よその目的" in excel.world.said[-2]
    assert excel.sheet(SHEET).value(cell) == becomes
    assert (stamp(excel) != former) == is_settled
    assert ("キャンセル" in said) == (not is_settled)


@pytest.mark.slow
def test_diff_lists_what_the_store_says_otherwise(opened: Opened, here: Town) -> None:
    excel = opened()
    before = excel.save(here.folder / "before.xlsx")
    excel.sheet(SHEET).set_value(here.cells()["project.name"], "ここだけの事業名")
    excel.press("Diff")
    assert any("ここだけの事業名" in row for row in excel.rows()), shown(excel.rows())
    excel.sheet(SHEET).set_value(here.cells()["project.name"], here.value("project.name"))
    after = excel.save(here.folder / "after.xlsx")
    assert read(before)[0].sheet == read(after)[0].sheet


@pytest.mark.slow
def test_summary_is_opened_from_the_shared_folder(opened: Opened, here: Town) -> None:
    excel = opened()
    excel.press("Summary")
    department = here.value("organization.department")
    assert excel.world.opened == [str(here.office.summaries / f"{department}.xlsx")]


@pytest.mark.slow
def test_selftest_lists_both_sides(opened: Opened) -> None:
    excel = opened()
    excel.press("SelfTest")
    rows = shown(excel.rows())
    assert "xlam" in rows
    assert "みどり市" in rows


@pytest.mark.slow
def test_selftest_lists_what_it_knows_where_nobody_answers(opened: Opened, here: Town) -> None:
    excel = opened()
    (here.office.shared / ".xlsync" / "in").rmdir()
    said = excel.press("SelfTest")
    assert "共有フォルダーが見つかりません" in said
    assert "保護あり" in shown(excel.rows())


@pytest.mark.slow
def test_nothing_of_ours_is_left_lying_about(opened: Opened, here: Town) -> None:
    excel = opened()
    for button in ("Validate", "Submit", "Diff", "Summary", "SelfTest"):
        excel.press(button)
    assert list((here.folder / "temp").iterdir()) == []
    assert [file for file in (here.office.shared / ".xlsync").rglob("*") if file.is_file()] == []
    assert excel.world.progress[-1] == ""


def vba(excel: Excel, code: str) -> None:
    """Run a statement on the form worksheet."""
    name = f"Extra{len(excel.app.interpreter.modules)}"
    book = excel.book
    assert book is not None
    statement = f'Workbooks("{book.name}").Worksheets("{SHEET}"){code}'
    excel.app.add_module(f"Public Sub {name}Run()\n{statement}\nEnd Sub\n", name=name)
    excel.app.run(f"{name}Run")


def notes(excel: Excel) -> dict[str, str]:
    """The notes of the form worksheet by cell."""
    sheet = excel.sheet(SHEET).sheet
    return {address(row, column): note.text for (row, column), note in sheet.notes.items()}


def address(row: int, column: int) -> str:
    """A1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def fill(excel: Excel, cell: str) -> int:
    """A cell's colour."""
    return int(excel.do(f'Worksheets("{SHEET}").Range("{cell}").Interior.Color'))


def fills(excel: Excel) -> str:
    """Pattern and colour of every field's cell."""
    name = f"Look{len(excel.app.interpreter.modules)}"
    book = excel.book
    assert book is not None
    lines = [
        f"Public Function {name}At(cells)",
        "Dim cell",
        'For Each cell In Split(cells, " ")',
        f'With Workbooks("{book.name}").Worksheets("{SHEET}").Range(cell).Interior',
        f'{name}At = {name}At & cell & " " & .Pattern & " " & .Color & vbLf',
        "End With",
        "Next",
        "End Function",
    ]
    excel.app.add_module("\n".join(lines), name=name)
    return str(excel.app.run(f"{name}At", " ".join(cells_with_fields(excel))))


def cells_with_fields(excel: Excel) -> list[str]:
    """Every field's cell."""
    path = Path(excel.world.places["TEMP"]) / "look.xlsx"
    data = excel.save(path)
    path.unlink()
    return sorted(read(data)[0].cells.values())


def stamp(excel: Excel) -> str:
    """The worksheet's stamp."""
    return str(excel.do(f'Worksheets("{SHEET}").Names("_xlsync.stamp").RefersTo'))
