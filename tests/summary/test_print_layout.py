"""Printed pages: one paper for a workbook, columns that fill it, and blocks of rows that no page end cuts in two."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.finding import finding
from xlsync.form.edition import Edition
from xlsync.sheet import Sheet
from xlsync.summary import Item, summarize
from xlsync.summary.excel.print_layout import page_breaks, stretch
from xlsync.summary.figures.progress import Board, FolderProblem, Line
from xlsync.summary.sheets.submission_status import board_workbook

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported")
A3_POINTS = 72 * (11.69 - 1.1)
A3_INCHES = 16.54 - 0.8


@given(st.lists(st.integers(1, 12), min_size=1, max_size=80), st.floats(10, 40))
def test_no_page_end_cuts_a_block_and_every_page_holds_its_rows(
    sizes: list[int], height: float
) -> None:
    first, blocks = 5, []
    for size in sizes:
        blocks.append(range(first, first + size))
        first += size
    heights = dict.fromkeys(range(first), height)
    breaks = list(page_breaks("A3", [100.0], heights, (range(3, 5), blocks)))
    assert set(breaks) <= {block.start for block in blocks}
    starts = [5, *breaks, first]
    for begin, end in itertools.pairwise(starts):
        repeated = 5 if begin == starts[0] else 2
        assert (end - begin + repeated) * height <= A3_POINTS


@given(st.lists(st.floats(3, 60), min_size=1, max_size=40))
def test_columns_fill_the_paper_or_are_left_as_they_are(widths: list[float]) -> None:
    factor = stretch("A3", widths)
    inches = [(8 * width + 5) / 96 for width in widths]
    assert 1 <= factor <= 1.6
    if sum(inches) >= A3_INCHES:
        assert factor == 1
    else:
        assert sum((8 * factor * width + 5) / 96 for width in widths) <= A3_INCHES * 1.0001


def test_sources_of_a_section_stay_on_one_page(
    five_items: Sequence[Item], edition: Edition
) -> None:
    items = [
        Item(item.sheet.with_values({"organization.division": f"第{number}課"}))
        for number in range(12)
        for item in five_items[:1]
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(summarize(items, department=None, edition=edition, made_on=None))
    )
    page = book["財源内訳"]
    breaks = [brk.id for brk in page.row_breaks.brk]
    assert breaks
    names = [str(page.cell(row + 1, 2).value) for row in breaks]
    assert all("課" in name or "合計" in name for name in names), names


LONG_NAME = "地域における子どもの居場所づくり及び放課後児童健全育成のための施設整備並びに運営費補助事業（GIS・ICT）"
LINE_HEIGHT = 1.7
"""Of メイリオ and 游ゴシック in Excel, to the size of the font: the largest of the usual fonts."""


def test_no_text_that_is_printed_loses_a_line_in_any_usual_font(
    five: Sequence[Sheet], edition: Edition
) -> None:
    """Measured here for メイリオ, whose Latin letters and whose lines are the largest of the usual fonts."""
    values = {
        "organization.division": "都市計画部公共施設マネジメント推進課",
        "project.name": LONG_NAME,
        "indicator.name": LONG_NAME,
    }
    wrong = finding(
        "sum", "project.name", field=LONG_NAME, shown="1", sum="2", difference="1", parts=LONG_NAME
    )
    items = [
        Item(sheet.with_values(values), (wrong,), f"../評価シート/{number}.xlsx")
        for number, sheet in enumerate(five)
    ]
    city = summarize(items, department=None, edition=edition, made_on=None)
    lines = tuple(_line(item.sheet) for item in items)
    problems = (FolderProblem(LONG_NAME * 2, LONG_NAME * 3),)
    board = board_workbook(Board("つくば市", edition.title, lines, problems))
    pages = [page for data in (city, board) for page in openpyxl.load_workbook(io.BytesIO(data))]
    assert [fault for page in pages for fault in _cut_texts(page)] == []
    texts = {page.title: {cell.value for row in page for cell in row} for page in pages}
    named = {title for title, values in texts.items() if LONG_NAME in values}
    assert named >= {"概要", "事業一覧", "指標", "課題と方向性", "要確認", "提出状況"}


def _line(sheet: Sheet) -> Line:
    unit = (sheet.department, sheet.division, sheet.section)
    return Line(unit, sheet.key, sheet.title, link=f"評価シート/{sheet.key}.xlsx")


def _cut_texts(page: Worksheet) -> Iterator[str]:
    """The texts in boxes that are broader or higher than their cells."""
    areas = {str(area).partition(":")[0]: area for area in page.merged_cells.ranges}
    # openpyxl keeps equal neighbours under the first one's letter
    widths = {
        column: float(one.width)
        for one in page.column_dimensions.values()
        for column in range(one.min or 1, (one.max or 1) + 1)
    }
    for cell in itertools.chain.from_iterable(page):
        look = cell.alignment
        is_text = isinstance(cell.value, str) and cell.data_type == "s"
        if not is_text or look.shrink_to_fit or not cell.border.bottom.style:
            continue
        area = areas.get(cell.coordinate)
        row, column = cell.row or 1, cell.column or 1
        last = column if area is None else int(area.max_col or column)
        room = sum(widths[number] for number in range(column, last + 1)) * 6.0
        room -= 3 + 9 * look.indent
        size = cell.font.size or 11
        if cell.hyperlink or not look.wrap_text:
            if _points(str(cell.value), size) > room:
                yield f"{page.title}!{cell.coordinate} is too narrow for {cell.value}"
        elif area is None or area.max_row == area.min_row:
            height = page.row_dimensions[row].height or 18
            needed = _lines(str(cell.value), room, size) * size * LINE_HEIGHT
            if needed > height + 1:
                yield f"{page.title}!{cell.coordinate} {height} < {needed}: {cell.value}"


def _points(text: str, size: float) -> float:
    """How broad a text is in メイリオ, in points."""
    return sum(size * _em(character) for character in text)


def _em(character: str) -> float:
    if not character.isascii():
        return 1.0
    if character in "MWmw@%":
        return 1.0
    if character in "ijlI.,:;'|!() []ft":
        return 0.45
    return 0.77 if character.isupper() else 0.64


def _lines(text: str, room: float, size: float) -> int:
    """How many lines a text takes where each is filled to its last character."""
    count = 0
    for line in text.split("\n"):
        filled, count = 0.0, count + 1
        for character in line:
            width = _points(character, size)
            if filled + width > room and filled:
                filled, count = 0.0, count + 1
            filled += width
    return count
