"""The city's own list of 部・課・係: its order, its names, and what a typed name means."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.errors import SettingsError
from xlsync.organization import Organization, Unit, plain_name, read_organization

TEXT = """部,課,係
総務部,総務課,庶務係
総務部,総務課,文書係
総務部,人事課,
政策イノベーション部,情報政策課,企画推進係
福祉部,髙齢福祉課,渡邊係
"""


@pytest.fixture
def city() -> Organization:
    return read_organization(TEXT, "組織.csv")


def test_the_list_is_read_in_its_order(city: Organization) -> None:
    assert len(city.units) == 5
    assert city.units[0] == ("総務部", "総務課", "庶務係")
    assert city.units[2] == ("総務部", "人事課", "")


@pytest.mark.parametrize(
    "text",
    ["\ufeff" + TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace(",\n", ",-\n"), TEXT + "\n,,\n"],
)
def test_what_excel_writes_is_the_same_list(city: Organization, text: str) -> None:
    assert read_organization(text, "組織.csv") == city


def test_a_list_without_heads_is_a_list_too(city: Organization) -> None:
    assert read_organization(TEXT.partition("\n")[2], "組織.csv") == city


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        (("総務部", "総務課", "庶務係"), "exact", ("総務部", "総務課", "庶務係")),
        (
            ("政策ｲﾉﾍﾞｰｼｮﾝ部", "情報政策課", "企画推進係"),
            "near",
            ("政策イノベーション部", "情報政策課", "企画推進係"),
        ),
        (("総務 部", "総務課　", "庶務係"), "near", ("総務部", "総務課", "庶務係")),
        (("福祉部", "高齢福祉課", "渡辺係"), "near", ("福祉部", "髙齢福祉課", "渡邊係")),
        (("福祉部", "髙齢福祉課", "渡邉係"), "near", ("福祉部", "髙齢福祉課", "渡邊係")),
        (("総務部", "人事課", ""), "exact", ("総務部", "人事課", "")),
        (("総務部", "総務課", ""), "exact", ("総務部", "総務課", "")),
        (("総務部", "総務課", "-"), "exact", ("総務部", "総務課", "")),
        (("総務部", "総務課", "庶務"), "unknown", None),
        (("福祉部", "総務課", "庶務係"), "unknown", None),
        (("", "", ""), "unknown", None),
    ],
)
def test_a_typed_name_means_what_it_looks_like(
    city: Organization, typed: tuple[str, str, str], kind: str, meant: object
) -> None:
    found = city.match(*typed)
    assert (found.degree, found.meant) == (kind, meant)


def test_a_unit_of_four_levels_may_end_at_any_below_the_second() -> None:
    text = (
        "局,課,係,班\n総務局,人事課,給与係,一班\n総務局,人事課,人材育成係,\n危機管理局,防災課,-,\n"
    )
    listed = read_organization(text, "組織.csv", ("局", "課", "係", "班"))
    assert listed.units[-1] == ("危機管理局", "防災課", "", "")
    assert listed.match("危機管理局", "防災課", "-", "").degree == "exact"
    assert listed.match("総務局", "人事課", "人材育成係", "").degree == "exact"
    assert listed.match("総務局", "", "", "").degree == "unknown"
    assert listed.match("総務局", "人事課", "", "一班").degree == "unknown"
    for wrong, words in (("総務局,人事課,,一班", "上から順に"), ("総務局,,,", "局と課の名前")):
        with pytest.raises(SettingsError) as refused:
            read_organization(f"局,課,係,班\n{wrong}\n", "組織.csv", ("局", "課", "係", "班"))
        assert words in refused.value.reason


def test_a_name_is_spelled_as_far_as_the_list_knows_it(city: Organization) -> None:
    assert city.spelled(("総務 部", "総務課", "新設係")) == ("総務部", "総務課", "新設係")
    assert city.spelled(("総務部 ",)) == ("総務部",)
    assert city.spelled(("議会", "総務課", "庶務係")) == ("議会", "総務課", "庶務係")


def test_places_follow_the_list_and_strangers_come_last(city: Organization) -> None:
    stranger = ("議会", "事務局", "")
    assert sorted([stranger, *reversed(city.units)], key=city.sort_key) == [*city.units, stranger]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("部,課,係\n総務部\n", "2行目", "3列"),
        ("部,課,係\n総務部,総務課,庶務係,余分\n", "2行目", "4列"),
        ("部,課,係\n,総務課,庶務係\n", "2行目", "部と課"),
        ("部,課,係\n総務部,総務課,庶務係\n総務部,総務課,庶務 係\n", "3行目", "2行目"),
        ("部,課,係\n", "組織.csv", "1つも"),
        ("", "組織.csv", "1つも"),
        ('部,課,係\n"総務部,総務課,庶務係\n', "組織.csv", "CSV"),
    ],
)
def test_a_mistake_is_named_by_its_line(text: str, where: str, words: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_organization(text, "組織.csv")
    assert where in told.value.where
    assert words in told.value.reason


DATED = """部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係,備考
総務部,企画課,,,H31.3.31,政策部,,,部の新設
総務部,企画課,企画係,,,,,,
総務部,広報課,,,2019-04-30,,,,
政策部,企画課,企画係,2019/4/1,,,,,
政策部,広報課,,令和元年5月1日,,,,,
"""


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (dt.date(2019, 3, 31), [("総務部", "企画課", "企画係"), ("総務部", "広報課", "")]),
        (
            dt.date(2019, 4, 30),
            [
                ("総務部", "企画課", "企画係"),
                ("総務部", "広報課", ""),
                ("政策部", "企画課", "企画係"),
            ],
        ),
        (
            dt.date(2019, 5, 1),
            [
                ("総務部", "企画課", "企画係"),
                ("政策部", "企画課", "企画係"),
                ("政策部", "広報課", ""),
            ],
        ),
    ],
)
def test_a_list_with_days_has_the_units_of_each_day(day: dt.date, units: list[Unit]) -> None:
    listed = read_organization(DATED, "組織.csv")
    assert list(listed.on(day).units) == units
    assert listed.on(day).on(dt.date(2019, 3, 31)) == listed.on(dt.date(2019, 3, 31))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("総務部,企画課,,,3月31日,,,,", "年が書かれていません"),
        ("総務部,企画課,,,,政策部,企画課,,", "「いつまで」も書いてください"),
        ("総務部,企画課,,2019-04-01,2019-03-31,,,,", "「いつまで」が「いつから」より前"),
        ("総務部,企画課,,,2019-03-31,政策部,,企画係,", "上から順に"),
        ("総務部,,,,,,,,", "部と課の名前"),
        ("総務部,広報課,,2019-04-01,,,,,\n総務部,広報課,,2018-04-01,,,,,", "2行目にもあります"),
    ],
)
def test_a_mistake_in_a_list_with_days_is_named_by_its_line(row: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_organization(f"{DATED.partition(chr(10))[0]}\n{row}\n", "組織.csv")
    assert words in refused.value.reason
    assert "行目" in refused.value.where


def test_an_unknown_heading_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(SettingsError, match="いつまで"):
        read_organization("部,課,係,いつまてか\n総務部,企画課,,\n", "組織.csv")


@given(st.text(max_size=8))
def test_a_plain_name_is_plain(text: str) -> None:
    assert plain_name(plain_name(text)) == plain_name(text)
    assert plain_name(f" {text}\u3000") == plain_name(text)
