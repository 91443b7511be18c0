"""Amounts that are proposed while their field is blank: a personnel cost by the city's rates. A proposal is never an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xlsync.rules import comparisons
from xlsync.rules.amounts import OrZero, Plus, Rounded, Times
from xlsync.rules.facts import hour_rate, person_rate
from xlsync.rules.holds import AllOf, AnyOf, IsNumber
from xlsync.rules.sentence import Number, Piece, Where, Words
from xlsync.rules.term import Cell, Fact

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition

_DECIMALS = 2
"""Of persons and hours, as in the finding on a cost that differs."""


def proposals_of(edition: Edition) -> Mapping[str, Where]:
    """Return what is proposed for a blank field, by its path: words in brackets, "" as long as nothing can be proposed."""
    rules = (rule for rule in edition.rules if rule.check == "personnel-cost")
    return {rule.path: _personnel_cost(edition, rule) for rule in rules}


def _personnel_cost(edition: Edition, rule: BoundRule) -> Where:
    """Return the cost by the rates of its period; persons or hours that are not typed yet count for nothing, and are named."""
    persons, hours = (Cell(part) for part in rule.parts[:2])
    per_person, per_hour = Fact(person_rate(rule.at)), Fact(hour_rate(rule.at))
    field = edition.by_path[rule.path]
    typed = AnyOf((IsNumber(persons), IsNumber(hours)))
    known = AllOf((IsNumber(per_person), IsNumber(per_hour), typed))
    amount = Rounded(
        Plus((Times(OrZero(persons), per_person), Times(OrZero(hours), per_hour))),
        comparisons.decimals(field),
    )
    pieces = (
        Words("（目安 "),
        Number(amount, field.unit, comparisons.decimals(field)),
        Words("："),
        *_part(edition, persons),
        Words("、"),
        *_part(edition, hours),
        Words("と市の単価による計算）"),
    )
    return Where(known, pieces)


def _part(edition: Edition, cell: Cell) -> tuple[Piece, Piece]:
    """Return the words for persons or hours: the field and its number, or that there is none yet."""
    field = edition.by_path[cell.path]
    number = Number(cell, field.unit, _DECIMALS)
    return Words(f"{field.label} "), Where(IsNumber(cell), (number,), "未入力")
