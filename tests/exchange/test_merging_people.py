"""Several people, several copies: what each typed comes together, or is kept and said."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests import papers
from tests.cities import WORKSHEET, City, codes, saved, through_openpyxl, typed
from xlsync.exchange import Source
from xlsync.exchange.receive import receive

PURPOSE, OUTLINE = "purpose", "outline"
NATIONAL = "costs.2018-initial.sources.national"
GENERAL = "costs.2018-initial.sources.general"
COST = "costs.2018-initial.project_cost"
TOTAL = "costs.2018-initial.total_cost"
PERSONNEL = "costs.2018-initial.personnel_cost"


def test_the_same_workbook_twice_changes_nothing(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {PURPOSE: "新しい目的"})
    first, second = city.bring_one(data), city.bring_one(data)
    assert (first.outcome, first.revision) == ("accepted", 2)
    assert [change.to_document() for change in first.changes] == [
        {"path": PURPOSE, "from": papers.sheet()[PURPOSE], "to": "新しい目的"}
    ]
    assert (second.outcome, second.revision, second.changes) == ("unchanged", 2, ())
    assert city.revisions() == 2


@pytest.mark.slow
def test_a_workbook_as_given_out_changes_nothing(city: City) -> None:
    city.register()
    for key in papers.KEYS:
        receipt = city.bring_one(city.give_out(key), f"{key}.xlsx")
        assert (receipt.outcome, receipt.changes, receipt.revision) == ("unchanged", (), 1)
        again = city.bring_one(through_openpyxl(city.give_out(key)), f"{key}-2.xlsx")
        assert (again.outcome, again.changes, again.revision) == ("unchanged", (), 1)


def test_two_people_change_different_fields(city: City) -> None:
    city.register()
    one = typed(city.give_out(), {PURPOSE: "甲の目的"})
    other = typed(city.give_out(), {OUTLINE: "乙の概要"})
    assert city.bring_one(one, "甲.xlsx").outcome == "accepted"
    receipt = city.bring_one(other, "乙.xlsx")
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "乙の概要")


def test_two_people_change_two_parts_of_one_sum(city: City) -> None:
    """The sum is nobody's typing: it follows from its parts, and is no conflict."""
    city.register()
    one = typed(city.give_out(), {NATIONAL: 1000})
    other = typed(city.give_out(), {GENERAL: 20_000})
    city.bring_one(one, "甲.xlsx")
    receipt = city.bring_one(other, "乙.xlsx")
    assert receipt.conflicts == ()
    head = city.head()
    assert (head[NATIONAL], head[GENERAL]) == (1000, 20_000)
    assert head[COST] == 1000 + 6374 + 20_000
    assert head[TOTAL] == 1000 + 6374 + 20_000 + 19_030
    assert not [code for code in codes(receipt) if code[0].startswith("sum")]


def test_a_part_and_the_other_part_of_a_total_of_totals(city: City) -> None:
    city.register()
    city.bring_one(typed(city.give_out(), {NATIONAL: 1000}), "甲.xlsx")
    stale = typed(city.give_out(), {})
    city.bring_one(typed(stale, {PERSONNEL: 19_031}), "乙.xlsx")
    assert city.head()[TOTAL] == 1000 + 6374 + 19_737 + 19_031


def test_one_field_changed_differently_is_a_conflict_and_ours_stays(city: City) -> None:
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(one, {PURPOSE: "甲の目的"}), "甲.xlsx")
    mine = typed(other, {PURPOSE: "乙の目的", OUTLINE: "乙の概要"})
    receipt = city.bring_one(mine, "乙.xlsx")
    assert receipt.outcome == "conflict"
    assert receipt.needs_attention
    assert [conflict.to_document() for conflict in receipt.conflicts] == [
        {"path": PURPOSE, "base": papers.sheet()[PURPOSE], "ours": "甲の目的", "theirs": "乙の目的"}
    ]
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("甲の目的", "乙の概要")
    told = [found for found in receipt.findings if found.code == "conflict"]
    assert [(found.path, found.severity) for found in told] == [(PURPOSE, "error")]
    assert "甲の目的" in told[0].message
    assert "乙の目的" in told[0].message
    assert told[0].cell
    kept = city.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft.conflicts
    assert [dict(one) for one in kept] == [conflict.to_document() for conflict in receipt.conflicts]


