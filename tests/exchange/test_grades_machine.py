"""Tables of grades, taken in and taken back in any order, leave what a plain dictionary says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cities, exploring, papers
from xlsync.errors import StoreDamaged, StoreError
from xlsync.exchange import Source
from xlsync.exchange.figures.budget_codes import SheetsByCode
from xlsync.exchange.figures.line_shares import LineShares
from xlsync.exchange.tiers.grades_plan import GradesFile, GradesPlan, plan_grades
from xlsync.exchange.tiers.grades_run import keep_grades_of, plan_undo, run_grades
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.sheet_tiers import part_text
from xlsync.exchange.tiers.tier import Tier, TierPart

OVERALL = "years.2017.overall"
TIER = Tier("評価", {"grade": OVERALL})
GRADES = ["A:成果を維持して継続実施", "D:休止・廃止を検討"]
KEYS = papers.KEYS[:2]
ROWS = st.dictionaries(
    st.sampled_from(KEYS),
    st.tuples(st.sampled_from(["", *GRADES]), st.sampled_from(["", "重複", "順調"])),
    min_size=1,
)
STEPS = st.lists(st.one_of(ROWS, st.just(None)), min_size=1, max_size=5)
PARTS: list[TierPart] = ["grade", "reason"]
State = dict[tuple[str, TierPart], str]


@settings(max_examples=exploring.examples(12))
@given(steps=STEPS)
def test_tables_and_undoing_them_are_what_a_dictionary_says(
    steps: list[dict[str, tuple[str, str]] | None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    city = _city(tmp_path_factory.mktemp("市"))
    states = [_state(city)]
    last: tuple[State, State] | None = None
    for number, step in enumerate(steps):
        before = states[-1]
        if step is None:
            wanted = _undone(city, last)
            last = None if last is None else (last[0], last[0])
        else:
            wanted = dict(before)
            for key, parts in step.items():
                wanted |= {
                    (key, part): text for part, text in zip(PARTS, parts, strict=True) if text
                }
            _act(city, _planned(city, step), f"{number}.csv")
            last = (before, wanted) if wanted != before else last
        states.append(_state(city))
        assert states[-1] == (before if wanted is None else wanted)


def _undone(city: cities.City, last: tuple[State, State] | None) -> State | None:
    if last is None:
        with pytest.raises(StoreError):
            plan_undo(city.store, city.terms, TIER)
        return None
    file, plan = plan_undo(city.store, city.terms, TIER)
    _act(city, plan, file, is_undo=True)
    return last[0]


def _act(city: cities.City, plan: GradesPlan, file: str, *, is_undo: bool = False) -> None:
    assert not plan.faults or plan.faults == ("評価の入った行が1行もありません",)
    source = Source(file, "2018-07-01T09:00:00+09:00", "企画")
    keep_grades_of(city.store, city.terms, plan, source, is_undo=is_undo)
    receipts = list(run_grades(city.store, city.terms, plan, source, lambda every: every))
    assert all(receipt.outcome == "accepted" for receipt in receipts)


def _planned(city: cities.City, rows: dict[str, tuple[str, str]]) -> GradesPlan:
    lines = [
        "事業コード,評価,理由",
        *(f"{key},{grade},{reason}" for key, (grade, reason) in rows.items()),
    ]
    file = GradesFile("\n".join(lines).encode(), "評価.csv")
    sheets = city.store.counted_heads(papers.EDITION)
    known = known_grades(city.store, [TIER], papers.EDITION)
    shares = LineShares(SheetsByCode(sheets), {})
    return plan_grades(file, city.terms, [TIER], sheets, shares, known)


def _state(city: cities.City) -> State:
    known = known_grades(city.store, [TIER], papers.EDITION)
    return {
        (sheet.key, part): part_text(TIER, part, sheet, known)
        for sheet in city.store.counted_heads(papers.EDITION)
        for part in PARTS
    }


def _city(folder: Path) -> cities.City:
    city = cities.city(folder)
    for key in KEYS:
        city.register(key)
    return city


@pytest.mark.parametrize("is_undo", [False, True])
def test_nothing_goes_on_from_a_damaged_last_record(tmp_path: Path, *, is_undo: bool) -> None:
    """Else the new record would be sound, and say that nothing had been kept before it."""
    city = _city(tmp_path / "市")
    first, second = KEYS
    _act(city, _planned(city, {first: (GRADES[0], "重複")}), "1.csv")
    file, undo = plan_undo(city.store, city.terms, TIER)
    [damaged] = (city.store.folder / "grades").rglob("*.json")
    damaged.write_bytes(damaged.read_bytes().replace("重複".encode(), "順調".encode()))
    plan = undo if is_undo else _planned(city, {second: (GRADES[1], "順調")})
    with pytest.raises(StoreDamaged, match="控えから戻して"):
        _act(city, plan, file, is_undo=is_undo)
    with pytest.raises(StoreDamaged):
        plan_undo(city.store, city.terms, TIER)
    assert [file.name for file in damaged.parent.iterdir()] == ["1.json"]
