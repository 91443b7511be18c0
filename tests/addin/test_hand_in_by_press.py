"""［提出］ in a city where handing in is an act: a press hands in what is complete, and a save never does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cities, exploring, papers
from tests.addin.pressed import Desk, Screen, desk, message
from tests.cities import City, without_stamp
from tests.papers import NO_ROOM_FOR_PLEDGE, edited_form
from tests.stages.stage_steps import stage, written_back
from tests.stages.test_workbook_acts import CELL, CHOICE, SUBMISSION
from xlsync.exchange.receipt import HandingIn, ProcedureRules, Terms
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.form.library import load_form
from xlsync.inbox.config import InboxConfig
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet_stage import StageActKind
from xlsync.store import Store, audit
from xlsync.store.stage_acts import BY_BUTTON, StageAct, stage_acts
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE

KEY = papers.CLEAN
FILE = "shared/評価シート/a.xlsx"
HANDED_IN = "提出済にしました。"


def ruled(made: Desk, handing_in: HandingIn) -> Desk:
    terms = replace(made.city.terms, procedure_rules=ProcedureRules(handing_in=handing_in))
    made.city.terms = terms
    made.office = replace(made.office, terms=terms)
    return made


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """The city with the five official sheets, where handing in is an act."""
    return ruled(desk(tmp_path), "act")


def acts(at: Desk, key: str = KEY) -> list[StageActKind]:
    store = at.city.store
    written = stage_acts(store.files, store.id_of(key, papers.EDITION), papers.EDITION)
    return [act.stage_act_kind for act in written]


def do(at: Desk, kind: StageActKind, key: str = KEY) -> None:
    act = StageAct(kind, 0, "2018-07-03T08:00:00+09:00", "企画担当", "直してください")
    run_plan(at.city.store, at.city.terms, plan_act(at.city.store, at.city.terms, [key], act))


def shared(at: Desk) -> Screen:
    """A workbook given out into the shared folder, and opened there."""
    file = at.office.folder / FILE
    screen = at.open(name=str(file))
    file.write_bytes(screen.data)
    return screen


def chosen(screen: Screen, word: str) -> Screen:
    """The workbook with a word chosen on チェック."""
    screen.data = patch_cells(screen.data, {(PAGE, HAND_IN): word})
    return screen


def test_a_press_hands_a_complete_sheet_in_once_and_says_so(at: Desk) -> None:
    screen = at.open()
    screen.type({"purpose": "新しい目的"})
    answer = at.press("submit", screen).answer
    assert HANDED_IN in message(answer)
    assert acts(at) == ["submit"]
    [act] = stage_acts(at.city.store.files, KEY, papers.EDITION)
    assert (act.who, act.way, act.act_source.cell_id) == ("山田", "workbook", BY_BUTTON)
    assert act.revision == at.city.store.last(KEY, papers.EDITION) == 2
    screen.carry_out(answer)
    screen.type({"purpose": "もう一度直した"})
    assert HANDED_IN not in message(at.press("submit", screen).answer)
    assert acts(at) == ["submit"]
    assert audit(at.city.store) == []


def test_a_press_of_a_sheet_with_something_left_to_do_hands_nothing_in_and_says_how(
    at: Desk,
) -> None:
    screen = at.open()
    screen.type({"purpose": None, "outline": "概要だけ直した"})
    answer = at.press("submit", screen).answer
    said = message(answer)
    assert "受け取りました（第2版、変更2欄）" in said
    assert "入力の重なりがなくなってから［提出］を押すと、提出済になります。" in said
    assert "シート「チェック」の「提出」で「提出する」を選び、上書き保存してください。" in said
    assert acts(at) == []
    screen.carry_out(answer)
    screen.type({"purpose": "入れた"})
    assert HANDED_IN in message(at.press("submit", screen).answer)


@pytest.mark.parametrize("rule", ["complete", "saved"])
def test_where_the_citys_rule_hands_in_a_press_writes_no_act(at: Desk, rule: HandingIn) -> None:
    ruled(at, rule)
    screen = at.open()
    screen.type({"purpose": "新しい目的"})
    assert HANDED_IN not in message(at.press("submit", screen).answer)
    assert acts(at) == []


def test_a_press_hands_a_returned_sheet_in_again(at: Desk) -> None:
    screen = at.open()
    at.press("submit", screen)
    do(at, "return")
    assert HANDED_IN in message(at.press("submit", screen).answer)
    assert acts(at) == ["submit", "return", "submit"]


@pytest.mark.parametrize("later", ["endorse", "accept", "confirm", "finalize"])
def test_a_press_takes_nothing_back_that_was_decided_since(at: Desk, later: StageActKind) -> None:
    screen = at.open()
    at.press("submit", screen)
    if later == "finalize":
        do(at, "confirm")
    do(at, later)
    before = acts(at)
    screen.type({"purpose": "あとから直した"})
    assert HANDED_IN not in message(at.press("submit", screen).answer)
    assert acts(at) == before


def test_what_is_chosen_in_the_same_workbook_counts_and_not_the_press(at: Desk) -> None:
    screen = chosen(at.open(), "提出する")
    said = message(at.press("submit", screen).answer)
    assert ("「提出する」を記録しました" in said, HANDED_IN in said) == (True, False)
    assert acts(at) == ["submit"]
    at.press("submit", chosen(screen, "入力中"))
    assert acts(at) == ["submit", "withdraw"]
    unclear = chosen(screen, "あした")
    assert HANDED_IN not in message(at.press("submit", unclear).answer)
    assert acts(at) == ["submit", "withdraw"]


def test_an_open_conflict_is_chosen_before_a_press_hands_in(at: Desk) -> None:
    mine, other = at.open(), at.open(name=r"C:\Users\suzuki\Desktop\b.xlsx")
    other.type({"purpose": "ほかの人の目的"})
    at.press("submit", other)
    do(at, "return")
    mine.type({"purpose": "わたしの目的"})
    assert HANDED_IN not in message(at.press("submit", mine).answer)
    assert acts(at) == ["submit", "return"]


@pytest.mark.parametrize("has_stamp", [True, False])
def test_the_file_saved_after_a_press_takes_nothing_back(at: Desk, *, has_stamp: bool) -> None:
    screen = shared(at)
    screen.type({"purpose": "新しい目的"})
    screen.carry_out(at.press("submit", screen).answer)
    assert at.city.store.revision(KEY, papers.EDITION, 2).draft.submission.file == FILE
    saved = screen.data if has_stamp else without_stamp(screen.data)
    at.city.bring_one(saved, FILE)
    assert acts(at) == ["submit"]
    assert read_cells(written_back(at.city, saved, FILE))[PAGE][HAND_IN] == "提出する"


def test_the_head_endorses_in_the_workbook_in_which_was_pressed(at: Desk) -> None:
    screen = shared(at)
    screen.carry_out(at.press("submit", screen).answer)
    receipt = at.city.bring_one(chosen(screen, "所属長確認済").data, FILE)
    assert (receipt.outcome, acts(at)) == ("accepted", ["submit", "endorse"])


STEPS = st.lists(
    st.sampled_from(["type", "clear", "press", "save", "write back", "return"]), max_size=9
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    cities.city(folder).register(KEY)
    return folder


def reopened(folder: Path) -> Desk:
    """The city of one sheet that a folder holds."""
    share = folder / "shared"
    (share / "評価シート").mkdir(parents=True)
    store = Store(folder / "store", load_form())
    city = City(store, Terms(store.form, papers.EDITION), brought=1)
    return Desk(InboxConfig("つくば市", folder, share, city.terms, store), city)


@given(steps=STEPS)
@settings(max_examples=exploring.examples(15), suppress_health_check=exploring.ONE_FIXTURE)
def test_only_a_press_of_a_complete_sheet_hands_in_whatever_is_saved_between(
    founded: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = Path(shutil.copytree(founded, tmp_path_factory.mktemp("run") / "city"))
    made = ruled(reopened(folder), "act")
    screen, expected, filled = shared(made), "open", True
    for number, step in enumerate(steps):
        if step in {"type", "clear"}:
            filled = step == "type"
            screen.type({"purpose": f"目的{number}" if filled else None})
        elif step == "press":
            screen.carry_out(made.press("submit", screen).answer)
            expected = "submitted" if filled else expected
        elif step == "save":
            made.city.bring_one(screen.data, FILE)
        elif step == "write back":
            screen.data = written_back(made.city, screen.data, FILE)
        else:
            do(made, "return")
            expected = "returned"
        assert stage(made.city)[0] == expected, (steps, number)
    assert audit(made.city.store) == []


def test_where_the_form_has_a_cell_for_it_the_press_speaks_of_that_cell(tmp_path: Path) -> None:
    form = edited_form(tmp_path / "form", CHOICE, NO_ROOM_FOR_PLEDGE, added=SUBMISSION)
    store = Store(tmp_path / "store", form, must_exist=False)
    store.create()
    city = City(store, Terms(form, papers.EDITION))
    city.bring_one(papers.sheet().with_values({CELL: None}).to_json(), "登録")
    (tmp_path / "shared/評価シート").mkdir(parents=True)
    config = InboxConfig("つくば市", tmp_path, tmp_path / "shared", city.terms, store)
    at = ruled(Desk(config, city), "act")
    screen = at.open()
    screen.data = cities.typed(screen.data, {"purpose": None})
    said = message(at.press("submit", screen).answer)
    title = form.at(papers.EDITION).by_path[CELL].title
    assert (
        f"このまま提出するときは、「{title}」で「提出する」を選び、上書き保存してください。" in said
    )
    chosen_here = Screen(cities.typed(at.city.give_out(), {CELL: "提出する", "purpose": "目的"}))
    assert HANDED_IN not in message(at.press("submit", chosen_here).answer)
    assert acts(at) == ["submit"]
