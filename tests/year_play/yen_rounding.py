"""Yen as thousands, as somebody with a pencil makes them; nothing here is the program's."""

from __future__ import annotations

from collections.abc import Sequence


def rounded(yen: Sequence[int], rounding: str) -> list[int]:
    """Return amounts in 千円: 四捨五入, 切捨て, or 調整 (the parts add up to their total as it is rounded).

    >>> (
    ...     rounded([1_400, 1_400, 1_400], "四捨五入"),
    ...     rounded([1_999], "切捨て"),
    ...     rounded([1_400, 1_400, 1_400], "調整"),
    ... )
    ([1, 1, 1], [1], [2, 1, 1])
    """
    if rounding == "四捨五入":
        return [(amount + 500) // 1000 for amount in yen]
    fitted = [amount // 1000 for amount in yen]
    if rounding == "調整":
        total = (sum(yen) + 500) // 1000
        while sum(fitted) < total:
            lacking = [
                amount - 1000 * thousands for amount, thousands in zip(yen, fitted, strict=True)
            ]
            fitted[lacking.index(max(lacking))] += 1
    return fitted
