"""A day however it is typed is one value, and the year nobody typed is not added; a name is one however it is spaced."""
# ruff: noqa: DTZ001 - cells know no time zones

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from xlsync.kinds import Date, Parsed, Person, Unreadable
from xlsync.kinds.person import same_person
from xlsync.merging import merge
from xlsync.sheet import Sheet


@pytest.mark.parametrize(
    "typed",
    [
        "平成30年4月1日", "平成３０年４月１日", "平成30年04月01日（日）", "平成30年4月1日(日曜日)", "平成 30年 4月 1日",
        "平30.4.1", "H30.4.1", "h30/4/1", "Ｈ３０．４．１", "H30-04-01", "H300401", "㍻30.4.1", "平成30.4.1",
        "2018年4月1日", "2018/4/1", "2018-04-01", "2018.4.1", "２０１８／４／１", "20180401", 20180401,
        "西暦2018年4月1日", "2018\u200b/4/1", " 2018/4/1\n",
        dt.date(2018, 4, 1), dt.datetime(2018, 4, 1), dt.datetime(2018, 4, 1, 9, 30),
    ],
)  # fmt: skip
def test_one_day_however_it_is_typed(typed: Any) -> None:
    read = Date().parse(typed)
    assert isinstance(read, Parsed)
    assert read.value == "2018-04-01"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和元年5月1日", "2019-05-01"), ("R元.5.1", "2019-05-01"), ("R1.5.1", "2019-05-01"), ("H31.4.30", "2019-04-30"),
        ("H31.5.1", "2019-05-01"), ("R1.4.30", "2019-04-30"), ("S64.1.7", "1989-01-07"), ("H1.1.8", "1989-01-08"),
        ("平成元年1月8日", "1989-01-08"), ("明治33年2月28日", "1900-02-28"), ("令和6年2月29日", "2024-02-29"),
    ],
)  # fmt: skip
def test_a_year_of_an_era_is_a_year_also_beside_its_first_and_last_day(
    typed: str, day: str
) -> None:
    """The year of a change has two names, and both say which year is meant."""
    assert Date().parse(typed) == Parsed(day, normalised=typed != Date().show(day))


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2019-04-30", "平成31年4月30日"), ("2019-05-01", "令和元年5月1日"), ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"), ("1926-12-24", "大正15年12月24日"), ("1926-12-25", "昭和元年12月25日"),
        ("2025-04-01", "令和7年4月1日"), ("2118-01-01", "2118年1月1日"),
    ],
)  # fmt: skip
def test_the_page_shows_the_era_of_the_day(day: str, shown: str) -> None:
    assert Date().show(day) == shown


def test_a_form_may_show_western_years() -> None:
    assert Date(western=True).show("2019-05-01") == "2019年5月1日"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("4/1", "年が書かれていません"), ("4月1日", "年が書かれていません"), ("30.4.1", "元号でも西暦4けたでも"),
        ("18/4/1", "元号でも西暦4けたでも"), ("H30.4", "月日まで"), ("2018年度", "読み取れません"), ("2018", "月日まで"),
        ("2018.2.29", "暦にない"), ("2018/13/1", "暦にない"), ("1900/2/29", "暦にない"), ("H32.1.1", "平成は31年まで"),
        ("R0.1.1", "令和の年ではありません"), ("M5.12.31", "明治6年より前"), ("1872/1/1", "1873年より前"),
        ("2018.4.1 2", "読み取れません"), ("年度末", "読み取れません"), (43191, "数だけでは"), (2018, "数だけでは"),
        (60, "数だけでは"), (True, "読み取れません"), (dt.time(9, 30), "読み取れません"),
        (dt.date(1900, 2, 28), "1908年より前"),
    ],
)  # fmt: skip
def test_what_says_no_day_is_refused_with_its_reason(typed: Any, reason: str) -> None:
    read = Date().parse(typed)
    assert isinstance(read, Unreadable)
    assert reason in read.reason


@pytest.mark.parametrize(
    "typed", ["山田 太郎", "山田　太郎", " 山田  太郎 ", "山田\u200b\t太郎", "山田\n太郎"]
)
def test_one_name_however_it_is_spaced(typed: str) -> None:
    read = Person().parse(typed)
    assert isinstance(read, Parsed)
    assert read.value == "山田　太郎"


@pytest.mark.parametrize(
    "typed", ["山田 太郎1", "山田（内線１２３）", 12, dt.date(2018, 4, 1), True]
)
def test_what_is_no_name_is_refused(typed: Any) -> None:
    assert isinstance(Person().parse(typed), Unreadable)


def test_two_people_who_space_a_name_differently_are_not_asked_which_counts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from tests.small_forms import SMALL_FORMS, YEAR

    form = next(small for small in SMALL_FORMS if small.name == "kenshu")
    edition = form.form(tmp_path_factory.mktemp("form")).at(YEAR)
    base = Sheet(edition, "会計-山田", {"course": "会計", "trainee": "山田"})
    one, other, third = (
        base.with_values({"teacher": name}) for name in ("鈴木　一郎", "鈴木一郎", "鈴木　二郎")
    )
    assert merge(base, one, other).conflicts == ()
    assert merge(base, one, other).sheet["teacher"] == "鈴木　一郎"
    assert [conflict.path for conflict in merge(base, one, third).conflicts] == ["teacher"]
    assert same_person(None, None)
