"""The drawing as a planning officer edits it: mistakes named by their cell, moved cells followed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests import papers
from tests.cities import WORKSHEET, saved
from xlsync.errors import FormError
from xlsync.form.library import load_form
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template


def cells() -> dict[str, str]:
    """Where each field lies in the template of the shipped drawing."""
    return dict(build_template(load_form(), papers.EDITION).addresses)


def drawn(folder: Path, change: Callable[[Worksheet], object]) -> Path:
    """A copy of the form whose drawing was changed in Excel."""
    made = papers.form_folder(folder / "form")
    book = openpyxl.load_workbook(made / "drawing.xlsx")
    change(book[WORKSHEET])
    (made / "drawing.xlsx").write_bytes(saved(book))
    return made


def marker(worksheet: Worksheet, path: str) -> str:
    """The address of a field's marker."""
    return next(
        c.coordinate for line in worksheet.iter_rows() for c in line if c.value == f"[[{path}]]"
    )


def put(path: str, value: object) -> Callable[[Worksheet], None]:
    def change(worksheet: Worksheet) -> None:
        worksheet[marker(worksheet, path)].value = value

    return change


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[[mayoral_plegde]]", ["mayoral_plegde"]),
        (None, ["mayoral_pledge"]),
        ("[[purpose]]", ["purpose", "2か所"]),
        ("[[mayoral_pledge]", ["[[mayoral_pledge]"]),
        ("市長公約：[[mayoral_pledge]]", ["[[mayoral_pledge]]"]),
        ("[[]]", ["[[]]"]),
    ],
)
def test_a_wrong_marker_is_named_by_its_cell(
    tmp_path: Path, value: object, words: list[str]
) -> None:
    original = openpyxl.load_workbook(io.BytesIO(load_form().drawing()))[WORKSHEET]
    where = marker(original, "mayoral_pledge")
    form = load_form(str(drawn(tmp_path, put("mayoral_pledge", value))))
    with pytest.raises(FormError) as told:
        build_template(form, papers.EDITION)
    assert "drawing.xlsx" in told.value.where
    assert [word for word in words if word not in told.value.reason] == []
    assert value is None or where in told.value.reason


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04" + bytes(30)])
def test_a_broken_drawing_is_named(tmp_path: Path, data: bytes) -> None:
    made = papers.form_folder(tmp_path / "form")
    (made / "drawing.xlsx").write_bytes(data)
    with pytest.raises(FormError, match="開けません") as told:
        build_template(load_form(str(made)), papers.EDITION)
    assert "drawing.xlsx" in told.value.where


def test_a_missing_drawing_is_named(tmp_path: Path) -> None:
    made = papers.form_folder(tmp_path / "form")
    (made / "drawing.xlsx").unlink()
    with pytest.raises(FormError) as told:
        build_template(load_form(str(made)), papers.EDITION)
    assert "drawing.xlsx" in told.value.where


def test_a_drawing_with_another_worksheet_first_is_named(tmp_path: Path) -> None:
    def rename(worksheet: Worksheet) -> None:
        worksheet.title = "Sheet1"

    with pytest.raises(FormError, match=WORKSHEET):
        build_template(load_form(str(drawn(tmp_path, rename))), papers.EDITION)


def test_a_moved_cell_in_the_drawing_is_read_where_it_is_now(tmp_path: Path) -> None:
    """Excel moves merged areas along, openpyxl does not: a new column before the last part."""

    def insert(worksheet: Worksheet) -> None:
        areas = [area.bounds for area in worksheet.merged_cells.ranges]
        for area in list(worksheet.merged_cells.ranges):
            worksheet.unmerge_cells(str(area))
        worksheet.insert_cols(23)
        for left, top, right, bottom in areas:
            moved = [column + (column >= 23) for column in (left, right)]
            worksheet.merge_cells(
                start_row=top, end_row=bottom, start_column=moved[0], end_column=moved[1]
            )

    form = load_form(str(drawn(tmp_path, insert)))
    built = build_template(form, papers.EDITION)
    assert (
        built.addresses["costs.2017-settled.sources.general"]
        != cells()["costs.2017-settled.sources.general"]
    )
    for key in papers.KEYS:
        data = fill(built, papers.sheet(key), Stamp(form.id, 2018, key, 1, "ab"))
        assert read(data, form)[0].sheet.to_json() == papers.official_bytes()[key]
