"""Conflicts chosen in Excel settle when the workbook is saved: once, rightly, and with nothing lost."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests import office, papers
from tests.cities import WORKSHEET, City, codes, saved, struck_through, typed
from xlsync.exchange import (
    Receipt,
    Source,
    bring_up_to_date,
    export,
    note_written,
    open_conflicts,
    template_of,
)
from xlsync.exchange.receive import receive
from xlsync.exchange.reconcile.choices import BLANK, conflict_rows, mark_of
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.store import audit
from xlsync.workbook.conflicts.conflict_sheet import put_conflicts
from xlsync.workbook.reading.conflict_choices import ConflictRow, conflict_rows_of
from xlsync.workbook.reading.form_reader import read

PURPOSE, OUTLINE = "purpose", "outline"
NATIONAL, COST = "costs.2018-initial.sources.national", "costs.2018-initial.project_cost"
GENERAL = "costs.2018-initial.sources.general"
MINE, THEIRS = "評価シート/乙.xlsx", "評価シート/甲.xlsx"
BASE = papers.sheet()[PURPOSE]
CHOICES = "F6"
"""The cell of the first choice."""


def shown(city: City, data: bytes, file: str = MINE) -> bytes:
    """The workbook with the conflicts of its copy on its worksheet 入力の重なり, as write-back puts them there."""
    edit = PackageEdit(data)
    rows: list[ConflictRow] = []
    for reading in read(data):
        memories = city.store.copy_states(reading.sheet.key, papers.EDITION).values()
        mine = [memory for memory in memories if memory.copy_file.path == file]
        conflicts = [one for memory in mine for one in memory.conflicts]
        rows += conflict_rows(city.store, reading, conflicts)
    assert put_conflicts(edit, rows)
    return edit.finished()


def chosen(data: bytes, *sides: str | None) -> bytes:
    """The workbook with sides typed into the column どちらにするか, from the first row down."""
    return patch_cells(
        data, {("入力の重なり", f"F{row}"): side for row, side in enumerate(sides, start=6)}
    )


def quarrel(city: City, one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Two people typed different things: 甲's workbook, and 乙's with the conflicts shown in it."""
    city.register()
    first, second = typed(city.give_out(), one), typed(city.give_out(), other)
    city.bring_one(first, THEIRS, "甲")
    assert city.bring_one(second, MINE, "乙").outcome == "conflict"
    return first, shown(city, second)


def rows_of(data: bytes) -> list[ConflictRow]:
    return conflict_rows_of(open_workbook(data))


def open_paths(city: City) -> list[str]:
    return [one["path"] for one in open_conflicts(city.store, city.terms, papers.CLEAN)]


def told(receipt: Receipt, code: str) -> list[str]:
    return [found.message for found in receipt.findings if found.code == code]


def places(receipt: Receipt, code: str) -> list[tuple[str, str]]:
    """The worksheet and cell that each finding of a code names."""
    return [(found.worksheet, found.cell) for found in receipt.findings if found.code == code]


def place(data: bytes, path: str) -> tuple[str, str]:
    return WORKSHEET, read(data)[0].cells[path]


