"""A font changed by hand, so that a text no longer fits on paper, is noticed; the form's own font and a smaller one are not."""

from __future__ import annotations

import io
from copy import copy
from functools import cache

import openpyxl
import pytest
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from tests import papers
from tests.cities import WORKSHEET
from xlsync.finding import Finding
from xlsync.form.library import load_form
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.text_capacity import room_of
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

PATH = "purpose"
ROOM = room_of(load_form(), papers.EDITION)[PATH]
FULL = "あ" * (ROOM.width // 2 * ROOM.line_count)
"""As much as the cell holds in the form's font."""
HALF = "あ" * (ROOM.width // 2 * (ROOM.line_count // 2))


@cache
def workbook(text: str) -> bytes:
    stamp = Stamp("jimu-jigyo-hyoka", papers.EDITION, papers.CLEAN)
    sheet = papers.with_values(papers.CLEAN, {PATH: text})
    return fill(build_template(load_form(), papers.EDITION), sheet, stamp)


def told(
    text: str, font: Font | None, *, higher: float = 1, shrinks: bool = False
) -> list[Finding]:
    data = workbook(text)
    address = read(data)[0].cells[PATH]
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[WORKSHEET]
    if font is not None:
        page[address].font = font
    if shrinks:
        page[address].alignment = Alignment(shrink_to_fit=True)
    _make_higher(page, address, higher)
    saved = io.BytesIO()
    book.save(saved)
    return [one for one in read(saved.getvalue())[0].findings if one.code == "font-too-large"]


def _make_higher(page: Worksheet, address: str, times: float) -> None:
    (area,) = (area for area in page.merged_cells.ranges if area.start_cell.coordinate == address)
    for row in range(area.min_row, area.max_row + 1):
        dimension = copy(page.row_dimensions[row])
        page.row_dimensions[row].height = (dimension.height or 13.5) * times


LARGE = Font(name="ＭＳ Ｐゴシック", sz=16)


@pytest.mark.parametrize(
    "font", [LARGE, Font(name="メイリオ", sz=9), Font(name="游ゴシック", sz=11)]
)
def test_a_text_that_its_font_makes_too_large_is_told(font: Font) -> None:
    (finding,) = told(FULL, font)
    assert (finding.path, finding.severity, finding.worksheet) == (PATH, "warning", WORKSHEET)
    assert f"{font.name}{font.size:g}ポイント" in finding.message


@pytest.mark.parametrize(
    "font",
    [
        None,
        Font(name="ＭＳ 明朝", sz=8.5),
        Font(name="Meiryo UI", sz=8),
        Font(name="ＭＳ Ｐゴシック", sz=6, bold=True, color="FFFF0000"),
    ],
)
def test_the_forms_font_and_one_that_is_no_larger_are_not_told(font: Font | None) -> None:
    assert told(FULL, font) == []


def test_a_large_font_is_not_told_where_the_text_fits_all_the_same() -> None:
    assert told("短い目的", LARGE) == []
    assert told(HALF, Font(name="ＭＳ Ｐゴシック", sz=11)) == []


def test_who_made_the_rows_higher_or_lets_the_text_shrink_is_told_nothing() -> None:
    assert told(FULL, LARGE, higher=4) == []
    assert told(FULL, LARGE, shrinks=True) == []


def test_what_does_not_fit_in_the_forms_font_either_is_left_to_the_forms_own_check() -> None:
    assert told(FULL * 2, LARGE) == []


@pytest.mark.parametrize("key", papers.KEYS)
def test_the_official_sheets_are_told_nothing(key: str) -> None:
    stamp = Stamp("jimu-jigyo-hyoka", papers.EDITION, key)
    data = fill(build_template(load_form(), papers.EDITION), papers.sheet(key), stamp)
    assert [one for one in read(data)[0].findings if one.code == "font-too-large"] == []
