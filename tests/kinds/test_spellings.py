"""Every usual spelling is one value; what only looks like one is not guessed at."""
# ruff: noqa: DTZ001 - cells know no time zones

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from xlsync.kinds import (
    DASH,
    Amount,
    Choice,
    Code,
    Kind,
    Measure,
    Money,
    Parsed,
    Quantity,
    Text,
    Unreadable,
)

MONEY, PERSONS, HOURS = Money("千円"), Measure("人"), Measure("時間")
PROGRESS = Choice(("達成", "概ね達成"))
EFFECTS = Choice(
    (
        "高:成果が向上(高水準を維持)している",
        "中:適切な成果が得られている",
        "A 任意的事業",
        "業務委託",
    )
)


def value_of(kind: Kind, typed: Any) -> Any:
    read = kind.parse(typed)
    assert isinstance(read, Parsed), read
    return read.value


@pytest.mark.parametrize(
    "typed",
    [
        "23,387千円", "23387", "２３，３８７", "23,387 千円", "23,387　千円", "23387千円", "２３，３８７千円",
        " 23,387 ", "+23387", "23387.0", "23,387.00千円", "023387", 23387, 23387.0, Decimal(23387),
    ],
)  # fmt: skip
def test_one_amount_however_it_is_typed(typed: Any) -> None:
    assert value_of(MONEY, typed) == 23387


@pytest.mark.parametrize(
    "typed", ["△23,387", "▲23387", "-23,387千円", "−23387", "－２３３８７", "△ 23387", -23387]
)
def test_a_negative_amount_however_it_is_typed(typed: Any) -> None:
    assert value_of(MONEY, typed) == -23387


@pytest.mark.parametrize(
    "typed",
    [
        "2,33", "2,3387", "23,38,7", "23387,", "1,2345", "1234,567", "23,387円", "23,387百万円", "百万円",
        "千円", "12-3", "23,387千円くらい", "約23,387", "23 387", "23、387", "23.5", "0.1千円", "1.2.3",
        "23,387千円以内", "(23,387)", "¥23,387", "二万", "ー5", "5-", "1e3", "0x10", "未定", "#REF!", "--",
        "1000000000001", "1" * 400, True, False, dt.date(2018, 4, 1), dt.datetime(2018, 4, 1, 9), dt.time(9),
        dt.timedelta(hours=9), 0.5, 1e13, float("nan"), float("inf"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_not_guessed_at(typed: Any) -> None:
    read = MONEY.parse(typed)
    assert isinstance(read, Unreadable)
    assert read.typed


def test_what_was_typed_is_kept_to_the_letter() -> None:
    read = MONEY.parse("  ２３，３８７ 円")
    assert isinstance(read, Unreadable)
    assert read.typed == "  ２３，３８７ 円"


@pytest.mark.parametrize(
    "typed", ["2.50人", "2.5", "２．５０人", "2.50 人", "2.500", 2.5, Decimal("2.50")]
)
def test_one_staff_share_however_it_is_typed(typed: Any) -> None:
    assert value_of(PERSONS, typed) == Decimal("2.5")


@pytest.mark.parametrize(
    "typed", ["2.5時間", "2人半", "2:30", "2,5", "二人", "2.5.0", ".5人分", True]
)
def test_what_is_no_staff_share_is_not_guessed_at(typed: Any) -> None:
    assert isinstance(PERSONS.parse(typed), Unreadable)


def test_hours_carry_their_own_unit() -> None:
    assert value_of(HOURS, "1,499.25時間") == Decimal("1499.25")
    assert isinstance(HOURS.parse("1,499人"), Unreadable)


ALL: tuple[Kind, ...] = (MONEY, PERSONS, Amount(), Text(), Text(multiline=True), Code(), PROGRESS)
each_kind = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)


@each_kind
@pytest.mark.parametrize(
    "typed", ["-", "－", "ー", "―", " - ", "　－　", "−", "‐", "—", "ｰ", "\n-\n"]
)
def test_a_dash_alone_is_a_dash(kind: Kind, typed: str) -> None:
    assert value_of(kind, typed) == DASH


@each_kind
@pytest.mark.parametrize("typed", [None, "", " ", "　", "\n", " 　\t\n"])
def test_nothing_but_space_is_blank(kind: Kind, typed: Any) -> None:
    assert value_of(kind, typed) is None


@each_kind
@pytest.mark.parametrize("typed", [0, "0", "０"])
def test_zero_is_neither_blank_nor_dash(kind: Kind, typed: Any) -> None:
    value = value_of(kind, typed)
    assert value is not None
    assert value != DASH


@pytest.mark.parametrize("typed", ["--", "- -", "なし-", "-1-", "ーー"])
def test_two_dashes_are_words(typed: str) -> None:
    assert value_of(Text(), typed) == typed


@pytest.mark.parametrize(
    ("typed", "number", "unit", "bound"),
    [
        ("8,098件", 8098, "件", ""),
        ("8098件", 8098, "件", ""),
        ("８，０９８件", 8098, "件", ""),
        ("8,098 件", 8098, "件", ""),
        ("1508台", 1508, "台", ""),
        ("280分以内", 280, "分", "以内"),
        ("280 分 以内", 280, "分", "以内"),
        ("0.1%未満", Decimal("0.1"), "%", "未満"),
        ("０．１％未満", Decimal("0.1"), "%", "未満"),
        ("200万人", 200, "万人", ""),
        ("95%以上", 95, "%", "以上"),
        ("10件以下", 10, "件", "以下"),
        ("3回超", 3, "回", "超"),
        ("△5%", -5, "%", ""),
        ("5以上", 5, "", "以上"),
        ("2.50点", Decimal("2.5"), "点", ""),
        ("10.0件", 10, "件", ""),
        (8098, 8098, "", ""),
        (0.25, Decimal("0.25"), "", ""),
        ("0", 0, "", ""),
    ],
)
def test_a_quantity_has_number_unit_and_bound(
    typed: Any, number: int | Decimal, unit: str, bound: str
) -> None:
    assert value_of(Amount(), typed) == Quantity(number, unit, bound)


@pytest.mark.parametrize(
    "typed",
    [
        "実施",
        "策定",
        "2,33件",
        "12-3",
        "3～5回",
        "約200件",
        "H29",
        "1.2.3",
        "100件（うち新規20件）",
        "１回、２回",
        "100㎡",
    ],
)
def test_other_words_in_a_quantity_stay_as_typed(typed: str) -> None:
    assert Amount().parse(typed) == Parsed(typed)


@pytest.mark.parametrize("typed", [True, dt.date(2018, 4, 1), dt.time(12), float("nan")])
def test_a_date_is_no_quantity(typed: Any) -> None:
    assert isinstance(Amount().parse(typed), Unreadable)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("中: 適切な成果が得られている", "中:適切な成果が得られている"),
        ("中：適切な成果が得られている", "中:適切な成果が得られている"),
        ("高：成果が向上（高水準を維持）している", "高:成果が向上(高水準を維持)している"),
        ("Ａ　任意的事業", "A 任意的事業"),
        ("A任意的事业", "A 任意的事業"),
        ("业務委託", "業務委託"),
        (" 業務\n委託 ", "業務委託"),
    ],
)
def test_a_choice_is_told_whatever_width_and_spaces(typed: str, shown: str) -> None:
    assert EFFECTS.parse(typed) == Parsed(shown, normalised=True)