def test_a_conflict_is_shown_with_both_sides_and_who_brought_the_other(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    (row,) = rows_of(second)
    assert (row.mine, row.other, row.base_text) == (
        "乙の目的",
        "甲の目的",
        papers.sheet()[PURPOSE],
    )
    assert (row.key, row.path, row.who, row.when) == (
        papers.CLEAN,
        PURPOSE,
        "甲",
        "2018/07/02 09:06",
    )
    assert (row.worksheet, row.cell) == ("評価シート", read(second)[0].cells[PURPOSE])


@pytest.mark.parametrize(("side", "kept"), [("このファイル", "乙の目的"), ("登録済み", "甲の目的")])
def test_a_choice_saved_settles_the_conflict_and_nobody_is_asked_again(
    city: City, side: str, kept: str
) -> None:
    first, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    before = city.revisions()
    receipt = city.bring_one(chosen(second, side), MINE, "乙")
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert city.head()[PURPOSE] == kept
    assert open_paths(city) == []
    assert city.revisions() == before + 1
    assert [
        f"「{side}」の内容（{kept}）" in message for message in told(receipt, "choice-taken")
    ] == [True]
    assert places(receipt, "choice-taken") == [place(second, PURPOSE)]
    for data, file in ((first, THEIRS), (chosen(second, side), MINE), (second, MINE)):
        again = city.bring_one(data, file)
        assert (again.outcome, again.changes, again.revision) == ("unchanged", (), before + 1)
        assert not [code for code, _ in codes(again) if code.startswith("choice")]
    assert city.head()[PURPOSE] == kept
    assert audit(city.store) == []


def test_the_history_says_who_chose_and_what_became_of_it(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    city.bring_one(chosen(second, "このファイル"), MINE, "乙")
    draft = city.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft
    assert (draft.who, draft.submission.file, draft.when[:10]) == ("乙", MINE, "2018-07-02")
    assert [dict(change) for change in draft.changes] == [
        {"path": PURPOSE, "from": "甲の目的", "to": "乙の目的"}
    ]
    assert draft.conflicts == ()
    assert [one["code"] for one in draft.findings if one["path"] == PURPOSE] == ["choice-taken"]


def test_what_was_chosen_and_what_else_was_typed_come_in_together(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    before = city.revisions()
    data = typed(chosen(second, "登録済み"), {OUTLINE: "乙の概要"})
    receipt = city.bring_one(data, MINE, "乙")
    assert (receipt.outcome, [one.path for one in receipt.changes]) == ("accepted", [OUTLINE])
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "乙の概要")
    assert city.revisions() == before + 1


def test_each_conflict_is_settled_by_its_own_choice(city: City) -> None:
    _, second = quarrel(
        city, {PURPOSE: "甲の目的", OUTLINE: "甲の概要"}, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"}
    )
    assert [row.path for row in rows_of(second)] == [PURPOSE, OUTLINE]
    receipt = city.bring_one(chosen(second, None, "このファイル"), MINE, "乙")
    assert (receipt.outcome, open_paths(city)) == ("conflict", [PURPOSE])
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "乙の概要")
    receipt = city.bring_one(chosen(second, "登録済み", "このファイル"), MINE, "乙")
    assert (receipt.outcome, open_paths(city)) == ("accepted", [])
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "乙の概要")


def test_sums_follow_the_chosen_part(city: City) -> None:
    _, second = quarrel(city, {NATIONAL: 100}, {NATIONAL: 200})
    cost = city.head()[COST]
    assert isinstance(cost, int)
    city.bring_one(chosen(second, "このファイル"), MINE)
    assert (city.head()[NATIONAL], city.head()[COST]) == (200, cost + 100)
    assert city.bring_one(chosen(second, "このファイル"), MINE).outcome == "unchanged"


def test_one_who_chose_his_own_side_and_typed_on_has_what_he_typed(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    receipt = city.bring_one(typed(chosen(second, "このファイル"), {PURPOSE: "二人の目的"}), MINE)
    assert (receipt.outcome, city.head()[PURPOSE], open_paths(city)) == (
        "accepted",
        "二人の目的",
        [],
    )
    assert ["（二人の目的）" in message for message in told(receipt, "choice-taken")] == [True]
    kept = city.store.revisions(papers.CLEAN, papers.EDITION)
    assert "乙の目的" in {one["theirs"] for one in kept[-2].draft.conflicts}, "nothing is lost"


def test_a_cell_that_contradicts_the_choice_of_the_other_side_is_asked_about_anew(
    city: City,
) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    data = typed(chosen(second, "登録済み"), {PURPOSE: "三つめの目的"})
    receipt = city.bring_one(data, MINE)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "甲の目的")
    assert [one.incoming for one in receipt.conflicts] == ["三つめの目的"]
    assert len(told(receipt, "choice-stale")) == 1
    assert places(receipt, "choice-stale") == [place(second, PURPOSE)]
    after = city.bring_one(chosen(shown(city, data), "登録済み"), MINE)
    assert (after.outcome, city.head()[PURPOSE], open_paths(city)) == ("accepted", "甲の目的", [])


