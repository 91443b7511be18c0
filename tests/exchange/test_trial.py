"""Trial workbooks: checked and answered, and never stored, whichever parts of the stamp a program has dropped or kept."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import WORKSHEET, City, city, codes, saved, typed
from tests.exchange.test_worksheet_copies import with_copy
from xlsync.exchange import Receipt, Source, bring_up_to_date, compare, compare_workbook, inspect
from xlsync.exchange.new_workbook import export_trial
from xlsync.exchange.receive import receive
from xlsync.exchange.write_back.live_pull import catch_up
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.patch.properties import put_custom_property, put_defined_name
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.visible_sheet import PAGE, RECEIPTS, STATE, SUMMARY
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading_json import answer_from_json, answer_to_json
from xlsync.workbook.stamp import HIDDEN_WORKSHEET, STAMP_NAME, STAMP_PROPERTY, TRIAL_MARK, stamp_of

SOURCE = Source("評価シート/試し.xlsx", "2018-07-02T09:00:00+09:00", "職員")
PURPOSE, SECTION = "purpose", "organization.section"
CARRIERS = ("name", "property", "hidden worksheet", "page")


def trial_of(city: City, key: str = papers.CLEAN) -> bytes:
    return export_trial(city.store, city.terms, city.head(key), "7e57ab1e")


def files(city: City) -> dict[str, bytes]:
    """Every file of the store."""
    folder = city.store.folder
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def without(data: bytes, carrier: str, instead: str = "") -> bytes:
    """The workbook after a program dropped one carrier of the stamp, or put another text in its place."""
    if carrier == "property":
        edit = PackageEdit(data)
        put_custom_property(edit, STAMP_PROPERTY, instead or "-")
        return edit.finished()
    if carrier == "name":
        edit = PackageEdit(data)
        put_defined_name(edit, WORKSHEET, STAMP_NAME, f'"{instead or "-"}"', hidden=True)
        return edit.finished()
    worksheet = WORKSHEET if carrier == "page" else HIDDEN_WORKSHEET
    cells = open_workbook(data).cells(worksheet)
    (where,) = (
        at
        for at, cell in cells.items()
        if isinstance(cell.value, str) and (TRIAL_MARK in cell.value or stamp_of(cell.value))
    )
    return patch_cells(data, {(worksheet, where): instead or None})


def test_a_trial_workbook_is_checked_and_nothing_of_it_is_stored(city: City) -> None:
    city.register(*papers.KEYS)
    before = files(city)
    data = typed(trial_of(city), {PURPOSE: "試しに入力", SECTION: None})
    receipt = city.bring_one(data)
    assert (receipt.outcome, receipt.key, receipt.revision) == ("trial", papers.CLEAN, None)
    assert (receipt.changes, receipt.conflicts) == ((), ())
    assert ("required", SECTION) in codes(receipt)
    assert ("trial", "") in codes(receipt)
    assert files(city) == before


def test_what_a_trial_is_told_is_what_a_check_of_the_same_real_workbook_tells(city: City) -> None:
    city.register(*papers.KEYS)
    changes = {PURPOSE: None, SECTION: None, "costs.2018-initial.sources.general": "たくさん"}
    real, trial = (typed(data, changes) for data in (city.give_out(), trial_of(city)))
    (checked,) = inspect(city.terms, real, SOURCE, city.store)
    told = city.bring_one(trial)
    assert codes(told) == [("trial", ""), *codes(checked)]
    assert len(codes(checked)) > 2


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> City:
    here = city(tmp_path_factory.mktemp("city"))
    here.register(papers.CLEAN)
    return here


@settings(max_examples=exploring.examples(30))
@given(
    lost=st.dictionaries(st.sampled_from(CARRIERS), st.booleans(), max_size=len(CARRIERS) - 1),
)
def test_one_carrier_that_is_left_keeps_a_trial_from_being_stored(
    registered: City, lost: dict[str, bool]
) -> None:
    """Each carrier but one is lost (False), or says what a real copy's says (True)."""
    before, data = files(registered), typed(trial_of(registered), {PURPOSE: "試し"})
    stamp = read(data)[0].stamp
    assert stamp is not None
    real = stamp.text().replace(";trial=1", "")
    for carrier, is_rewritten in lost.items():
        data = without(data, carrier, real if is_rewritten and carrier != "page" else "")
    assert registered.bring_one(data).outcome == "trial"
    assert files(registered) == before


