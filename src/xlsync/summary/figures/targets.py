"""Whether an indicator's target is met, its bound honoured: 280分以内 is met by 90分. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from xlsync.kinds import DASH, Quantity, fold

if TYPE_CHECKING:
    from xlsync.kinds import Value

Verdict = Literal["○", "×", "－", "なし", ""]
"""Met, not met, cannot be told (words, other units), nothing to compare ("-" on a side), not filled in yet."""
VERDICTS: Final[tuple[Verdict, ...]] = ("○", "×", "－", "なし", "")

_HOLDS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "": operator.ge,  # a plain target is met by "at least"
    "以上": operator.ge,
    "超": operator.gt,
    "以内": operator.le,
    "以下": operator.le,
    "未満": operator.lt,
}
_SCALES: Final = {"百万": 10**6, "千万": 10**7, "千": 10**3, "万": 10**4, "億": 10**8}
_SCALED: Final = re.compile(f"({'|'.join(_SCALES)})(.*)")


def verdict(target: Value, actual: Value) -> Verdict:
    """Compare an actual value with its target; a target without a bound is met by "at least"."""
    if target == DASH:
        return "なし"
    if target is None or actual is None:
        return ""
    if actual == DASH:
        return "なし"
    if isinstance(target, Quantity) and isinstance(actual, Quantity):
        return _compared(target, actual)
    if isinstance(target, str) and isinstance(actual, str) and fold(target) == fold(actual):
        return "○"  # 実施 was the target, 実施 is what was done
    return "－"


def _compared(target: Quantity, actual: Quantity) -> Verdict:
    wanted, unit = _plain(target)
    reached, its_unit = _plain(actual)
    if unit != its_unit or actual.bound:
        return "－"
    return "○" if _HOLDS[target.bound](reached, wanted) else "×"


def _plain(quantity: Quantity) -> tuple[Decimal, str]:
    """Convert to the unit without 千, 万 or 億: 200万人 is 2,000,000 人."""
    unit, number = fold(quantity.unit), Decimal(quantity.number)
    scaled = _SCALED.fullmatch(unit)
    return (number * _SCALES[scaled[1]], scaled[2]) if scaled else (number, unit)
