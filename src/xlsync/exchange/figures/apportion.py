"""Arithmetic on yen: shares of an amount, and amounts in the unit of a page, so that what is added up stays exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

Rounding = Literal["四捨五入", "切捨て", "調整"]
"""How yen become the page's unit: half up, towards zero, or half up for a total and its parts so that they add up to it."""

YEN_PER_UNIT: Final = {"円": 1, "千円": 1000, "百万円": 1_000_000}
"""Units of amounts, of a form's fields and of a file's columns."""


def apportioned(exact: Sequence[Fraction], total: int) -> list[int]:
    """Return whole numbers near the exact ones that add up to the total, by the largest remainder; earlier ones go first.

    >>> apportioned([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], 1)
    [1, 0, 0]

    Args:
        exact: Numbers of which the sum is less than one away from `total`.
        total: What the result adds up to.

    """
    whole = [math.floor(number) for number in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[: total - sum(whole)]:
        whole[at] += 1
    return whole


def shares_of(yen: int, shares: Sequence[Fraction]) -> list[int]:
    """Return an amount divided by shares that add up to one, in whole yen that add up to the amount.

    >>> shares_of(100, [Fraction(1, 3), Fraction(2, 3)])
    [33, 67]
    """
    return apportioned([yen * share for share in shares], yen)


def in_unit(yen: int, unit: int, rounding: Rounding) -> int:
    """Return yen in a unit, half away from zero, or towards zero where the rounding says so.

    >>> (
    ...     in_unit(1500, 1000, "四捨五入"),
    ...     in_unit(-1500, 1000, "四捨五入"),
    ...     in_unit(-1999, 1000, "切捨て"),
    ... )
    (2, -2, -1)
    """
    whole, rest = divmod(abs(yen), unit)
    if rounding != "切捨て" and rest * 2 >= unit:
        whole += 1
    return whole if yen >= 0 else -whole


def parts_in_unit(parts: Sequence[int], unit: int) -> list[int]:
    """Return yen in a unit so that they add up to their total in that unit, each less than one away from the exact number.

    >>> parts_in_unit([400, 400, 400], 1000)
    [1, 0, 0]
    """
    total = in_unit(sum(parts), unit, "四捨五入")
    return apportioned([Fraction(part, unit) for part in parts], total)


__all__ = ["YEN_PER_UNIT", "Rounding", "apportioned", "in_unit", "parts_in_unit", "shares_of"]