@pytest.mark.parametrize(
    ("side", "cell", "head", "asked"),
    [
        ("このファイル", "乙の目的", "乙の目的", 0),
        ("このファイル", "三つめの目的", "三つめの目的", 0),
        ("このファイル", "甲の目的", "甲の目的", 0),
        ("このファイル", None, None, 0),
        ("このファイル", BASE, BASE, 0),
        ("登録済み", "乙の目的", "甲の目的", 0),
        ("登録済み", "三つめの目的", "甲の目的", 1),
        ("登録済み", "甲の目的", "甲の目的", 0),
        ("登録済み", None, "甲の目的", 1),
        ("登録済み", BASE, "甲の目的", 0),
    ],
)
def test_what_choice_and_cell_come_to_together(
    city: City, side: str, cell: str | None, head: str | None, asked: int
) -> None:
    """The whole table: 甲 wrote first, 乙 was in conflict with it, chose a side, and has this in the cell now."""
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    data = typed(chosen(second, side), {PURPOSE: cell})
    receipt = city.bring_one(data, MINE, "乙")
    assert (city.head()[PURPOSE], len(receipt.conflicts)) == (head, asked)
    again = city.bring_one(data, MINE, "乙")
    assert (again.revision, again.changes, len(again.conflicts)) == (receipt.revision, (), asked)
    kept = city.store.revisions(papers.CLEAN, papers.EDITION)
    said = {one.sheet[PURPOSE] for one in kept} | {
        one["theirs"] for revision in kept for one in revision.draft.conflicts
    }
    assert said >= {"甲の目的", "乙の目的", cell}, "nothing anybody wrote is gone"


def test_giving_in_by_typing_the_others_value_settles_with_any_choice(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    receipt = city.bring_one(typed(chosen(second, "登録済み"), {PURPOSE: "甲の目的"}), MINE)
    assert (receipt.conflicts, city.head()[PURPOSE], open_paths(city)) == ((), "甲の目的", [])
    assert told(receipt, "choice-stale") == []


def test_a_choice_made_for_an_older_conflict_is_not_taken_for_a_newer_one(city: City) -> None:
    first, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    city.bring_one(typed(first, {PURPOSE: "甲の新しい目的"}), THEIRS, "甲")
    receipt = city.bring_one(chosen(second, "このファイル"), MINE, "乙")
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "甲の新しい目的")
    (message,) = told(receipt, "choice-stale")
    assert "甲の新しい目的" in message
    renewed = shown(city, chosen(second, "このファイル"))
    (row,) = rows_of(renewed)
    assert row.other == "甲の新しい目的"
    assert read(renewed)[0].choices == {}, "and the old choice is gone from the worksheet"
    assert city.bring_one(chosen(renewed, "このファイル"), MINE, "乙").outcome == "accepted"
    assert city.head()[PURPOSE] == "乙の目的"


def test_a_settled_choice_left_in_the_workbook_never_acts_again(city: City) -> None:
    """Without write-back the cell of the choice keeps what was chosen for months."""
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    second = chosen(second, "このファイル")
    city.bring_one(second, MINE, "乙")
    city.bring_one(typed(city.give_out(), {PURPOSE: "甲の三稿"}), "評価シート/丙.xlsx", "甲")
    assert city.bring_one(second, MINE, "乙").outcome == "unchanged"
    assert city.head()[PURPOSE] == "甲の三稿"
    receipt = city.bring_one(typed(second, {PURPOSE: "乙の三稿"}), MINE, "乙")
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "甲の三稿")


