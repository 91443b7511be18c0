"""A code typed into a workbook is held for the planning office, and everything else in that save is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, city, codes, typed
from tests.papers import CLEAN, KEYS
from xlsync.errors import StoreError
from xlsync.exchange import Source, bring_up_to_date
from xlsync.exchange.review_acts import accept_changes, open_proposals, reject_changes
from xlsync.ooxml import read_cells
from xlsync.store import Decision, audit
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.form_reader import read

YEAR = papers.EDITION
PARTS = papers.edition().definition.identity.key
LAST, BEFORE = PARTS[-1], PARTS[-2]
OTHER = next(key for key in KEYS if key != CLEAN)
NEW = f"{CLEAN[:-2]}77"
ACCEPT = Decision("accept", "2018-07-03T09:00:00+09:00", "企画 太郎")
REJECT = Decision("reject", "2018-07-03T09:00:00+09:00", "企画 太郎", "番号は変わりません")
SOURCE = Source("評価シート/a.xlsx", "2018-07-04T09:00:00+09:00", "監視")


@pytest.fixture
def here(tmp_path: Path) -> City:
    made = city(tmp_path)
    made.register(CLEAN, OTHER)
    return made


def numbers(here: City) -> dict[str, int]:
    waiting = open_proposals(here.store, YEAR)
    return {one.pending_change.path: one.pending_change.number for one in waiting}


def brought_up(here: City, data: bytes) -> bytes:
    update = bring_up_to_date(here.store, here.terms, data, SOURCE)
    return data if update is None else update.data


def test_it_waits_and_the_rest_of_the_save_is_taken(here: City) -> None:
    data = typed(here.give_out(), {LAST: "77", "purpose": "同じ事業の目的"})
    receipt = here.bring_one(data)
    assert (receipt.outcome, receipt.key, receipt.sheet_id) == ("accepted", CLEAN, CLEAN)
    assert {"key-proposed", "review-waits"} <= {code for code, _ in codes(receipt)}
    assert (here.head().key, here.head()["purpose"]) == (CLEAN, "同じ事業の目的")
    assert numbers(here).keys() == {LAST}
    assert here.bring_one(data).outcome == "unchanged"
    assert numbers(here).keys() == {LAST}
    answered = brought_up(here, data)
    sentences = [str(value) for value in read_cells(answered)[PAGE].values()]
    assert any("企画担当の確認待ち" in text and "77" in text for text in sentences)
    assert read(answered)[0].sheet.key == NEW, "the page keeps what was typed"
    assert audit(here.store) == []


def test_accepted_it_is_the_sheets_key_and_the_id_stays(here: City) -> None:
    data = typed(here.give_out(), {LAST: "77"})
    here.bring_one(data)
    accept_changes(here.store, CLEAN, YEAR, list(numbers(here).values()), ACCEPT)
    assert (here.head().id, here.head().key) == (CLEAN, NEW)
    assert here.store.keys_of(CLEAN, YEAR) == (CLEAN, NEW)
    assert here.bring_one(brought_up(here, data)).outcome == "unchanged"
    later = here.bring_one(typed(data, {"purpose": "新しい番号のファイル"}))
    assert (later.outcome, later.key) == ("accepted", NEW)
    assert numbers(here) == {}
    assert audit(here.store) == []


def test_refused_the_page_gets_the_sheets_key_back_with_the_reason(here: City) -> None:
    data = typed(here.give_out(), {LAST: "77"})
    here.bring_one(data)
    reject_changes(here.store, CLEAN, YEAR, list(numbers(here).values()), REJECT)
    answered = brought_up(here, data)
    assert read(answered)[0].sheet.key == CLEAN
    assert any("番号は変わりません" in str(v) for v in read_cells(answered)[PAGE].values())
    assert here.bring_one(answered).outcome == "unchanged"
    assert (here.head().key, numbers(here)) == (CLEAN, {})


def test_typed_back_it_is_withdrawn(here: City) -> None:
    data = typed(here.give_out(), {LAST: "77"})
    here.bring_one(data)
    here.bring_one(typed(data, {LAST: CLEAN[-2:]}))
    assert (here.head().key, numbers(here)) == (CLEAN, {})


def test_a_key_of_which_two_parts_are_new_is_accepted_as_a_whole(here: City) -> None:
    here.bring_one(typed(here.give_out(), {BEFORE: "98", LAST: "77"}))
    waiting = numbers(here)
    assert waiting.keys() == {BEFORE, LAST}
    with pytest.raises(StoreError, match="一緒に選んでください"):
        accept_changes(here.store, CLEAN, YEAR, [waiting[LAST]], ACCEPT)
    assert (here.head().key, here.revisions()) == (CLEAN, 1)
    accept_changes(here.store, CLEAN, YEAR, list(waiting.values()), ACCEPT)
    assert here.head().key.endswith("-98-77")
    assert here.revisions() == 2


def test_parts_that_one_workbook_brought_in_two_saves_are_one_key(here: City) -> None:
    data = typed(here.give_out(), {BEFORE: "98"})
    here.bring_one(data)
    here.bring_one(typed(data, {LAST: "77"}))
    waiting = numbers(here)
    for path in (BEFORE, LAST):
        with pytest.raises(StoreError, match="一緒に選んでください"):
            accept_changes(here.store, CLEAN, YEAR, [waiting[path]], ACCEPT)
    accept_changes(here.store, CLEAN, YEAR, list(waiting.values()), ACCEPT)
    assert here.store.keys_of(CLEAN, YEAR) == (CLEAN, f"{CLEAN[:-5]}98-77")
    assert audit(here.store) == []


def test_parts_that_two_workbooks_brought_make_no_key_that_nobody_typed(here: City) -> None:
    one, other = here.give_out(), here.give_out()
    here.bring_one(typed(one, {BEFORE: "98"}), "評価シート/a.xlsx")
    here.bring_one(typed(other, {LAST: "77"}), "評価シート/b.xlsx")
    waiting = numbers(here)
    with pytest.raises(StoreError, match="1つのファイルに入力されたものだけ"):
        accept_changes(here.store, CLEAN, YEAR, list(waiting.values()), ACCEPT)
    accept_changes(here.store, CLEAN, YEAR, [waiting[LAST]], ACCEPT)
    assert here.store.keys_of(CLEAN, YEAR) == (CLEAN, NEW)


def test_a_part_that_another_workbook_has_brought_already_is_a_part_of_this_ones_key_too(
    here: City,
) -> None:
    one, other = here.give_out(), here.give_out()
    here.bring_one(typed(one, {BEFORE: "98"}), "評価シート/a.xlsx")
    here.bring_one(typed(other, {BEFORE: "98", LAST: "77"}), "評価シート/b.xlsx")
    waiting = numbers(here)
    with pytest.raises(StoreError, match="一緒に選んでください"):
        accept_changes(here.store, CLEAN, YEAR, [waiting[LAST]], ACCEPT)
    accept_changes(here.store, CLEAN, YEAR, list(waiting.values()), ACCEPT)
    assert here.head().key == f"{CLEAN[:-5]}98-77"


def test_a_key_that_another_sheet_has_got_meanwhile_is_refused(here: City) -> None:
    here.bring_one(typed(here.give_out(), {LAST: "77"}))
    here.bring_one(typed(here.give_out(OTHER), dict(zip(PARTS, NEW.split("-"), strict=True))))
    other = [one for one in open_proposals(here.store, YEAR) if one.sheet_id == OTHER]
    mine = [one for one in open_proposals(here.store, YEAR) if one.sheet_id == CLEAN]
    accept_changes(here.store, OTHER, YEAR, [o.pending_change.number for o in other], ACCEPT)
    with pytest.raises(StoreError, match="いま別の事業の番号です"):
        accept_changes(here.store, CLEAN, YEAR, [m.pending_change.number for m in mine], ACCEPT)
    assert (here.head().key, here.head(OTHER).key) == (CLEAN, NEW)
    assert audit(here.store) == []


def test_a_key_that_another_sheet_has_is_held_back_as_before(here: City) -> None:
    theirs = dict(zip(PARTS, OTHER.split("-"), strict=True))
    receipt = here.bring_one(typed(here.give_out(), {**theirs, "purpose": "別の事業の内容"}))
    assert (receipt.outcome, numbers(here)) == ("refused", {})