ALIKE = [
    ("新しい課題が出た", "新しい課題か\u3099出た"),
    ("新しい課題", "新しい課題\u200b"),
    ("新しい課題", "\ufeff新しい課題"),
    ("新しい 課題", "新しい\xa0課題"),
    ("新しい課題", "新しい課題 "),
    ("新しい課題", "新しい課題　\n\n"),
    ("新しい\n課題", "新しい \r\n課題"),
    ("新しい\n課題", "新しい\x0b課題"),
    ("新しい課題", "\u202a新しい課題\u202c"),
]


@pytest.mark.parametrize("texts", [*ALIKE, *(pair[::-1] for pair in ALIKE)], ids=ascii)
def test_two_texts_that_look_alike_are_one_change(city: City, texts: tuple[str, str]) -> None:
    city.register(papers.CLEAN)
    copies = [city.give_out(), city.give_out()]
    first = city.bring_one(typed(copies[0], {PURPOSE: texts[0]}), "甲.xlsx")
    second = city.bring_one(typed(copies[1], {PURPOSE: texts[1]}), "乙.xlsx")
    assert (first.outcome, second.outcome) == ("accepted", "unchanged")
    assert (second.conflicts, second.changes) == ((), ())


def test_trailing_spaces_over_a_text_somebody_changed_change_nothing(city: City) -> None:
    city.register(papers.CLEAN)
    copies = [city.give_out(), city.give_out()]
    city.bring_one(typed(copies[0], {PURPOSE: "甲の目的"}), "甲.xlsx")
    issued = papers.sheet()[PURPOSE]
    receipt = city.bring_one(typed(copies[1], {PURPOSE: f"{issued} \n"}), "乙.xlsx")
    assert (receipt.outcome, receipt.conflicts) == ("unchanged", ())
    assert city.head()[PURPOSE] == "甲の目的"


def test_a_conflict_stays_one_until_it_is_settled(city: City) -> None:
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(one, {PURPOSE: "甲の目的"}), "甲.xlsx")
    mine = typed(other, {PURPOSE: "乙の目的"})
    first = city.bring_one(mine, "乙.xlsx")
    for _ in range(3):
        again = city.bring_one(mine, "乙.xlsx")
        assert (again.outcome, again.conflicts, again.changes) == ("conflict", first.conflicts, ())
        assert again.revision == first.revision
    more = city.bring_one(typed(mine, {OUTLINE: "乙の概要"}), "乙.xlsx")
    assert more.outcome == "conflict"
    assert city.head()[PURPOSE] == "甲の目的"
    gave_in = city.bring_one(typed(mine, {PURPOSE: "甲の目的", OUTLINE: "乙の概要"}), "乙.xlsx")
    assert (gave_in.outcome, gave_in.conflicts) == ("unchanged", ())


def test_a_settled_conflict_is_settled_in_the_store(city: City) -> None:
    """What was written of a conflict must not outlive it."""
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(one, {PURPOSE: "甲の目的"}), "甲.xlsx")
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), "乙.xlsx")
    city.bring_one(typed(other, {PURPOSE: "甲の目的"}), "乙.xlsx")
    assert city.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft.conflicts == ()


def test_after_settling_both_go_on(city: City) -> None:
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(one, {PURPOSE: "甲の目的"}), "甲.xlsx")
    city.bring_one(typed(other, {PURPOSE: "乙の目的"}), "乙.xlsx")
    city.bring_one(typed(other, {PURPOSE: "甲の目的"}), "乙.xlsx")
    last = city.bring_one(typed(other, {PURPOSE: "二人の目的"}), "乙.xlsx")
    assert (last.outcome, city.head()[PURPOSE]) == ("accepted", "二人の目的")


def test_a_workbook_saved_again_and_again_never_conflicts_with_itself(city: City) -> None:
    city.register()
    data = city.give_out()
    for number in range(5):
        data = typed(data, {PURPOSE: f"{number}稿", NATIONAL: number})
        receipt = city.bring_one(data)
        assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
        assert (city.head()[PURPOSE], city.head()[NATIONAL]) == (f"{number}稿", number)


