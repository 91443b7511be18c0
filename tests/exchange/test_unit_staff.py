"""The people of a unit are those of all its sheets, whatever levels the list of posts has, and no sheet is left out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from xlsync.errors import SettingsError
from xlsync.exchange.staffing.posts import UnitPosts, listed_posts, staffed_periods
from xlsync.exchange.staffing.unit_staff import staff_of_units
from xlsync.sheet import Sheet

EDITION = papers.sheet().edition
PERIODS = staffed_periods(EDITION)
PERIOD, PATH = next(iter(PERIODS.items()))
UNIT_PATHS = [level.field for level in EDITION.definition.identity.organization]
UNITS = [
    ("総務部", "人事課", "給与係"),
    ("総務部", "人事課", "研修係"),
    ("市民部", "市民課", "戸籍係"),
    ("市民部", "保険課", ""),
]
PEOPLE = st.one_of(st.none(), st.just("-"), st.decimals(0, 20, places=2))
SHEETS = st.lists(st.tuples(st.sampled_from(UNITS), PEOPLE), max_size=8)
LISTED = st.lists(
    st.sampled_from(
        [
            ("総務部",),
            ("総務部", "人事課"),
            ("総務 部", "人事課", "給与係"),
            ("市民部", "市民課"),
            ("消防本部",),
        ]
    ),
    unique=True,
)


def sheet_of(number: int, unit: tuple[str, ...], people: Decimal | str | None) -> Sheet:
    named = dict(zip(UNIT_PATHS, unit, strict=True))
    return Sheet(EDITION, f"{number}", {**named, PATH: people}).with_id(f"{number}")


@given(sheets=SHEETS, listed=LISTED)
def test_a_units_people_are_those_of_all_its_sheets(
    sheets: list[tuple[tuple[str, ...], Decimal | str | None]], listed: list[tuple[str, ...]]
) -> None:
    made = [sheet_of(number, unit, people) for number, (unit, people) in enumerate(sheets)]
    posts = [UnitPosts(unit, Decimal(3)) for unit in listed]
    label = EDITION.by_path[PATH].axis_label
    staff = [each for each in staff_of_units(made, posts, EDITION) if each.period_label == label]
    counted = set()
    for each in staff:
        unit = tuple(name.replace(" ", "") for name in each.unit_names)
        mine = [(u, p) for u, p in sheets if u[: len(unit)] == unit]
        assert each.person_count == sum(p for _, p in mine if isinstance(p, Decimal))
        assert len(each.blank_sheets) == sum(p is None for _, p in mine)
        assert (each.post_count is not None) == (each.unit_names in listed)
        counted |= {unit for unit, _ in mine}
    assert counted == {unit for unit, _ in sheets}


def rows(*lines: str) -> list[tuple[int, list[str]]]:
    return [(number, line.split(",")) for number, line in enumerate(lines, 1)]


def test_posts_of_a_period_count_before_those_of_every_one() -> None:
    label = EDITION.by_path[PATH].axis_label
    lines = (
        "部等名,課等名,係等名,定員,区分",
        "総務部,人事課,-,１２人",
        f"総務部,人事課,,10,{label}",
    )
    posts = listed_posts(rows(*lines), EDITION, "定員.csv")
    staff = {each.period_label: each for each in staff_of_units([], posts, EDITION)}
    assert staff[label].post_count == 10
    assert {each.post_count for name, each in staff.items() if name != label} == {Decimal(12)}
    assert staff[label].difference == -10


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("総務部,人事課,,多い", "定員「多い」は0以上の数で書いてください"),
        ("総務部,人事課,,-3", "定員「-3」は0以上の数で書いてください"),
        ("総務部,,給与係,3", "間を空けずに書いてください"),
        (",,,3", "間を空けずに書いてください"),
        ("総務部,人事課,,3,H99年度", "区分「H99年度」はありません"),
    ],
)
def test_a_row_that_says_no_posts_is_named(line: str, fault: str) -> None:
    with pytest.raises(SettingsError, match="2行目") as raised:
        listed_posts(rows("部,課,係,定員,区分", line), EDITION, "定員.csv")
    assert fault in raised.value.reason


def test_other_headings_and_a_unit_twice_are_named() -> None:
    with pytest.raises(SettingsError, match="1行目"):
        listed_posts(rows("課,定員", "人事課,3"), EDITION, "定員.csv")
    with pytest.raises(SettingsError, match="3行目"):
        listed_posts(
            rows("部,課,係,定員", "総務部,人事課,,3", "総務部,人 事課,,4"), EDITION, "定員.csv"
        )
