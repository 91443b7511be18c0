"""Keys change, are exchanged and used again, programs are killed on the way: no copy ever lands in another's sheet."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests import exploring, papers
from tests.cities import City, city
from tests.papers import KEYS
from tests.store.disk_calls import KILLED, Said, dying_at, forked, watching
from xlsync.canonical_json import canonical
from xlsync.exchange import Receipt, Source
from xlsync.exchange.receive import receive
from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
from xlsync.exchange.register.register_run import run_register
from xlsync.merging import changes_between
from xlsync.sheet import Sheet
from xlsync.store import Store, audit, rebuild
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")

YEAR = papers.EDITION
PATHS = papers.edition().definition.identity.key
POOL = [*KEYS[:3], "99-01-01-01-01-01"]
SHEETS = st.integers(0, 2)


@dataclass(frozen=True)
class Copy:
    """A copy of a sheet as it was given out: whose it truly is, its stamp and its page."""

    owner: str
    stamp: Stamp
    page: Sheet


class KeysMachine(RuleBasedStateMachine):
    """Three sheets and four keys."""

    here: City
    folder: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="keys-"))
        self.here = city(self.folder)
        self.here.register(*KEYS[:3])
        self.ids: list[str] = list(KEYS[:3])
        self.copies: list[Copy] = []
        self.said = 0
        for which in range(3):
            self.give_out(which)

    def teardown(self) -> None:
        shutil.rmtree(getattr(self, "folder", Path("/nonexistent")), ignore_errors=True)

    def heads(self) -> dict[str, Sheet]:
        return {head.id: head for head in self.here.store.heads(YEAR)}

    def planned(self, sheet_id: str, key: str) -> PlannedSheet:
        head = self.heads()[sheet_id]
        sheet = head.with_values(dict(zip(PATHS, key.split("-"), strict=True)))
        former = head.key if sheet.key != head.key else ""
        return PlannedSheet(1, sheet, changes_between(head, sheet), former)

    def change(self, store: Store, *wanted: tuple[str, str]) -> list[Receipt]:
        """Change keys as one list does."""
        plan = RegisterPlan(changed_sheets=tuple(self.planned(*each) for each in wanted))
        source = Source("台帳.xlsx", "2018-07-03T09:00:00+09:00", "企画")
        return list(run_register(store, self.here.terms, plan, source, lambda sheets: sheets))

    @rule(which=SHEETS, key=st.sampled_from(POOL))
    def change_one(self, which: int, key: str) -> None:
        before = self.heads()
        others = {head.key for head in before.values() if head.id != self.ids[which]}
        (receipt,) = self.change(self.here.store, (self.ids[which], key))
        assert (receipt.outcome == "refused") == (key in others)
        after = {head.id: head.key for head in self.heads().values()}
        expected = {each: head.key for each, head in before.items()}
        assert after == (expected if key in others else {**expected, self.ids[which]: key})

    @rule(first=SHEETS, second=SHEETS)
    def exchange(self, first: int, second: int) -> None:
        if first == second:
            return
        before = {head.id: head.key for head in self.heads().values()}
        one, two = self.ids[first], self.ids[second]
        self.change(self.here.store, (one, before[two]), (two, before[one]))
        after = {head.id: head.key for head in self.heads().values()}
        assert after == {**before, one: before[two], two: before[one]}

    @rule(first=SHEETS, second=SHEETS, call=st.integers(1, 40))
    def exchange_and_be_killed(self, first: int, second: int, call: int) -> None:
        """Whatever is left, the same list run again ends as if nobody had been killed."""
        if first == second:
            return
        before = {head.id: head.key for head in self.heads().values()}
        one, two = self.ids[first], self.ids[second]
        wanted = (one, before[two]), (two, before[one])

        def run(_said: Said) -> None:
            with watching(dying_at(call)):
                self.change(Store(self.here.store.folder), *wanted)

        assert forked(run)[0] in {0, KILLED}
        rebuild(self.here.store)
        assert audit(self.here.store) == []
        self.change(self.here.store, *wanted)
        after = {head.id: head.key for head in self.heads().values()}
        assert after == {**before, one: before[two], two: before[one]}

    @rule(which=SHEETS)
    def use_a_former_key_again(self, which: int) -> None:
        """A new project gets a code that nobody has today."""
        store, heads = self.here.store, self.heads()
        free = [key for key in POOL if key not in {head.key for head in heads.values()}]
        if not free or len(heads) > 3:
            return
        sheet_id = store.new_id(free[0], YEAR)
        codes = dict(zip(PATHS, free[0].split("-"), strict=True))
        sheet = Sheet(papers.edition(), free[0], {**codes, "project.name": f"新規{which}"})
        document = {**sheet.to_document(), "id": sheet_id}
        receipt = self.here.bring_one(canonical(document), "登録")
        assert (receipt.outcome, receipt.sheet_id) == ("accepted", sheet_id)

    @rule(which=SHEETS)
    def give_out_another(self, which: int) -> None:
        self.give_out(which)

    def give_out(self, which: int) -> None:
        head = self.heads()[self.ids[which]]
        form, number = head.edition.form, head.revision or 0
        stamp = Stamp(form, YEAR, head.id, number, f"{len(self.copies):08x}")
        self.copies.append(Copy(head.id, stamp, head))

    @rule(which=st.integers(0, 99), stamped=st.booleans())
    def bring(self, which: int, stamped: bool) -> None:  # noqa: FBT001 - drawn by name
        copy = self.copies[which % len(self.copies)]
        self.said += 1
        page = copy.page.with_values({"purpose": f"入力{self.said}"}).with_revision(None)
        page = page.with_id(copy.owner if stamped else page.key)
        reading = Reading("評価シート", copy.stamp if stamped else None, page, ())
        before = self.heads()
        (receipt,) = self.receive(reading, copy)
        after = self.heads()
        changed = {each for each in after if not after[each].same_content(before[each])}
        assert changed <= {copy.owner}
        if stamped:
            assert receipt.outcome in {"accepted", "conflict"}, receipt.reason
        if receipt.outcome != "refused":
            assert receipt.sheet_id == copy.owner
            assert receipt.key == before[copy.owner].key
        assert {each: head.key for each, head in after.items()} == {
            each: head.key for each, head in before.items()
        }

    def receive(self, reading: Reading, copy: Copy) -> list[Receipt]:
        source = Source(f"評価シート/{copy.stamp.copy}.xlsx", "2018-07-04T09:00:00+09:00", "職員")
        read = lambda _data, _form: [replace(reading)]  # noqa: E731
        return receive(self.here.store, self.here.terms, b"PK", source, read)

    @invariant()
    def every_key_finds_its_sheet(self) -> None:
        if not hasattr(self, "here"):
            return
        store = self.here.store
        for head in self.heads().values():
            assert store.owners_of(head.key, YEAR).todays_owners == (head.id,)
            assert store.id_of(head.key, YEAR) == head.id
            for key in store.keys_of(head.id, YEAR):
                assert head.id in store.owners_of(key, YEAR).every


TestKeys = KeysMachine.TestCase
TestKeys.settings = exploring.state_machine(15, 15)
