"""Workbooks whose program dropped the stamp (Google Sheets, Excel on the web, libraries): one person editing is taken in."""

from __future__ import annotations

import pytest

from tests import papers
from tests.cities import City, codes, typed, without_stamp
from xlsync.exchange import Source, Update, bring_up_to_date, note_written
from xlsync.exchange.receive import receive
from xlsync.ooxml.patch.properties import set_custom_property, set_defined_name
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import STAMP_NAME, STAMP_PROPERTY
from xlsync.workbook.stamp_carriers import has_lost_name, has_lost_property

PURPOSE, OUTLINE = "purpose", "outline"
FILE = "評価シート/a.xlsx"


def written_back(city: City, data: bytes, file: str = FILE) -> bytes:
    source = Source(file, "2018-07-03T09:00:00+09:00", "企画")
    update = bring_up_to_date(city.store, city.terms, data, source)
    assert isinstance(update, Update)
    note_written(city.store, update, source)
    return update.data


def test_the_hidden_worksheet_carries_the_stamp_where_name_and_property_are_gone(
    city: City,
) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    (whole,) = read(data)
    (bare,) = read(without_stamp(data, hidden_too=False))
    assert bare.stamp == whole.stamp
    assert bare.stamp is not None
    (none,) = read(without_stamp(data))
    assert none.stamp is None


@pytest.mark.parametrize("hidden_too", [False, True], ids=["hidden cell left", "nothing left"])
def test_one_person_saving_again_and_again_never_conflicts_with_herself(
    city: City, *, hidden_too: bool
) -> None:
    city.register(papers.CLEAN)
    data = without_stamp(city.give_out(), hidden_too=hidden_too)
    for number in range(1, 5):
        receipt = city.bring_one(typed(data, {PURPOSE: f"{number}稿"}), FILE)
        assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert city.head()[PURPOSE] == "4稿"
    former = city.bring_one(typed(data, {PURPOSE: "2稿"}), FILE)
    assert (former.outcome, city.head()[PURPOSE]) == ("accepted", "2稿")


def test_a_stamp_lost_on_the_way_goes_on_from_what_lay_at_the_path(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "1稿"}), FILE)
    other = typed(city.give_out(), {OUTLINE: "乙の概要"})
    assert city.bring_one(other, "評価シート/b.xlsx").outcome == "accepted"
    receipt = city.bring_one(without_stamp(typed(data, {PURPOSE: "2稿"})), FILE)
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("2稿", "乙の概要")
    assert ("stamp-lost", "") in codes(receipt)


def test_a_file_downloaded_under_another_name_goes_on_from_the_one_that_vanished(
    city: City,
) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "1稿"}), FILE)
    city.bring_one(typed(city.give_out(), {OUTLINE: "乙の概要"}), "評価シート/b.xlsx")
    source = Source(
        "評価シート/a (1).xlsx",
        "2018-07-03T09:00:00+09:00",
        "甲",
        vanished=lambda path: path == FILE,
    )
    bare = without_stamp(typed(data, {PURPOSE: "2稿"}))
    (receipt,) = receive(city.store, city.terms, bare, source)
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("2稿", "乙の概要")


def test_a_workbook_that_equals_an_older_revision_changes_nothing(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "甲の目的"}), FILE)
    receipt = city.bring_one(without_stamp(data), "評価シート/c.xlsx")
    assert (receipt.outcome, receipt.changes, receipt.conflicts) == ("unchanged", (), ())
    assert city.head()[PURPOSE] == "甲の目的"


def test_where_nobody_knows_the_base_a_field_that_never_changed_is_taken_and_others_are_asked_about(
    city: City,
) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "甲の目的"}), FILE)
    bare = without_stamp(typed(data, {OUTLINE: "丙の概要"}))
    receipt = city.bring_one(bare, "評価シート/c.xlsx", "丙")
    (conflict,) = receipt.conflicts
    assert (conflict.path, conflict.base) == (PURPOSE, {"unreadable": "不明"})
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "丙の概要")
    assert ("stamp-unknown", "") in codes(receipt)
    assert not [found for found in receipt.findings if "ほかの人" in found.message]
    again = city.bring_one(bare, "評価シート/c.xlsx", "丙")
    assert (again.changes, [one.path for one in again.conflicts]) == ((), [PURPOSE])


def test_a_cell_cleared_in_such_a_workbook_is_asked_about_and_not_passed_over(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "甲の目的"}), FILE)
    bare = without_stamp(typed(data, {PURPOSE: None, OUTLINE: "丙の概要"}))
    receipt = city.bring_one(bare, "評価シート/c.xlsx", "丙")
    assert [one.path for one in receipt.conflicts] == [PURPOSE]


