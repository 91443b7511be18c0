"""Answers carried out in a workbook: marks leave no trace, hostile answers do no harm, typed values stay as they are."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import GradientFill, PatternFill
from openpyxl.styles.colors import Color

from tests import cities, exploring, papers
from tests.addin.pressed import Desk, Screen, desk, found, never
from tests.addin.test_codecs import SINGLE
from xlsync.addin.client.carrying_out import HEAD, carry_out
from xlsync.addin.protocol.accepted import in_order
from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Mark,
    Message,
    Open,
    PutStamp,
    Row,
    Table,
    Typed,
    Unmark,
    Write,
)
from xlsync.errors import ProtocolError, UnwritableWorkbook, WorkbookError
from xlsync.workbook.openpyxl_editor import OpenpyxlLive
from xlsync.workbook.reading.form_reader import read

ID = "0" * 32
SHEET = "s"


def book(protected: bool = False) -> OpenpyxlLive:  # noqa: FBT001, FBT002 - a test's own shorthand
    """A workbook with a fill, somebody's own note, a formula, a merged area and a pattern."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = SHEET
    sheet["A1"].fill = PatternFill("solid", fgColor=Color("FFE2EFDA"))
    sheet["A2"].comment = Comment("自分のメモ", "甲野")
    sheet["A3"].value = "=1+1"
    sheet["A4"].value = "元の値"
    sheet.merge_cells("A5:B6")
    sheet["A7"].fill = PatternFill("darkGrid", fgColor=Color("FF000000"))
    sheet["A8"].fill = GradientFill(stop=("FFFFFF", "000000"))
    sheet["A9"].fill = PatternFill("solid", fgColor=Color(theme=4))
    sheet["A10"].value = 12
    if protected:
        sheet.protection.enable()
    return OpenpyxlLive(cities.saved(made))


def answer(*changes: Change) -> Answer:
    return Answer("validate", ID, in_order(changes))


def done(live: OpenpyxlLive, *changes: Change) -> tuple[str, ...]:
    """What was left alone."""
    return carry_out(answer(*changes), live, never).left_alone


def looks(live: OpenpyxlLive) -> dict[str, object]:
    """Fill and note of every cell that has one, and every value."""
    rows = live.book[SHEET].iter_rows()
    values = {cell.coordinate: cell.value for row in rows for cell in row if cell.value is not None}
    return {**Screen(live.finished()).looks(), **values}


CELLS = [f"A{row}" for row in range(1, 11)] + ["B6", "C3"]


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(CELLS), st.text(max_size=30)), max_size=8))
@settings(max_examples=exploring.examples(30))
def test_marks_taken_off_leave_every_fill_and_note_as_they_were(
    given_marks: list[tuple[str, str]],
) -> None:
    live = book()
    before = looks(live)
    done(live, *(Mark(SHEET, cell, "FFC7CE", _legal(text)) for cell, text in given_marks))
    live = OpenpyxlLive(live.finished())  # saved and opened in between
    assert done(live, Unmark(SHEET)) == ()
    assert looks(live) == before


