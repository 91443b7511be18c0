"""Cleared is not blank: a value taken away on purpose goes, a block deleted by a slip waits, and nothing else does."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import City, struck_through, typed
from tests.store.disk_calls import left_on_the_way
from xlsync.exchange import Source, bring_up_to_date, note_written
from xlsync.exchange.receipt import Terms
from xlsync.exchange.receive import receive
from xlsync.exchange.reconcile.accidental_clearing import cleared_fields, is_accidental
from xlsync.form.library import load_form
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.store import Store, audit, pending_changes
from xlsync.workbook.checks.answer_cells import REQUEST
from xlsync.workbook.checks.visible_sheet import FIRST, PAGE
from xlsync.workbook.reading.form_reader import read

STAFF = [field.path for field in papers.edition().fields if field.filled_by == "staff"]
FILLED = [path for path in STAFF if papers.sheet()[path] is not None]
TEXTS = [
    field.path
    for field in papers.edition().fields
    if field.filled_by == "staff" and field.kind.name == "text"
]
FILE = "評価シート/a.xlsx"
SOURCE = Source("評価シート/a.xlsx", "2018-07-02T09:00:00+09:00", "職員")


def asked(data: bytes, word: str) -> bytes:
    """The workbook with a word chosen in the cell 操作."""
    return patch_cells(data, {(PAGE, REQUEST): word})


def waiting(city: City) -> set[str]:
    """The fields in which a change waits."""
    proposals = pending_changes(city.store, papers.CLEAN, papers.EDITION).values()
    return {change.path for change in proposals if change.is_open}


def written_back(city: City, data: bytes) -> bytes:
    source = Source(FILE, "2018-07-05T09:00:00+09:00", "監視")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return data
    note_written(city.store, update, source)
    return update.data


def listed(data: bytes) -> str:
    """What the list on チェック says, in one text."""
    cells = read_cells(data)[PAGE].items()
    return "\n".join(str(text) for at, text in cells if at[0] == "C" and int(at[1:]) >= FIRST)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A store of one sheet, and its workbook."""
    folder = tmp_path_factory.mktemp("city") / "store"
    store = Store(folder, load_form(), must_exist=False)
    store.create()
    made = City(store, Terms(store.form, papers.EDITION))
    made.register(papers.CLEAN)
    return folder, made.give_out()


@pytest.mark.parametrize("count", [1, 7])
def test_a_few_cleared_fields_are_cleared(city: City, count: int) -> None:
    city.register()
    receipt = city.bring_one(typed(city.give_out(), dict.fromkeys(FILLED[:count])))
    assert receipt.outcome == "accepted"
    assert [city.head()[path] for path in FILLED[:count]] == [None] * count


def test_of_a_deleted_block_only_the_clearing_waits(city: City) -> None:
    city.register()
    before = city.head()
    data = typed(city.give_out(), {**dict.fromkeys(FILLED[:40]), FILLED[50]: "ほかの変更"})
    receipt = city.bring_one(data)
    assert receipt.outcome == "accepted"
    assert [change.path for change in receipt.changes] == [FILLED[50]]
    [found] = [found for found in receipt.findings if found.code == "cleared"]
    assert "40欄" in found.message
    assert "review-waits" not in {found.code for found in receipt.findings}
    assert city.head() == before.with_values({FILLED[50]: "ほかの変更"}).with_revision(2)
    assert waiting(city) == set(FILLED[:40])
    assert city.bring_one(data).outcome == "unchanged"
    back = written_back(city, data)
    assert read(back)[0].sheet[FILLED[0]] is None
    assert "40欄が空欄になっています" in listed(back)


def test_a_json_sheet_with_a_deleted_block_is_refused(city: City) -> None:
    city.register()
    document = city.head().with_values(dict.fromkeys(FILLED[:40])).to_json()
    receipt = city.bring_one(document, "登録")
    assert (receipt.outcome, receipt.changes) == ("refused", ())
    assert [found.code for found in receipt.findings] == ["cleared-document"]
    assert "40欄" in receipt.reason
    assert city.revisions() == 1