def test_a_trial_that_lost_everything_but_the_mark_on_its_page_is_still_one(city: City) -> None:
    city.register(papers.CLEAN)
    data = trial_of(city)
    for carrier in CARRIERS[:3]:
        data = without(data, carrier)
    assert city.bring_one(data).outcome == "trial"


def test_a_trial_with_a_part_of_a_newer_release_is_refused(city: City) -> None:
    city.register(papers.CLEAN)
    data = trial_of(city)
    stamp = read(data)[0].stamp
    assert stamp is not None
    receipt = city.bring_one(without(data, "name", stamp.text().replace("trial=1", "trial=2")))
    assert receipt.outcome in {"trial", "refused"}
    assert city.revisions() == 1


def test_a_trial_saved_by_another_program_stays_one(city: City) -> None:
    city.register(papers.CLEAN)
    book = openpyxl.load_workbook(io.BytesIO(trial_of(city)))
    assert city.bring_one(saved(book)).outcome == "trial"


def test_a_trial_worksheet_beside_the_real_one_does_not_stop_it(city: City) -> None:
    """The trial worksheet is copied into the real workbook, as Excel copies it, with its own name."""
    city.register(papers.CLEAN)
    real = typed(city.give_out(), {PURPOSE: "新しい目的"})
    both = with_copy(real, "評価シート (2)", copy="試しの目的")
    edit = PackageEdit(both)
    stamp = read(trial_of(city))[0].stamp
    assert stamp is not None
    put_defined_name(edit, "評価シート (2)", STAMP_NAME, f'"{stamp.text()}"', hidden=True)
    receipts: dict[str, Receipt] = {
        receipt.worksheet: receipt for receipt in city.bring(edit.finished())
    }
    assert {title: receipt.outcome for title, receipt in receipts.items()} == {
        WORKSHEET: "accepted",
        "評価シート (2)": "trial",
    }
    assert city.head()[PURPOSE] == "新しい目的"


def test_a_trial_copied_over_the_real_file_changes_nothing_and_the_real_one_goes_on(
    city: City,
) -> None:
    city.register(papers.CLEAN)
    real = typed(city.give_out(), {PURPOSE: "新しい目的"})
    assert city.bring_one(real).outcome == "accepted"
    assert city.bring_one(typed(trial_of(city), {PURPOSE: "試し"})).outcome == "trial"
    again = city.bring_one(typed(real, {PURPOSE: "さらに新しい目的"}))
    assert (again.outcome, again.conflicts) == ("accepted", ())


def test_write_back_answers_a_trial_on_its_own_checks_and_brings_it_no_values(city: City) -> None:
    city.register(papers.CLEAN)
    trial = typed(trial_of(city), {PURPOSE: None, SECTION: "試し係"})
    assert city.bring_one(typed(city.give_out(), {PURPOSE: "新しい目的"})).outcome == "accepted"
    receipt = city.bring_one(trial)
    update = bring_up_to_date(city.store, city.terms, trial, SOURCE)
    assert update is not None
    assert (update.fields, update.pages) == (0, ())
    cells = open_workbook(update.data).cells(PAGE)
    assert cells[RECEIPTS[0]].value == "試し提出を確かめました（登録していません）：未入力 1件"
    assert "未入力 1件" in str(cells[SUMMARY].value)
    assert cells[STATE].value == "まだ入力していないところがあります"
    assert sum(code == "required" for code, _ in codes(receipt)) == 1
    assert read(update.data)[0].sheet == read(trial)[0].sheet
    assert bring_up_to_date(city.store, city.terms, update.data, SOURCE) is None
    assert compare_workbook(city.store, city.terms, update.data, SOURCE).unreceived_worksheets == ()


