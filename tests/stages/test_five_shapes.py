"""The five shapes of a year (三島, 登別, 唐津, 須坂, 大分) are settings alone: acts, words and phases as on paper."""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.stages.test_model import Card
from tests.stages.test_sheet_stage import KINDS
from xlsync.city.settings import CitySettings, find_settings
from xlsync.cli.settings_template import settings_text
from xlsync.errors import StoreError
from xlsync.exchange import Source, bring_up_to_date, export_known, note_written, template_of
from xlsync.exchange.receive import receive
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.stage_plan import plan_act, run_plan
from xlsync.form.library import load_form
from xlsync.ooxml import read_cells
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet_stage import StageActKind
from xlsync.store import audit
from xlsync.store.stage_acts import StageAct
from xlsync.workbook.checks.answer_cells import HAND_IN
from xlsync.workbook.checks.visible_sheet import PAGE

KEY, FILE = papers.CLEAN, "評価シート/a.xlsx"
_PHASE_TABLES: Final = """
[[phase]]
name = "計画"
from = 2018-04-01
until = 2018-05-31

[[phase]]
name = "決算・評価"
from = 2018-08-01
until = 2018-08-31
"""
_TIERS: Final = '\n[[tier]]\nname = "二次評価"\n\n[[tier]]\nname = "三次評価"\n'
SHAPES: Final = {
    "三島": (
        "act",
        _PHASE_TABLES,
    ),
    "登別": ("act", _TIERS),
    "唐津": ("saved", "\n[deadline]\ndate = 2018-05-15\n"),
    "須坂": ("act", '\n[[tier]]\nname = "外部評価"\n\n[review]\nfields = "office"\n'),
    "大分": ("complete", '\n[review]\nfields = "all"\n'),
}
_PHASES: Final = ("計画", "決算・評価")
_DAYS: Final = ("2018-07-03", "2018-09-03")


def settled(folder: Path, shape: str, phase: int = 0) -> CitySettings:
    """A city of a shape, in its first or second phase."""
    rule, tables = SHAPES[shape]
    text = settings_text("市", load_form(), "jimu-jigyo-hyoka", papers.EDITION, {})
    name = f'\nphase = "{_PHASES[phase]}"' if "[[phase]]" in tables else ""
    text = text.replace('handed-in = "act"', f'handed-in = "{rule}"{name}')
    tables = tables.strip()
    for table in ("[deadline]", "[review]"):
        if table in tables and f"\n{table}\n" in text:  # the template has one of its own
            head, _, rest = text.partition(f"\n{table}\n")
            text = head + "\n" + rest.partition("\n[")[1] + rest.partition("\n[")[2]
    (folder / "xlsync.toml").write_text(f"{text}\n{tables}\n", encoding="utf-8")
    return find_settings(folder)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, bytes]]:
    """A city of each shape with one complete sheet, and its workbook."""
    made = {}
    for shape in SHAPES:
        folder = tmp_path_factory.mktemp("city")
        city = settled(folder, shape)
        city.store.create()
        source = Source("登録", "2018-04-02T09:00:00+09:00", "企画")
        receive(city.store, city.terms, papers.official_bytes()[KEY], source)
        head = city.store.head(KEY, papers.EDITION)
        assert head is not None
        data = export_known(template_of(city.terms), head, "0000000a", city.store, city.terms)
        made[shape] = folder, data
    return made


@dataclass
class Paper:
    """A card for each phase, and what the city's rule adds where nobody has said anything."""

    rule: str
    cards: list[Card] = field(default_factory=lambda: [Card(), Card()])
    phase: int = 0

    @property
    def card(self) -> Card:
        return self.cards[self.phase]

    @property
    def with_rule(self) -> Card:
        """The card as it counts: a complete sheet is handed in by that alone, where the city says so."""
        card = copy.deepcopy(self.card)
        if self.rule == "complete" and card.words() == "入力中":
            card.do("submit")
        return card

    def act(self, kind: StageActKind) -> bool:
        is_possible = self.with_rule.is_possible(kind)
        if is_possible and not self.card.is_repeated(kind):
            self.cards[self.phase] = self.with_rule
            self.card.act(kind)
        return is_possible

    def choose(self, word: str) -> None:
        if word not in self.cell():
            self.card.choose(word)
            self.card.last = None

    def cell(self) -> set[str]:
        """What may stand in the cell for handing in."""
        words = self.card.words()
        if words in {"入力中", "差戻し中", "訂正中"}:
            return {"入力中"}
        single = {"提出済": {"提出する"}, "所属長確認済": {"所属長確認済"}}
        return single.get(words, {"提出する", "所属長確認済"})


STEPS = st.lists(
    st.one_of(
        st.sampled_from(KINDS), st.sampled_from(["入力中", "提出する", "所属長確認済", "次の段階"])
    ),
    max_size=7,
)


@settings(max_examples=exploring.examples(8), suppress_health_check=exploring.ONE_FIXTURE)
@given(shape=st.sampled_from(sorted(SHAPES)), steps=STEPS)
def test_every_shape_goes_through_its_year_as_on_paper(
    issued: dict[str, tuple[Path, bytes]],
    tmp_path_factory: pytest.TempPathFactory,
    shape: str,
    steps: list[str],
) -> None:
    folder = Path(shutil.copytree(issued[shape][0], tmp_path_factory.mktemp("run") / "city"))
    city, data, paper = settled(folder, shape), issued[shape][1], Paper(SHAPES[shape][0])
    for number, step in enumerate(steps):
        when = f"{_DAYS[paper.phase]}T09:{number:02}:00+09:00"
        if step == "次の段階":
            paper.phase = 1 if "[[phase]]" in SHAPES[shape][1] else 0
            city = settled(folder, shape, paper.phase)
        elif step in KINDS:
            assert done(city, step, when) == paper.act(step), (shape, steps, number)
        else:
            paper.choose(step)
            data = patch_cells(data, {(PAGE, HAND_IN): step})
            receive(city.store, city.terms, data, Source(FILE, when, "職員"))
        data = written_back(city, data, when)
        [status] = sheet_statuses(city.store, city.terms)
        shown = status.procedure.state.word
        assert shown == paper.with_rule.words(), (shape, steps, number)
        cell = str(read_cells(data)[PAGE][HAND_IN]).replace("自動", "入力中")
        assert cell in paper.cell(), (shape, steps, number)
    assert audit(city.store) == []


def written_back(city: CitySettings, data: bytes, when: str) -> bytes:
    source = Source(FILE, when, "監視")
    update = bring_up_to_date(city.store, city.terms, data, source)
    if update is None:
        return data
    note_written(city.store, update, source)
    return update.data


def done(city: CitySettings, kind: str, when: str) -> bool:
    """Whether an act is done; a refusal leaves the store as it was."""
    act = StageAct(kind, 0, when, "企画", "x")  # type: ignore[arg-type]
    try:
        run_plan(city.store, city.terms, plan_act(city.store, city.terms, [KEY], act))
    except StoreError:
        return False
    return True
