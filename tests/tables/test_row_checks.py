"""What must hold of rows: what each column asks for, and no two rows alike; said with the row, at the row's cell of today."""

from __future__ import annotations

from tests.tables.items import FIRST, form, row, sheet, typed
from tests.tables.test_rows_on_the_page import THREE, book, with_inserted
from xlsync.checks import check
from xlsync.finding import Finding
from xlsync.kinds import Value
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read


def found(sheet: Sheet) -> dict[tuple[str, str], Finding]:
    return {(f.code, f.path): f for f in check(sheet) if f.path.startswith("items")}


def one(**cells: Value) -> Sheet:
    return sheet({"R1": row("001"), "R2": {**row("002", name="椅子"), **cells}})


def test_rows_in_which_all_is_there_have_no_findings() -> None:
    assert found(one()) == {}


def test_a_blank_cell_is_asked_for_in_each_row_that_is_there() -> None:
    findings = found(one(state=None, note=None))
    assert set(findings) == {("required", "items.R2.state")}
    assert "備品「椅子」 状態" in findings["required", "items.R2.state"].message


def test_a_row_without_its_name_is_told_by_its_number() -> None:
    findings = found(one(name=None))
    assert "備品2行目 品名" in findings["required", "items.R2.name"].message


def test_what_cannot_be_read_or_is_in_no_list_is_told_with_its_row() -> None:
    findings = found(one(state="紛失", note="-").with_values({}, {"items.R2.count": "三つ"}))
    assert set(findings) == {
        ("not-in-closed-list", "items.R2.state"),
        ("unreadable", "items.R2.count"),
    }
    assert "備品「椅子」 数量" in findings["unreadable", "items.R2.count"].message


def test_a_dash_where_none_is_taken_is_told() -> None:
    assert set(found(one(name="-"))) == {("dash-refused", "items.R2.name")}


def test_rows_of_one_number_are_told_at_the_later_ones_however_it_is_written() -> None:
    findings = found(one(number="００１"))
    assert set(findings) == {("row-repeated", "items.R2.number")}
    message = findings["row-repeated", "items.R2.number"].message
    assert "備品「机」の行" in message
    assert found(sheet({"R1": row("001"), "R2": {**row("002"), "number": None}})).keys() == {
        ("required", "items.R2.number")
    }


def test_a_finding_is_placed_at_the_cell_where_the_row_is_today() -> None:
    data = with_inserted(book(THREE), FIRST)
    data = patch_cells(data, typed(FIRST + 2, ("002", "品2", "R2.4.1", 1000, "三つ", "良", None)))
    [reading] = read(data, form())
    [unread] = reading.sheet.unreadable
    assert reading.cells[unread] == f"F{FIRST + 2}"


def test_five_hundred_rows_are_checked_at_the_speed_of_a_form() -> None:
    many = sheet({f"R{n}": row(f"{n:04}", name=f"品{n}") for n in range(500)})
    assert check(many) == []
