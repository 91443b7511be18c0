"""A table through a city's day: typed, received, given its ids, changed by two people, deleted, brought back, grown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run
from tests.tables.items import FIRST, FOLDER, HEAD, WORKSHEET, YEAR, form, names, row, sheet, typed
from xlsync.form.library import load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

FINE = {0, 1}


@pytest.fixture
def city(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with one sheet of three rows given out; the working directory."""
    folder = tmp_path / "市"
    assert run("init", folder, "--edition", YEAR, "--form", FOLDER).code == 0
    monkeypatch.chdir(folder)
    three = sheet({f"R{n}": row(f"00{n}", name=f"品{n}") for n in (1, 2, 3)})
    Path("A-01.json").write_bytes(three.to_json())
    assert run("import", "A-01.json").code in FINE
    assert run("export", "--all").code == 0
    return folder


def living(city: Path) -> Path:
    [book] = (city / "shared" / "評価シート").rglob("*.xlsx")
    return book


def reading(book: Path) -> Reading:
    [only] = read(book.read_bytes(), form())
    return only


def change(book: Path, number: int, *cells: str | int | None) -> None:
    book.write_bytes(patch_cells(book.read_bytes(), typed(number, cells)))


def delete(book: Path, number: int) -> None:
    """Clear a row with its hidden id, as deleting it does but for the row below moving up."""
    change(book, number, *[None] * 7)
    book.write_bytes(patch_cells(book.read_bytes(), {(WORKSHEET, f"B{number}"): None}))


def head(city: Path) -> Sheet:
    [newest] = Store(city / "store", load_form("form", city)).heads(YEAR)
    return newest


NEW = ("009", "棚", "R2.4.1", 500, 2, "良", None)


def test_a_typed_row_gets_its_id_when_it_is_written_back_to(city: Path, run: Run) -> None:
    book = living(city)
    change(book, FIRST + 3, *NEW)
    assert run("import", book).code in FINE
    place = reading(book).field_cells.table_cells["items"]
    assert not place.unmarked
    again = run("import", book, "--json").json["receipts"]
    assert [receipt["outcome"] for receipt in again] == ["unchanged"]
    assert names(head(city)) == ["品1", "品2", "品3", "棚"]


def test_a_row_saved_again_before_it_was_written_back_to_stays_one_row(
    city: Path, run: Run
) -> None:
    toml = city / "xlsync.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('write-back = "on"', 'write-back = "off"'),
        encoding="utf-8",
    )
    book = living(city)
    change(book, FIRST + 3, "009", "棚", None, None, None, None, None)
    assert run("import", book).code in FINE
    first = head(city).rows("items")[-1].row_id
    change(book, FIRST + 3, *NEW)
    assert run("import", book).code in FINE
    change(book, FIRST + 3, "009", "高い棚", *NEW[2:])
    assert run("import", book).code in FINE
    assert names(head(city)) == ["品1", "品2", "品3", "高い棚"]
    assert head(city).rows("items")[-1].row_id == first


def test_rows_that_two_people_add_are_both_there_in_both_files(city: Path, run: Run) -> None:
    book = living(city)
    copy = city / "写し.xlsx"
    copy.write_bytes(book.read_bytes())
    change(book, FIRST + 3, *NEW)
    change(copy, FIRST + 3, "010", "金庫", *NEW[2:])
    for file in (book, copy, book):
        assert run("import", file).code in FINE
    assert set(names(reading(book).sheet)) == {"品1", "品2", "品3", "棚", "金庫"}
    assert run("conflicts", "--json").json["conflicts"] == []


def test_a_row_deleted_by_one_and_changed_by_another_is_asked_about_as_a_whole(
    city: Path, run: Run
) -> None:
    book = living(city)
    copy = city / "写し.xlsx"
    copy.write_bytes(book.read_bytes())
    delete(book, FIRST + 1)
    change(copy, FIRST + 1, "002", "品2", "R2.4.1", 1000, 7, "要修理", "脚")
    assert run("import", book).code in FINE
    assert run("import", copy).code in FINE
    [conflict] = run("conflicts", "--json").json["conflicts"]
    assert (conflict["path"], conflict["ours"]) == ("items.R2", None)
    assert conflict["theirs"]["note"] == "脚"
    assert run("resolve", "A-01", "--all-theirs").code in FINE
    assert run("import", book).code in FINE
    assert names(reading(book).sheet) == names(head(city))
    assert "品2" in names(head(city))
    assert run("audit").code == 0


