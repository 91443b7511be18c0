"""A copy of the form worksheet kept in the same workbook: the one that says something is taken, of two neither."""

from __future__ import annotations

import io
from typing import Literal

import openpyxl
import pytest

from tests import papers
from tests.cities import WORKSHEET, City, saved
from xlsync.exchange import Receipt, Source, bring_up_to_date, note_written
from xlsync.workbook.reading.form_reader import read

PURPOSE = "purpose"
FILE = "評価シート/a.xlsx"
State = Literal["visible", "hidden", "veryHidden"]


def with_copy(
    data: bytes,
    title: str = "評価シート (2)",
    *,
    original: str | None = None,
    copy: str | None = None,
    state: State = "visible",
) -> bytes:
    """The workbook with its form worksheet copied as Excel does, names included, and a purpose typed into either."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page, where = book[WORKSHEET], read(data)[0].cells[PURPOSE]
    other = book.copy_worksheet(page)
    other.title, other.sheet_state = title, state
    for name, defined in page.defined_names.items():
        moved = str(defined.attr_text).replace(WORKSHEET, f"'{title}'")
        other.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
            name, attr_text=moved, hidden=defined.hidden
        )
    for sheet, text in ((page, original), (other, copy)):
        if text is not None:
            sheet[where].value = text
    return saved(book)


def remarks(receipt: Receipt) -> dict[str, str]:
    return {found.code: found.message for found in receipt.findings}


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_an_identical_copy_is_set_aside(city: City, state: State) -> None:
    city.register(papers.CLEAN)
    receipt = city.bring_one(with_copy(city.give_out(), "控え", state=state))
    assert (receipt.outcome, receipt.worksheet) == ("unchanged", WORKSHEET)
    assert "「控え」" in remarks(receipt)["worksheet-set-aside"]


@pytest.mark.parametrize(("original", "copy"), [("新しい目的", None), (None, "新しい目的")])
def test_of_a_copy_and_one_as_issued_the_other_one_is_taken(
    city: City, original: str | None, copy: str | None
) -> None:
    city.register(papers.CLEAN)
    data = with_copy(city.give_out(), original=original, copy=copy, state="hidden")
    receipt = city.bring_one(data)
    assert receipt.outcome == "accepted"
    assert {change.path for change in receipt.changes} == {PURPOSE}
    assert city.head()[PURPOSE] == "新しい目的"
    assert city.bring_one(data).outcome == "unchanged"


def test_the_same_text_typed_into_both_is_taken_once(city: City) -> None:
    city.register(papers.CLEAN)
    receipt = city.bring_one(with_copy(city.give_out(), original="同じ目的", copy="同じ目的"))
    assert (receipt.outcome, receipt.worksheet) == ("accepted", WORKSHEET)


def test_two_different_ones_are_refused_and_named_with_the_hidden_one(city: City) -> None:
    city.register(papers.CLEAN)
    data = with_copy(city.give_out(), "控え", original="一つめ", copy="二つめ", state="hidden")
    receipts = city.bring(data)
    assert {receipt.outcome for receipt in receipts} == {"refused"}
    assert city.head()[PURPOSE] == papers.sheet()[PURPOSE]
    for receipt in receipts:
        assert f"「{WORKSHEET}」、「控え」（非表示）" in receipt.reason
        assert "再表示" in receipt.reason


def test_a_copy_older_than_what_was_received_does_not_take_it_back(city: City) -> None:
    city.register(papers.CLEAN)
    issued = city.give_out()
    first = with_copy(issued, original="一回目")
    assert city.bring_one(first).outcome == "accepted"
    second = with_copy(issued, original="一回目", copy="控えに入力")
    assert {receipt.outcome for receipt in city.bring(second)} == {"refused"}
    assert city.head()[PURPOSE] == "一回目"


def test_a_copy_kept_in_the_workbook_does_not_keep_write_back_from_it(city: City) -> None:
    city.register(papers.CLEAN)
    data = with_copy(city.give_out(), original="新しい目的")
    city.bring_one(data, FILE)
    other = with_copy(city.give_out(), original="もっと新しい目的")
    city.bring_one(other, "評価シート/b.xlsx")
    source = Source(FILE, "2018-07-03T09:00:00+09:00", "企画")
    update = bring_up_to_date(city.store, city.terms, data, source)
    assert update is not None
    note_written(city.store, update, source)
    pages = {reading.worksheet: reading.sheet[PURPOSE] for reading in read(update.data)}
    assert pages == {WORKSHEET: "もっと新しい目的", "評価シート (2)": papers.sheet()[PURPOSE]}
    assert city.bring_one(update.data, FILE).outcome == "unchanged"
