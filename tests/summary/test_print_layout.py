"""Printed pages: one paper for a workbook, columns that fill it, and blocks of rows that no page end cuts in two."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.form.edition import Edition
from xlsync.summary import Item, summarize
from xlsync.summary.excel.print_layout import page_breaks, stretch

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
