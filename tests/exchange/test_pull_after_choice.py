"""反映 pressed after a side was chosen on the worksheet 入力の重なり, before the choice is submitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cities import City, typed
from tests.exchange.test_choices import (
    GENERAL,
    MINE,
    NATIONAL,
    OUTLINE,
    PURPOSE,
    chosen,
    open_paths,
    quarrel,
)
from xlsync.exchange import CatchUp, Source, catch_up
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.properties import put_defined_name
from xlsync.workbook.stamp import STAMP_NAME


def pulled(city: City, data: bytes, state: str = "ab12") -> CatchUp:
    source = Source(MINE, "2018-07-03T09:00:00+09:00", "乙", state=state)
    (update,) = catch_up(city.store, city.terms, data, source)
    return update


def carried_out(data: bytes, update: CatchUp) -> bytes:
    """The workbook once the client has written what was brought, and the stamp."""
    data = typed(data, {cell.path: cell.value for cell in update.writes})
    edit = PackageEdit(data)
    for worksheet in update.stamped_worksheets:
        put_defined_name(edit, worksheet, STAMP_NAME, f'"{update.new_stamp}"', hidden=True)
    return edit.finished()


def test_one_who_chose_this_file_is_not_asked_and_keeps_the_cell(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的", OUTLINE: "甲の概要"}, {PURPOSE: "乙の目的"})
    data = chosen(second, "このファイル")
    update = pulled(city, data)
    assert update.asks == ()
    assert [cell.path for cell in update.writes] == [OUTLINE]
    assert city.head()[PURPOSE] == "甲の目的", "a choice counts once it is submitted"
    receipt = city.bring_one(carried_out(data, update), MINE, "乙")
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("乙の目的", "甲の概要")
    assert open_paths(city) == []


def test_one_who_chose_the_registered_value_is_not_asked_and_gets_it(city: City) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    data = chosen(second, "登録済み")
    update = pulled(city, data)
    assert update.asks == ()
    (cell,) = update.writes
    assert (cell.path, cell.current, cell.value) == (PURPOSE, "乙の目的", "甲の目的")
    receipt = city.bring_one(carried_out(data, update), MINE, "乙")
    assert (receipt.outcome, receipt.conflicts) == ("unchanged", ())
    assert city.head()[PURPOSE] == "甲の目的"
    assert open_paths(city) == []


@pytest.mark.parametrize(("side", "kept"), [("このファイル", "乙の目的"), ("登録済み", "甲の目的")])
def test_a_pull_that_was_not_carried_out_leaves_the_choice_as_it_was(
    city: City, side: str, kept: str
) -> None:
    _, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    data = chosen(second, side)
    pulled(city, data)
    receipt = city.bring_one(data, MINE, "乙")
    assert (receipt.conflicts, city.head()[PURPOSE]) == ((), kept)
    assert open_paths(city) == []


def test_the_conflict_without_a_choice_is_asked_about_beside_the_one_chosen(city: City) -> None:
    one, other = (
        {PURPOSE: "甲の目的", OUTLINE: "甲の概要"},
        {PURPOSE: "乙の目的", OUTLINE: "乙の概要"},
    )
    _, second = quarrel(city, one, other)
    update = pulled(city, chosen(second, "このファイル"))
    assert [cell.path for cell in update.asks] == [OUTLINE]
    assert update.writes == ()


def test_a_choice_that_waits_for_others_of_its_group_is_asked_about(city: City) -> None:
    city.terms = replace(city.terms, whole_parts=("costs",))
    _, second = quarrel(city, {NATIONAL: 100, GENERAL: 100}, {NATIONAL: 200, GENERAL: 200})
    update = pulled(city, chosen(second, "このファイル"))
    assert {NATIONAL, GENERAL} <= {cell.path for cell in update.asks}
    assert city.head()[NATIONAL] == 100


def test_a_choice_made_for_other_values_than_now_is_asked_about_again(city: City) -> None:
    first, second = quarrel(city, {PURPOSE: "甲の目的"}, {PURPOSE: "乙の目的"})
    city.bring_one(typed(first, {PURPOSE: "甲の新しい目的"}), "評価シート/甲.xlsx", "甲")
    (cell,) = pulled(city, chosen(second, "このファイル")).asks
    assert (cell.path, cell.value) == (PURPOSE, "甲の新しい目的")
