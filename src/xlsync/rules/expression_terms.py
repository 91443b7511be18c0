"""The terms that are expressions of a form (`xlsync.expressions`): conditions, and what a computed field comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.rules.amounts import Times
from xlsync.rules.sentence import Number
from xlsync.rules.term import Addresses, Given, Literal, Term

if TYPE_CHECKING:
    from decimal import Decimal

    from xlsync.expressions import BoundExpression, Result
    from xlsync.kinds.kind import Spoken


@dataclass(frozen=True, slots=True)
class Holds:
    """A condition holds for sure."""

    expression: BoundExpression

    def value(self, given: Given) -> bool:
        return self.expression.truth.holds(given.sheet)

    def formula(self, addresses: Addresses) -> str:
        return self.expression.truth.holds_formula(addresses.at)


@dataclass(frozen=True, slots=True)
class Fails:
    """The opposite of a condition holds for sure."""

    expression: BoundExpression

    def value(self, given: Given) -> bool:
        return self.expression.truth.fails(given.sheet)

    def formula(self, addresses: Addresses) -> str:
        return self.expression.truth.fails_formula(addresses.at)


@dataclass(frozen=True, slots=True)
class Computed:
    """What the expression of a computed field gives; blank where it gives nothing."""

    expression: BoundExpression
    computed_result: Result

    def value(self, given: Given) -> int | Decimal | None:
        return self.expression.computed(given.sheet, self.computed_result)

    def formula(self, addresses: Addresses) -> str:
        return self.expression.computed_formula(addresses.at, self.computed_result, '""')


def spoken_number(term: Term, spoken: Spoken) -> Number:
    """Return the piece that tells a number of a kind."""
    shown = term if spoken.factor == 1 else Times(term, Literal(spoken.factor))
    return Number(shown, spoken.unit, spoken.decimals)


__all__ = ["Computed", "Fails", "Holds", "spoken_number"]
