"""Law 1 and its neighbours: what is shown is read again, what JSON holds is the value, the schema accepts exactly that."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import odd_texts, values
from xlsync.kinds import (
    DASH,
    KINDS,
    Amount,
    Choice,
    Code,
    Date,
    Kind,
    Measure,
    Money,
    Parsed,
    Person,
    Quantity,
    Text,
    Unreadable,
)

EACH: tuple[Kind, ...] = (
    Text(),
    Text(multiline=True),
    Code(),
    Money("千円"),
    Measure("人"),
    Amount(),
    Choice(("達成", "未達成", "高:成果が向上(高水準を維持)している")),
    Date(),
    Date(western=True),
    Person(),
    Money("百万円", 1),
    Measure("㎡", 0),
    *(
        KINDS[name].of(KINDS[name].example_options)
        for name in ("percent", "month", "time", "duration", "flag", "several")
    ),
    *(KINDS[name].of(KINDS[name].example_options) for name in ("postal-code", "phone", "email")),
    Code(6),
    Code(shapes=("@-###", "####-##")),
)
SOME_JSON = {
    "date": '"2018-04-01"',
    "person": '"山田"',
    "month": '"2018-04"',
    "flag": "false",
    "several": '["電話"]',
    "phone": '"内線1"',
    "email": '"a@b.jp"',
    "code": '"A-001"',
}
"""A value of each kind to which no number belongs."""
each_kind = pytest.mark.parametrize("kind", EACH, ids=lambda kind: kind.name)


@each_kind
@given(data=st.data())
def test_what_is_shown_is_read_again(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(values(kind, odd_texts()))
    read = kind.parse(kind.show(value))
    assert isinstance(read, Parsed)
    assert read.value == value
    assert type(read.value) is type(value)


@each_kind
@given(data=st.data())
def test_what_is_shown_needs_no_remark(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(values(kind, odd_texts()))
    read = kind.parse(kind.show(value))
    assert isinstance(read, Parsed)
    assert not read.normalised


@each_kind
@given(data=st.data())
def test_json_holds_the_value(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(values(kind, odd_texts()))
    written = json.dumps(kind.to_json(value), ensure_ascii=False)
    again = kind.from_json(json.loads(written))
    assert again == value
    assert json.dumps(kind.to_json(again), ensure_ascii=False) == written


@each_kind
@given(data=st.data())
def test_the_schema_accepts_every_value(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(values(kind, odd_texts()))
    jsonschema.validate(kind.to_json(value), kind.json_schema())


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("01239-－ 　\n件千円超以上達成ー.,", max_size=6)
    | st.sampled_from(["達成", "01", "-", "1", "001", "01\n", "8,098件"])
    | st.sampled_from(["2018-04-01", "2018-02-29", "2016-02-29", "1872-01-01", "2018-04-01\n"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["value", "unit", "bound", "x"]), inner, max_size=4)
    ),
    max_leaves=4,
)


@each_kind
@given(document=ANY_JSON)
def test_what_is_no_value_of_the_kind_is_refused_with_a_reason_or_read(
    kind: Kind, document: Any
) -> None:
    try:
        value = kind.from_json(document)
    except ValueError as fault:
        assert str(fault)  # noqa: PT017 - refusing is one of two good ends
        return
    assert kind.from_json(kind.to_json(value)) == value


@each_kind
@given(document=ANY_JSON)
def test_what_the_schema_accepts_is_read(kind: Kind, document: Any) -> None:
    if jsonschema.Draft202012Validator(kind.json_schema()).is_valid(document):
        kind.from_json(document)


ANY_TYPED = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.text("0123456789,.-－千円人時間件 　以上", max_size=12)
    | st.text("0123456789/.-年月日令平元RH 　", max_size=12)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
)


@each_kind
@given(typed=ANY_TYPED)
def test_nothing_that_is_typed_makes_a_kind_stumble(kind: Kind, typed: Any) -> None:
    read = kind.parse(typed)
    if isinstance(read, Unreadable):
        assert read.reason
        assert read.typed
    else:
        assert kind.parse(kind.show(read.value)) == Parsed(read.value)
        assert kind.from_json(kind.to_json(read.value)) == read.value


@each_kind
def test_thousands_of_digits_do_not_make_a_kind_stumble(kind: Kind) -> None:
    """Python refuses to write integers of more than 4,300 digits; a cell holds 32,767 signs."""
    read = kind.parse("9" * 5000)
    assert isinstance(read, Parsed | Unreadable)


@each_kind
def test_a_number_beyond_doubles_is_refused_in_japanese(kind: Kind) -> None:
    """1e400 in JSON becomes an infinity before any kind sees it."""
    for document in (math.inf, {"value": math.inf, "unit": "件"}):
        with pytest.raises(ValueError, match="必要"):
            kind.from_json(document)


@each_kind
def test_blank_dash_zero_and_words_are_four_things(kind: Kind) -> None:
    blank, dash, zero = (kind.parse(typed) for typed in ("", "-", 0))
    if isinstance(zero, Unreadable):  # a date, a name, a mark: no number is one
        assert not kind.is_amount
        zero = Parsed(kind.from_json(json.loads(SOME_JSON[kind.name])))
    assert blank == Parsed(None)
    assert dash == Parsed(DASH)
    assert isinstance(zero, Parsed)
    assert zero.value is not None
    assert zero.value != DASH
    assert [kind.to_json(value) for value in (None, DASH)] == [None, "-"]
    assert kind.to_json(zero.value) not in (None, "-")


def test_a_negative_zero_is_written_as_zero() -> None:
    """Equal sheets are equal bytes."""
    assert json.dumps(Measure("人").to_json(Measure("人").from_json(-0.0))) == "0.0"
    read = Measure("人").parse(-0.0)
    assert isinstance(read, Parsed)
    assert json.dumps(Measure("人").to_json(read.value)) == "0.0"


@pytest.mark.parametrize(
    "unit", ["㎞", "ｹﾝ", "％", "件 ", " 件", "以上", "12", "件以上", "い" * 11]
)
def test_a_unit_that_would_not_be_read_again_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="単位"):
        Amount().from_json({"value": 5, "unit": unit})


def test_the_noise_of_binary_arithmetic_is_taken_off() -> None:
    assert Measure("人").parse(0.1 + 0.2) == Parsed(Decimal("0.3"))
    assert Amount().parse(0.1 + 0.2) == Parsed(Quantity(Decimal("0.3")))
    assert Money("千円").parse(1e3) == Parsed(1000)
    assert isinstance(Money("千円").parse(0.1 + 0.2), Unreadable)
