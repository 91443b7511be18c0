"""Conflicts are settled in the store, an old state can be had again, and nothing that was written goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cities, papers
from tests.cities import City, typed
from xlsync.errors import Stale, StoreError
from xlsync.exchange import Side, Source, as_of, open_conflicts, resolve, revert
from xlsync.exchange.field_conflicts import FieldConflict, field_conflicts
from xlsync.exchange.resolution import CopyValue, FieldChoice, OfficeValue, typed_document
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
    title = city.head().edition.by_path[OUTLINE].title
    with pytest.raises(StoreError, match=f"^{papers.CLEAN}：「{title}」に入力の重なり"):
        settle(city, {OUTLINE: "theirs"})
    with pytest.raises(StoreError, match="登録されていません。事業コードを"):
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
    with pytest.raises(StoreError, match="どのファイルの内容にするか"):
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


def three_people(city: City, *values: str) -> dict[str, bytes]:
    """Three people typed purposes of their own, the first was taken; their workbooks by person."""
    city.register(papers.CLEAN)
    copies = {name: city.give_out() for name in ("甲", "乙", "丙")}
    typed_by = dict(zip(copies, values or ("甲の目的", "乙の目的", "丙の目的"), strict=True))
    copies = {name: typed(data, {PURPOSE: typed_by[name]}) for name, data in copies.items()}
    for name, data in copies.items():
        city.bring_one(data, f"評価シート/{name}.xlsx", name)
    return copies


def asked(city: City) -> FieldConflict:
    """The one field in conflict."""
    (conflict,) = field_conflicts(city.store, city.terms, city.head())
    return conflict


def test_a_conflict_says_whose_each_value_is(city: City) -> None:
    three_people(city)
    conflict = asked(city)
    origin = conflict.registered_by
    assert (conflict.registered_json, origin.who, origin.file, origin.revision) == (
        "甲の目的",
        "甲",
        "評価シート/甲.xlsx",
        2,
    )
    assert [(offer.offer_json, offer.who, offer.file) for offer in conflict.offers] == [
        ("乙の目的", "乙", "評価シート/乙.xlsx"),
        ("丙の目的", "丙", "評価シート/丙.xlsx"),
    ]
    assert len({offer.copy_name for offer in conflict.offers}) == 2
    assert [offer.when[11:16] for offer in conflict.offers] == ["09:03", "09:04"]
    assert {offer.base_json for offer in conflict.offers} == {papers.sheet()[PURPOSE]}


@pytest.mark.parametrize("taken", [0, 1])
def test_of_two_copies_either_value_can_be_taken_and_nobody_is_asked_again(
    city: City, taken: int
) -> None:
    copies = three_people(city)
    offer = asked(city).offers[taken]
    decide(city, CopyValue(offer.copy_name))
    assert city.head()[PURPOSE] == offer.offer_json
    assert field_conflicts(city.store, city.terms, city.head()) == []
    for name, data in copies.items():
        assert city.bring_one(data, f"評価シート/{name}.xlsx", name).outcome == "unchanged"
    assert city.head()[PURPOSE] == offer.offer_json


def test_the_office_can_say_something_else_than_any_of_them(city: City) -> None:
    copies = three_people(city)
    decide(city, OfficeValue(typed_document(papers.edition(), PURPOSE, "三人の文をまとめた目的")))
    assert city.head()[PURPOSE] == "三人の文をまとめた目的"
    assert field_conflicts(city.store, city.terms, city.head()) == []
    newest = city.store.revision(papers.CLEAN, papers.EDITION, city.revisions()).draft
    assert (newest.who, [change["path"] for change in newest.changes]) == ("企画担当", [PURPOSE])
    again = typed(copies["丙"], {PURPOSE: "丙がさらに直した目的"})
    assert city.bring_one(again, "評価シート/丙.xlsx", "丙").outcome == "conflict", (
        "丙 has not seen it"
    )
    assert city.head()[PURPOSE] == "三人の文をまとめた目的"


def decide(city: City, choice: FieldChoice, seen: int | None = None) -> None:
    resolve(city.store, papers.CLEAN, papers.EDITION, {PURPOSE: choice}, OFFICE, seen=seen)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (NATIONAL, "百円くらい", "登録できません"),
        ("no.such.field", "目的", "様式にない項目"),
        (PURPOSE, "長" * 40_000, "長すぎて"),
    ],
)
def test_a_field_takes_from_the_office_only_what_it_can_hold(
    path: str, text: str, said: str
) -> None:
    with pytest.raises(StoreError, match=said):
        typed_document(papers.edition(), path, text)


def test_what_the_office_types_is_read_as_in_a_cell() -> None:
    edition = papers.edition()
    assert typed_document(edition, NATIONAL, "２３，３８７") == 23387
    assert typed_document(edition, NATIONAL, "－") == "-"
    assert typed_document(edition, PURPOSE, "　") is None


def test_a_copy_that_offers_nothing_there_is_refused_by_name(city: City) -> None:
    three_people(city)
    before = city.revisions()
    with pytest.raises(StoreError, match="もうありません"):
        decide(city, CopyValue("00000001-0123456789abcdef"))
    assert city.revisions() == before


def test_nothing_is_decided_on_a_revision_that_is_no_longer_the_newest(city: City) -> None:
    copies = three_people(city)
    seen = city.revisions()
    offer = asked(city).offers[1]
    newer = typed(copies["丙"], {PURPOSE: "丙がさらに直した目的"})
    assert city.bring_one(newer, "評価シート/丙.xlsx", "丙").outcome == "conflict"
    for choice in ("ours", CopyValue(offer.copy_name), OfficeValue("まとめ")):
        with pytest.raises(Stale, match=f"第{seen + 1}版になりました"):
            decide(city, choice, seen)
    with pytest.raises(Stale):
        revert(city.store, papers.CLEAN, papers.EDITION, 1, OFFICE, seen=seen)
    assert (city.revisions(), city.head()[PURPOSE]) == (seen + 1, "甲の目的")
    decide(city, CopyValue(offer.copy_name), seen + 1)
    assert city.head()[PURPOSE] == "丙がさらに直した目的"


@settings(max_examples=10)  # of 135; each brings six workbooks
@given(
    values=st.lists(st.sampled_from(["一", "二", "三"]), min_size=3, max_size=3),
    choice=st.sampled_from(["ours", "first", "last", "一", "四"]),
)
def test_whatever_is_chosen_stands_ends_the_question_and_loses_no_text(
    values: list[str], choice: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    city = cities.city(tmp_path_factory.mktemp("city"))
    copies = three_people(city, *values)
    conflicts = field_conflicts(city.store, city.terms, city.head())
    for conflict in conflicts:
        first, last = conflict.offers[0], conflict.offers[-1]
        wanted: dict[str, tuple[FieldChoice, object]] = {
            "ours": ("ours", values[0]),
            "first": (CopyValue(first.copy_name), first.offer_json),
            "last": (CopyValue(last.copy_name), last.offer_json),
        }
        chosen, stands = wanted.get(choice, (OfficeValue(choice), choice))
        decide(city, chosen, city.revisions())
        assert city.head()[PURPOSE] == stands
    assert bool(conflicts) == (len(set(values)) > 1)
    assert field_conflicts(city.store, city.terms, city.head()) == []
    head = city.head()
    for name, data in copies.items():
        assert city.bring_one(data, f"評価シート/{name}.xlsx", name).outcome == "unchanged"
    assert city.head() == head
    revisions = city.store.revisions(papers.CLEAN, papers.EDITION)
    offered = {one["theirs"] for revision in revisions for one in revision.draft.conflicts}
    assert set(values) <= offered | {revision.sheet[PURPOSE] for revision in revisions}
    assert audit(city.store) == []