@pytest.mark.parametrize(("side", "kept"), [("このファイル", "乙の目的"), ("登録済み", "甲の目的")])
def test_a_choice_goes_along_when_the_file_is_saved_under_another_name(
    city: City, side: str, kept: str
) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    before = city.revisions()
    receipt = city.bring_one(chosen(second, side), "評価シート/乙_最終.xlsx", "乙")
    assert (receipt.outcome, city.head()[PURPOSE], open_paths(city)) == ("accepted", kept, [])
    last = city.store.revisions(papers.CLEAN, papers.EDITION)[-1]
    assert last.number == before + 1
    assert "choice-taken" in {one["code"] for one in last.draft.findings}
    assert city.bring_one(second, MINE).outcome == "unchanged", "the old file asks nothing either"


def test_a_copy_that_offers_something_else_is_still_asked(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    third = typed(city.give_out(), {PURPOSE: "丙の目的"})
    # What was given out by now says 甲の目的: 丙 changed it, and 乙's choice comes against that.
    city.bring_one(third, "評価シート/丙.xlsx", "丙")
    assert city.head()[PURPOSE] == "丙の目的"
    receipt = city.bring_one(chosen(second, "このファイル"), MINE, "乙")
    assert receipt.outcome == "conflict"
    assert city.head()[PURPOSE] == "丙の目的"


def test_unreadable_text_can_be_chosen_and_stays_unreadable(city: City) -> None:
    _, second = quarrel(city, {NATIONAL: 5}, {NATIONAL: "未定"})
    row = next(row for row in rows_of(second) if row.path == NATIONAL)
    assert (row.mine, row.other) == ("未定", "5千円")
    sides = ["このファイル"] * len(rows_of(second))
    city.bring_one(chosen(second, *sides), MINE)
    assert (city.head()[NATIONAL], dict(city.head().unreadable)) == (None, {NATIONAL: "未定"})


def test_a_cleared_cell_can_be_chosen(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: None})
    assert [row.mine for row in rows_of(second)] == [BLANK]
    city.bring_one(chosen(second, "このファイル"), MINE)
    assert city.head()[PURPOSE] is None


def test_a_choice_that_is_struck_through_settles_nothing_and_is_said(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    struck = struck_through(chosen(second, "このファイル"), "入力の重なり", CHOICES)
    receipt = city.bring_one(struck, MINE)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "甲の目的")
    [said] = told(receipt, "choice-unclear")
    assert "「このファイル（取り消し線あり）」" in said


def test_what_cannot_be_understood_settles_nothing_and_is_said(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    receipt = city.bring_one(chosen(second, "×"), MINE)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "甲の目的")
    (unclear,) = [found for found in receipt.findings if found.code == "choice-unclear"]
    assert (unclear.severity, unclear.worksheet, unclear.cell) == (
        "warning",
        "入力の重なり",
        CHOICES,
    )
    assert "×" in unclear.message


def test_fields_merged_as_one_are_settled_only_when_each_is_chosen(city: City) -> None:
    """Half of one person's column and half of another's would make a sum that nobody meant."""
    city.terms = replace(city.terms, whole_parts=("costs",))
    _, second = quarrel(city, {NATIONAL: 100, GENERAL: 300}, {NATIONAL: 200, GENERAL: 400})
    paths = [row.path for row in rows_of(second)]
    assert {NATIONAL, GENERAL} <= set(paths)
    sides = ["このファイル" if path == NATIONAL else None for path in paths]
    receipt = city.bring_one(chosen(second, *sides), MINE)
    assert (receipt.outcome, open_paths(city)) == ("conflict", paths)
    assert (city.head()[NATIONAL], city.head()[GENERAL]) == (100, 300)
    assert len(told(receipt, "choice-waiting")) == 1
    assert places(receipt, "choice-waiting") == [place(second, NATIONAL)]
    receipt = city.bring_one(chosen(second, *["このファイル"] * len(paths)), MINE)
    assert (receipt.outcome, open_paths(city)) == ("accepted", [])
    assert (city.head()[NATIONAL], city.head()[GENERAL]) == (200, 400)


