"""Every kind there is, by its word in a form definition and by the office's word on 様式の定義."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.kinds.choice import Choice
from xlsync.kinds.clock_time import ClockTime
from xlsync.kinds.code import Code
from xlsync.kinds.date import Date
from xlsync.kinds.duration import Duration
from xlsync.kinds.email import Email
from xlsync.kinds.flag import Flag
from xlsync.kinds.kind import Kind
from xlsync.kinds.measure import Measure
from xlsync.kinds.money import Money
from xlsync.kinds.month import Month
from xlsync.kinds.percent import Percent
from xlsync.kinds.person import Person
from xlsync.kinds.phone import Phone
from xlsync.kinds.postal_code import PostalCode
from xlsync.kinds.quantity import Amount
from xlsync.kinds.several import Several
from xlsync.kinds.text import Text

_ALL: Final[tuple[type[Kind], ...]] = (
    *(Text, Person, Date, Month, ClockTime, Duration, Money, Measure, Percent, Amount),
    *(Choice, Several, Flag, Code, PostalCode, Phone, Email),
)
"""In the order in which the reference and the pull-down of 様式の定義 list them."""
KINDS: Final[Mapping[str, type[Kind]]] = MappingProxyType({kind.name: kind for kind in _ALL})
"""The kinds by their word in a form definition."""


def kind_names(trait: str) -> tuple[str, ...]:
    """Return the words of the kinds that have a trait, by its name.

    >>> kind_names("is_amount")
    ('money', 'measure')
    """
    return tuple(name for name, kind in KINDS.items() if getattr(kind, trait))


__all__ = ["KINDS", "kind_names"]
