"""The stages of a sheet: the machine against a model made of questions, and against the table of the docs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.sheet_stage import (
    ACT_WORDS,
    CLOSED,
    HANDED_IN,
    NEW,
    STAGE_WORDS,
    TRANSITIONS,
    Stage,
    StageActKind,
    fault_of_act,
    state_after,
    state_of,
)

DOCS = Path(__file__).parents[2] / "docs" / "sheet-stages.md"
KINDS: tuple[StageActKind, ...] = get_args(StageActKind)
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass
class Model:
    """What an officer would tick on a card beside each sheet; it knows of no stage and no table.

    `back` is what the card said before the sheet went back to the section, "" where it is not there.
    """

    handed_in: bool = False
    endorsed: bool = False
    received: bool = False
    confirmed: bool = False
    final: bool = False
    published: bool = False
    correcting: bool = False
    back: str = ""
    again: bool = False
    corrected: bool = False

    @property
    def at_office(self) -> bool:
        return self.handed_in and not self.back

    @property
    def is_only_corrected(self) -> bool:
        return self.correcting and not self.handed_in and not self.back

    def may(self, act: StageActKind) -> bool:
        if self.final and act not in {"reopen", "publish"}:
            return False
        unread = self.at_office and not (self.received or self.confirmed)
        rules: dict[StageActKind, Callable[[], bool]] = {
            "submit": lambda: not self.confirmed,
            "withdraw": lambda: unread,
            "endorse": lambda: unread,
            "accept": lambda: self.at_office and not self.confirmed,
            "return": lambda: True,
            "confirm": lambda: self.at_office,
            "finalize": lambda: self.confirmed or self.is_only_corrected,
            "reopen": lambda: self.received or self.confirmed or bool(self.back) or self.final,
            "publish": lambda: self.final and not self.published,
        }
        return rules[act]()

    def words(self) -> str:
        said = {
            "公表済": self.published,
            "確定": self.final,
            "差戻し中": bool(self.back),
            "確認済": self.confirmed,
            "受付": self.received,
            "所属長確認済": self.endorsed,
            "提出済": self.handed_in,
            "訂正中": self.correcting,
            "入力中": True,
        }
        return next(word for word, holds in said.items() if holds)

    def do(self, act: StageActKind) -> None:
        ticked: dict[StageActKind, str] = {
            "submit": "提出済",
            "withdraw": "入力中",
            "endorse": "所属長確認済",
            "accept": "受付",
            "confirm": "確認済",
            "finalize": "確定",
        }
        if not self.may(act):
            return
        if act == "return":
            before = self.back or self.words()
            self.tick("")
            self.back = before
        elif act == "publish":
            self.published = True
        elif act == "reopen":
            self.tick(self.one_back())
        else:
            self.again = act != "withdraw" and (self.again or (act == "submit" and bool(self.back)))
            self.corrected = self.corrected or (act == "finalize" and self.is_only_corrected)
            self.tick(ticked[act])

    def one_back(self) -> str:
        if self.final:
            return "訂正中"
        return self.back or ("受付" if self.confirmed else "提出済")

    def tick(self, word: str) -> None:
        """Make the card say a word."""
        self.back, self.published = "", False
        self.final = word == "確定"
        self.correcting = word == "訂正中"
        self.confirmed = word == "確認済"
        self.received = word in {"受付", "確認済"}
        self.endorsed = word == "所属長確認済"
        self.handed_in = word in {"提出済", "所属長確認済", "受付", "確認済"}


@given(st.lists(st.sampled_from(KINDS), max_size=14))
def test_any_acts_lead_where_the_model_says(kinds: list[StageActKind]) -> None:
    state, model = NEW, Model()
    for kind in kinds:
        assert (fault_of_act(state, kind) == "") == model.may(kind), (state, kind)
        state = state_after(state, kind)
        model.do(kind)
        assert (state.word, state.is_resubmitted, state.is_corrected) == (
            model.words(),
            model.again,
            model.corrected,
        )
    assert state == state_of(kinds)


@given(st.lists(st.sampled_from(KINDS), max_size=14))
def test_nothing_counts_as_handed_in_that_nobody_handed_in(kinds: list[StageActKind]) -> None:
    state = state_of(kinds)
    if "submit" not in kinds:
        assert state.stage in {"open", "returned"}
    assert (state.stage in HANDED_IN) <= ("submit" in kinds)


@given(st.lists(st.sampled_from(KINDS), max_size=14), st.sampled_from(KINDS))
def test_an_act_that_is_refused_changes_nothing(
    kinds: list[StageActKind], kind: StageActKind
) -> None:
    state = state_of(kinds)
    if state.stage not in TRANSITIONS[kind]:
        assert state_after(state, kind) == state
        assert state.word in fault_of_act(state, kind)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in CLOSED])
def test_a_return_is_possible_at_every_stage_before_the_last(stage: Stage) -> None:
    assert TRANSITIONS["return"][stage] == "returned"


def test_a_sheet_changed_after_it_was_confirmed_is_not_made_final() -> None:
    confirmed = state_of(("submit", "confirm"))
    assert fault_of_act(confirmed, "finalize") == ""
    assert "変更されています" in fault_of_act(confirmed, "finalize", is_changed=True)
    assert fault_of_act(state_of(("submit", "confirm", "finalize", "reopen")), "finalize") == ""
    assert "まだ提出されていません" in fault_of_act(NEW, "confirm")


def test_the_docs_have_the_same_table() -> None:
    rows = [
        [cell.strip() for cell in row.strip().strip("|").split("|")]
        for row in DOCS.read_text(encoding="utf-8").splitlines()
        if row.startswith("|")
    ]
    head, _, *acts = rows
    assert head == ["act", *STAGE_WORDS.values()]
    assert [row[0] for row in acts] == [f"{kind} {word}" for kind, word in ACT_WORDS.items()]
    for kind, row in zip(KINDS, acts, strict=True):
        for stage, cell in zip(STAGES, row[1:], strict=True):
            leads_back = (kind, stage) == ("reopen", "returned")
            after = TRANSITIONS[kind].get(stage)
            expected = "前の段階" if leads_back else STAGE_WORDS[after] if after else "–"
            assert cell == expected, (kind, stage)


def test_the_words_are_those_of_an_office() -> None:
    words = (*STAGE_WORDS.values(), *ACT_WORDS.values())
    assert all(re.fullmatch("[一-龠ぁ-ん]+", word) for word in words)