def test_a_mark_stands_for_two_values_of_one_field(city: City) -> None:
    city.register()
    head = city.head()
    mark = mark_of(head, PURPOSE, "乙の目的")
    assert mark == mark_of(head, PURPOSE, "乙の目的")
    others = {
        mark_of(head, PURPOSE, "丙の目的"),
        mark_of(head, OUTLINE, "乙の目的"),
        mark_of(papers.sheet(purpose="別の目的"), PURPOSE, "乙の目的"),
        mark_of(city.head(papers.KEYS[1]), PURPOSE, "乙の目的"),
        mark_of(head, PURPOSE, None),
    }
    assert len(others | {mark}) == 6


def test_three_copies_are_named_by_their_order_and_age(city: City) -> None:
    city.register()
    data = city.give_out()
    assert told(city.bring_one(data, "評価シート/a.xlsx", "甲"), "copy") == []
    receipt = city.bring_one(data, "評価シート/a - コピー.xlsx", "乙")
    (same,) = [found for found in receipt.findings if found.code == "copy"]
    assert (same.severity, same.path) == ("note", "")
    assert "2か所" in same.message
    city.bring_one(typed(data, {PURPOSE: "丙の目的"}), "評価シート/a_最終.xlsx", "丙")
    receipt = city.bring_one(typed(data, {OUTLINE: "甲の概要"}), "評価シート/a.xlsx", "甲")
    (apart,) = [found for found in receipt.findings if found.code == "copy"]
    assert apart.severity == "warning"
    assert (
        "これは「はじめのファイル」です："
        "「評価シート/a.xlsx」（はじめのファイル、2018/07/02 09:09 甲、最後に変更）、"
        "「評価シート/a - コピー.xlsx」（コピー (2)、2018/07/02 09:07 乙、いちばん古い）、"
        "「評価シート/a_最終.xlsx」（コピー (3)、2018/07/02 09:08 丙）。"
    ) in apart.message
    assert "「評価シート/a.xlsx」にまとめ" in apart.message