def test_the_section_says_on_the_page_that_it_stays_cleared(city: City) -> None:
    city.register()
    data = typed(city.give_out(), dict.fromkeys(FILLED[:40]))
    city.bring_one(data)
    data = asked(written_back(city, data), "消したままにする")
    assert city.bring_one(data).outcome == "accepted"
    assert {city.head()[path] for path in FILLED[:40]} == {None}
    assert waiting(city) == set()
    data = written_back(city, data)
    assert read_cells(data)[PAGE][REQUEST] == "－"
    assert "空欄になっています" not in listed(data)
    assert written_back(city, data) == data


@pytest.mark.parametrize("at_once", [True, False])
def test_the_section_brings_what_it_cleared_back(city: City, *, at_once: bool) -> None:
    city.register()
    before = city.head()
    data = typed(city.give_out(), {**dict.fromkeys(FILLED[:40]), FILLED[50]: "ほかの変更"})
    if not at_once:
        city.bring_one(data)
        data = written_back(city, data)
    data = asked(data, "消した欄を元に戻す")
    city.bring_one(data)
    assert waiting(city) == set()
    back = written_back(city, data)
    assert dict(read(back)[0].sheet) == {**before, FILLED[50]: "ほかの変更"}
    assert dict(city.head()) == {**before, FILLED[50]: "ほかの変更"}
    assert city.bring_one(back).outcome == "unchanged"


def test_what_is_typed_again_waits_no_more_and_the_rest_goes_on_waiting(city: City) -> None:
    city.register()
    before = city.head()
    data = typed(city.give_out(), dict.fromkeys(FILLED[:20]))
    city.bring_one(data)
    kinds = {path: before.edition.by_path[path].kind for path in FILLED}
    city.bring_one(typed(data, {path: kinds[path].show(before[path]) for path in FILLED[:15]}))
    assert waiting(city) == set(FILLED[15:20])
    assert dict(city.head()) == dict(before)


def test_the_office_may_decide_about_a_clearing_as_well(city: City) -> None:
    city.register()
    data = typed(city.give_out(), dict.fromkeys(FILLED[:20]))
    city.bring_one(data)
    proposals = pending_changes(city.store, papers.CLEAN, papers.EDITION)
    assert {change.after for change in proposals.values()} == {None}
    assert {change.path for change in proposals.values()} == set(FILLED[:20])


def test_ones_own_last_save_is_taken_back_once(city: City) -> None:
    city.register()
    before = city.head()
    data = typed(city.give_out(), {FILLED[0]: "誤り", FILLED[1]: "誤り"})
    city.bring_one(data)
    other = typed(city.give_out(), {FILLED[1]: "別の人"})
    city.bring_one(other, "評価シート/b.xlsx")
    data = asked(written_back(city, data), "直前の保存を取り消す")
    receipt = city.bring_one(data)
    [undone] = [found for found in receipt.findings if found.code == "undone"]
    assert "1欄" in undone.message
    assert (city.head()[FILLED[0]], city.head()[FILLED[1]]) == (before[FILLED[0]], "別の人")
    assert city.bring_one(data).outcome == "unchanged"
    back = written_back(city, data)
    assert read(back)[0].sheet[FILLED[0]] == before[FILLED[0]]
    assert read_cells(back)[PAGE][REQUEST] == "－"
    again = city.bring_one(asked(back, "直前の保存を取り消す"))
    assert city.head()[FILLED[0]] == "誤り"
    assert "undone" in {found.code for found in again.findings}


def test_a_save_that_brings_something_else_as_well_takes_nothing_back(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {FILLED[0]: "はじめ"})
    city.bring_one(data)
    data = asked(typed(data, {FILLED[1]: "つぎ"}), "直前の保存を取り消す")
    receipt = city.bring_one(data)
    assert "undo-not-alone" in {found.code for found in receipt.findings}
    assert (city.head()[FILLED[0]], city.head()[FILLED[1]]) == ("はじめ", "つぎ")
    assert read_cells(written_back(city, data))[PAGE][REQUEST] == "－"


def test_a_request_that_is_struck_through_is_not_carried_out_and_is_asked_about(city: City) -> None:
    city.register()
    data = typed(city.give_out(), {FILLED[0]: "はじめ"})
    city.bring_one(data)
    struck = struck_through(asked(data, "直前の保存を取り消す"), PAGE, REQUEST)
    receipt = city.bring_one(struck)
    [said] = [found.message for found in receipt.findings if found.code == "request-unclear"]
    assert "「直前の保存を取り消す（取り消し線あり）」" in said
    assert city.head()[FILLED[0]] == "はじめ"


