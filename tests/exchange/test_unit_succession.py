"""What became of a unit: each day's changes are done at once, and what a line leaves blank stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.exchange.reorganization.unit_succession import (
    changes_until,
    destination_of,
)
from xlsync.organization import read_organization
from xlsync.unit_lines import Unit

DAYS = [dt.date(2018, 10, 1), dt.date(2019, 4, 1), dt.date(2020, 4, 1)]
UNITS: list[Unit] = [(f"{top}部", f"{top}{low}課", "") for top in "甲乙" for low in "丙丁"]
MAPS = st.lists(
    st.dictionaries(st.sampled_from(UNITS), st.sampled_from(UNITS), max_size=4),
    min_size=3,
    max_size=3,
)
HEAD = "部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係,番号\n"


def listed(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


@given(MAPS, st.sampled_from(UNITS), st.dates(dt.date(2018, 4, 1), dt.date(2020, 12, 31)))
def test_a_unit_goes_where_the_days_one_after_the_other_send_it(
    maps: list[dict[Unit, Unit]], unit: Unit, day: dt.date
) -> None:
    since = dict.fromkeys(UNITS, "")
    rows = []
    for start, step in zip(DAYS, maps, strict=True):
        for old, new in step.items():
            last_day = start - dt.timedelta(days=1)
            rows.append(f"{','.join(old)},{since[old]},{last_day},{','.join(new)},")
            since[old] = start.isoformat()
    expected = unit
    for start, step in zip(DAYS, maps, strict=True):
        if start <= day:
            expected = step.get(expected, expected)
    lines = read_organization(listed(*rows, "外部,外課,,,,,,,"), "組織.csv").unit_lines
    assert destination_of(unit, "1", changes_until(lines, day)).units == expected


def moved(unit: Unit, *rows: str, key: str = "01-01") -> Unit | str:
    lines = read_organization(listed(*rows), "組織.csv").unit_lines
    destination = destination_of(unit, key, changes_until(lines, dt.date(2019, 4, 1)))
    return destination.hindrance or destination.units


@pytest.mark.parametrize(
    ("unit", "row", "expected"),
    [
        (("甲部", "丙課", "丁係"), "甲部,,,,2019-03-31,乙部,,,", ("乙部", "丙課", "丁係")),
        (("甲部", "丙課", "丁係"), "甲部,丙課,,,H31.3.31,乙部,戊課,,", ("乙部", "戊課", "丁係")),
        (("甲部", "丙課", "丁係"), "甲部,丙課,丁係,,2019/3/31,乙部,戊課,,", ("乙部", "戊課", "")),
        (("甲部", "丙課", "-"), "甲部,丙課,,,2019-03-31,甲部,戊課,己係,", ("甲部", "戊課", "己係")),
        (("甲部", "庚課", ""), "甲部,丙課,,,2019-03-31,乙部,戊課,,", ("甲部", "庚課", "")),
        (("甲部", "丙課", ""), "甲部,丙課,,,2019-04-01,乙部,戊課,,", ("甲部", "丙課", "")),
    ],
)
def test_levels_that_a_line_leaves_blank_stay_below_it(
    unit: Unit, row: str, expected: Unit
) -> None:
    assert moved(unit, row) == expected


def test_of_a_unit_that_was_split_each_sheet_goes_where_its_key_is_written() -> None:
    rows = (
        "甲部,丙課,,,2019-03-31,乙部,丁課,,01-01 01-03",
        "甲部,丙課,,,2019-03-31,乙部,戊課,,01-02",
    )
    unit = ("甲部", "丙課", "")
    assert moved(unit, *rows) == ("乙部", "丁課", "")
    assert moved(unit, *rows, key="01-02") == ("乙部", "戊課", "")
    assert "乙部 丁課、乙部 戊課に分かれました" in str(moved(unit, *rows, key="01-09"))
    assert moved(unit, *rows, "甲部,丙課,,,2019-03-31,乙部,己課,,", key="01-09") == (
        "乙部",
        "己課",
        "",
    )


def test_what_is_said_of_a_lower_unit_counts_before_what_is_said_of_the_one_above() -> None:
    rows = ("甲部,丙課,,,2019-03-31,乙部,丁課,,", "甲部,丙課,戊係,,2019-03-31,丙部,己課,戊係,")
    assert moved(("甲部", "丙課", "戊係"), *rows) == ("丙部", "己課", "戊係")
    assert moved(("甲部", "丙課", "庚係"), *rows) == ("乙部", "丁課", "庚係")


def test_a_unit_that_ended_without_a_successor_is_told() -> None:
    assert "2019-04-01になくなりました" in str(
        moved(("甲部", "丙課", ""), "甲部,丙課,,,2019-03-31,,,,")
    )
