"""A workbook of a sheet that was merged away, renamed or split: taken in where it is known for what, else told where to go."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import papers
from tests.cities import City, city, codes, typed, without_stamp
from xlsync.exchange import Source, bring_up_to_date, note_written
from xlsync.exchange.lineage import record_lineage
from xlsync.exchange.rollover.rollover_plan import plan_rollover
from xlsync.exchange.rollover.rollover_run import run_rollover
from xlsync.exchange.successors import successors_of
from xlsync.sheet_keys import SheetId
from xlsync.store import Store, audit
from xlsync.store.lineage_acts import LineageAct, Predecessor, Relation
from xlsync.store.register_acts import ActKind, RegisterAct, write_register_act
from xlsync.workbook.reading.form_reader import read

OLD, NEW, OTHER = papers.CLEAN, papers.KEYS[1], papers.KEYS[2]
YEAR = papers.EDITION + 1
WHEN = "2019-04-02T09:00:00+09:00"
SOURCE = Source("企画", WHEN, "企画")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Three sheets, rolled over into 2019: made once."""
    made = city(tmp_path_factory.mktemp("ground"))
    made.register(OLD, NEW, OTHER)
    plan = plan_rollover(made.store, made.terms, YEAR)
    done = list(run_rollover(made.store, plan, SOURCE, lambda each: each))
    assert [reason for _, reason in done] == [""] * 3
    return City(made.store, replace(made.terms, fiscal_year=YEAR))


@pytest.fixture
def here(ground: City, tmp_path: Path) -> City:
    """A copy of it."""
    folder = shutil.copytree(ground.store.folder, tmp_path / "store")
    return City(Store(folder, ground.store.form), ground.terms)


def comes_from(
    store: Store, new: str, olds: dict[str, str], relation: Relation = "merge", year: int = YEAR
) -> None:
    former = (Predecessor(SheetId(old), year - 1, Decimal(share)) for old, share in olds.items())
    record_lineage(store, SheetId(new), year, LineageAct(relation, tuple(former), "", WHEN, "企画"))


def registered(store: Store, key: str, kind: ActKind, year: int = YEAR) -> None:
    act = RegisterAct(kind, "2019-04-01", "統合のため", WHEN, "企画")
    write_register_act(store.files, SheetId(key), year, act)


def merged_away(here: City) -> None:
    comes_from(here.store, NEW, {NEW: "1", OLD: "1"})
    registered(here.store, OLD, "retire")


def test_what_was_typed_goes_to_the_sheet_that_its_own_was_merged_into(here: City) -> None:
    copy = here.give_out(OLD)
    merged_away(here)
    before = here.head(NEW)
    receipt = here.bring_one(typed(copy, {"legal_basis": "古い番号で入力した法"}))
    assert (receipt.outcome, receipt.sheet_id, receipt.key) == ("accepted", NEW, NEW)
    assert [change.path for change in receipt.changes] == ["legal_basis"]
    (note,) = [each.message for each in receipt.findings if each.code == "key-succeeded"]
    assert f"「{OLD}」の事業は、「{NEW} {before.title}」になっています（統合）" in note
    after = here.head(NEW)
    assert (after["legal_basis"], after.title, after.units) == (
        "古い番号で入力した法",
        before.title,
        before.units,
    )
    assert here.revisions(OLD) == 1
    assert audit(here.store) == []


def test_what_differs_between_the_two_sheets_is_no_change_and_what_both_changed_is_asked(
    here: City,
) -> None:
    copy = here.give_out(OLD)
    merged_away(here)
    assert here.bring_one(copy).outcome == "unchanged"
    kept = here.head(NEW)["purpose"]
    receipt = here.bring_one(typed(copy, {"purpose": "古い方の新しい目的"}))
    assert receipt.outcome == "conflict"
    assert here.head(NEW)["purpose"] == kept
    (conflict,) = (each.to_document() for each in receipt.conflicts)
    assert (conflict["path"], conflict["theirs"]) == ("purpose", "古い方の新しい目的")


