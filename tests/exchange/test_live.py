"""Buttons pressed in live workbooks, saved or closed without saving, in any order: nothing disappears unsaid.

The model knows for every state of every file what is known of it, and says exactly what each press and each save must do.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests import cities, exploring, papers
from xlsync.canonical_json import canonical
from xlsync.exchange import CatchUp, Receipt, Source, catch_up, template_of
from xlsync.exchange.receive import receive
from xlsync.ooxml import patch_cells
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.properties import put_defined_name
from xlsync.store import audit
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import STAMP_NAME

OWNED = "organization.section"
"""A field of which the planning office decides."""
FIELDS = ("purpose", "outline", "other_indicators", "costs.2018-initial.sources.general", OWNED)
FILES = ("評価シート/甲.xlsx", "評価シート/乙.xlsx")
Values = dict[str, Any]


@dataclass
class Book:
    """A workbook on the disk or in Excel: its bytes, what its fields say, the state its stamp names."""

    data: bytes
    values: Values
    state: str = ""

    def twin(self) -> Book:
        return replace(self, values=dict(self.values))


class Desks(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.city = cities.city(self.folder)
        self.disk: dict[str, Book] = {}
        self.live: dict[str, Book] = {}
        self.known: dict[tuple[str, str], Values] = {}
        self.overruled: dict[tuple[str, str], Values] = {}
        self.head: Values = {}
        self.counter = 0

    @initialize()
    def begin(self) -> None:
        self.city.register(papers.CLEAN)
        self.head = self.stored()
        self.where = template_of(self.city.terms).addresses
        for file in FILES:
            self.disk[file] = Book(self.city.give_out(), dict(self.head))
            self.known[file, ""] = dict(self.head)

    # --- people

    @rule(file=st.sampled_from(FILES))
    def open(self, file: str) -> None:
        self.live.setdefault(file, self.disk[file].twin())

    @rule(file=st.sampled_from(FILES), path=st.sampled_from(FIELDS), cleared=st.booleans())
    def type(self, file: str, path: str, cleared: bool) -> None:  # noqa: FBT001
        self.open(file)
        book, value = self.live[file], None if cleared else self.fresh(path)
        self.put(book, {path: value})

    @rule(file=st.sampled_from(FILES), path=st.sampled_from(FIELDS))
    def type_and_submit(self, file: str, path: str) -> None:
        self.type(file, path, cleared=False)
        self.submit(file, carried_out=True)

    @rule(file=st.sampled_from(FILES), carried_out=st.booleans())
    def submit(self, file: str, carried_out: bool) -> None:  # noqa: FBT001
        self.open(file)
        book = self.live[file]
        state = self.new_state()
        receipt = self.take_in(book, file, state)
        if not receipt.new_stamp:
            return
        self.known[file, state] = self.now_known(book, file, receipt)
        self.overruled[file, state] = self.values_overruled(book, file)
        if carried_out:
            self.stamp(book, receipt.new_stamp, state)

    @rule(
        file=st.sampled_from(FILES),
        answer=st.sampled_from(["yes", "no", "cancel"]),
        carried_out=st.booleans(),
    )
    def pull(self, file: str, answer: str, carried_out: bool) -> None:  # noqa: FBT001
        self.open(file)
        book, state = self.live[file], self.new_state()
        base = self.known[file, book.state]
        source = Source(file, self.now(), "職員", state=state)
        (told,) = catch_up(self.city.store, self.city.terms, book.data, source)
        differing = {p for p in FIELDS if book.values[p] != self.head[p]}
        asked = {p for p in differing if base[p] not in (book.values[p], self.head[p])}
        brought = {p for p in differing if book.values[p] == base[p]}
        assert {one.path for one in told.asks} == asked - {OWNED}
        writes = {one.path: one for one in told.writes if one.path in FIELDS}
        assert writes.keys() == brought | (asked & {OWNED})
        overruling = {path for path, cell in writes.items() if cell.is_overruling}
        assert overruling == self.values_overruled(book, file).keys()
        if not told.new_stamp:
            assert not asked | brought
            return
        seen = asked | brought
        self.known[file, state] = {p: self.head[p] if p in seen else base[p] for p in FIELDS}
        if carried_out:
            self.carry_out(book, told, answer, state)

    @rule(file=st.sampled_from(FILES), received=st.booleans())
    def save(self, file: str, received: bool) -> None:  # noqa: FBT001
        if file in self.live:
            self.disk[file] = self.live[file].twin()
        if received:
            self.receive(file)

    @rule(file=st.sampled_from(FILES))
    def receive(self, file: str) -> None:
        book = self.disk[file]
        receipt = self.take_in(book, file, "")
        assert receipt.new_stamp == ""
        known = self.now_known(book, file, receipt)
        self.overruled[file, book.state] = self.values_overruled(book, file)
        self.known[file, book.state] = known

    @rule(file=st.sampled_from(FILES))
    def close_without_saving(self, file: str) -> None:
        self.live.pop(file, None)

    # --- the office

    @rule(path=st.sampled_from(FIELDS))
    def correct(self, path: str) -> None:
        head = self.city.head()
        document, value = head.to_document(), self.fresh(path)
        papers.put(document, path, value)
        source = Source("登録.json", self.now(), "企画")
        receive(self.city.store, self.city.terms, canonical(document), source)
        self.head[path] = value

    # --- what must hold

    @invariant()
    def the_store_holds_what_the_model_says(self) -> None:
        if self.head:
            assert self.stored() == self.head

    def teardown(self) -> None:
        try:
            if self.head:
                for file in FILES:
                    self.receive(file)
                    number = self.city.revisions()
                    assert self.take_in(self.disk[file], file, "").changes == ()
                    assert self.city.revisions() == number, "twice changes nothing"
                assert audit(self.city.store) == []
        finally:
            shutil.rmtree(self.folder)

    # --- how it is done

    def take_in(self, book: Book, file: str, state: str) -> Receipt:
        base = self.known[file, book.state]
        source = Source(file, self.now(), "職員", state=state)
        (receipt,) = receive(self.city.store, self.city.terms, book.data, source)
        assert receipt.outcome != "refused", receipt.reason
        asked = set()
        for path in FIELDS:
            mine, theirs = self.head[path], book.values[path]
            if theirs in (mine, base[path]):
                continue
            if mine == base[path]:
                self.head[path] = theirs
            else:
                asked.add(path)
        assert {one.path for one in receipt.conflicts} == asked - {OWNED}
        overruled = {found.path for found in receipt.findings if found.code == "office-owned"}
        assert overruled == self.values_overruled(book, file).keys()
        return receipt

    def values_overruled(self, book: Book, file: str) -> Values:
        """What the workbook says in fields of the office, and the office decided against, now or at an earlier save."""
        value, base = book.values[OWNED], self.known[file, book.state][OWNED]
        before = self.overruled.get((file, book.state), {})
        is_overruled = len({value, self.head[OWNED], base}) == 3 or before == {OWNED: value}
        return {OWNED: value} if is_overruled and value != self.head[OWNED] else {}

    def now_known(self, book: Book, file: str, receipt: Receipt) -> Values:
        base, asked = self.known[file, book.state], {one.path for one in receipt.conflicts}
        return {path: base[path] if path in asked else book.values[path] for path in FIELDS}

    def carry_out(self, book: Book, told: CatchUp, answer: str, state: str) -> None:
        wanted = told.writes if answer != "yes" else (*told.writes, *told.asks)
        for one in wanted:
            if one.path in FIELDS:
                assert one.current == book.values[one.path]
                self.put(book, {one.path: self.head[one.path]})
        if answer != "cancel" or not told.asks:
            self.stamp(book, told.new_stamp, state)

    def put(self, book: Book, values: Values) -> None:
        spots = {(cities.WORKSHEET, self.where[path]): value for path, value in values.items()}
        book.data = patch_cells(book.data, spots)
        book.values |= values

    def stamp(self, book: Book, text: str, state: str) -> None:
        edit = PackageEdit(book.data)
        put_defined_name(edit, cities.WORKSHEET, STAMP_NAME, f'"{text}"', hidden=True)
        book.data, book.state = edit.finished(), state
        stamp = read(book.data)[0].stamp
        assert stamp is not None
        assert (stamp.state, stamp.text()) == (state, text)

    def fresh(self, path: str) -> Any:
        self.counter += 1
        return 100_000 + self.counter if path.startswith("costs") else f"値{self.counter:05}"

    def new_state(self) -> str:
        self.counter += 1
        return f"{self.counter:08x}"

    def now(self) -> str:
        return f"2018-07-02T{9 + self.counter // 60 % 9:02}:{self.counter % 60:02}:00+09:00"

    def stored(self) -> Values:
        head = self.city.head()
        return {path: head[path] for path in FIELDS}


Desks.TestCase.settings = exploring.state_machine(12, 25)
TestDesks = pytest.mark.slow(Desks.TestCase)


def desks() -> Desks:
    made = Desks()
    made.begin()
    return made


def test_what_was_submitted_stays_when_the_workbook_is_closed_without_saving() -> None:
    made = desks()
    made.type(FILES[0], "purpose", cleared=False)
    made.submit(FILES[0], carried_out=True)
    submitted = made.head["purpose"]
    made.close_without_saving(FILES[0])
    made.type(FILES[0], "outline", cleared=False)
    made.save(FILES[0], received=True)
    assert made.head["purpose"] == submitted
    made.teardown()


def test_a_workbook_submitted_again_and_again_without_saving_never_conflicts_with_itself() -> None:
    made = desks()
    for _ in range(3):
        made.type(FILES[0], "purpose", cleared=False)
        made.submit(FILES[0], carried_out=True)
        made.correct("outline")
    made.save(FILES[0], received=True)
    assert made.head["purpose"] == made.disk[FILES[0]].values["purpose"]
    memories = made.city.store.copy_states(papers.CLEAN, papers.EDITION)
    assert [one.copy_file.path for one in memories.values()].count(FILES[0]) == 1, (
        "old states are left"
    )
    made.teardown()


def test_what_was_brought_into_a_workbook_is_no_change_of_its_user() -> None:
    made = desks()
    made.type(FILES[0], "purpose", cleared=False)
    made.correct("outline")
    made.correct("purpose")
    made.pull(FILES[0], "no", carried_out=True)
    made.correct("outline")
    made.save(FILES[0], received=True)
    assert made.head["purpose"] == made.disk[FILES[0]].values["purpose"]
    assert made.head["outline"] != made.disk[FILES[0]].values["outline"]
    made.teardown()


def test_a_save_received_late_leaves_what_was_submitted_since_as_it_is() -> None:
    made = desks()
    made.type_and_submit(FILES[0], "purpose")
    made.save(FILES[0], received=False)
    made.type_and_submit(FILES[0], "purpose")
    made.receive(FILES[0])
    made.type_and_submit(FILES[0], "purpose")
    assert made.head["purpose"] == made.live[FILES[0]].values["purpose"]
    made.teardown()


def test_where_the_office_decides_nobody_is_asked_and_the_stores_value_is_written() -> None:
    made = desks()
    made.type(FILES[0], OWNED, cleared=False)
    made.correct(OWNED)
    typed, decided = made.live[FILES[0]].values[OWNED], made.head[OWNED]
    source = Source(FILES[0], made.now(), "職員", state="ab12")
    (told,) = catch_up(made.city.store, made.city.terms, made.live[FILES[0]].data, source)
    assert told.asks == ()
    (cell,) = told.writes
    assert (cell.path, cell.current, cell.value) == (OWNED, typed, decided)
    assert cell.is_overruling
    made.save(FILES[0], received=True)
    assert made.head[OWNED] == decided
    assert made.overruled[FILES[0], ""] == {OWNED: typed}, "as long as it was not carried out"
    made.pull(FILES[0], "no", carried_out=True)
    made.save(FILES[0], received=False)
    receipt = made.take_in(made.disk[FILES[0]], FILES[0], "")
    assert (receipt.outcome, cities.codes(receipt)) == ("unchanged", [])
    made.teardown()


def test_a_cell_with_a_formula_of_somebody_is_left_and_the_stamp_tells_of_no_newer_revision() -> (
    None
):
    made = desks()
    made.correct("costs.2018-initial.sources.general")
    made.correct("outline")
    made.open(FILES[0])
    spot = made.where["costs.2018-initial.sources.general"]
    data = cities.through_openpyxl(made.live[FILES[0]].data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[cities.WORKSHEET][spot].value = "=1+1"
    source = Source(FILES[0], made.now(), "職員", state="ab12")
    (told,) = catch_up(made.city.store, made.city.terms, cities.saved(book), source)
    assert "costs.2018-initial.sources.general" not in {one.path for one in told.writes}
    assert [one.path for one in told.writes] == ["outline"]
    assert ";base=1;" in told.new_stamp
    made.teardown()


def test_whoever_presses_a_button_brought_it_not_whoever_saved_the_workbook_before() -> None:
    made = desks()
    made.type(FILES[0], "purpose", cleared=False)
    book = openpyxl.load_workbook(io.BytesIO(made.live[FILES[0]].data))
    book.properties.lastModifiedBy = "前に保存した人"
    data = cities.saved(book)
    pressed = Source(FILES[0], made.now(), "押した人", state="ab12")
    receive(made.city.store, made.city.terms, data, pressed)
    assert made.city.store.revisions(papers.CLEAN, papers.EDITION)[-1].draft.who == "押した人"
    shutil.rmtree(made.folder)


@pytest.mark.parametrize("key", papers.KEYS)
def test_a_workbook_as_it_was_given_out_is_left_as_it_is(tmp_path: Path, key: str) -> None:
    at = cities.city(tmp_path)
    at.register()
    data = at.give_out(key)
    source = Source("a.xlsx", "2018-07-02T09:00:00+09:00", "職員", state="ab12")
    (told,) = catch_up(at.store, at.terms, data, source)
    assert (told.reason, told.writes, told.asks, told.left_alone, told.new_stamp) == (
        "",
        (),
        (),
        (),
        "",
    )


def test_a_live_formula_that_would_say_otherwise_is_left_to_the_next_write_back(
    tmp_path: Path,
) -> None:
    at, total = cities.city(tmp_path), "program_totals.2018-initial.project_cost"
    at.register()
    data, document = at.give_out(), at.head().to_document()
    papers.put(document, total, document["program_totals"]["2018-initial"]["project_cost"] + 500)
    papers.put(document, "outline", "新しい概要")
    at.bring_one(canonical(document), "登録.json")
    source = Source("a.xlsx", "2018-07-02T09:00:00+09:00", "職員", state="ab12")
    (told,) = catch_up(at.store, at.terms, data, source)
    assert [one.path for one in told.writes] == ["outline"]
    assert total in told.left_alone
    assert ";base=1;" in told.new_stamp, "it lacks something of the second revision"