def _legal(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")


def test_a_mark_says_what_the_protocol_says() -> None:
    live = book()
    assert (
        len(done(live, *(Mark(SHEET, cell, "FFC7CE", "直す") for cell in CELLS))) == 3
    )  # a note, and two within a merged area
    assert live.note(SHEET, "A1") == "【xlsync】直す\n（元の塗り：E2EFDA）"
    assert live.note(SHEET, "A4") == "【xlsync】直す\n（元の塗り：なし）"
    assert live.note(SHEET, "A7") == "【xlsync】直す\n（元の塗り：そのまま）"
    assert live.note(SHEET, "A2") == "自分のメモ"
    assert live.fill(SHEET, "A1") == live.fill(SHEET, "A4") == "FFC7CE"
    assert live.fill(SHEET, "A2") is None


def test_what_somebody_wrote_below_a_mark_goes_with_it_but_no_fill_is_guessed() -> None:
    live = book()
    done(live, Mark(SHEET, "A1", "FFC7CE", "直す"))
    live.set_note(SHEET, "A1", f"{live.note(SHEET, 'A1')}\n了解")
    assert done(live, Unmark(SHEET)) == ()
    assert live.note(SHEET, "A1") is None
    assert live.fill(SHEET, "A1") == "FFC7CE"


def test_a_protected_worksheet_refuses_and_nothing_is_half_done() -> None:
    live = book(protected=True)
    before = looks(live)
    left = done(live, Mark(SHEET, "A1", "FFC7CE", "直す"), Write(SHEET, "A4", "新", "元の値"))
    assert len(left) == 2
    assert looks(live) == before


@pytest.mark.parametrize(
    "value", ["0120", "4-5-6", "=1+1", "#N/A", "+81", "TRUE", "𠮷\n二行目", "-"]
)
def test_text_stays_text_whatever_it_looks_like(value: str) -> None:
    live = book()
    assert done(live, Write(SHEET, "A4", value, "元の値")) == ()
    again = OpenpyxlLive(live.finished())
    assert again.value(SHEET, "A4") == value
    assert not again.has_formula(SHEET, "A4")


@pytest.mark.parametrize("value", [True, False, 0, -12.5, None])
def test_other_values_keep_their_type(value: Typed) -> None:
    live = book()
    assert done(live, Write(SHEET, "A4", value, "元の値")) == ()
    again = OpenpyxlLive(live.finished()).value(SHEET, "A4")
    assert (type(again), again) == (type(value), value)


@pytest.mark.parametrize(
    ("cell", "was"),
    [
        ("A4", "別の値"),
        ("A4", None),
        ("A3", "=1+1"),
        ("A3", 2),
        ("A10", "12"),
        ("A10", True),
        ("B6", 1),
    ],
)
def test_a_cell_that_says_something_else_is_left_alone(cell: str, was: Typed) -> None:
    live = book()
    before = looks(live)
    assert len(done(live, Write(SHEET, cell, "新", was))) == 1
    assert looks(live) == before


@pytest.mark.parametrize("was", [12, 12.0, 12.000000000000001])
def test_a_number_is_the_same_as_far_as_excel_keeps_it(was: float) -> None:
    assert done(book(), Write(SHEET, "A10", 13, was)) == ()


@pytest.mark.parametrize(
    "refused",
    [
        Write(SHEET, "A4", "新", "別の値"),
        Write(SHEET, "A4", "x" * 40_000, "元の値"),
        Write(SHEET, "A4", "\x07", "元の値"),
        Write(SHEET, "A3", 1, None),
    ],
)
def test_a_stamp_vouches_for_nothing_that_was_left_alone(refused: Write) -> None:
    live = book()
    done(live, refused, PutStamp(SHEET, "form=a"))
    assert "_xlsync.stamp" not in live.book[SHEET].defined_names
    live = book()
    done(live, Write(SHEET, "A4", "新", "元の値"), PutStamp(SHEET, "form=a"))
    assert live.book[SHEET].defined_names["_xlsync.stamp"].attr_text == '"form=a"'


# --- 検証 on real sheets


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """The city."""
    return desk(tmp_path)


BROKEN = {"purpose": None, "costs.2018-initial.sources.general": "未定", "outline": ""}


@pytest.mark.slow
@pytest.mark.parametrize("key", papers.KEYS)
def test_validating_fixing_and_validating_again_leaves_no_mark(at: Desk, key: str) -> None:
    screen = at.open(key)
    fixed = {path: at.city.head(key)[path] for path in BROKEN}
    at.done("validate", screen)
    screen.data = OpenpyxlLive(screen.data).finished()
    marked_before = {spot for spot, (_, note) in screen.looks().items() if note}
    screen.type(BROKEN)
    done_ = at.done("validate", screen)
    assert done_.left_alone == ()
    marked = {spot for spot, (_, note) in screen.looks().items() if note} - marked_before
    assert len(marked) >= 2
    screen.type(fixed)
    at.done("validate", screen)
    assert {spot for spot, (_, note) in screen.looks().items() if note} == marked_before


@pytest.mark.slow
def test_the_looks_come_back_exactly(at: Desk) -> None:
    screen = at.open()
    screen.data = OpenpyxlLive(screen.data).finished()
    plain = screen.looks()
    fixed = {path: at.city.head()[path] for path in BROKEN}
    screen.type(BROKEN)
    at.done("validate", screen)
    assert screen.looks() != plain
    screen.type(fixed)
    at.done("validate", screen)
    assert screen.looks() == plain


@pytest.mark.slow
def test_the_store_sees_no_difference_between_marked_and_unmarked(at: Desk) -> None:
    screen = at.open()
    screen.type(BROKEN)
    unmarked = read(screen.data)[0]
    at.done("validate", screen)
    marked = read(screen.data)[0]
    assert marked.sheet.same_content(unmarked.sheet)
    assert marked.findings == unmarked.findings
    assert marked.stamp == unmarked.stamp
    assert any(HEAD in str(note) for _, note in screen.looks().values())


# --- hostile answers


@pytest.mark.slow
@given(st.lists(SINGLE, max_size=12))
@settings(max_examples=exploring.examples(30))
def test_changes_of_worksheets_that_are_not_there_change_nothing(changes: list[Change]) -> None:
    live = book()
    before = looks(live)
    for_elsewhere = [
        replace(one, worksheet=f"{one.worksheet}?")
        if isinstance(one, Unmark | Mark | Write | Ask | PutStamp | GoTo)
        else one
        for one in changes
    ]
    carry_out(answer(*for_elsewhere), live, never)
    assert looks(live) == before


@given(
    st.lists(
        st.builds(
            Write, st.just(SHEET), st.sampled_from(CELLS), st.text(max_size=9), st.text(max_size=3)
        ),
        max_size=12,
    )
)
@settings(max_examples=exploring.examples(30))
def test_no_answer_ever_leaves_a_formula_that_was_not_there(changes: list[Change]) -> None:
    live = book()
    carry_out(answer(*changes), live, never)
    again = OpenpyxlLive(live.finished())
    assert again.has_formula(SHEET, "A3")
    assert [cell for cell in CELLS if again.has_formula(SHEET, cell)] == ["A3"]


@pytest.mark.parametrize(
    "bad",
    [
        Answer("pull", ID, (PutStamp(SHEET, "a"), Write(SHEET, "A4", "新", "元の値"))),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"), Open("..\\..\\a.xlsx"))),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"), Open("集計/../../a.xlsx"))),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"), GoTo(SHEET, "A0"))),
        Answer("pull", ID, (Write(SHEET, "A4", float("nan"), "元の値"),)),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"), Row(SHEET, "A1", ("a",)))),
        Answer("pull", "?", (Write(SHEET, "A4", "新", "元の値"),)),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"),), failed=True),
        Answer("pull", ID, (Write(SHEET, "A4", "新", "元の値"),) * 20_001),
    ],
)
def test_of_a_hostile_answer_nothing_at_all_is_carried_out(bad: Answer) -> None:
    live = book()
    before = looks(live)
    with pytest.raises(ProtocolError):
        carry_out(bad, live, never)
    assert looks(live) == before
    assert live.opened == []


