"""A sheet is known by its id; its key (事業コード) is a field that changes, and no copy lands in another's sheet for that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import papers
from tests.cities import City, city, codes, typed, without_stamp
from tests.papers import CLEAN, KEYS
from xlsync.exchange import Receipt, Source, bring_up_to_date
from xlsync.store import audit, rebuild
from xlsync.workbook.reading.form_reader import read

YEAR = papers.EDITION
OTHER = next(key for key in KEYS if key != CLEAN)
LAST = papers.edition().definition.identity.key[-1]
NEW = f"{CLEAN[:-2]}77"


@pytest.fixture
def here(tmp_path: Path) -> City:
    made = city(tmp_path)
    made.register(CLEAN, OTHER)
    return made


def with_key(here: City, sheet_id: str, key: str) -> Receipt:
    """The planning office gives a sheet another key, as JSON that names the sheet by its id."""
    paths = papers.edition().definition.identity.key
    head = here.head(sheet_id).with_values(dict(zip(paths, key.split("-"), strict=True)))
    document = {**json.loads(head.to_json()), "id": sheet_id}
    return here.bring_one(json.dumps(document).encode(), "番号の変更")


def taken_key(here: City, key: str) -> str:
    """Which sheet has the key today."""
    (sheet_id,) = here.store.owners_of(key, YEAR).todays_owners
    return sheet_id


def test_the_id_and_the_files_stay_when_the_key_changes(here: City) -> None:
    receipt = with_key(here, CLEAN, NEW)
    assert (receipt.outcome, receipt.key, receipt.revision) == ("accepted", NEW, 2)
    head = here.head()
    assert (head.id, head.key) == (CLEAN, NEW)
    assert json.loads(here.store.head_file(CLEAN, YEAR).read_bytes())["id"] == CLEAN
    assert here.store.keys(YEAR) == sorted((CLEAN, OTHER))
    assert here.store.id_of(NEW, YEAR) == here.store.id_of(CLEAN, YEAR) == CLEAN
    assert here.store.keys_of(CLEAN, YEAR) == (CLEAN, NEW)
    assert audit(here.store) == []


def test_a_copy_with_the_former_key_is_merged_into_its_sheet_and_told(here: City) -> None:
    copy = typed(here.give_out(), {"purpose": "古い番号のまま入力"})
    with_key(here, CLEAN, NEW)
    receipt = here.bring_one(copy)
    assert (receipt.outcome, receipt.key, receipt.sheet_id) == ("accepted", NEW, CLEAN)
    assert "key-former" in {code for code, _ in codes(receipt)}
    assert [change.path for change in receipt.changes] == ["purpose"]
    assert (here.head().key, here.head()["purpose"]) == (NEW, "古い番号のまま入力")
    assert here.bring_one(copy).outcome == "unchanged"


def test_write_back_puts_the_new_key_onto_the_page_and_the_next_save_is_no_news(here: City) -> None:
    copy = here.give_out()
    here.bring_one(copy)
    with_key(here, CLEAN, NEW)
    update = bring_up_to_date(here.store, here.terms, copy, Source("評価シート/a.xlsx", "", "職員"))
    assert update is not None
    (page,) = read(update.data)
    assert page.sheet.key == NEW
    assert page.stamp is not None
    assert (page.stamp.key, page.stamp.base_revision) == (CLEAN, 2)
    assert here.bring_one(update.data).outcome == "unchanged"
    later = here.bring_one(typed(update.data, {"purpose": "新しい番号で入力"}))
    assert (later.outcome, "key-former" in {code for code, _ in codes(later)}) == (
        "accepted",
        False,
    )


def test_an_unstamped_copy_with_the_former_key_finds_its_sheet(here: City) -> None:
    copy = without_stamp(typed(here.give_out(), {"purpose": "発行情報なし"}))
    with_key(here, CLEAN, NEW)
    receipt = here.bring_one(copy)
    assert (receipt.outcome, receipt.sheet_id, receipt.key) == ("accepted", CLEAN, NEW)
    assert here.head().key == NEW


def test_an_unstamped_copy_whose_key_two_sheets_had_is_held(here: City) -> None:
    copy = without_stamp(typed(here.give_out(), {"purpose": "どちらの事業か分からない"}))
    with_key(here, CLEAN, NEW)
    with_key(here, OTHER, CLEAN)
    receipt = here.bring_one(copy)
    assert receipt.outcome == "refused"
    assert NEW in receipt.reason
    assert [here.head(each)["purpose"] for each in (CLEAN, OTHER)] == [
        papers.sheet(each)["purpose"] for each in (CLEAN, OTHER)
    ]


def test_after_two_keys_were_swapped_stamped_copies_go_to_their_own_sheets(here: City) -> None:
    copies = {
        each: typed(here.give_out(each), {"purpose": f"{each} の職員"}) for each in (CLEAN, OTHER)
    }
    with_key(here, CLEAN, NEW)
    with_key(here, OTHER, CLEAN)
    with_key(here, CLEAN, OTHER)
    assert (taken_key(here, CLEAN), taken_key(here, OTHER)) == (OTHER, CLEAN)
    for each, copy in copies.items():
        receipt = here.bring_one(copy, f"評価シート/{each}.xlsx")
        assert (receipt.outcome, receipt.sheet_id) == ("accepted", each), receipt
    assert {each: here.head(each)["purpose"] for each in (CLEAN, OTHER)} == {
        each: f"{each} の職員" for each in (CLEAN, OTHER)
    }
    new = here.give_out(CLEAN)
    assert here.bring_one(new, "評価シート/新.xlsx").outcome == "unchanged"
    assert audit(here.store) == []


def test_a_page_of_another_sheet_pasted_over_is_held_also_where_their_keys_were_swapped(
    here: City,
) -> None:
    mine = here.give_out(CLEAN)
    with_key(here, CLEAN, NEW)
    with_key(here, OTHER, CLEAN)
    with_key(here, CLEAN, OTHER)
    theirs = dict(zip(papers.edition().definition.identity.key, OTHER.split("-"), strict=True))
    receipt = here.bring_one(typed(mine, {**theirs, "purpose": "別の事業の内容"}))
    assert receipt.outcome == "refused"
    assert "違います" in receipt.reason


def test_a_key_and_a_name_typed_into_a_workbook_are_held(here: City) -> None:
    changes = {LAST: "77", "project.name": "新しい事業"}
    receipt = here.bring_one(typed(here.give_out(), changes))
    assert receipt.outcome == "refused"
    assert "発行時の事業コード" in receipt.reason


def test_a_key_that_another_sheet_has_is_refused(here: City) -> None:
    receipt = with_key(here, CLEAN, OTHER)
    assert (receipt.outcome, here.revisions()) == ("refused", 1)
    assert "いま別の事業の番号" in receipt.reason
    assert audit(here.store) == []


def test_two_changes_of_one_key_make_no_third_one(here: City) -> None:
    """Merged part by part, they would make a key that nobody meant."""
    first, _, _ = CLEAN.rpartition("-")
    paths = papers.edition().definition.identity.key
    head = here.head()
    with_key(here, CLEAN, NEW)
    other = f"{first.rpartition('-')[0]}-99-01".split("-")
    document = head.with_values(dict(zip(paths, other, strict=True))).to_document()
    receipt = here.bring_one(json.dumps({**document, "id": CLEAN}).encode(), "別の一覧")
    assert (receipt.outcome, here.head().key) == ("conflict", NEW)
    assert {conflict.path for conflict in receipt.conflicts} == set(paths[-2:])


def test_a_page_with_a_blank_part_of_the_key_is_held_as_before(here: City) -> None:
    with_key(here, CLEAN, NEW)
    with_key(here, OTHER, CLEAN)
    receipt = here.bring_one(typed(here.give_out(), {LAST: None, "purpose": "番号を消した"}))
    assert receipt.outcome == "refused"
    for each in (CLEAN, OTHER):
        assert here.head(each)["purpose"] == papers.sheet(each)["purpose"]


def test_json_with_a_former_key_changes_no_key_back(here: City) -> None:
    old = json.loads(here.head().to_json())
    with_key(here, CLEAN, NEW)
    old["purpose"] = "前に書き出したJSON"
    receipt = here.bring_one(json.dumps(old).encode(), "取り込み")
    assert (receipt.outcome, receipt.sheet_id) == ("accepted", CLEAN)
    assert (here.head().key, here.head()["purpose"]) == (NEW, "前に書き出したJSON")
    part = {"form": old["form"], "edition": YEAR, "key": CLEAN, "purpose": "一部だけ"}
    assert here.bring_one(json.dumps(part).encode(), "取り込み").outcome == "accepted"
    assert (here.head().key, here.head()["purpose"]) == (NEW, "一部だけ")


def test_the_keys_of_a_sheet_are_rebuilt_from_its_revisions(here: City) -> None:
    with_key(here, CLEAN, NEW)
    file = here.store.folder / f"keys/{YEAR}/{CLEAN}.json"
    whole = file.read_bytes()
    for broken in (b"", b"{}", None, b'{\n  "keys": [\n    "99-99-99-99-99-99"\n  ]\n}\n'):
        file.unlink() if broken is None else file.write_bytes(broken)
        (damage,) = audit(here.store)
        assert (damage.file, damage.derived) == (f"keys/{YEAR}/{CLEAN}.json", True)
        assert [repair.file for repair in rebuild(here.store)] == [damage.file]
        assert file.read_bytes() == whole
    stray = file.with_name(f"{OTHER}.json")
    stray.write_bytes(whole)
    assert [repair.file for repair in rebuild(here.store)] == [f"keys/{YEAR}/{OTHER}.json"]
    assert (stray.exists(), audit(here.store)) == (False, [])


def test_the_siblings_of_a_sheet_are_those_of_its_program_of_today(here: City) -> None:
    before = {sheet.id for sheet in here.store.program(here.head())}
    assert before == {CLEAN}
    joined = f"{OTHER[:-2]}66"
    with_key(here, CLEAN, joined)
    assert {sheet.id for sheet in here.store.program(here.head(OTHER))} == {CLEAN, OTHER}