def test_it_does_not_conflict_with_itself_while_others_write_elsewhere(city: City) -> None:
    city.register()
    mine, theirs = city.give_out(), city.give_out()
    for number in range(3):
        mine, theirs = (
            typed(mine, {PURPOSE: f"{number}稿"}),
            typed(theirs, {OUTLINE: f"{number}版"}),
        )
        assert city.bring_one(mine, "甲.xlsx").conflicts == ()
        assert city.bring_one(theirs, "乙.xlsx").conflicts == ()
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("2稿", "2版")


def test_it_does_not_conflict_with_itself_under_a_new_worksheet_title(city: City) -> None:
    """Renaming the tab is nothing: a worksheet is known by what is in it."""
    city.register()
    data = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(data)
    book = openpyxl.load_workbook(io.BytesIO(typed(data, {PURPOSE: "二稿"})))
    for defined in book[WORKSHEET].defined_names.values():
        defined.attr_text = str(defined.attr_text).replace(f"'{WORKSHEET}'!", "'情報化推進'!")
    book[WORKSHEET].title = "情報化推進"
    receipt = city.bring_one(saved(book))
    assert (receipt.worksheet, receipt.outcome, receipt.conflicts) == ("情報化推進", "accepted", ())
    assert city.head()[PURPOSE] == "二稿"


def test_taking_a_change_back_is_a_change(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "一稿"}))
    receipt = city.bring_one(data)
    assert (receipt.outcome, city.head()[PURPOSE]) == ("accepted", papers.sheet()[PURPOSE])


def test_clearing_a_cell_is_a_change(city: City) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), {PURPOSE: None}))
    assert [change.to_document()["to"] for change in receipt.changes] == [None]
    assert city.head()[PURPOSE] is None
    assert ("required", PURPOSE) in codes(receipt)