def test_everything_else_is_shown_once_and_in_its_order() -> None:
    live = book()
    said = carry_out(
        answer(
            Message("info", "終わりました。"),
            Open("集計/総務部.xlsx"),
            GoTo(SHEET, "A4"),
            Table("一覧", ("a", "b")),
            Row(SHEET, "A1", ("=1+1", "")),
        ),
        live,
        never,
    )
    assert (said.level, said.text) == ("info", "終わりました。")
    assert (live.lists, live.opened, live.selected) == (
        ["一覧"],
        ["集計/総務部.xlsx"],
        (SHEET, "A4"),
    )


# --- the adapter


def test_what_is_no_workbook_is_said_in_our_words() -> None:
    for data in (b"", b"no workbook", b"PK\x03\x04", _broken_inside()):
        with pytest.raises(WorkbookError):
            OpenpyxlLive(data)


def _broken_inside() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book().finished())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<styles" if name == "xl/styles.xml" else old.read(name))
    return out.getvalue()


def test_a_worksheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnwritableWorkbook, match="ワークシートがありません"):
        book().value("ない", "A1")


def test_an_answer_too_large_to_send_keeps_what_counts(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = at.open()
    screen.type(BROKEN | {"purpose": "新しい目的"})
    monkeypatch.setattr("xlsync.addin.dispatch.MOST_CHANGES", 3)
    pressed = at.press("submit", screen)
    assert not found(pressed.answer, Row)
    assert len(found(pressed.answer, PutStamp)) == 1
    assert "一覧と色付けを省きました" in found(pressed.answer, Message)[0].text
    assert pressed.receipts[0].outcome == "accepted"
