"""Values are written into a live workbook as they are, whatever Excel would make of them if they were typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.addin_live.conftest import Clock
from tests.fake_excel.model import Application, Workbook, protect
from tests.fake_excel.pywin32 import windows
from xlsync.addin.client.carrying_out import is_same
from xlsync.addin.client.excel_engine import BUSY, Engine, Patience, excel_engine
from xlsync.addin.client.live_cells import Pen, fill_of, value_of
from xlsync.addin.protocol.changes import Typed
from xlsync.errors import ExcelError


@pytest.fixture
def book(excel: Application, place: str) -> Workbook:
    return excel.take(place)


def cell_of(engine: Engine, address: str = "B2") -> Any:
    return engine.xlwings.apps.active.books.active.sheets[0].range(address)


TRAPS = [
    "0120",
    "4-5-6",
    "1-2",
    "=1+1",
    "'abc",
    "TRUE",
    "1,200",
    "５０％",
    "1E5",
    "一行目\n二行目",
    " ",
    "-",
    "𠮷野",
]


def test_the_fake_excel_falls_into_every_trap_that_excel_does(
    book: Workbook, engine: Engine
) -> None:
    cell = cell_of(engine)
    read = []
    for text in ["0120", "4-5-6", "=1+1", "TRUE", "1,200", "'abc"]:
        cell.number_format = "General"
        cell.value = text
        read.append((cell.api.Value2, cell.api.HasFormula))
    assert read == [
        (120.0, False), (38113.0, False), (0.0, True), (True, False), (1200.0, False), ("abc", False)
    ]  # fmt: skip
    assert book.sheets[0].page["B2"].value == "abc"


@pytest.mark.parametrize("text", TRAPS)
@pytest.mark.parametrize("number_format", ["General", "@", "#,##0", "yyyy/m/d"])
def test_text_stays_text_and_the_cell_keeps_its_number_format(
    book: Workbook, engine: Engine, text: str, number_format: str
) -> None:
    cell = cell_of(engine)
    cell.number_format = number_format
    assert Pen(engine).write(cell, text)
    assert (cell.api.Value2, cell.api.HasFormula, cell.number_format) == (
        text,
        False,
        number_format,
    )
    assert book.sheets[0].page["B2"].data_type == "s"


@pytest.mark.parametrize("value", [12, 12.5, Decimal("-0.1"), 0, True, False])
@pytest.mark.parametrize("number_format", ["General", "@", "#,##0"])
@pytest.mark.usefixtures("book")
def test_numbers_and_truth_values_stay_what_they_are_even_in_a_cell_for_text(
    engine: Engine, value: Typed, number_format: str
) -> None:
    cell = cell_of(engine)
    cell.number_format = number_format
    assert Pen(engine).write(cell, value)
    assert cell.api.Value2 == (value if isinstance(value, bool) else float(value))  # type: ignore[arg-type]
    assert not isinstance(cell.api.Value2, str)
    assert cell.number_format == number_format


@pytest.mark.usefixtures("book")
def test_blank_clears_the_cell(engine: Engine) -> None:
    cell = cell_of(engine)
    assert Pen(engine).write(cell, "前の値")
    assert Pen(engine).write(cell, None)
    assert value_of(cell) is None


@pytest.mark.parametrize("text", TRAPS)
def test_where_formats_are_protected_text_still_stays_text(
    book: Workbook, engine: Engine, text: str
) -> None:
    protect(book.sheets[0], "B2")
    cell = cell_of(engine)
    assert Pen(engine).write(cell, text)
    assert (cell.api.Value2, cell.number_format) == (text, "General")


def test_a_locked_cell_of_a_protected_worksheet_is_refused_and_keeps_what_it_holds(
    book: Workbook, engine: Engine
) -> None:
    cell = cell_of(engine)
    assert Pen(engine).write(cell, "前の値")
    protect(book.sheets[0], "C3")
    assert not Pen(engine).write(cell, "新しい値")
    assert not Pen(engine).write(cell, None)
    assert value_of(cell) == "前の値"


def test_a_merged_area_is_cleared_and_filled_as_one(book: Workbook, engine: Engine) -> None:
    book.sheets[0].page.merge_cells("B2:D3")
    cell = cell_of(engine)
    assert Pen(engine).write(cell, "0120")
    assert Pen(engine).paint(cell, "FFC7CE")
    assert fill_of(cell) == "FFC7CE"
    assert book.sheets[0].page["D3"].fill.fgColor.rgb == "00FFC7CE"
    assert Pen(engine).write(cell, None)
    assert value_of(cell) is None
    assert Pen(engine).paint(cell, None)
    assert fill_of(cell) is None


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_text_comes_back_from_a_cell_as_it_was_put(text: str) -> None:
    desktop = windows()
    desktop.excels.clear()
    desktop.start().take("a.xlsx")
    engine = excel_engine()
    cell = cell_of(engine)
    assert Pen(engine).write(cell, text)
    assert is_same(value_of(cell), text)


def test_a_cell_that_is_no_longer_the_same_is_told_apart() -> None:
    assert is_same(120.0, 120)
    assert is_same(0.1, Decimal("0.1"))
    assert is_same(None, "")
    assert is_same("一\r\n二", "一\n二")
    pairs: list[tuple[Typed, Typed]] = [
        (120.0, "120"), ("120", 120), (True, 1), (1.0, True), (None, 0), (0.0, None), ("-", None), (0.1, 0.2)
    ]  # fmt: skip
    assert not any(is_same(held, value) for held, value in pairs)


@pytest.mark.usefixtures("book")
def test_a_busy_excel_is_waited_for(engine: Engine, excel: Application, clock: Clock) -> None:
    cell = cell_of(engine)
    excel.mood.busy = 7
    assert Pen(engine).write(cell, "0120")
    assert value_of(cell) == "0120"
    assert clock.naps == [0.2] * 7


@pytest.mark.parametrize("spelled_as_missing", [False, True])
@pytest.mark.usefixtures("book")
def test_an_excel_that_stays_busy_ends_in_a_sentence_after_ten_seconds(
    engine: Engine, excel: Application, clock: Clock, *, spelled_as_missing: bool
) -> None:
    cell = cell_of(engine)
    excel.mood.busy = 10**6
    excel.mood.spelled_as_missing = spelled_as_missing
    with pytest.raises(ExcelError) as fault, engine.excel_errors():
        value_of(cell)
    assert fault.value.reason == BUSY
    assert 10 <= clock.now < 10.5
    with pytest.raises(ExcelError), engine.excel_errors():
        cell.api.Value2 = 1.0
    assert clock.now < 21


@pytest.mark.usefixtures("book")
def test_a_member_that_excel_does_not_have_raises_at_once(engine: Engine, clock: Clock) -> None:
    with pytest.raises(ExcelError), engine.excel_errors():
        _ = cell_of(engine).api.Nonsense
    assert clock.now == 0


def test_patience_is_as_real_as_its_clock() -> None:
    clock = Clock()
    patience = Patience(clock.read, clock.sleep, seconds=1, pause=0.5)
    assert [attempt < patience for attempt in (1, 2, 3)] == [True, True, False]
    assert bool(patience)
