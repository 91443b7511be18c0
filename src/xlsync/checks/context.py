"""What a check may know beside the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Rate:
    """The city's personnel rates of one period: 千円 per person and year, 千円 per hour of overtime."""

    per_person: Decimal
    per_hour: Decimal


@dataclass(frozen=True, slots=True)
class Context:
    """The other sheets of the same program, and the city's rates by period key ("2017-settled"); both may be empty."""

    program: tuple[Sheet, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)