def test_saving_again_without_a_change_makes_no_copy_the_newest(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(data, "a.xlsx", "甲")
    city.bring_one(typed(data, {PURPOSE: "乙の目的"}), "b.xlsx", "乙")
    (message,) = told(city.bring_one(data, "a.xlsx", "甲"), "copy")
    assert "「b.xlsx」にまとめ" in message


def test_a_copy_in_conflict_saved_again_is_not_the_newest(city: City) -> None:
    city.register()
    data = city.give_out()
    mine = typed(data, {PURPOSE: "甲の目的"})
    city.bring_one(typed(city.give_out(), {PURPOSE: "丙の目的"}), "c.xlsx", "丙")
    assert city.bring_one(mine, "a.xlsx", "甲").outcome == "conflict"
    city.bring_one(typed(data, {OUTLINE: "乙の概要"}), "b.xlsx", "乙")
    receipt = city.bring_one(mine, "a.xlsx", "甲")
    (found,) = [found for found in receipt.findings if found.code == "copy"]
    assert found.severity == "warning"
    assert "「b.xlsx」にまとめ" in found.message


def test_copies_first_seen_at_one_time_are_told_apart_by_their_names(city: City) -> None:
    city.register()
    data = city.give_out()
    when = "2018-07-03T09:00:00+09:00"
    for file in ("a - コピー.xlsx", "a.xlsx"):
        (receipt,) = receive(city.store, city.terms, data, Source(file, when, "職員"))
    (message,) = told(receipt, "copy")
    assert "「a.xlsx」（はじめのファイル、2018/07/03 09:00 職員）" in message
    assert "「a - コピー.xlsx」（コピー (2)、2018/07/03 09:00 職員）" in message


def test_a_moved_file_is_no_copy(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(data, "a.xlsx")
    when = "2018-07-03T09:00:00+09:00"
    moved = Source("b.xlsx", when, "職員", vanished=lambda place: place == "a.xlsx")
    (receipt,) = receive(city.store, city.terms, typed(data, {PURPOSE: "二稿"}), moved)
    assert told(receipt, "copy") == []
    held = city.store.copy_states(papers.CLEAN, papers.EDITION).values()
    told_of = [
        (one.copy_file.path, one.copy_file.since[:10], one.when)
        for one in held
        if one.copy_file.path != "登録"
    ]
    assert told_of == [("b.xlsx", "2018-07-02", when)]


def test_a_copy_that_was_taken_away_is_told_of_no_more(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(data, "a.xlsx")
    assert len(told(city.bring_one(data, "b.xlsx"), "copy")) == 1
    when = "2018-07-03T09:00:00+09:00"
    alone = Source("b.xlsx", when, "職員", vanished=lambda place: place == "a.xlsx")
    (receipt,) = receive(city.store, city.terms, data, alone)
    assert told(receipt, "copy") == []


def test_two_workbooks_issued_for_one_sheet_are_no_copies_of_each_other(city: City) -> None:
    city.register()
    city.bring_one(city.give_out(), "a.xlsx")
    assert told(city.bring_one(city.give_out(), "b.xlsx"), "copy") == []


def brought_up(city: City, data: bytes, file: str = MINE) -> bytes:
    """The workbook as write-back leaves it, and that noted; as it was where there is nothing to write."""
    source = Source(file, "2018-07-05T09:00:00+09:00", "企画担当")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return data
    note_written(city.store, update, source)
    return update.data


@pytest.mark.parametrize(("side", "kept"), [("このファイル", "乙の目的"), ("登録済み", "甲の目的")])
def test_a_quarrel_from_its_beginning_to_its_end(city: City, side: str, kept: str) -> None:
    """Two workbooks, both written back to: conflict, rows, choice, settled, told, and peace."""
    city.register()
    first, second = city.give_out(), city.give_out()
    first = typed(first, {PURPOSE: "甲の目的"})
    city.bring_one(first, THEIRS, "甲")
    second = typed(second, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"})
    assert city.bring_one(second, MINE, "乙").outcome == "conflict"
    second = brought_up(city, second)
    assert [(row.mine, row.other) for row in rows_of(second)] == [("乙の目的", "甲の目的")]
    again = city.bring_one(second, MINE, "乙")
    assert (again.outcome, again.changes) == ("conflict", ())
    second = chosen(second, side)
    assert brought_up(city, second) == second, "what is not received yet is not written over"
    assert city.bring_one(second, MINE, "乙").outcome == "accepted"
    revision = city.store.revisions(papers.CLEAN, papers.EDITION)[-1]
    assert (revision.draft.who, revision.sheet[PURPOSE]) == ("乙", kept)
    first, second = brought_up(city, first, THEIRS), brought_up(city, second)
    for data, file in ((first, THEIRS), (second, MINE)):
        (reading,) = read(data)
        assert (reading.sheet[PURPOSE], reading.sheet[OUTLINE]) == (kept, "乙の概要")
        assert (rows_of(data), reading.choices) == ([], {})
        receipt = city.bring_one(data, file)
        assert (receipt.outcome, receipt.changes) == ("unchanged", ())
        assert brought_up(city, data, file) == data
    assert open_paths(city) == []
    assert audit(city.store) == []


def test_in_a_workbook_of_several_sheets_each_conflict_says_of_which(city: City) -> None:
    other = papers.KEYS[1]
    city.register()
    for key in (papers.CLEAN, other):
        city.bring_one(typed(city.give_out(key), {PURPOSE: "甲の目的"}), f"甲{key}.xlsx")
    data = together(
        typed(given(city, 1), {PURPOSE: "乙の目的"}),
        typed(given(city, 1, other), {PURPOSE: "乙の目的"}),
    )
    assert [one.outcome for one in city.bring(data, MINE)] == ["conflict", "conflict"]
    data = brought_up(city, data)
    assert [(row.key, row.title) for row in rows_of(data)] == [
        (papers.CLEAN, "評価シート：目的・概要 事業の目的"),
        (other, "二つめ：目的・概要 事業の目的"),
    ]
    receipts = city.bring(chosen(data, "このファイル", "登録済み"), MINE)
    assert [one.outcome for one in receipts] == ["accepted", "accepted"]
    assert (city.head()[PURPOSE], city.head(other)[PURPOSE]) == ("乙の目的", "甲の目的")


def given(city: City, number: int, key: str = papers.CLEAN) -> bytes:
    """A workbook of a sheet as it stood in one of its revisions."""
    city.copies += 1
    sheet = city.store.revision(key, papers.EDITION, number).sheet
    return export(template_of(city.terms), sheet, f"{city.copies:08x}")


def together(one: bytes, other: bytes) -> bytes:
    """The first workbook with the second's worksheet in it, its names along, as Excel moves it."""
    whole = openpyxl.load_workbook(io.BytesIO(one))
    guest = openpyxl.load_workbook(io.BytesIO(other))[WORKSHEET]
    added = whole.create_sheet("二つめ")
    for line in guest.iter_rows():
        for cell in line:
            if cell.value is not None:
                added[cell.coordinate].value = cell.value
    for name, defined in guest.defined_names.items():
        text = str(defined.attr_text).replace(f"'{WORKSHEET}'", "'二つめ'")
        added.defined_names[name] = DefinedName(name, attr_text=text, hidden=defined.hidden)
    return saved(whole)


def test_choices_that_wait_for_others_stay_in_the_workbook(city: City) -> None:
    city.terms = replace(city.terms, whole_parts=("costs",))
    city.register()
    first, second = city.give_out(), city.give_out()
    city.bring_one(typed(first, {NATIONAL: 100, GENERAL: 300}), THEIRS)
    second = typed(second, {NATIONAL: 200, GENERAL: 400})
    city.bring_one(second, MINE)
    second = brought_up(city, second)
    count = len(rows_of(second))
    second = chosen(second, "このファイル")
    city.bring_one(second, MINE)
    second = brought_up(city, second)
    assert len(read(second)[0].choices) == 1
    assert len(rows_of(second)) == count
    sides = ["このファイル"] * count
    assert city.bring_one(chosen(second, *sides), MINE).outcome == "accepted"
    assert (city.head()[NATIONAL], city.head()[GENERAL]) == (200, 400)


@pytest.mark.office
def test_a_choice_survives_a_real_office_program(city: City, tmp_path: Path) -> None:
    """Shown by us, chosen, saved by LibreOffice, received: settled."""
    _, second = quarrel(
        city, {PURPOSE: "甲の目的", NATIONAL: 5}, {PURPOSE: "=乙の目的\n二行目", NATIONAL: 7}
    )
    before = rows_of(second)
    file = tmp_path / "乙.xlsx"
    file.write_bytes(chosen(second, *["このファイル"] * len(before)))
    (resaved,) = office.resave([file], tmp_path / "saved")
    data = resaved.read_bytes()
    assert rows_of(data) == before
    assert {choice.side for choice in read(data)[0].choices.values()} == {"theirs"}
    assert city.bring_one(data, MINE).conflicts == ()
    assert (city.head()[PURPOSE], city.head()[NATIONAL]) == ("=乙の目的\n二行目", 7)
    assert open_paths(city) == []
