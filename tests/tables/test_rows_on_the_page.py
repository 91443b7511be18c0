"""Rows in a workbook: filled in, read, inserted, copied, sorted, deleted; the page grows where they are more than printed."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.tables.items import FIRST, WORKSHEET, form, names, row, said, sheet, typed
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.ooxml.read.reader import open_workbook
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

THREE = sheet({f"R{n}": row(f"00{n}", name=f"品{n}", count=n) for n in (1, 2, 3)})


def book(sheet: Sheet) -> bytes:
    stamp = Stamp(sheet.edition.form, sheet.edition.year, sheet.id, 1, "c0ffee")
    return fill(build_template(form(), sheet.edition.year), sheet, stamp)


def reading(data: bytes) -> Reading:
    [only] = read(data, form())
    return only


def with_inserted(data: bytes, behind: int) -> bytes:
    """The workbook with a row inserted behind another, as Excel inserts it."""
    edit = PackageEdit(data)
    insert_rows(edit, WORKSHEET, {behind: 1})
    return edit.finished()


@pytest.mark.parametrize("count", [0, 3, 40, 41, 500])
def test_reading_what_was_filled_in_gives_the_same_sheet(count: int) -> None:
    rows = {f"R{n}": row(f"{n:03}", name=f"品{n}") for n in range(count)}
    filled = sheet(rows)
    read_again = reading(book(filled))
    assert read_again.sheet.same_content(filled)
    assert not [finding for finding in read_again.findings if finding.severity == "error"]


def test_a_row_typed_into_a_blank_line_gets_an_id_that_stays() -> None:
    data = patch_cells(book(THREE), typed(FIRST + 5, ("009", "棚", "R2.4.1", 500, 2, "良", None)))
    first, second = reading(data), reading(data)
    assert names(first.sheet) == ["品1", "品2", "品3", "棚"]
    assert first.sheet == second.sheet
    assert first.sheet["total.count"] == 8
    place = first.field_cells.table_cells["items"]
    assert place.unmarked == {list(place.numbers)[-1]}


def test_a_row_inserted_in_the_middle_is_read_there_and_summed() -> None:
    data = with_inserted(book(THREE), FIRST)
    data = patch_cells(data, typed(FIRST + 1, ("009", "棚", "R2.4.1", 500, 2, "良", None)))
    read_again = reading(data).sheet
    assert names(read_again) == ["品1", "棚", "品2", "品3"]
    assert read_again["total.count"] == 8
    formula = open_workbook(data).cells(WORKSHEET)["C5"].formula
    assert formula is not None
    assert "F8:F50" in formula, "the sum takes in what is inserted"


def test_rows_inserted_at_either_end_are_in_the_table() -> None:
    for behind in (FIRST - 1, FIRST + 39):
        data = with_inserted(book(THREE), behind)
        data = patch_cells(data, typed(behind + 1, ("009", "棚", "R2.4.1", 500, 2, "良", None)))
        assert "棚" in names(reading(data).sheet)


def test_a_copied_row_is_another_row() -> None:
    cells = open_workbook(book(THREE)).cells(WORKSHEET)
    copied = {(WORKSHEET, f"{at}{FIRST + 3}"): cells[f"{at}{FIRST + 1}"].value for at in "ABCEFG"}
    read_again = reading(patch_cells(book(THREE), copied)).sheet  # type: ignore[arg-type]
    assert names(read_again) == ["品1", "品2", "品3", "品2"]
    ids = [row.row_id for row in read_again.rows("items")]
    assert ids[:3] == ["R1", "R2", "R3"]
    assert len(set(ids)) == 4


def test_sorted_rows_keep_their_ids() -> None:
    cells = open_workbook(book(THREE)).cells(WORKSHEET)
    turned = {
        (WORKSHEET, f"{at}{FIRST + 2 - n}"): cells[f"{at}{FIRST + n}"].value
        for n in range(3)
        for at in "ABCDEFG"
    }
    read_again = reading(patch_cells(book(THREE), turned)).sheet  # type: ignore[arg-type]
    assert [row.row_id for row in read_again.rows("items")] == ["R3", "R2", "R1"]
    assert said(read_again) == said(THREE)[::-1]


def test_a_row_of_which_all_is_cleared_but_the_hidden_id_is_no_row() -> None:
    data = patch_cells(book(THREE), typed(FIRST + 1, (None,) * 7))
    assert names(reading(data).sheet) == ["品1", "品3"]


def test_a_page_without_the_names_of_a_table_says_so_and_reads_the_rest() -> None:
    plain = openpyxl.load_workbook(io.BytesIO(book(THREE)))
    del plain[WORKSHEET].defined_names["items.count"]
    saved = io.BytesIO()
    plain.save(saved)
    read_again = reading(saved.getvalue())
    assert [f.code for f in read_again.findings if f.severity == "error"] == ["lost-table"]
    assert "items" in read_again.unlocated
    assert read_again.sheet["place.name"] == "本庁3階"


def test_staff_may_insert_and_delete_rows_of_the_protected_page() -> None:
    page = openpyxl.load_workbook(io.BytesIO(build_template(form(), 2026).data))[WORKSHEET]
    assert page.protection.sheet
    assert not page.protection.insertRows
    assert not page.protection.deleteRows
    for number in range(FIRST, FIRST + 40):
        assert not any(cell.protection.locked for cell in page[number]), number
        assert not page.row_dimensions[number].protection.locked
    assert page["A8"].protection.locked
    assert page.column_dimensions["B"].hidden
