"""The filled sheets of the example form: canonical, clean, summed rightly, and the same through a workbook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import office
from tests.tables.items import FOLDER, WORKSHEET, form
from tests.tables.test_rows_on_the_page import book, reading
from xlsync.checks import check
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.sheet import Sheet

EXAMPLES = sorted((FOLDER / "examples").glob("*.json"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_filled_example_is_sound(file: Path) -> None:
    sheet = Sheet.from_json(file.read_bytes(), form())
    assert sheet.to_json() == file.read_bytes(), "canonical"
    assert check(sheet) == []
    items = json.loads(file.read_bytes())["items"]
    for word in ("count", "price"):
        assert sheet[f"total.{word}"] == sum(item[word] for item in items)
    assert reading(book(sheet)).sheet.same_content(sheet)


def test_one_of_them_has_five_hundred_rows() -> None:
    sizes = [len(json.loads(file.read_bytes())["items"]) for file in EXAMPLES]
    assert sorted(sizes) == [12, 500]


@pytest.mark.office
def test_rows_and_their_ids_come_back_through_a_real_office_program(tmp_path: Path) -> None:
    sheet = Sheet.from_json(EXAMPLES[-1].read_bytes(), form())
    edit = PackageEdit(book(sheet))
    insert_rows(edit, WORKSHEET, {10: 3, 47: 60})
    (tmp_path / "a.xlsx").write_bytes(edit.finished())
    [saved] = office.resave([tmp_path / "a.xlsx"], tmp_path / "saved")
    again = reading(saved.read_bytes())
    assert again.sheet.same_content(sheet)
    assert not again.field_cells.table_cells["items"].unmarked
    assert again.cells["items.count"] == "F8:F112"
