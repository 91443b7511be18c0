"""Totals of a program that the office calls complete: computed over its sheets and shown, without a revision of the others."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import City, city, typed
from tests.store.on_disk import on_disk
from xlsync.exchange import Source, bring_up_to_date, note_written, sheet_statuses
from xlsync.exchange.inspection import inspect
from xlsync.exchange.program_totals import with_program_totals
from xlsync.exchange.receive import compare
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read

PROGRAM = "01-02-01-08-14"
PERIOD = "2017-settled"
OWN, TOTAL = f"costs.{PERIOD}.project_cost", f"program_totals.{PERIOD}.project_cost"
PERSONNEL, PERSONNEL_TOTAL = (
    f"costs.{PERIOD}.personnel_cost",
    f"program_totals.{PERIOD}.personnel_cost",
)
BOTH_TOTAL = f"program_totals.{PERIOD}.total_cost"
SOURCE = f"costs.{PERIOD}.sources.general"
AMOUNT, PERSONNEL_AMOUNT = 31_149, 18_793
"""What the official sheet says at OWN and PERSONNEL."""
DELIVERED = 99_999
TYPED = 5


def key(number: int) -> str:
    return f"{PROGRAM}-{number:02d}"


def member(number: int, **changed: object) -> Sheet:
    """One project of the program, as the office delivered it, with values at paths ("__" for ".")."""
    values = {"program_totals.2017-settled.project_cost": DELIVERED, **changed}
    sheet = papers.with_values(papers.CLEAN, {p.replace("__", "."): v for p, v in values.items()})
    return Sheet(
        sheet.edition,
        key(number),
        {**sheet, "project.number": f"{number:02d}"},
        None,
        sheet.unreadable,
    )


@pytest.fixture
def here(tmp_path: Path) -> City:
    """A city with three projects of a program that it calls complete."""
    place = city(tmp_path)
    place.terms = replace(place.terms, complete_programs=True)
    for number in (1, 2, 3):
        place.bring_one(member(number).to_json(), "登録")
    return place


def file_of(number: int) -> str:
    return f"評価シート/{number}.xlsx"


def written_back(here: City, data: bytes, file: str) -> bytes:
    """The workbook as write-back leaves it."""
    source = Source(file, "2018-07-09T09:00:00+09:00", "反映", file)
    update = bring_up_to_date(here.store, here.terms, data, source)
    if update is None:
        return data
    note_written(here.store, update, source)
    return update.data


def total_on_page(data: bytes, path: str = TOTAL) -> object:
    """What the workbook says at a total, read as a workbook that comes in."""
    return read(data)[0].sheet[path]


def shown(here: City) -> dict[str, object]:
    """What status and summaries show of the total, by key."""
    return {
        status.sheet.key: status.sheet[TOTAL] for status in sheet_statuses(here.store, here.terms)
    }


def test_a_complete_program_shows_its_sum_and_stores_what_was_delivered(here: City) -> None:
    assert shown(here) == {key(number): 3 * AMOUNT for number in (1, 2, 3)}
    assert [here.head(key(number))[TOTAL] for number in (1, 2, 3)] == [DELIVERED] * 3
    page = here.give_out(key(2))
    assert total_on_page(page) == 3 * AMOUNT
    assert total_on_page(page, PERSONNEL_TOTAL) == 3 * PERSONNEL_AMOUNT
    assert total_on_page(page, BOTH_TOTAL) == 3 * (AMOUNT + PERSONNEL_AMOUNT)


def test_a_changed_cost_reaches_the_siblings_workbooks_without_a_revision_of_theirs(
    here: City,
) -> None:
    one, two = here.give_out(key(1)), here.give_out(key(2))
    assert here.bring_one(two, file_of(2)).outcome == "unchanged"
    receipt = here.bring_one(typed(one, {SOURCE: 25_777 + 1000}), file_of(1))
    changes = {change.path: (change.before, change.after) for change in receipt.changes}
    assert changes[TOTAL] == (3 * AMOUNT, 3 * AMOUNT + 1000)  # as people see them
    again = written_back(here, two, file_of(2))
    assert total_on_page(again) == 3 * AMOUNT + 1000
    assert (here.revisions(key(2)), here.revisions(key(3))) == (1, 1)
    assert here.bring_one(again, file_of(2)).outcome == "unchanged"
    assert here.revisions(key(2)) == 1
    assert written_back(here, again, file_of(2)) == again


def test_the_delivered_total_stays_while_one_sheet_has_no_amount(here: City) -> None:
    three = here.give_out(key(3))
    blank = dict.fromkeys((SOURCE, *_sources()), None)
    here.bring_one(typed(three, blank), file_of(3))
    assert shown(here) == dict.fromkeys(map(key, (1, 2)), DELIVERED) | {key(3): DELIVERED}
    assert total_on_page(here.give_out(key(1))) == DELIVERED
    here.bring_one(typed(three, {SOURCE: TYPED, **dict.fromkeys(_sources(), 0)}), file_of(3))
    assert shown(here) == dict.fromkeys(map(key, (1, 2, 3)), 2 * AMOUNT + TYPED)
    assert here.head(key(3))[TOTAL] == DELIVERED


def _sources() -> list[str]:
    rule = papers.edition().formulas[OWN]
    return [part for part in rule.parts if part != SOURCE]


def test_what_the_office_no_longer_calls_complete_gets_its_delivered_total_back(here: City) -> None:
    two = here.give_out(key(2))
    here.bring_one(two, file_of(2))
    two = written_back(here, two, file_of(2))
    here.terms = replace(here.terms, complete_programs=False)
    two = written_back(here, two, file_of(2))
    assert total_on_page(two) == DELIVERED
    assert here.bring_one(two, file_of(2)).outcome == "unchanged"
    assert here.head(key(2))[TOTAL] == DELIVERED


@pytest.mark.parametrize("is_received", [False, True], ids=["never saved", "saved before"])
def test_a_sum_in_a_copy_counts_as_typed_by_nobody_once_the_program_is_not_complete(
    here: City, *, is_received: bool
) -> None:
    two = here.give_out(key(2))
    assert total_on_page(two) == 3 * AMOUNT
    if is_received:
        here.bring_one(two, file_of(2))
    here.terms = replace(here.terms, complete_programs=False)
    receipt = here.bring_one(typed(two, {"purpose": "新しい目的"}), file_of(2))
    assert [change.path for change in receipt.changes] == ["purpose"]
    assert receipt.conflicts == ()
    assert here.head(key(2))[TOTAL] == DELIVERED
    assert here.head(key(2))[BOTH_TOTAL] == member(2)[BOTH_TOTAL]


@pytest.mark.parametrize("is_received", [False, True], ids=["never saved", "saved before"])
def test_a_cost_typed_beside_such_a_sum_changes_the_delivered_total(
    here: City, *, is_received: bool
) -> None:
    two = here.give_out(key(2))
    if is_received:
        here.bring_one(two, file_of(2))
    here.terms = replace(here.terms, complete_programs=False)
    here.bring_one(typed(two, {SOURCE: 25_777 + 1000}), file_of(2))
    assert here.head(key(2))[OWN] == AMOUNT + 1000
    assert here.head(key(2))[TOTAL] == DELIVERED + 1000
    again = written_back(here, typed(two, {SOURCE: 25_777 + 1000}), file_of(2))
    assert total_on_page(again) == DELIVERED + 1000


def test_a_total_typed_over_while_the_program_is_not_complete_is_typed(here: City) -> None:
    here.terms = replace(here.terms, complete_programs=False)
    two = here.give_out(key(2))
    here.bring_one(typed(two, {TOTAL: 7}), file_of(2))
    assert here.head(key(2))[TOTAL] == 7


def test_a_total_delivered_anew_stays_beside_a_copy_with_the_former_one(here: City) -> None:
    here.terms = replace(here.terms, complete_programs=False)
    two = here.give_out(key(2))
    new = member(2).with_values({TOTAL: DELIVERED + 50})
    here.bring_one(new.to_json(), "登録")
    receipt = here.bring_one(typed(two, {"purpose": "新しい目的"}), file_of(2))
    assert receipt.conflicts == ()
    assert here.head(key(2))[TOTAL] == DELIVERED + 50


def test_a_total_typed_over_gets_its_formula_back_and_asks_nobody(here: City) -> None:
    two = here.give_out(key(2))
    here.bring_one(two, file_of(2))
    two = typed(two, {TOTAL: 7})
    receipt = here.bring_one(two, file_of(2))
    assert receipt.conflicts == ()
    assert shown(here)[key(2)] == 3 * AMOUNT
    again = written_back(here, two, file_of(2))
    assert total_on_page(again) == 3 * AMOUNT
    assert TOTAL in read(again)[0].live
    assert here.bring_one(again, file_of(2)).conflicts == ()


def test_a_sheet_that_cannot_be_read_leaves_every_total_as_delivered(here: City) -> None:
    on_disk(here.store.revision_file(key(3), papers.EDITION, 1)).write_bytes(b"{")
    on_disk(here.store.head_file(key(3), papers.EDITION)).unlink()
    assert shown(here) == {key(1): DELIVERED, key(2): DELIVERED}
    assert total_on_page(here.give_out(key(1))) == DELIVERED
    (receipt,) = inspect(
        here.terms, member(1).to_json(), Source("a.json", "", ""), store=here.store
    )
    assert not [found for found in receipt.findings if found.code.startswith("program-")]


def test_a_live_workbook_as_it_was_given_out_differs_nowhere(here: City) -> None:
    source = Source(file_of(1), "2018-07-09T09:00:00+09:00", "職員", state="aa")
    (receipt,) = compare(here.store, here.terms, here.give_out(key(1)), source)
    assert receipt.changes == ()


def test_the_official_sheets_stay_as_they_are_where_every_program_is_complete(
    tmp_path: Path,
) -> None:
    here = city(tmp_path)
    here.terms = replace(here.terms, complete_programs=True)
    here.register()
    for status in sheet_statuses(here.store, here.terms):
        assert status.sheet.same_content(papers.sheet(status.sheet.key))
        assert read(here.give_out(status.sheet.key))[0].sheet.same_content(status.sheet)


AMOUNTS = st.one_of(st.none(), st.just("-"), st.integers(-3, 10**6))
CELLS = st.fixed_dictionaries({OWN: AMOUNTS, PERSONNEL: AMOUNTS, TOTAL: st.integers(0, 10**7)})


@given(st.lists(CELLS, min_size=1, max_size=5), st.randoms(use_true_random=False))
@settings(suppress_health_check=exploring.SLOW)
def test_the_order_of_the_program_makes_no_difference(
    cells: list[dict[str, object]], shuffle: random.Random
) -> None:
    sheets = [member(number, **values) for number, values in enumerate(cells, 1)]
    amounts = [values[OWN] for values in cells]
    known = [amount for amount in amounts if isinstance(amount, int)]
    delivered = cells[0][TOTAL]
    wanted = sum(known) if len(known) == len(amounts) else delivered
    for program in (sheets, shuffle.sample(sheets, len(sheets)), sheets[1:] or sheets):
        assert with_program_totals(sheets[0], program)[TOTAL] == wanted
    assert with_program_totals(sheets[0], ()) is sheets[0]


@given(
    cells=st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=4),
    shuffle=st.randoms(use_true_random=False),
    complete=st.booleans(),
)
@settings(max_examples=exploring.examples(12), suppress_health_check=exploring.SLOW)
def test_a_total_is_the_sum_where_the_program_is_complete_and_readable_else_as_delivered(
    cells: list[tuple[dict[str, object], bool]], shuffle: random.Random, *, complete: bool
) -> None:
    """The oracle adds up what was drawn; order, blanks and unreadable cells never make a revision or a finding."""
    numbers = list(range(1, len(cells) + 1))
    documents = {}
    for number, (values, unreadable) in zip(numbers, cells, strict=True):
        sheet = member(number, **values)
        documents[number] = sheet.with_values(unreadable={OWN: "約5"}) if unreadable else sheet
    shuffle.shuffle(numbers)
    with TemporaryDirectory() as folder:
        here = city(Path(folder))
        here.terms = replace(here.terms, complete_programs=complete)
        for number in numbers:
            here.bring_one(documents[number].to_json(), "登録")
        amounts = [sheet[OWN] for sheet in documents.values()]
        known = [amount for amount in amounts if type(amount) is int]
        computed = complete and len(known) == len(amounts)
        for status in sheet_statuses(here.store, here.terms):
            delivered = documents[int(status.sheet.key[-2:])][TOTAL]
            assert status.sheet[TOTAL] == (sum(known) if computed else delivered)
            assert here.head(status.sheet.key)[TOTAL] == delivered
            assert here.revisions(status.sheet.key) == 1
            warned = {
                found.path for found in status.findings if found.code == "program-project-cost"
            }
            assert not (warned and complete)
