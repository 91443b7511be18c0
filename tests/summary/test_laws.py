"""What holds for any sheets: plain sums, counts that add up, an order that does not matter, equal bytes."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.summary.conftest import MakeCity
from xlsync.form.edition import Edition
from xlsync.organization import plain_name
from xlsync.summary import Item, figures_of, summarize

CITIES = st.tuples(st.integers(0, 40), st.integers(0, 10_000))
MADE_ON = dt.date(2018, 9, 3)


def _plain_sums(items: list[Item], path: str) -> dict[tuple[str, ...], list[Any]]:
    """Add up by hand what the JSON holds: [count, missing, sum] by the names of each group, () for all."""
    sums: dict[tuple[str, ...], list[Any]] = defaultdict(lambda: [0, 0, 0])
    for item in items:
        document: Any = item.sheet.to_document()
        unit = document["organization"]
        names = tuple(
            plain_name(unit[level] or "") for level in ("department", "division", "section")
        )
        value = document
        for step in path.split("."):
            value = value[step]
        for depth in range(4):
            entry = sums[names[:depth]]
            entry[0] += 1
            if isinstance(value, int | float):
                entry[2] += value
            else:
                entry[1] += 1
    return sums


@given(city=CITIES, period=st.sampled_from(["2016-settled", "2017-settled", "2018-initial"]))
def test_every_total_is_the_plain_sum(
    make_city: MakeCity, edition: Edition, city: tuple[int, int], period: str
) -> None:
    items = make_city(*city)
    figures = figures_of(items, department=None, edition=edition)
    overview = figures.form_fields.overview
    assert overview is not None
    for field in (f for block in overview.measures for f in block.fields if period in f.path):
        sums = _plain_sums(items, field.path)
        plain = {tuple(map(plain_name, group.names)): group for group in figures.groups}
        assert len(plain) == len(figures.groups)
        assert set(plain) | {()} == set(sums) | {()}
        for names, group in plain.items():
            total = group.total(field.path)
            assert [total.count, total.missing, total.amount] == sums[names]


@given(city=CITIES)
def test_the_groups_of_a_level_share_out_all_projects(
    make_city: MakeCity, edition: Edition, city: tuple[int, int]
) -> None:
    figures = figures_of(make_city(*city), department=None, edition=edition)
    for depth, level in enumerate(figures.levels, 1):
        groups = [group for group in figures.groups if len(group.names) == depth]
        held = sorted(p.sheet.key for group in groups for p in group.projects)
        assert held == sorted(p.sheet.key for p in figures.projects)
        assert [group.number for group in groups] == list(range(1, len(groups) + 1))
        assert all(figures.number(p, level) == g.number for g in groups for p in g.projects)


@given(city=CITIES)
def test_every_grade_is_counted_once(
    make_city: MakeCity, edition: Edition, city: tuple[int, int]
) -> None:
    figures = figures_of(make_city(*city), department=None, edition=edition)
    for scale in figures.form_fields.scales:
        for group in (figures, *figures.groups):
            tally = group.tally(scale)
            counted = sum(tally.word_counts) + tally.unlisted + tally.dash + tally.blank
            assert counted == len(group.projects)


def test_equal_sheets_in_any_order_give_equal_bytes(make_city: MakeCity, edition: Edition) -> None:
    items = make_city(60, 1)
    books = set()
    for seed in range(3):
        shuffled = random.Random(seed).sample(items, len(items))  # noqa: S311 - only a shuffle
        books.add(summarize(shuffled, department=None, edition=edition, made_on=MADE_ON))
    assert len(books) == 1


def test_another_date_gives_another_book(make_city: MakeCity, edition: Edition) -> None:
    items = make_city(3, 1)
    dates = (MADE_ON, dt.date(2018, 9, 4))
    books = {summarize(items, department=None, edition=edition, made_on=date) for date in dates}
    assert len(books) == 2
