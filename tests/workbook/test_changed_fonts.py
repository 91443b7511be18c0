"""A font changed by hand, so that a text no longer fits on paper, is noticed; the form's own font and a smaller one are not."""

from __future__ import annotations

import io
from copy import copy
from functools import cache

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
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
    text: str | CellRichText, font: Font | None, *, higher: float = 1, shrinks: bool = False
) -> list[Finding]:
    data = workbook(str(text))
    address = read(data)[0].cells[PATH]
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[WORKSHEET]
    if font is not None:
        page[address].font = font
    if isinstance(text, CellRichText):
        page[address].value = text
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


OWN = InlineFont(rFont="ＭＳ Ｐゴシック", sz=8.5)


def in_pieces(*pieces: tuple[int, InlineFont | None]) -> CellRichText:
    """The full text, so many lines of it in each font; None is the cell's own."""
    line = "あ" * (ROOM.width // 2)
    return CellRichText(
        *(line * lines if font is None else TextBlock(font, line * lines) for lines, font in pieces)
    )


def runs(face: str, size: float) -> InlineFont:
    return InlineFont(rFont=face, sz=size)


@pytest.mark.parametrize(
    "pieces",
    [
        [(ROOM.line_count, runs("ＭＳ Ｐゴシック", 16))],
        [(1, runs("ＭＳ Ｐゴシック", 16)), (ROOM.line_count - 1, None)],
        [(1, None), (2, runs("メイリオ", 9)), (ROOM.line_count - 3, OWN)],
        [(ROOM.line_count - 1, OWN), (1, InlineFont(sz=16))],
    ],
)
def test_a_text_of_which_some_letters_are_too_large_is_told(
    pieces: list[tuple[int, InlineFont | None]],
) -> None:
    (finding,) = told(in_pieces(*pieces), None)
    assert finding.path == PATH
    assert ("一部が" in finding.message) == (len(pieces) > 1)


def test_larger_letters_that_leave_room_for_all_lines_are_not_told() -> None:
    assert (
        told(in_pieces((1, runs("ＭＳ Ｐゴシック", 16)), (ROOM.line_count // 2, None)), None) == []
    )
    assert told(in_pieces((1, runs("ＭＳ Ｐゴシック", 7)), (ROOM.line_count - 1, None)), None) == []


def test_letters_of_the_forms_size_in_a_cell_of_a_larger_font_are_not_told() -> None:
    assert told(in_pieces((ROOM.line_count, OWN)), LARGE) == []


@pytest.mark.parametrize("key", papers.KEYS)
def test_the_official_sheets_are_told_nothing(key: str) -> None:
    stamp = Stamp("jimu-jigyo-hyoka", papers.EDITION, key)
    data = fill(build_template(load_form(), papers.EDITION), papers.sheet(key), stamp)
    assert [one for one in read(data)[0].findings if one.code == "font-too-large"] == []
