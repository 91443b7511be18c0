"""Whether a target is met: the bound is honoured, units are compared, and what cannot be told is said so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.kinds import Amount, Parsed, Value
from xlsync.summary.figures.targets import VERDICTS, verdict


def _value(text: str | None) -> Value:
    parsed = Amount().parse(text)
    assert isinstance(parsed, Parsed)
    return parsed.value


@pytest.mark.parametrize(
    ("target", "actual", "told"),
    [
        ("280分以内", "90分", "○"),
        ("280分以内", "280分", "○"),
        ("280分以内", "281分", "×"),
        ("5件以下", "5件", "○"),
        ("0.1%未満", "0.1%", "×"),
        ("0.1%未満", "0.09%", "○"),
        ("100人以上", "100人", "○"),
        ("100人以上", "99人", "×"),
        ("100人超", "100人", "×"),
        ("100人超", "101人", "○"),
        ("8,000件", "8,098件", "○"),
        ("8,100件", "8,098件", "×"),
        ("８，０００件", "8000件", "○"),
        ("200万人", "2,100,000人", "○"),
        ("200万人", "1,950,000人", "×"),
        ("3千円", "3000円", "○"),
        ("10", "10", "○"),
        ("100件", "100人", "－"),
        ("280分以内", "90分以内", "－"),
        ("100件", "おおむね達成", "－"),
        ("策定", "実施", "－"),
        ("実施", "実 施", "○"),
        ("-", "90分", "なし"),
        ("-", None, "なし"),
        ("90分以内", None, ""),
        ("100件", "-", "なし"),
        (None, "90分", ""),
        ("100件", None, ""),
        ("0件", "0件", "○"),
    ],
)
def test_a_target_is_met_by_its_bound(target: str | None, actual: str | None, told: str) -> None:
    assert verdict(_value(target), _value(actual)) == told


@given(number=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_inner_and_outer_bounds_are_opposites(number: int, other: int) -> None:
    actual = _value(f"{other}件")
    for inner, outer in (("以下", "超"), ("以内", "超"), ("未満", "以上")):
        told = {verdict(_value(f"{number}件{bound}"), actual) for bound in (inner, outer)}
        assert told == set(VERDICTS[:2])
