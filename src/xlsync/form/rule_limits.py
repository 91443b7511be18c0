"""The numbers and words of a rule's entry that its check asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.form.rules import Rule


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers and words of a rule's entry (`form/rules.py`) that its check asks for; others have their default."""

    tolerance: int = 0
    least: Decimal | None = None
    most: Decimal | None = None
    percent: int = 0
    mask: str = ""
    exactly: bool = False
    by_least: Decimal = Decimal(0)


def limits_of(rule: Rule) -> Limits:
    """Return the limits that a rule's entry states."""
    entry = dict(rule)
    return Limits(
        tolerance=entry.get("tolerance", 0),
        least=_decimal(entry.get("least")),
        most=_decimal(entry.get("most")),
        percent=entry.get("percent", 0),
        mask=entry.get("mask", ""),
        exactly=entry.get("exactly", False),
        by_least=_decimal(entry.get("by_least")) or Decimal(0),
    )


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(number))
