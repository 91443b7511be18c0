"""A save never changes a figure of the financial system, and loses nothing that was typed elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cities, exploring, papers
from xlsync.errors import StoreError
from xlsync.exchange import Source, bring_up_to_date
from xlsync.exchange.receipt import ProcedureRules, ReviewRules
from xlsync.exchange.review_acts import accept_changes, reject_changes
from xlsync.sheet_keys import SheetId
from xlsync.sheet_stage import StageActKind
from xlsync.store import Decision, pending_changes
from xlsync.store.figure_imports import Figure, FiguresImport, write_figures_import
from xlsync.store.stage_acts import StageAct, write_stage_act
from xlsync.workbook.reading.form_reader import read

FIGURES = {
    f"costs.2017-settled.sources.{name}": papers.sheet()[f"costs.2017-settled.sources.{name}"]
    for name in ("national", "general")
}
TYPED = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            (*FIGURES, "costs.2017-settled.sources.prefectural"), st.integers(0, 10**6)
        ),
        "costs.2018-initial.sources.general": st.one_of(st.none(), st.integers(0, 10**6)),
        "purpose": st.sampled_from(["市民の足", "べつの目的"]),
    },
)


@settings(max_examples=exploring.examples(8))
@given(typed=TYPED)
def test_figures_stay_and_everything_else_is_taken_as_typed(
    typed: dict[str, int | str | None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with_figures, without = (
        _city(tmp_path_factory.mktemp("市"), figures=figures) for figures in (True, False)
    )
    for city in (with_figures, without):
        city.bring_one(cities.typed(city.give_out(), typed))
    ours, plain = with_figures.head(), without.head()
    sums = {"costs.2017-settled.project_cost", "costs.2017-settled.total_cost"}
    program = {path for path in ours if path.startswith("program_totals.2017")}
    for path in ours:
        if path in FIGURES:
            assert ours[path] == FIGURES[path]
        elif path not in sums | program:
            assert ours[path] == plain[path], path
    parts = [path for path in ours if path.startswith("costs.2017-settled.sources.")]
    amounts = [ours[path] for path in parts]
    if all(isinstance(amount, int) for amount in amounts):
        assert ours["costs.2017-settled.project_cost"] == sum(map(int, map(str, amounts)))
    overruled = {
        path for path, value in typed.items() if path in FIGURES and value != FIGURES[path]
    }
    revisions = with_figures.store.revisions(papers.CLEAN, papers.EDITION)
    said = {
        finding["path"]
        for finding in revisions[-1].draft.findings
        if finding["code"] == "figure-kept"
    }
    assert said == overruled


@pytest.mark.parametrize("waits", ["all", "office", "late", "final"])
def test_a_figure_typed_otherwise_never_waits_for_the_office_though_the_rest_does(
    waits: str, tmp_path: Path
) -> None:
    city = _city(tmp_path, figures=True)
    copy = city.give_out()
    rules: dict[str, ReviewRules] = {
        "all": ReviewRules(reviewed_fields="all"),
        "office": ReviewRules(reviewed_fields="office"),
        "late": ReviewRules(last_day=dt.date(2018, 6, 30)),
    }
    if waits in rules:
        city.terms = replace(city.terms, procedure_rules=ProcedureRules(rules[waits]))
    else:
        kinds: tuple[StageActKind, ...] = ("submit", "confirm", "finalize")
        for kind in kinds:
            act = StageAct(kind, 1, "2018-06-20T09:00:00+09:00", "企画")
            write_stage_act(city.store.files, SheetId(papers.CLEAN), papers.EDITION, act)
    [figure, *_] = FIGURES
    name = "project.name"
    typed = cities.typed(copy, {figure: 12_345, name: "べつの事業名"})
    receipt = city.bring_one(typed)
    assert "figure-kept" in {each.code for each in receipt.findings}
    pending = pending_changes(city.store, SheetId(papers.CLEAN), papers.EDITION)
    assert {each.path for each in pending.values()} == {name}
    assert city.head()[figure] == FIGURES[figure]
    source = Source("評価シート/a.xlsx", "2018-07-04T09:00:00+09:00", "職員")
    update = bring_up_to_date(city.store, city.terms, typed, source)
    assert update is not None
    [page] = read(update.data, city.terms.form)
    assert page.sheet[figure] == FIGURES[figure]


def test_what_waited_before_the_figures_came_can_be_rejected_alone(tmp_path: Path) -> None:
    city = _city(tmp_path, figures=False)
    rules = ProcedureRules(ReviewRules(reviewed_fields="all"))
    city.terms = replace(city.terms, procedure_rules=rules)
    [figure, *_] = FIGURES
    key, year = SheetId(papers.CLEAN), papers.EDITION
    city.bring_one(cities.typed(city.give_out(), {figure: 12_345}))
    [number] = pending_changes(city.store, key, year)
    _take_figures(city)
    decision = Decision("accept", "2018-07-05T09:00:00+09:00", "企画")
    with pytest.raises(
        StoreError, match="財務会計の数値（決算、平成30年5月31日現在）が入っています"
    ):
        accept_changes(city.store, key, year, [number], decision)
    assert city.head()[figure] == FIGURES[figure]
    reject_changes(city.store, key, year, [number], replace(decision, closing="reject"))
    assert not any(each.is_open for each in pending_changes(city.store, key, year).values())


def _city(folder: Path, *, figures: bool) -> cities.City:
    city = cities.city(folder)
    city.register(papers.CLEAN)
    if figures:
        _take_figures(city)
    return city


def _take_figures(city: cities.City) -> None:
    figure = {
        path: Figure(int(value) * 1000, int(value))
        for path, value in FIGURES.items()
        if isinstance(value, int)
    }
    imported = FiguresImport(
        "決算",
        "2018-05-31",
        "決算.csv",
        {"unit": "円", "rounding": "四捨五入", "lines": []},
        {papers.CLEAN: figure},
        "2018-06-01T09:00:00+09:00",
        "企画",
    )
    write_figures_import(city.store.files, "決算", papers.EDITION, imported)
