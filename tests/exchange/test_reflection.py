"""反映状況: outcomes, contradictions and sums equal an independent model, through mergers and splits."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from tests.exchange.test_ancestry import FORM, WHEN, comes_from, key_of, register
from xlsync.exchange.reflection.budget_response import (
    SEVERAL,
    BudgetResponse,
    budget_responses,
    outcome_of,
)
from xlsync.exchange.reflection.reflection_pages import reflection_lists
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.store.figure_imports import Figure, FiguresImport, write_figures_import

NOW, NEXT = "costs.2018-initial.project_cost", "costs.2019-initial.project_cost"
NATIONAL = "costs.2019-initial.sources.national"
WORDS = ("拡充", "縮小", "休止・廃止", "統合", None)
AGREES = {
    "拡充": {"拡充", "継続"},
    "縮小": {"縮減", "継続", "廃止"},
    "休止・廃止": {"廃止", "縮減"},
}


def sheet(number: int, year: int, **values: object) -> Sheet:
    codes = dict(zip(FORM.definition.identity.key, key_of(number).split("-"), strict=True))
    names = {"project.name": f"事業{number}", "organization.department": "総務部"}
    return Sheet(FORM.at(year), key_of(number), {**codes, **names, **values})  # type: ignore[dict-item]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store", FORM, must_exist=False)
    made.create()
    return made


def responses(store: Store) -> list[BudgetResponse]:
    return budget_responses(store, FORM.at(2018), store.counted_heads(2018))


def test_a_skeleton_budget_is_compared_with_nothing_until_a_supplement_was_taken_in(
    store: Store,
) -> None:
    register(store, sheet(1, 2018, **{NOW: 100, "next_year.direction": "拡充"}))
    register(store, sheet(1, 2019, **{NEXT: 10}))
    (plain,) = responses(store)
    assert (plain.outcome, plain.is_contradiction) == ("縮減", True)

    def marked(*years: int) -> BudgetResponse:
        sheets = store.counted_heads(2018)
        (response,) = budget_responses(store, FORM.at(2018), sheets, frozenset(years))
        return response

    for years in ((2018,), (2019,), (2018, 2019)):
        skeleton = marked(*years)
        assert (skeleton.outcome, skeleton.next_source) == (None, "skeleton")
        assert (skeleton.amount, skeleton.next_amount) == (100, 10)
        assert not skeleton.is_contradiction
    assert marked(2017, 2020) == plain
    figures = {key_of(1): {NEXT: Figure(10_000, 10)}}
    for basis in ("当初", "補正"):
        details = {"unit": "円", "rounding": "四捨五入", "lines": []}
        imported = FiguresImport(basis, "2019-07-01", "a.csv", details, figures, WHEN, "企画")
        with store.writing():
            write_figures_import(store.files, basis, 2019, imported)
        assert marked(2019).next_source == ("skeleton" if basis == "当初" else "financial")
    assert marked(2018).next_source == "skeleton"


def model_outcome(now: int, then: int) -> str:
    if now and not then:
        return "廃止"
    if abs(then - now) <= abs(now) * Decimal("0.05"):
        return "継続"
    return "拡充" if then > now else "縮減"


@pytest.mark.parametrize("seed", range(2))
def test_groups_outcomes_and_sums_equal_a_model_that_colours_what_hangs_together(
    store: Store, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same city every time
    now = {each: dice.choice((0, 100, 104, 5000)) for each in range(1, 7)}
    then = {each: dice.choice((0, 100, 99, 4000)) for each in range(1, 6)}
    said = {each: dice.choice(WORDS) for each in now}
    said[1] = "拡充"
    for each, amount in now.items():
        values = {NOW: amount, "next_year.direction": said[each]}
        register(store, sheet(each, 2018, **values))
    parents = {new: dice.sample(sorted(now), dice.randint(1, 2)) for new in then}
    for new, amount in then.items():
        register(store, sheet(new, 2019, **{NEXT: amount}))
        comes_from(store, new, 2019, [(old, 2018, "0.2") for old in parents[new]])
    colour = {old: old for old in now}
    for _ in now:
        for olds in parents.values():
            least = min(colour[old] for old in olds)
            colour |= dict.fromkeys(olds, least)
    told = responses(store)
    assert sorted(sheet.key for each in told for sheet in each.own_sheets) == [
        key_of(old) for old in now
    ]
    for response in told:
        numbers = [int(sheet.key.split("-")[4]) for sheet in response.own_sheets]
        assert {colour[number] for number in numbers} == {colour[numbers[0]]}
        news = [new for new, olds in parents.items() if colour[olds[0]] == colour[numbers[0]]]
        assert sorted(sheet.key for sheet in response.heir_sheets) == [key_of(new) for new in news]
        amounts = sum(now[number] for number in numbers), sum(then[new] for new in news)
        assert (response.amount, response.next_amount) == amounts
        assert response.outcome == model_outcome(*amounts)
        words = {said[number] or "" for number in numbers}
        word = words.pop() if len(words) == 1 else SEVERAL
        assert response.direction == word
        expected = AGREES.get(word)
        is_wrong = expected is not None and str(response.outcome) not in expected
        assert response.is_contradiction == is_wrong
    _, cross = reflection_lists(told, FORM.at(2018))[:2]
    *_, counted, this_year, next_year, change, _ = cross.sum_row
    assert (counted, this_year, next_year) == (len(now), sum(now.values()), sum(then.values()))
    assert change == sum(then.values()) - sum(now.values())


@pytest.mark.parametrize(
    ("now", "then", "outcome"),
    [
        (0, 0, "継続"),
        (0, 1, "拡充"),
        (100, 0, "廃止"),
        (None, 1, None),
        (1, None, None),
        (-5, 3, "拡充"),
    ],
)
def test_outcomes_at_the_edges(now: int | None, then: int | None, outcome: str | None) -> None:
    assert outcome_of(now, then, 5) == outcome


def test_before_the_next_edition_the_sheets_own_column_counts_and_says_so(store: Store) -> None:
    register(store, sheet(1, 2018, **{NOW: 10, NEXT: 20, "next_year.direction": "縮小"}))
    register(store, sheet(2, 2018, **{NOW: 10, "next_year.direction": "拡充"}))
    first, second = responses(store)
    assert (first.next_amount, first.next_source, first.outcome) == (20, "own_sheet", "拡充")
    assert first.is_contradiction
    assert (second.next_amount, second.next_source, second.outcome) == (None, "", None)
    every, _, lacking = reflection_lists([first, second], FORM.at(2018))
    assert every.marked_rows == {0}
    assert "食い違い" in str(every.listed_rows[0][-1])
    assert [row[2] for row in lacking.listed_rows] == [key_of(2)]
    assert lacking.listed_rows[0][-1] == "H31年度当初"


def test_an_amount_that_the_financial_system_gave_says_so(store: Store) -> None:
    register(store, sheet(1, 2018, **{NOW: 10, "next_year.direction": "縮小"}))
    register(store, sheet(1, 2019, **{NEXT: 8, NATIONAL: 8}))
    sources = FORM.at(2019).typed_parts(NEXT)
    figures = {path: Figure(0, 0) for path in sources}
    details = {"unit": "円", "rounding": "四捨五入", "lines": [1]}
    given = {key_of(1): figures}
    imported = FiguresImport("当初", "2019-04-01", "当初.csv", details, given, WHEN, "企画")
    with store.writing():
        write_figures_import(store.files, "当初予算", 2019, imported)
    (told,) = responses(store)
    assert (told.next_amount, told.next_source, told.outcome) == (8, "financial", "縮減")


def test_a_sheet_that_ended_is_abolished_and_none_is_told_without_directions(store: Store) -> None:
    register(store, sheet(1, 2018, **{NOW: 10}))
    assert responses(store) == []
    register(store, sheet(2, 2018, **{NOW: 10, "next_year.direction": "完了"}))
    register(store, sheet(1, 2019, **{NEXT: 10}))
    going_on, ended = responses(store)
    assert (going_on.outcome, going_on.direction) == ("継続", "")
    assert (ended.outcome, ended.next_source, ended.is_contradiction) == ("廃止", "ended", False)