def test_what_was_received_before_the_merger_is_not_brought_into_the_other_sheet(
    here: City,
) -> None:
    copy = typed(here.give_out(OLD), {"outline": "統合の前"})
    assert here.bring_one(copy).outcome == "accepted"
    merged_away(here)
    kept = here.head(NEW)
    assert here.bring_one(copy).outcome == "unchanged"
    assert here.head(NEW).same_content(kept)
    later = here.bring_one(typed(copy, {"legal_basis": "統合のあと"}))
    assert here.head(NEW)["legal_basis"] == "統合のあと"
    assert here.head(NEW)["outline"] == kept["outline"]
    assert [change.path for change in later.changes] == ["legal_basis"]


def test_write_back_makes_the_workbook_one_of_the_other_sheet(here: City) -> None:
    copy = here.give_out(OLD)
    merged_away(here)
    assert here.bring_one(copy).outcome == "unchanged"
    source = Source("評価シート/a.xlsx", WHEN, "職員")
    update = bring_up_to_date(here.store, here.terms, copy, source)
    assert update is not None
    note_written(here.store, update, source)
    (page,) = read(update.data)
    assert page.stamp is not None
    assert (page.stamp.key, page.sheet.key, page.doubt) == (NEW, NEW, None)
    head = here.head(NEW)
    texts = [field.path for field in head.edition.fields if field.kind.name == "text"]
    assert {path: page.sheet[path] for path in texts} == {path: head[path] for path in texts}
    later = here.bring_one(typed(update.data, {"legal_basis": "あとの入力"}))
    assert (later.outcome, "key-succeeded" in dict(codes(later))) == ("accepted", False)
    # Somebody had it open meanwhile, and saves it as it was.
    stale = here.bring_one(typed(copy, {"outline": "開いたままの入力"}))
    assert (stale.sheet_id, here.head(NEW)["legal_basis"]) == (NEW, "あとの入力")


def test_of_a_split_one_nobody_can_tell_and_it_is_said_where_to_go(here: City) -> None:
    copy = typed(here.give_out(OLD), {"purpose": "分割のあと"})
    comes_from(here.store, NEW, {NEW: "1", OLD: "0.6"}, "merge")
    comes_from(here.store, OTHER, {OTHER: "1", OLD: "0.4"}, "split")
    registered(here.store, OLD, "retire")
    receipt = here.bring_one(copy)
    assert receipt.outcome == "refused"
    assert (
        f"「{NEW} {here.head(NEW).title}」、「{OTHER} {here.head(OTHER).title}」" in receipt.reason
    )
    assert "当てはまる事業のファイルに入力してください" in receipt.reason
    assert [here.revisions(key) for key in (OLD, NEW, OTHER)] == [1, 1, 1]


def test_without_a_stamp_nobody_knows_what_was_typed_and_it_is_said_where_to_go(
    here: City,
) -> None:
    copy = without_stamp(typed(here.give_out(OLD), {"purpose": "発行情報なし"}))
    merged_away(here)
    receipt = here.bring_one(copy)
    assert receipt.outcome == "refused"
    assert f"「{NEW} {here.head(NEW).title}」になっています（統合）" in receipt.reason


def test_where_the_store_lacks_what_it_was_made_from_it_is_said_where_to_go(here: City) -> None:
    here.bring_one(typed(here.give_out(OLD), {"outline": "戻した控えにない版"}))
    copy = here.give_out(OLD)
    (here.store.folder / f"revisions/{YEAR}/{OLD}/2.json").unlink()
    merged_away(here)
    receipt = here.bring_one(typed(copy, {"purpose": "新しい目的"}))
    assert (receipt.outcome, receipt.conflicts) == ("refused", ())
    assert f"「{NEW} {here.head(NEW).title}」になっています（統合）" in receipt.reason


