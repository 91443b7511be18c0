"""Any acts and saves of a sheet leave the stage, the marks and what waits as an independent model has them (law 9)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import City, typed
from tests.stages.test_sheet_stage import KINDS, Model
from xlsync.errors import StoreError
from xlsync.exchange.receipt import ProcedureRules, Terms
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.form.library import load_form
from xlsync.sheet_stage import StageActKind
from xlsync.store import Store, audit, pending_changes
from xlsync.store.stage_acts import StageAct

KEY = papers.CLEAN


@dataclass
class Card(Model):
    """The officer's card, on which is also ticked whether the sheet changed since the last act, and what waits."""

    changed: bool = False
    waiting: str = ""
    text: str = ""
    last: StageActKind | None = None

    def marks(self) -> set[str]:
        word = self.words()
        early = word in {"提出済", "所属長確認済", "受付"}
        marks = {
            "再提出": early and self.again,
            "提出後の変更": early and self.changed,
            "確認後の変更": word == "確認済" and self.changed,
            "訂正あり": word in {"確定", "公表済"} and self.corrected,
        }
        return {mark for mark, holds in marks.items() if holds}

    def is_possible(self, act: StageActKind) -> bool:
        unread = act == "finalize" and self.words() == "確認済" and self.changed
        return self.is_repeated(act) or (self.may(act) and not unread)

    def is_repeated(self, act: StageActKind) -> bool:
        return self.last == act and not self.changed

    def act(self, act: StageActKind) -> None:
        if self.is_possible(act) and not self.is_repeated(act):
            self.do(act)
            self.changed, self.last = False, act

    def choose(self, word: str) -> bool:
        """Write down what a word in the cell for handing in says, all that is possible of it; true where anything is."""
        acts: dict[str, tuple[StageActKind, ...]] = {
            "入力中": ("withdraw",),
            "提出する": ("submit",),
            "所属長確認済": ("endorse",),
        }
        if word == "所属長確認済" and not self.may("endorse") and self.may("submit"):
            acts[word] = ("submit", "endorse")
        done = False
        for act in acts[word]:
            if self.may(act):
                self.do(act)
                done = True
        return done

    def save(self, text: str) -> None:
        """What waits goes on waiting until something else is typed, also once the sheet is opened again."""
        if self.final or text == self.waiting:
            self.waiting = text if text != self.text else ""
            return
        self.waiting = ""
        if text != self.text:
            self.text, self.changed = text, self.last is not None


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A store of one sheet, and its workbook."""
    folder = tmp_path_factory.mktemp("city") / "store"
    store = Store(folder, load_form(), must_exist=False)
    store.create()
    city = City(store, Terms(store.form, papers.EDITION))
    city.register(KEY)
    return folder, city.give_out()


BEGINNINGS = ((), ("submit", "accept"), ("submit", "confirm"), ("submit", "confirm", "finalize"))
STEPS = st.lists(st.one_of(st.sampled_from(KINDS), st.sampled_from(["あ", "い"])), max_size=8)


@given(beginning=st.sampled_from(BEGINNINGS), drawn=STEPS)
@settings(max_examples=exploring.examples(20), suppress_health_check=exploring.ONE_FIXTURE)
def test_acts_and_saves_in_any_order_are_as_the_model_has_them(
    issued: tuple[Path, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    beginning: tuple[str, ...],
    drawn: list[str],
) -> None:
    steps = [*beginning, *drawn]
    folder = Path(shutil.copytree(issued[0], tmp_path_factory.mktemp("run") / "store"))
    rules = ProcedureRules(handing_in="act")
    store = Store(folder, load_form())
    city = City(store, Terms(store.form, papers.EDITION, procedure_rules=rules), brought=5)
    card = Card(text=str(city.head()["purpose"]))
    for number, step in enumerate(steps):
        if step in KINDS:
            assert done(city, step, number) == card.is_possible(step), (steps, number)
            card.act(step)
        else:
            city.bring_one(typed(issued[1], {"purpose": step}))
            card.save(step)
        [status] = sheet_statuses(store, city.terms)
        procedure = status.procedure
        shown = procedure.state.word, set(procedure.marks), status.sheet["purpose"]
        assert shown == (card.words(), card.marks(), card.text), (steps, number)
        waits = pending_changes(store, KEY, papers.EDITION).values()
        open_texts = [change.after for change in waits if change.is_open]
        assert open_texts == [card.waiting] * bool(card.waiting), (steps, number)
    assert audit(store) == []


def done(city: City, kind: StageActKind, number: int) -> bool:
    """Whether an act is done; a refusal leaves the store as it was."""
    act = StageAct(kind, 0, f"2018-07-03T09:{number:02}:00+09:00", "企画", "x")
    try:
        run_plan(city.store, city.terms, plan_act(city.store, city.terms, [KEY], act))
    except StoreError:
        return False
    return True
