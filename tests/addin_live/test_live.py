"""An answer is looked at before anything of it is carried out: whatever a hostile one says, the workbook stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill

from tests import exploring
from tests.fake_excel.model import Application, Workbook
from tests.fake_excel.pywin32 import Desktop
from xlsync.addin.client.excel_engine import Engine
from xlsync.addin.client.live_session import Button, Desk, Outcome, press_button
from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Mark,
    Message,
    Open,
    PutStamp,
    Request,
    Row,
    Table,
    Unmark,
    Write,
)
from xlsync.errors import ExcelError, ProtocolError

ID = "ab" * 16
SHEET = "Sheet"
FINE = Write(SHEET, "B2", "新しい値", None)
SAID = Message("info", "終わりました。")


@pytest.fixture
def book(excel: Application, place: str) -> Workbook:
    return excel.take(place)


Press = Callable[..., Outcome]


@pytest.fixture
def press(engine: Engine, tmp_path: Path) -> Press:
    """Press 反映; the other side answers with these changes."""

    def pressed(*changes: Change, **said: Any) -> Outcome:
        asked: list[Request] = []

        def answer(request: Request) -> Answer:
            asked.append(request)
            return replace(Answer("pull", request.id, (*changes, SAID)), **said)

        desk = Desk(answer, lambda name: tmp_path / name)
        return press_button(engine, Button("pull", ID), lambda: desk)

    return pressed


def looks(book: Workbook) -> dict[str, Any]:
    """What every cell holds and looks like, and the names."""
    cells = {
        f"{sheet.Name}!{c.coordinate}": (c.value, c.fill.fgColor.rgb, c.number_format, c.comment)
        for sheet in book.sheets
        for row in sheet.page.iter_rows()
        for c in row
        if c.has_style or c.value is not None or c.comment
    }
    return cells | {f"{s.Name}!{n}": d.attr_text for s in book.sheets for n, d in s.page.defined_names.items()}  # fmt: skip


HOSTILE: list[tuple[Change, ...]] = [
    (FINE,) * 20_001,
    (Write(SHEET, "A0", "x", None),),
    (Write(SHEET, "A1:Z99", "x", None),),
    (Write(SHEET, "XFE1", "x", None),),
    (Write(SHEET, "B2", float("nan"), None),),
    (Mark(SHEET, "B2", "赤", "x"),),
    (PutStamp(SHEET, '="x"&B2'),),
    (PutStamp(SHEET, "x"), FINE),
    (Open("../../秘密.xlsx"),),
    (Open("C:/Windows/win.html"),),
    (Open("//server/share/a.xlsx"),),
    (Open("集計/a.exe"),),
    (Table("一覧", ("一",)), Row("", "", ("一", "二"))),
    (Unmark(""),),
]


@pytest.mark.parametrize("changes", HOSTILE, ids=lambda changes: str(changes[0])[:40])
def test_an_answer_with_anything_unknown_in_it_is_not_even_begun(
    book: Workbook, press: Press, excel: Application, changes: tuple[Change, ...]
) -> None:
    before = looks(book)
    with pytest.raises(ProtocolError):
        press(FINE, *changes)
    assert looks(book) == before
    assert excel.books == [book]


@pytest.mark.parametrize(
    "said", [{"id": "cd" * 16}, {"verb": "submit"}, {"id": "x"}, {"failed": True}]
)
def test_an_answer_to_something_else_is_not_even_begun(
    book: Workbook, press: Press, said: dict[str, Any]
) -> None:
    before = looks(book)
    with pytest.raises(ProtocolError):
        press(FINE, **said)
    assert looks(book) == before


def test_a_failure_is_told_and_nothing_else(book: Workbook, press: Press) -> None:
    before = looks(book)
    done = press(failed=True, changes=(Message("error", "できません。"),))
    assert (done.failed, done.level, done.text) == (True, "error", "できません。")
    assert looks(book) == before


def test_what_lies_elsewhere_is_left_alone_and_told(book: Workbook, press: Press) -> None:
    before = looks(book)
    done = press(
        Unmark("ない"),
        Mark("ない", "B2", "FFC7CE", "x"),
        Write("ない", "B2", "x", None),
        Ask("ない", "B2", "x", None, "?"),
        PutStamp("ない", "x"),
        GoTo("ない", "B2"),
        Open("集計/ない.xlsx"),
    )
    assert done.level == "warning"
    assert "行わなかったことが 7 件" in done.text
    assert looks(book) == before


def test_formulas_and_changed_cells_are_left_alone_and_the_stamp_with_them(
    book: Workbook, press: Press
) -> None:
    sheet = book.sheets[0]
    sheet.Range("B2").Value = "=1+1"
    sheet.Range("B3").Value = "もう変わった"
    before = looks(book)
    done = press(
        Write(SHEET, "B2", "x", 0.0),
        Write(SHEET, "B3", "x", "前の値"),
        Ask(SHEET, "B3", "x", "前の値", "?"),
        PutStamp(SHEET, "x"),
    )
    assert "数式" in done.text
    assert looks(book) == before


def test_a_text_that_looks_like_a_formula_is_written_as_text(book: Workbook, press: Press) -> None:
    press(Write(SHEET, "B2", '=HYPERLINK("http://x")', None), PutStamp(SHEET, "form=x"))
    cell = book.sheets[0].page["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")
    assert book.sheets[0].page.defined_names["_xlsync.stamp"].attr_text == '"form=x"'


def test_after_a_cancel_nothing_more_is_asked(
    book: Workbook, press: Press, desktop: Desktop
) -> None:
    asks = tuple(Ask(SHEET, f"B{row}", "x", None, f"{row}?") for row in range(2, 6))
    desktop.presses += [6, 7, 2]
    done = press(*asks, PutStamp(SHEET, "x"))
    assert [box.text for box in desktop.boxes] == ["2?", "3?", "4?"]
    assert [book.sheets[0].page[f"B{row}"].value for row in range(2, 6)] == ["x", None, None, None]
    assert "行わなかったことが 2 件" in done.text
    assert "_xlsync.stamp" not in book.sheets[0].page.defined_names


def test_a_workbook_of_another_kind_of_fill_keeps_it(book: Workbook, press: Press) -> None:
    page = book.sheets[0].page
    page["B2"].fill = PatternFill("darkGrid", fgColor="00112233")
    page["B3"].fill = PatternFill("solid", fgColor="00112233")
    before = looks(book)
    press(Mark(SHEET, "B2", "FFC7CE", "一"), Mark(SHEET, "B3", "FFC7CE", "二\n三"), verb="pull")
    assert page["B2"].fill.fill_type == "darkGrid"
    assert page["B3"].fill.fgColor.rgb == "00FFC7CE"
    assert page["B2"].comment.text.startswith("【xlsync】一\n")
    press(Mark(SHEET, "B3", "FFEB9C", "もう一度"))
    press(Unmark(SHEET))
    assert looks(book) == before


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(
    fills=st.lists(
        st.sampled_from([None, "00FFC7CE", "00FFFFFF", "00000000"]), min_size=3, max_size=3
    ),
    marked=st.lists(st.tuples(st.integers(1, 3), TEXT), max_size=6),
)
@settings(suppress_health_check=exploring.ONE_FIXTURE, max_examples=exploring.examples(25))
def test_marks_taken_off_leave_every_cell_as_it_was(
    press: Press, excel: Application, fills: list[str | None], marked: list[tuple[int, str]]
) -> None:
    excel.books.clear()
    book = excel.take("C:\\a.xlsx")
    for row, fill in enumerate(fills, start=1):
        book.sheets[0].page[f"B{row}"].fill = (
            PatternFill("solid", fgColor=fill) if fill else PatternFill()
        )
    before = looks(book)
    press(*(Mark(SHEET, f"B{row}", "FFC7CE", text) for row, text in marked))
    assert len({row for row, _ in marked}) == len(list(book.sheets[0].Comments))
    press(Unmark(SHEET))
    assert looks(book) == before


def test_a_desk_that_cannot_be_reached_changes_nothing(engine: Engine, book: Workbook) -> None:
    def gone() -> Desk:
        raise ExcelError("ありません")

    before = looks(book)
    with pytest.raises(ExcelError):
        press_button(engine, Button("pull", ID), gone)
    assert looks(book) == before
