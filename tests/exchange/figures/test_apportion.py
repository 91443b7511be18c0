"""Yen that are divided or rounded add up to what they were."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xlsync.exchange.figures.apportion import YEN_PER_UNIT, in_unit, parts_in_unit, shares_of

YEN = st.integers(-(10**13), 10**13)
UNITS = st.sampled_from(sorted(YEN_PER_UNIT.values()))
WEIGHTS = st.lists(st.integers(1, 1000), min_size=1, max_size=8)


@given(YEN, WEIGHTS)
def test_shares_add_up_to_the_amount_and_each_is_less_than_a_yen_away(
    yen: int, weights: list[int]
) -> None:
    fractions = [Fraction(weight, sum(weights)) for weight in weights]
    shares = shares_of(yen, fractions)
    assert sum(shares) == yen
    assert all(
        abs(share - yen * fraction) < 1 for share, fraction in zip(shares, fractions, strict=True)
    )


@given(YEN, UNITS)
def test_an_amount_is_rounded_as_decimal_arithmetic_rounds_it(yen: int, unit: int) -> None:
    exact = Decimal(yen) / unit
    assert in_unit(yen, unit, "四捨五入") == exact.to_integral_value(ROUND_HALF_UP)
    assert in_unit(yen, unit, "切捨て") == exact.to_integral_value(ROUND_DOWN)


@given(st.lists(YEN, min_size=1, max_size=8), UNITS)
def test_parts_add_up_to_their_rounded_total_and_what_is_nothing_stays_nothing(
    parts: list[int], unit: int
) -> None:
    fitted = parts_in_unit(parts, unit)
    assert sum(fitted) == in_unit(sum(parts), unit, "四捨五入")
    assert all(abs(part - Fraction(yen, unit)) < 1 for part, yen in zip(fitted, parts, strict=True))
    assert all(part == 0 for part, yen in zip(fitted, parts, strict=True) if yen == 0)
