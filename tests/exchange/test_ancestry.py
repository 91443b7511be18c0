"""What a project's earlier sheets are, through mergers and splits of several years: equal to an independent model."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests import papers
from xlsync.exchange.ancestry import Ancestry
from xlsync.exchange.lineage import record_lineage
from xlsync.exchange.past_sheets import past_sheets
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import Store
from xlsync.store.lineage_acts import LineageAct, Predecessor
from xlsync.store.revision import Draft
from xlsync.summary import Item, figures_of
from xlsync.summary.figures.year_figures import year_figures, year_total

FORM = load_form()
PERSONS = "costs.{period}.regular_staff_fte"
YEARS = (2018, 2019, 2020, 2021)
WHEN = "2021-07-02T09:00:00+09:00"
Shares = Mapping[str, Mapping[str, Fraction]]


def persons_path(year: int) -> str:
    return f"costs.{year}-initial.regular_staff_fte"


def key_of(number: int) -> str:
    return f"01-02-01-08-{number:02d}-01"


def sheet_of_year(number: int, year: int, persons: Decimal | None) -> Sheet:
    codes = dict(zip(FORM.definition.identity.key, key_of(number).split("-"), strict=True))
    names = {"project.name": f"事業{number}", "organization.department": "総務部"}
    values = {**codes, **names, persons_path(year): persons}
    return Sheet(FORM.at(year), key_of(number), values)


def register(store: Store, sheet: Sheet) -> None:
    with store.writing():
        store.commit(Draft(sheet, WHEN, "企画"))


def comes_from(store: Store, new: int, year: int, old: Iterable[tuple[int, int, str]]) -> None:
    """Say that a sheet comes from others: each with its number, its edition and its share."""
    predecessors = tuple(
        Predecessor(SheetId(key_of(number)), at, Decimal(share)) for number, at, share in old
    )
    act = LineageAct("merge", predecessors, "", WHEN, "企画")
    record_lineage(store, SheetId(key_of(new)), year, act)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store", FORM, must_exist=False)
    made.create()
    return made


def shares_of(dice: random.Random, olds: list[int], news: list[int]) -> dict[int, dict[int, int]]:
    """Give away each old sheet, in percent, to some of the new ones: by new sheet, then by old one."""
    given: dict[int, dict[int, int]] = {new: {} for new in news}
    for old in olds:
        heirs = dice.sample(news, dice.randint(1, min(3, len(news))))
        cuts = sorted(dice.sample(range(1, 100), len(heirs) - 1))
        for heir, low, high in zip(heirs, [0, *cuts], [*cuts, 100], strict=True):
            given[heir][old] = high - low
    return given


def made_up_city(store: Store, dice: random.Random) -> dict[int, dict[int, dict[int, Fraction]]]:
    """Register four years with mergers and splits; return the persons of each year that each sheet of a year stands for.

    The model multiplies matrices of fractions and knows nothing of the store.
    """
    numbers = {year: dice.sample(range(1, 9), dice.randint(2, 5)) for year in YEARS}
    known: dict[int, dict[int, dict[int, Fraction]]] = {}
    for year in YEARS:
        own = {each: Decimal(dice.randint(0, 900)) / 100 for each in numbers[year]}
        for each, persons in own.items():
            register(store, sheet_of_year(each, year, persons))
        known[year] = {each: {year: Fraction(persons)} for each, persons in own.items()}
        if year == YEARS[0]:
            continue
        given = shares_of(dice, numbers[year - 1], numbers[year])
        for new, olds in given.items():
            said = [(old, year - 1, str(Decimal(share) / 100)) for old, share in olds.items()]
            comes_from(store, new, year, said)
            for old, share in olds.items():
                for at, persons_then in known[year - 1][old].items():
                    before = known[year][new].get(at, Fraction(0))
                    known[year][new][at] = before + Fraction(share, 100) * persons_then
    return known


@pytest.mark.parametrize("seed", range(3))
def test_persons_of_every_year_follow_mergers_and_splits_and_none_are_lost(
    store: Store, seed: int
) -> None:
    model = made_up_city(store, random.Random(seed))  # noqa: S311 - the same city every time
    last = YEARS[-1]
    past = past_sheets(store, FORM.at(last), store.keys(last))
    items = [Item(sheet, past_sheets=past.get(sheet.id, ())) for sheet in store.heads(last)]
    figures = figures_of(items, department=None, edition=FORM.at(last))
    fields = figures.form_fields.over_years
    assert fields is not None
    shown = year_figures(figures.projects, fields)
    for number, by_year in model[last].items():
        own = next(p for p in shown.by_project if p.project.sheet.key == key_of(number))
        said = {year: own.at(PERSONS, year) for year in YEARS}
        numbers = {
            year: Fraction(value.number)
            for year, value in said.items()
            if value and value.number is not None
        }
        assert numbers == by_year
    for year in YEARS:
        once = sum((persons[year] for persons in model[year].values()), Fraction(0))
        total = year_total(shown.by_project, PERSONS, year)[1]
        assert total is not None
        assert Fraction(total) == once


def test_what_was_split_and_joined_again_is_the_whole_once(store: Store) -> None:
    register(store, sheet_of_year(1, 2018, Decimal("2.5")))
    for number in (1, 2):
        register(store, sheet_of_year(number, 2019, None))
        comes_from(store, number, 2019, [(1, 2018, "0.6" if number == 1 else "0.4")])
    register(store, sheet_of_year(1, 2020, None))
    comes_from(store, 1, 2020, [(1, 2019, "1"), (2, 2019, "1")])
    newest, oldest = Ancestry(store).generations(SheetId(key_of(1)), 2020)
    assert newest.words == f"統合：{key_of(1)} 事業1、{key_of(2)} 事業2の合計"
    assert oldest.sheet[persons_path(2018)] == Decimal("2.5")
    assert oldest.is_same


def test_a_year_in_which_a_part_had_no_sheet_has_no_sum(store: Store) -> None:
    register(store, sheet_of_year(1, 2018, Decimal(1)))
    register(store, sheet_of_year(2, 2018, Decimal(2)))
    register(store, sheet_of_year(2, 2019, Decimal(4)))
    register(store, sheet_of_year(3, 2020, Decimal(9)))
    comes_from(store, 3, 2020, [(1, 2018, "1"), (2, 2019, "1")])
    (past,) = past_sheets(store, FORM.at(2020), [key_of(3)]).values()
    persons = [sheet.values[persons_path(sheet.edition.year)] for sheet in past]
    assert persons == [None, Decimal(3)]
    assert "合計は出せません" in past[0].origin


def test_an_amount_carried_on_alone_over_a_split_is_not_the_new_sheets(store: Store) -> None:
    register(store, sheet_of_year(1, 2018, Decimal(5)))
    carried = sheet_of_year(1, 2019, Decimal(7)).with_values({"indicator.name": "利用者"})
    register(store, carried.with_values({"costs.2018-settled.regular_staff_fte": Decimal(5)}))
    comes_from(store, 1, 2019, [(1, 2018, "0.4")])
    past = past_sheets(store, FORM.at(2019), [key_of(1)])[key_of(1)]
    (before,) = past
    assert before.values[persons_path(2018)] == Decimal(2)
    assert before.unshared_amounts[persons_path(2018)] == Decimal(5)
    assert before.origin == f"統合：{key_of(1)} 事業1の40%"


def test_a_form_without_the_page_reads_no_earlier_sheet(store: Store, tmp_path: Path) -> None:
    for year in YEARS[:2]:
        register(store, sheet_of_year(1, year, Decimal(1)))
    text = (papers.form_folder(tmp_path / "様式") / "form.toml").read_text(encoding="utf-8")
    start = text.index('[[summary]]\npage = "years"')
    page = text[start : text.index("[[summary]]", start + 1)]
    form = papers.edited_form(tmp_path / "別", (page, ""))
    assert past_sheets(store, FORM.at(2019), [key_of(1)])
    assert past_sheets(store, form.at(2019), [key_of(1)]) == {}