def test_a_sheet_that_counts_keeps_its_workbooks_whatever_went_elsewhere(here: City) -> None:
    copy = typed(here.give_out(OLD), {"purpose": "残る事業"})
    comes_from(here.store, NEW, {NEW: "1", OLD: "0.6"})
    assert here.bring_one(copy).sheet_id == OLD
    registered(here.store, OLD, "retire")
    registered(here.store, OLD, "restore")
    assert here.bring_one(copy).sheet_id == OLD
    registered(here.store, OLD, "retire")
    assert here.bring_one(copy).sheet_id == NEW


def test_last_years_workbook_is_told_what_its_project_is_this_year(here: City) -> None:
    here.terms = replace(here.terms, fiscal_year=papers.EDITION)
    late = {key: typed(here.give_out(key), {"outline": "遅い"}) for key in (OLD, OTHER)}
    here.terms = replace(here.terms, fiscal_year=YEAR)
    merged_away(here)
    registered(here.store, OTHER, "retire")
    receipt = here.bring_one(late[OLD], "評価シート/b.xlsx")
    assert {"last-years-change", "last-years-became"} <= dict(codes(receipt)).keys()
    (told,) = [each.message for each in receipt.findings if each.code == "last-years-became"]
    assert f"R1年度には「{NEW} {here.head(NEW).title}」になっています（統合）" in told
    ended = here.bring_one(late[OTHER], "評価シート/c.xlsx")
    assert "last-years-ended" in dict(codes(ended))


YEARS = (2018, 2019, 2020)
KEYS = [SheetId(f"01-02-01-08-{number:02d}-01") for number in range(4)]
STEPS = st.dictionaries(
    st.sampled_from(KEYS), st.sets(st.sampled_from(KEYS), min_size=1, max_size=2), max_size=3
)


@settings(max_examples=25)
@given(steps=st.tuples(STEPS, STEPS), gone=st.tuples(*[st.sets(st.sampled_from(KEYS))] * 3))
def test_what_became_of_a_sheet_is_what_can_be_reached_by_counting_ones(
    tmp_path_factory: pytest.TempPathFactory,
    steps: tuple[dict[SheetId, set[SheetId]], ...],
    gone: tuple[set[SheetId], ...],
) -> None:
    """Against a model of sets: sheets that go on, those that others were made of, and those that ended."""
    made = city(tmp_path_factory.mktemp("lineage"))
    for year in YEARS:
        for key in KEYS:
            folder = made.store.folder / f"revisions/{year}/{key}"
            folder.mkdir(parents=True)
            (folder / "1.json").write_bytes(b"{}")
    for year, step in zip(YEARS[1:], steps, strict=True):
        for new, olds in step.items():
            comes_from(made.store, new, dict.fromkeys(olds, "0.1"), year=year)
    for year, keys in zip(YEARS, gone, strict=True):
        for key in keys:
            registered(made.store, key, "retire", year)
    for key in KEYS:
        assert successors_of(made.store, key, YEARS[-1]).sheet_ids == reached(key, steps, gone)


def reached(
    key: SheetId, steps: tuple[dict[SheetId, set[SheetId]], ...], gone: tuple[set[SheetId], ...]
) -> tuple[SheetId, ...]:
    counted = [at for at, keys in enumerate(gone) if key not in keys]
    if not counted or counted[-1] == len(gone) - 1:
        return ()
    places = {(key, counted[-1])}
    for at in range(counted[-1] + 1, len(gone)):
        step, after = steps[at - 1], set()
        for old, since in places:
            news = {new for new, olds in step.items() if old in olds and since == at - 1}
            news |= {old} - step.keys()
            alive = news - gone[at]
            after |= {(new, at) for new in alive} or {(old, since)}
        places = after
    return tuple(sorted(each for each, since in places if since == len(gone) - 1))