def test_a_live_trial_is_brought_nothing_and_compared_as_one(city: City) -> None:
    city.register(papers.CLEAN)
    trial = typed(trial_of(city), {PURPOSE: "試し"})
    before = files(city)
    source = Source("評価シート/試し.xlsx", SOURCE.when, "職員", state="a" * 32)
    (update,) = catch_up(city.store, city.terms, trial, source)
    assert "試し用" in update.reason
    assert (update.writes, update.asks, update.new_stamp) == ((), (), "")
    (receipt,) = receive(city.store, city.terms, trial, source)
    assert (receipt.outcome, receipt.new_stamp) == ("trial", "")
    (compared,) = compare(city.store, city.terms, trial, source)
    assert compared.outcome == "trial"
    assert [change.path for change in compared.changes] == [PURPOSE]
    assert files(city) == before


def test_the_sandbox_tells_of_a_trial(city: City) -> None:
    city.register(papers.CLEAN)
    readings = read(without(trial_of(city), "name"))
    again = answer_from_json(answer_to_json(readings), city.terms.form)
    assert isinstance(again, list)
    assert again[0].stamp == readings[0].stamp
    assert again[0].stamp is not None
    assert again[0].stamp.is_trial


@pytest.mark.parametrize("text", ["form=a;edition=2018;key=;base=0;copy=;trial=1"])
def test_a_trial_stamp_reads_as_it_was_written(text: str) -> None:
    stamp = stamp_of(text)
    assert stamp is not None
    assert stamp.is_trial
    assert stamp.text() == text
    assert stamp_of(text.replace("trial=1", "trial=0")) is None


def test_a_trial_shows_what_it_is_on_the_page_in_print_and_on_the_checks(city: City) -> None:
    city.register(papers.CLEAN)
    book = openpyxl.load_workbook(io.BytesIO(trial_of(city)))
    page = book[WORKSHEET]
    real = openpyxl.load_workbook(io.BytesIO(city.give_out()))[WORKSHEET]
    (title,) = texts_with_mark(page)
    assert title.startswith("予算事業別事務事業評価シート【対象年度：H29年度～H30年度】")
    assert [_header(page), _header(book[PAGE]), _header(real)] == [TRIAL_MARK, TRIAL_MARK, None]
    assert book[PAGE][RECEIPTS[0]].value == TRIAL_MARK
    assert page.sheet_properties.tabColor is not None
    assert texts_with_mark(real) == []


def _header(page: Any) -> str | None:
    text: str | None = page.oddHeader.center.text
    return text


def texts_with_mark(page: Any) -> list[str]:
    texts = [str(cell.value) for row in page.iter_rows() for cell in row]
    return [text for text in texts if TRIAL_MARK in text]


def test_the_mark_typed_into_a_field_is_no_mark(city: City) -> None:
    city.register(papers.CLEAN)
    receipt = city.bring_one(typed(city.give_out(), {PURPOSE: TRIAL_MARK}))
    assert receipt.outcome == "accepted"


def test_a_trial_that_lost_its_names_is_recognised_and_read_by_its_labels(city: City) -> None:
    city.register(papers.CLEAN)
    book = openpyxl.load_workbook(io.BytesIO(typed(trial_of(city), {PURPOSE: "試し"})))
    book[WORKSHEET].defined_names.clear()
    (reading,) = read(saved(book))
    assert reading.unlocated == frozenset()
    assert reading.sheet[PURPOSE] == "試し"
    assert city.bring_one(saved(book)).outcome == "trial"