def test_a_deleted_row_is_one_change_in_the_history(city: Path, run: Run) -> None:
    book = living(city)
    delete(book, FIRST + 1)
    assert run("import", book).code in FINE
    newest = run("history", "A-01", "--json").json["revisions"][-1]
    assert [c["path"] for c in newest["changes"] if c["path"].startswith("items")] == ["items.R2"]


def test_the_page_grows_where_others_have_added_more_rows_than_are_printed(
    city: Path, run: Run
) -> None:
    book = living(city)
    before = reading(book).sheet
    many = {f"R{n}": row(f"{n:03}", name=f"品{n}") for n in range(1, 70)}
    grown = sheet(many)
    Path("A-01.json").write_bytes(grown.to_json())
    assert run("import", "A-01.json").code in FINE
    assert run("export", "--all").code == 0
    after = reading(book)
    assert len(before.rows("items")) == 3
    assert after.sheet.same_content(grown)
    assert after.sheet["total.count"] == 69
    assert not after.field_cells.table_cells["items"].unmarked
    again = run("import", book, "--json").json["receipts"]
    assert [receipt["outcome"] for receipt in again] == ["unchanged"]


def test_rows_stay_when_the_form_changes_and_the_page_is_drawn_anew(
    city: Path, run: Run, tmp_path: Path
) -> None:
    book = living(city)
    change(book, FIRST + 3, *NEW)
    assert run("import", book).code in FINE
    changed = tmp_path / "改めた様式"
    changed.mkdir()
    for file in (city / "form").iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    text = (changed / "form.toml").read_text(encoding="utf-8")
    (changed / "form.toml").write_text(text.replace("rows = 40", "rows = 20"), encoding="utf-8")
    assert run("form", "adopt", city / "form").code == 0
    assert run("form", "try", changed).code in FINE
    assert run("form", "adopt", changed, "--yes").code in FINE
    assert run("export", "--all").code in FINE
    [now] = read(book.read_bytes(), load_form("form", city))
    assert names(now.sheet) == names(head(city)) == ["品1", "品2", "品3", "棚"]
    assert now.field_cells.table_cells["items"].below == FIRST + 20


def test_rows_go_along_into_the_next_year(city: Path, run: Run) -> None:
    assert run("rollover", YEAR + 1, "--yes").code in FINE
    [after] = Store(city / "store", load_form("form", city)).heads(YEAR + 1)
    assert names(after) == ["品1", "品2", "品3"]
    assert after["place.code"] == HEAD["place.code"]


def test_rows_are_told_by_what_they_are(city: Path, run: Run) -> None:
    book = living(city)
    change(book, FIRST, "001", "品1", "R2.4.1", 1000, 4, "良", None)
    delete(book, FIRST + 1)
    change(book, FIRST + 3, "003", "棚", "R2.4.1", 500, 2, "良", None)
    assert (
        "「備品「棚」 備品番号」の「003」は、「備品「品3」の行」と同じです"
        in run("check", book).out
    )
    assert run("import", book).code in FINE
    lines = run("history", "A-01").out
    assert "備品「品1」 数量：「1点」 → 「4点」" in lines
    assert "備品「棚」の行：行の追加 「003・棚・令和2年4月1日・500円…」" in lines
    assert "備品の行：行の削除 「002・品2・令和2年4月1日・1,000円…」" in lines


@pytest.mark.usefixtures("city")
def test_each_row_of_every_sheet_is_in_one_tidy_table(run: Run) -> None:
    assert run("summarize", "--format", "csv", "--by-axis", "--out", "表").code == 0
    [file] = Path("表").rglob("*.items.csv")
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("key,id,row,number,name,acquired,price,count,state,note")
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["A-01", f"R{n}", f"{n}", f"00{n}", f"品{n}"] for n in (1, 2, 3)
    ]


def test_rows_come_back_as_they_were(city: Path, run: Run) -> None:
    book = living(city)
    change(book, FIRST + 3, *NEW)
    assert run("import", book).code in FINE
    assert run("form", "docs", "--form", FOLDER, "--out", "説明").code == 0
    assert "no two rows have the same `number`" in Path("説明/docs/form.md").read_text(
        encoding="utf-8"
    )
    assert run("revert", "A-01", "--to", 1).code in FINE
    assert names(head(city)) == ["品1", "品2", "品3"]
    assert run("audit").code == 0