@pytest.mark.parametrize("hidden_too", [False, True], ids=["hidden cell left", "nothing left"])
def test_write_back_heals_the_stamp_in_every_carrier(city: City, *, hidden_too: bool) -> None:
    city.register(papers.CLEAN)
    bare = without_stamp(typed(city.give_out(), {PURPOSE: "1稿"}), hidden_too=hidden_too)
    city.bring_one(bare, FILE)
    healed = written_back(city, bare)
    workbook = open_workbook(healed)
    assert not has_lost_name(workbook, "評価シート")
    assert not has_lost_property(workbook)
    (reading,) = read(healed)
    assert reading.stamp is not None
    assert reading.stamp.key == papers.CLEAN
    (hidden,) = read(without_stamp(healed, hidden_too=False))
    assert hidden.stamp == reading.stamp
    receipt = city.bring_one(healed, FILE)
    assert (receipt.outcome, receipt.changes, receipt.conflicts) == ("unchanged", (), ())
    assert not [code for code, _ in codes(receipt) if code.startswith("stamp")]
    later = city.bring_one(typed(healed, {PURPOSE: "2稿"}), FILE)
    assert (later.outcome, later.conflicts) == ("accepted", ())


def test_a_healed_workbook_gets_what_others_changed(city: City) -> None:
    city.register(papers.CLEAN)
    data = city.give_out()
    bare = without_stamp(typed(data, {PURPOSE: "1稿"}))
    city.bring_one(bare, FILE)
    city.bring_one(typed(data, {OUTLINE: "乙の概要"}), "評価シート/b.xlsx")
    healed = written_back(city, bare)
    assert read(healed)[0].sheet[OUTLINE] == "乙の概要"
    assert city.bring_one(healed, FILE).outcome == "unchanged"


def restamped(data: bytes, text: str) -> bytes:
    named = set_defined_name(data, "評価シート", STAMP_NAME, f'"{text}"', hidden=True)
    return set_custom_property(named, STAMP_PROPERTY, text)


def stamp_text(data: bytes) -> str:
    (reading,) = read(data)
    assert reading.stamp is not None
    return reading.stamp.text()


def test_a_stamp_with_parts_of_a_newer_release_is_refused_with_the_reason(city: City) -> None:
    city.register(papers.CLEAN)
    data = typed(city.give_out(), {PURPOSE: "新しい目的"})
    receipt = city.bring_one(restamped(data, f"{stamp_text(data)};later=1"), FILE)
    assert receipt.outcome == "refused"
    assert "このプログラムが知らない部分" in receipt.reason
    assert city.revisions() == 1


def test_a_stamp_of_another_form_is_refused_by_name(city: City) -> None:
    city.register(papers.CLEAN)
    data = typed(city.give_out(), {PURPOSE: "新しい目的"})
    other = stamp_text(data).replace("form=jimu-jigyo-hyoka", "form=other-form")
    receipt = city.bring_one(restamped(data, other), FILE)
    assert receipt.outcome == "refused"
    assert "別の様式（other-form）" in receipt.reason
    only_the_property = set_custom_property(data, STAMP_PROPERTY, other)
    assert city.bring_one(only_the_property, FILE).outcome == "refused"
    assert city.revisions() == 1


def test_a_name_that_some_program_broke_is_a_lost_stamp(city: City) -> None:
    city.register(papers.CLEAN)
    data = typed(city.give_out(), {PURPOSE: "新しい目的"})
    broken = set_defined_name(data, "評価シート", STAMP_NAME, "#REF!", hidden=True)
    receipt = city.bring_one(broken, FILE)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("accepted", "新しい目的")


def test_a_base_newer_than_the_store_is_told_and_what_changed_in_between_is_asked_about(
    city: City,
) -> None:
    """The store was restored from a backup: the workbook knows more than it."""
    city.register(papers.CLEAN)
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "甲の目的"}), "b.xlsx", "甲")
    text = stamp_text(data).replace("base=1", "base=9")
    newer = restamped(typed(data, {PURPOSE: "九版の目的", OUTLINE: "九版の概要"}), text)
    receipt = city.bring_one(newer, FILE, "乙")
    assert [one.path for one in receipt.conflicts] == [PURPOSE]
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "九版の概要")
    (message,) = (found.message for found in receipt.findings if found.code == "stamp-newer")
    assert "第9版" in message
    assert "第2版まで" in message
    again = city.bring_one(newer, FILE, "乙")
    assert (again.changes, [one.path for one in again.conflicts]) == ((), [PURPOSE])
