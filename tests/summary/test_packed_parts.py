"""A workbook that is packed worksheet by worksheet has the bytes that XlsxWriter itself writes, from little memory."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from xlsync.summary.excel.packed_parts import PackedText, PackedWorkbook, PackedWorksheet

_WHEN = dt.datetime(2018, 9, 3, tzinfo=dt.UTC)
_ROWS = 60


def names(count: int) -> list[str]:
    """So many names of worksheets."""
    return ["概要", *(f"一覧{number}" for number in range(1, count))]


def filled(
    count: int, book: Any, add: Callable[[str], Any], complete: Callable[[Any], None]
) -> None:
    """Worksheets with texts, numbers, formulas, links, merged cells and formats; the first one has a chart."""
    book.set_properties({"title": "集計", "created": _WHEN})
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "#FF0000"})
    for name in names(count):
        page = add(name)
        page.set_column(0, 3, 20)
        late = book.add_format({"num_format": f'0"{name}"'})
        for row in range(_ROWS):
            page.write_string(row, 0, f"{name}の{row % 7}番 & <印>", red)
            page.write_number(row, 1, row / 4, late)
            page.write_formula(row, 2, f"B{row + 1}*2+'{name}'!B1", bold, row / 2)
            page.write_formula(
                row, 3, f'=IF(A{row + 1}="{row}",$B$1:$B$1{row},{row}{row + 1})', red, "a"
            )
        page.write_url(0, 4, "external:../a.xlsx#'シート'!A1", bold, "シート")
        page.merge_range(1, 4, 2, 6, "結合", bold)
        page.conditional_format(0, 1, 9, 1, {"type": "2_color_scale"})
        page.set_row(3, 40)
        if name == "概要":
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": [name, 0, 1, 9, 1]})
            page.insert_chart(5, 5, chart)
        complete(page)


def packed(count: int) -> bytes:
    book = PackedWorkbook({})
    filled(
        count, book, book.add_packed, lambda page: page.pack(has_charts=page.get_name() == "概要")
    )
    return book.zipped()


def plain(count: int) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    filled(count, book, book.add_worksheet, lambda _page: None)
    book.close()
    return data.getvalue()


def test_the_bytes_are_those_of_xlsxwriter() -> None:
    assert packed(3) == plain(3)


def test_a_complete_worksheet_keeps_no_cells() -> None:
    book, pages = PackedWorkbook({}), list[PackedWorksheet]()

    def complete(page: PackedWorksheet) -> None:
        page.pack(has_charts=page.get_name() == "概要")
        pages.append(page)

    filled(3, book, book.add_packed, complete)
    assert [any(page.table.values()) for page in pages] == [True, False, False]


def test_text_is_kept_in_a_fraction_of_its_size() -> None:
    text, lines = (
        PackedText(),
        [f'<c r="A{number}"><v>{number}</v></c>' for number in range(50_000)],
    )
    tracemalloc.start()
    for line in lines:
        text.write(line)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    whole = "".join(lines).encode()
    assert held < len(whole) / 2
    assert b"".join(text.pieces()) == whole
    assert text.byte_count == len(whole)


def test_formulas_that_differ_in_their_row_take_a_fraction_of_the_memory() -> None:
    def held_by(page: Any) -> int:
        tracemalloc.start()
        for row in range(1_000):
            cells = "+".join(f"事業一覧!$C$8:$C$10007*$A{row + 1}*$B{row}" for _ in range(8))
            page.write_formula(row, 0, cells, None, 1.0)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return held

    ours = held_by(PackedWorkbook({}).add_packed("款項目別"))
    assert ours < 0.5 * held_by(xlsxwriter.Workbook(io.BytesIO()).add_worksheet("款項目別"))


def test_a_cell_that_is_written_too_late_is_not_lost_in_silence() -> None:
    book = PackedWorkbook({})
    page = book.add_packed("一覧")
    page.write_string(0, 0, "一")
    page.pack(has_charts=False)
    page.write_string(1, 0, "二")
    with pytest.raises(ValueError, match="complete"):
        book.zipped()