def test_a_copied_file_that_goes_its_own_way_is_merged_over_what_was_given_out(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(typed(data, {PURPOSE: "原本の目的"}), "原本.xlsx")
    receipt = city.bring_one(typed(data, {OUTLINE: "写しの概要"}), "写し.xlsx")
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("原本の目的", "写しの概要")
    clash = city.bring_one(typed(data, {PURPOSE: "写しの目的"}), "写し.xlsx")
    assert clash.outcome == "conflict"
    assert city.head()[PURPOSE] == "原本の目的"


def test_a_cleared_cell_over_a_value_somebody_changed_is_a_conflict(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {PURPOSE: None, OUTLINE: "新しい概要"})
    city.bring_one(typed(city.give_out(), {PURPOSE: "甲の目的"}), "甲.xlsx")
    receipt = city.bring_one(data, "乙.xlsx")
    assert receipt.outcome == "conflict"
    assert city.head()[PURPOSE] == "甲の目的"
    assert city.head()[OUTLINE] == "新しい概要"


def test_unreadable_text_over_a_value_somebody_changed_is_a_conflict(city: City) -> None:
    city.register()
    one, other = city.give_out(), city.give_out()
    city.bring_one(typed(one, {NATIONAL: 5}), "甲.xlsx")
    receipt = city.bring_one(typed(other, {NATIONAL: "未定"}), "乙.xlsx")
    told = {conflict.path: conflict for conflict in receipt.conflicts}
    assert told[NATIONAL].incoming == {"unreadable": "未定"}
    assert city.head()[NATIONAL] == 5


def test_an_older_copy_beside_a_deleted_file_does_not_pass_for_the_moved_file(city: City) -> None:
    """Its old value is no decision to go back: the two differ from what was issued, and somebody must choose."""
    city.register()
    first = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(first, "a.xlsx")
    city.bring_one(typed(first, {PURPOSE: "二稿"}), "a.xlsx")
    kept = Source(
        "古い控え.xlsx",
        "2018-07-03T09:00:00+09:00",
        "職員",
        vanished=lambda place: place == "a.xlsx",
    )
    receipt = receive(city.store, city.terms, first, kept)[0]
    assert (receipt.outcome, city.head()[PURPOSE]) == ("conflict", "二稿")


def test_an_older_save_laid_beside_the_book_that_went_on_asks_nothing(city: City) -> None:
    """Nothing was typed into it since it was received: it only lags behind."""
    city.register()
    first = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(first, "a.xlsx")
    city.bring_one(typed(first, {PURPOSE: "二稿"}), "a.xlsx")
    receipt = city.bring_one(first, "持ち帰り.xlsx")
    assert (receipt.outcome, receipt.conflicts, receipt.changes) == ("unchanged", (), ())
    assert [code for code in codes(receipt) if code[0] == "copy"]
    assert city.head()[PURPOSE] == "二稿"
    later = city.bring_one(typed(first, {OUTLINE: "持ち帰って書いた"}), "持ち帰り.xlsx")
    assert (later.outcome, later.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("二稿", "持ち帰って書いた")


def test_an_older_save_that_was_typed_into_is_no_old_save(city: City) -> None:
    """Whether 一稿 was inherited or typed, nobody can tell: it may not disappear unsaid."""
    city.register()
    first = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(first, "a.xlsx")
    city.bring_one(typed(first, {PURPOSE: "二稿"}), "a.xlsx")
    receipt = city.bring_one(typed(first, {OUTLINE: "新しい概要"}), "持ち帰り.xlsx")
    assert [one.path for one in receipt.conflicts] == [PURPOSE]
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("二稿", "新しい概要")


def test_an_older_save_still_in_conflict_asks_again_wherever_it_lies(city: City) -> None:
    city.register()
    mine = typed(city.give_out(), {PURPOSE: "乙の目的"})
    city.bring_one(typed(city.give_out(), {PURPOSE: "甲の目的"}), "甲.xlsx")
    assert city.bring_one(mine, "乙.xlsx").outcome == "conflict"
    assert city.bring_one(mine, "乙の写し.xlsx").outcome == "conflict"


def test_a_workbook_moved_and_changed_does_not_conflict_with_itself(city: City) -> None:
    """Its name is nothing; the place it was remembered at is empty now."""
    city.register()
    data = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(data, "a.xlsx")
    moved = Source(
        "b.xlsx", "2018-07-03T09:00:00+09:00", "職員", vanished=lambda place: place == "a.xlsx"
    )
    receipt = receive(city.store, city.terms, typed(data, {PURPOSE: "二稿"}), moved)[0]
    assert (receipt.outcome, city.head()[PURPOSE]) == ("accepted", "二稿")
    back = receive(city.store, city.terms, data, moved)[0]
    assert (back.outcome, city.head()[PURPOSE]) == ("accepted", "一稿"), (
        "taking it back is a change"
    )


def all_gone(place: str) -> Source:
    """A file seen first at a place while none of the others is there any more."""
    return Source(place, "2018-07-03T09:00:00+09:00", "職員", vanished=lambda _place: True)


def test_a_moved_workbook_does_not_conflict_with_itself_though_its_copy_was_deleted(
    city: City,
) -> None:
    """Two files are gone, and what this one says tells which of them it was."""
    city.register()
    book = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(book, "a.xlsx")
    city.bring_one(typed(book, {OUTLINE: "写しの概要"}), "a - コピー.xlsx")
    second = typed(book, {PURPOSE: "二稿"})
    city.bring_one(second, "a.xlsx")
    moved = typed(second, {PURPOSE: "三稿"})
    receipt = receive(city.store, city.terms, moved, all_gone("b.xlsx"))[0]
    assert (receipt.outcome, receipt.conflicts) == ("accepted", ())
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("三稿", "写しの概要")


def test_a_moved_workbook_that_says_what_neither_of_two_deleted_ones_said_is_asked_about(
    city: City,
) -> None:
    city.register()
    book = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(book, "a.xlsx")
    city.bring_one(typed(book, {OUTLINE: "写しの概要"}), "a - コピー.xlsx")
    moved = typed(book, {PURPOSE: "三稿", OUTLINE: "三稿の概要"})
    receipt = receive(city.store, city.terms, moved, all_gone("b.xlsx"))[0]
    assert {one.path for one in receipt.conflicts} == {PURPOSE, OUTLINE}
    assert (city.head()[PURPOSE], city.head()[OUTLINE]) == ("一稿", "写しの概要")


def test_a_moved_workbook_that_may_have_been_either_of_two_is_asked_about(city: City) -> None:
    city.register()
    book = typed(city.give_out(), {PURPOSE: "一稿"})
    city.bring_one(book, "a.xlsx")
    assert city.bring_one(typed(book, {PURPOSE: "写し"}), "a - コピー.xlsx").outcome == "conflict"
    moved = typed(book, {PURPOSE: "三稿"})
    receipt = receive(city.store, city.terms, moved, all_gone("b.xlsx"))[0]
    assert [one.path for one in receipt.conflicts] == [PURPOSE]
    assert city.head()[PURPOSE] == "一稿"
