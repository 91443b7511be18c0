"""Both sides of each limit at every door; of a value beyond it what was typed is kept, never the sentence about it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from xlsync.kinds import Amount, Kind, Measure, Money, Parsed, Unreadable

MONEY, PERSONS, AMOUNT = Money("千円"), Measure("人"), Amount()
NUMBERS_BEYOND: list[tuple[Kind, Any, str]] = [
    (MONEY, 10**12 + 1, "1000000000001"),
    (MONEY, -(10**12) - 1, "-1000000000001"),
    (MONEY, "1,000,000,000,001千円", "1,000,000,000,001千円"),
    (MONEY, Decimal("0.5"), "0.5"),
    (PERSONS, 10**9 + 1, "1000000001"),
    (PERSONS, "1000000001人", "1000000001人"),
    (AMOUNT, 10**15, "1000000000000000"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), NUMBERS_BEYOND)
def test_of_a_number_beyond_a_limit_what_was_typed_is_kept(
    kind: Kind, typed: Any, kept: str
) -> None:
    read = kind.parse(typed)
    assert isinstance(read, Unreadable)
    assert read.typed == kept
    assert "大きすぎ" in read.reason or "整数" in read.reason


@pytest.mark.parametrize("typed", [True, dt.date(2018, 7, 1)])
def test_what_is_no_number_is_kept_as_typed_too(typed: Any) -> None:
    for kind in (MONEY, PERSONS, AMOUNT):
        read = kind.parse(typed)
        assert isinstance(read, Unreadable)
        assert read.typed not in {"", read.reason}


@pytest.mark.parametrize(("kind", "largest"), [(MONEY, 10**12), (PERSONS, 10**9)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_number_goes_through_every_door_and_the_next_through_none(
    kind: Kind, largest: int, sign: int
) -> None:
    schema = Draft202012Validator(kind.json_schema())
    for typed in (sign * largest, str(sign * largest), float(sign * largest)):
        read = kind.parse(typed)
        assert isinstance(read, Parsed)
        assert read.value == sign * largest
    assert kind.from_json(sign * largest) == sign * largest
    assert schema.is_valid(sign * largest)
    beyond = sign * (largest + 1)
    assert isinstance(kind.parse(beyond), Unreadable)
    assert not schema.is_valid(beyond)
    with pytest.raises(ValueError, match="必要です"):
        kind.from_json(beyond)


@pytest.mark.parametrize(
    ("document", "is_valid"),
    [
        ({"value": 3, "unit": "件"}, True),
        ({"value": 3, "unit": "件", "bound": "以上"}, True),
        ({"value": 3}, False),
        ({"unit": "件"}, False),
        ({"value": 3, "unit": "件", "note": "よその項目"}, False),
        ({"value": 3, "unit": "2件"}, False),
        ({"value": 3, "unit": "件 数"}, False),
        ({"value": 3, "unit": "あ" * 11}, False),
        ({"value": "3", "unit": "件"}, False),
        ({"value": 3, "unit": "件", "bound": "くらい"}, False),
    ],
    ids=repr,
)
def test_the_schema_and_the_reader_take_the_same_quantities(
    document: Any, *, is_valid: bool
) -> None:
    assert Draft202012Validator(AMOUNT.json_schema()).is_valid(document) == is_valid
    if is_valid:
        assert AMOUNT.to_json(AMOUNT.from_json(document)) == document
    else:
        with pytest.raises(ValueError, match="必要です"):
            AMOUNT.from_json(document)