def test_where_there_is_no_save_of_this_copy_nothing_is_taken_back(city: City) -> None:
    city.register()
    receipt = city.bring_one(asked(city.give_out(), "直前の保存を取り消す"))
    assert "undo-nothing" in {found.code for found in receipt.findings}
    assert city.revisions() == 1


def test_a_request_that_nobody_can_read_is_told_and_stays(city: City) -> None:
    city.register()
    data = asked(city.give_out(), "元に戻して")
    receipt = city.bring_one(data)
    assert [(found.code, found.cell) for found in receipt.findings] == [
        ("request-unclear", REQUEST)
    ]
    assert "元に戻して" in listed(written_back(city, data))


@pytest.mark.parametrize("word", ["直前の保存を取り消す", "消したままにする", "消した欄を元に戻す"])
def test_a_program_killed_anywhere_does_what_was_asked_once(
    city: City, tmp_path: Path, word: str
) -> None:
    city.register()
    data = typed(city.give_out(), {FILLED[0]: "誤り"})
    city.bring_one(data)
    data = typed(data, dict.fromkeys(FILLED[10:20]) if word != "直前の保存を取り消す" else {})
    city.bring_one(data)
    data = asked(data, word)
    left = left_on_the_way(lambda: city.bring_one(data), city.store.folder, tmp_path / "left")
    expected = dict(city.head()), waiting(city), city.revisions()
    for folder in left.values():
        again = City(Store(folder, city.store.form), city.terms, city.brought)
        again.bring_one(data)
        again.bring_one(data)
        assert (dict(again.head()), waiting(again), again.revisions()) == expected
        assert audit(again.store) == []


@settings(max_examples=exploring.examples(8))
@given(
    cleared=st.sets(st.sampled_from(FILLED), max_size=30),
    texts=st.dictionaries(st.sampled_from(TEXTS), st.sampled_from(["甲", "乙"]), max_size=4),
    word=st.sampled_from(["－", "消したままにする", "消した欄を元に戻す"]),
)
def test_nothing_else_that_was_typed_in_a_save_with_a_clearing_is_lost(
    issued: tuple[Path, bytes], cleared: set[str], texts: dict[str, str], word: str
) -> None:
    """Whatever is cleared and typed in one save: the typed is stored, the cleared is stored, waits, or comes back."""
    folder, blank = issued
    with tempfile.TemporaryDirectory() as somewhere:
        store = Store(shutil.copytree(folder, Path(somewhere) / "store"), load_form())
        city = City(store, Terms(store.form, papers.EDITION))
        before = city.head()
        cleared = cleared - texts.keys()
        accidental = is_accidental(sorted(cleared), before)
        data = asked(typed(blank, {**dict.fromkeys(cleared), **texts}), word)
        city.bring_one(data)
        goes = not accidental or word == "消したままにする"
        after = {**before, **(dict.fromkeys(cleared) if goes else {}), **texts}
        stored = {path: city.head()[path] for path in STAFF}
        assert stored == {path: after[path] for path in STAFF}
        waits = accidental and word == "－"
        assert waiting(city) == (cleared if waits else set())
        shown = read(written_back(city, data))[0].sheet
        kept = {**after, **(dict.fromkeys(cleared) if waits else {})}
        assert {path: shown[path] for path in STAFF} == {path: kept[path] for path in STAFF}


def test_a_clearing_that_was_meant_is_taken(city: City) -> None:
    city.register()
    data = typed(city.give_out(), dict.fromkeys(FILLED[:40]))
    meant = replace(SOURCE, clearing_meant=True)
    assert receive(city.store, city.terms, data, meant)[0].outcome == "accepted"
    assert {city.head()[path] for path in FILLED[:40]} == {None}


def test_typing_it_again_ends_the_matter(city: City) -> None:
    city.register()
    data = city.give_out()
    city.bring_one(typed(data, dict.fromkeys(FILLED[:40])))
    assert waiting(city) == set(FILLED[:40])
    city.bring_one(data)
    assert waiting(city) == set()
    assert city.revisions() == 1


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