def test_a_listed_word_needs_no_remark() -> None:
    assert PROGRESS.parse("達成") == Parsed("達成")


@pytest.mark.parametrize("typed", ["達 成した", "おおむね達成", "達", "中", "未達成"])
def test_another_word_is_kept_and_not_offered(typed: str) -> None:
    value = value_of(PROGRESS, typed)
    assert value == typed
    assert not PROGRESS.offers(value)


@pytest.mark.parametrize("typed", ["01", "1", "１", "０１", 1, 1.0, " 01 "])
def test_a_code_gets_back_the_zero_excel_took(typed: Any) -> None:
    assert value_of(Code(), typed) == "01"


@pytest.mark.parametrize(
    "typed",
    ["001", "1a", "A1", "1.5", "-1", 100, -1, 1.5, "01-02", "一", True, dt.date(2018, 1, 1)],
)
def test_what_is_no_code_is_not_guessed_at(typed: Any) -> None:
    assert isinstance(Code().parse(typed), Unreadable)


@pytest.mark.parametrize(
    "typed",
    ["  字下げ", "全角１２３　と半角123", "改行\n二行目\n", "0012", "=1+1", "'引用", "₂㎡①"],
)
def test_text_stays_as_typed(typed: str) -> None:
    assert Text(multiline=True).parse(typed) == Parsed(typed)


@pytest.mark.parametrize("typed", ["一\r\n二", "一\r二"])
def test_line_breaks_are_one_kind(typed: str) -> None:
    assert Text(multiline=True).parse(typed) == Parsed("一\n二", normalised=True)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (12, "12"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1" + "0" * 21),
        (dt.date(2018, 4, 1), "2018年4月1日"),
        (True, "TRUE"),
    ],
)
def test_a_number_in_a_text_cell_is_read_aloud(typed: Any, text: str) -> None:
    assert Text().parse(typed) == Parsed(text, normalised=True)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (MONEY, "２３，３８７"),
        (MONEY, "23,387千円"),
        (PERSONS, "2.50人"),
        (Amount(), "8098件"),
        (Code(), 1),
        (Text(), 3),
    ],
)
def test_what_was_normalised_is_said(kind: Kind, typed: Any) -> None:
    read = kind.parse(typed)
    assert isinstance(read, Parsed)
    assert read.normalised


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(MONEY, 23387), (PERSONS, 2.5), (Amount(), "8,098件"), (Code(), "01"), (Text(), "三")],
)
def test_the_official_spelling_needs_no_remark(kind: Kind, typed: Any) -> None:
    read = kind.parse(typed)
    assert isinstance(read, Parsed)
    assert not read.normalised
