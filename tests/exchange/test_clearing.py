"""Cleared is not blank: a value taken away on purpose goes, a block deleted by a slip is held back until it is confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.cities import City, typed
from xlsync.exchange import Source
from xlsync.exchange.receive import receive
from xlsync.exchange.reconcile.accidental_clearing import cleared_fields, is_accidental

STAFF = [field.path for field in papers.edition().fields if field.filled_by == "staff"]
FILLED = [path for path in STAFF if papers.sheet()[path] is not None]
SOURCE = Source("評価シート/a.xlsx", "2018-07-02T09:00:00+09:00", "職員")


@pytest.mark.parametrize("count", [1, 7])
def test_a_few_cleared_fields_are_cleared(city: City, count: int) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), dict.fromkeys(FILLED[:count])))
    assert receipt.outcome == "accepted"
    assert [city.head()[path] for path in FILLED[:count]] == [None] * count


def test_a_deleted_block_is_held_back_and_nothing_is_merged(city: City) -> None:
    city.register()
    before = city.head()
    data = typed(city.give_out(), {**dict.fromkeys(FILLED[:40]), FILLED[50]: "ほかの変更"})
    receipt = city.bring_one(data)
    assert (receipt.outcome, receipt.changes) == ("refused", ())
    assert [found.code for found in receipt.findings] == ["cleared"]
    assert "40欄" in receipt.reason
    assert city.head() == before
    assert city.revisions() == 1


def test_a_clearing_that_was_meant_is_taken(city: City) -> None:
    city.register()
    data = typed(city.give_out(), dict.fromkeys(FILLED[:40]))
    meant = replace(SOURCE, clearing_meant=True)
    assert receive(city.store, city.terms, data, meant)[0].outcome == "accepted"
    assert {city.head()[path] for path in FILLED[:40]} == {None}


def test_typing_it_again_ends_the_matter(city: City) -> None:
    city.register()
    data = city.give_out()
    assert city.bring_one(typed(data, dict.fromkeys(FILLED[:40]))).outcome == "refused"
    assert city.bring_one(data).outcome == "unchanged"


def test_a_new_sheet_may_be_as_blank_as_it_likes(city: City) -> None:
    city.register(papers.KEYS[0])
    data = typed(city.give_out(papers.KEYS[0]), dict.fromkeys(FILLED[:40]))
    for name in ("revisions", "sheets", "taken"):
        (city.store.folder / name).rename(city.store.folder.parent / f"{name}-away")
    assert city.bring_one(data).outcome == "accepted"


@given(cleared=st.sets(st.sampled_from(FILLED)))
def test_exactly_the_cleared_fields_are_counted(cleared: set[str]) -> None:
    base = papers.sheet()
    theirs = base.with_values({**dict.fromkeys(cleared)})
    assert set(cleared_fields(base, theirs)) == cleared
    assert not is_accidental(cleared_fields(base, theirs), base) or len(cleared) >= 8
    assert cleared_fields(None, theirs) == []


@pytest.mark.parametrize(("filled", "accidental"), [(80, True), (81, False)])
def test_eight_cleared_fields_are_a_slip_from_a_tenth_of_what_was_filled_on(
    filled: int, *, accidental: bool
) -> None:
    whole = papers.sheet()
    typed_fields = cleared_fields(whole, whole.with_values(dict.fromkeys(whole.edition.by_path)))
    base = whole.with_values(dict.fromkeys(typed_fields[filled:]))
    cleared = cleared_fields(base, base.with_values(dict.fromkeys(typed_fields[:8])))
    assert len(cleared) == 8
    assert is_accidental(cleared, base) is accidental
