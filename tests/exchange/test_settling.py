"""Conflicts are settled in the store, an old state can be had again, and nothing that was written goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests import papers
from tests.cities import City, typed
from xlsync.errors import StoreError
from xlsync.exchange import Side, Source, as_of, open_conflicts, resolve, revert
from xlsync.store import audit

PURPOSE, OUTLINE = "purpose", "outline"
NATIONAL, COST = "costs.2018-initial.sources.national", "costs.2018-initial.project_cost"
OFFICE = Source("入力の重なりの解消", "2018-07-05T09:00:00+09:00", "企画担当")


def quarrel(city: City, path: str, one: Any, other: Any) -> bytes:
    """Two people typed different things; the second workbook."""
    city.register()
    first, second = city.give_out(), city.give_out()
    city.bring_one(typed(first, {path: one}), "甲.xlsx")
    mine = typed(second, {path: other})
    assert city.bring_one(mine, "乙.xlsx").outcome == "conflict"
    return mine


def settle(city: City, choices: dict[str, Side]) -> None:
    resolve(city.store, papers.CLEAN, papers.EDITION, choices, OFFICE)


@pytest.mark.parametrize(("side", "kept"), [("ours", "甲の目的"), ("theirs", "乙の目的")])
def test_the_chosen_side_stands_and_the_quarrel_is_over(city: City, side: Side, kept: str) -> None:
    mine = quarrel(city, PURPOSE, "甲の目的", "乙の目的")
    settle(city, {PURPOSE: side})
    assert city.head()[PURPOSE] == kept
    assert open_conflicts(city.store, city.terms, papers.CLEAN) == []
    assert city.bring_one(mine, "乙.xlsx").outcome == "unchanged"
    assert city.head()[PURPOSE] == kept
    assert audit(city.store) == []


def test_sums_follow_the_chosen_part(city: City) -> None:
    quarrel(city, NATIONAL, 100, 200)
    cost = city.head()[COST]
    settle(city, {NATIONAL: "theirs"})
    assert isinstance(cost, int)
    assert (city.head()[NATIONAL], city.head()[COST]) == (200, cost + 100)


def test_unreadable_text_can_be_chosen_and_stays_unreadable(city: City) -> None:
    quarrel(city, NATIONAL, 100, "百円くらい")
    settle(city, {NATIONAL: "theirs"})
    assert (city.head()[NATIONAL], dict(city.head().unreadable)) == (None, {NATIONAL: "百円くらい"})


def test_settling_what_is_no_conflict_is_refused(city: City) -> None:
    quarrel(city, PURPOSE, "甲の目的", "乙の目的")
    before = city.revisions()
    with pytest.raises(StoreError, match="入力の重なりはありません"):
        settle(city, {OUTLINE: "theirs"})
    with pytest.raises(StoreError, match="登録データにありません"):
        resolve(city.store, "99-99-99-99-99-99", papers.EDITION, {PURPOSE: "ours"}, OFFICE)
    assert city.revisions() == before


def test_two_workbooks_offering_different_values_are_not_guessed_between(city: City) -> None:
    city.register()
    copies = [(name, city.give_out()) for name in ("甲", "乙", "丙")]
    outcomes = [
        city.bring_one(typed(data, {PURPOSE: f"{name}の目的"}), f"{name}.xlsx").outcome
        for name, data in copies
    ]
    assert outcomes == ["accepted", "conflict", "conflict"]
    with pytest.raises(StoreError, match="複数のブック"):
        settle(city, {PURPOSE: "theirs"})
    assert city.head()[PURPOSE] == "甲の目的"
    settle(city, {PURPOSE: "ours"})
    assert open_conflicts(city.store, city.terms, papers.CLEAN) == []


def test_going_back_is_a_new_revision_and_loses_none(city: City) -> None:
    city.register()
    data = city.give_out()
    for number in (2, 3):
        data = typed(data, {PURPOSE: f"{number}稿"})
        city.bring_one(data)
    made = revert(city.store, papers.CLEAN, papers.EDITION, 2, OFFICE)
    assert (made.number, city.head()[PURPOSE]) == (4, "2稿")
    assert [one.sheet[PURPOSE] for one in city.store.revisions(papers.CLEAN, papers.EDITION)][
        1:
    ] == ["2稿", "3稿", "2稿"]
    assert city.bring_one(data).outcome == "unchanged", (
        "a workbook that did not change takes nothing back"
    )
    assert city.head()[PURPOSE] == "2稿"
    for number in (0, 9):
        with pytest.raises(StoreError, match="最新は第4版"):
            revert(city.store, papers.CLEAN, papers.EDITION, number, OFFICE)
    assert audit(city.store) == []


def test_a_sheet_can_be_seen_as_it_stood(city: City) -> None:
    city.register()
    city.bring_one(typed(city.give_out(), {PURPOSE: "新しい目的"}))
    moments = [one.draft.when for one in city.store.revisions(papers.CLEAN, papers.EDITION)]
    seen = [as_of(city.store, papers.CLEAN, papers.EDITION, moment) for moment in moments]
    assert [past is not None and past[0][PURPOSE] for past in seen] == [
        papers.sheet()[PURPOSE],
        "新しい目的",
    ]
    assert as_of(city.store, papers.CLEAN, papers.EDITION, "2018-06-30") is None
    last = as_of(city.store, papers.CLEAN, papers.EDITION, moments[-1][:10])
    assert last is not None
    assert last[0][PURPOSE] == "新しい目的"
