"""Fields that are not public and that readers can work out all the same from the totals and parts that are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from xlsync.publication.public_fields import is_public

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition, Field

_EQUATIONS: Final = ("sum", "program-total")
"""Checks that say that a total is the sum of its parts; that of a budget program is one sheet's own where it has one sheet."""


@dataclass(frozen=True, slots=True)
class DerivableField:
    """A field that is not public, and a total that gives it away together with what else is public.

    `is_of_program` where that is the total of a whole budget program: it does so where the program has one sheet.
    `is_of_one_row` where the field is a column of a table: it is given away where a sheet has one row.
    """

    hidden_field: Field
    total_field: Field
    is_of_program: bool
    is_of_one_row: bool = False

    @property
    def words(self) -> str:
        """What to tell the officer who publishes."""
        source = (
            "公表する内訳の合計です"
            if self.total_field == self.hidden_field
            else f"公表する「{self.total_field.title}」などから計算できます"
        )
        condition = "（予算事業にシートが1件のとき）" if self.is_of_program else ""
        condition += "（表の行が1つのとき）" if self.is_of_one_row else ""
        return (
            f"公表しない欄「{self.hidden_field.title}」は、{source}{condition}。"
            "合計や内訳のどれかも public = false にするか、知られてよいか確かめてください"
        )


@dataclass(frozen=True, slots=True)
class _Equation:
    """How often each hidden field stands in a sum of totals and their parts that is zero but for public fields."""

    factors: Mapping[str, Fraction]
    bound_rules: tuple[BoundRule, ...]

    def without(self, path: str, other: _Equation) -> _Equation:
        """Return the equation less so much of another that a field does not stand in it any more."""
        ratio = self.factors.get(path, Fraction(0)) / other.factors[path]
        if not ratio:
            return self
        paths = dict.fromkeys((*self.factors, *other.factors))
        less = {path: self._factor(path) - ratio * other._factor(path) for path in paths}
        factors = {path: factor for path, factor in less.items() if factor}
        return _Equation(factors, (*self.bound_rules, *other.bound_rules))

    def _factor(self, path: str) -> Fraction:
        return self.factors.get(path, Fraction(0))


def derivable_fields(edition: Edition) -> list[DerivableField]:
    """Return the fields that are not public and that the published ones determine, in form order.

    A single blank is worked out by subtraction; several totals over the same blanks may determine them together, so the
    totals are solved as linear equations.
    """
    fields = (*edition.fields, *edition.columns)
    hidden = {field.path for field in fields if not is_public(edition, field)}
    rules = (rule for rule in edition.rules if rule.check in _EQUATIONS)
    equations = _solved(_equation(rule, hidden) for rule in rules)
    rule_by_path = _with_expressions(edition, hidden, dict(map(_determined, equations)))
    paths = (field.path for field in fields if field.path in rule_by_path)
    return [_derivable(edition, path, rule_by_path[path]) for path in paths]


def _with_expressions(
    edition: Edition, hidden: Collection[str], known: dict[str, BoundRule]
) -> dict[str, BoundRule]:
    """Return what is known, with the fields that a computed expression gives away: all others in it are published or known.

    Such an expression need not be linear, and what it comes to may leave the field open (the larger of two numbers): it is
    told all the same.
    """
    rules = [rule for rule in edition.rules if rule.expression is not None]
    while True:
        unknown = hidden - known.keys()
        open_paths = ((rule, unknown & {rule.path, *rule.parts}) for rule in rules)
        fresh = {path: rule for rule, (path, *others) in filter(_has_any, open_paths) if not others}
        if not fresh:
            return known
        known = {**known, **fresh}


def _has_any(rule_and_paths: tuple[BoundRule, set[str]]) -> bool:
    return bool(rule_and_paths[1])


def _determined(equation: _Equation) -> tuple[str, BoundRule]:
    """Return the field that an equation determines, "" where several stand in it, with the rule."""
    path = next(iter(equation.factors)) if len(equation.factors) == 1 else ""
    return path, equation.bound_rules[0]


def _derivable(edition: Edition, path: str, rule: BoundRule) -> DerivableField:
    is_of_program = rule.check == "program-total"
    field, total = edition.by_path[path], edition.by_path[rule.path]
    return DerivableField(field, total, is_of_program, field in edition.columns)


def _equation(rule: BoundRule, hidden: Collection[str]) -> _Equation:
    """Return a rule as an equation: the total on one side, its parts on the other."""
    factors: dict[str, Fraction] = {}
    for path, factor in ((rule.path, 1), *((part, -1) for part in rule.parts)):
        if path in hidden:
            factors[path] = factors.get(path, Fraction(0)) + factor
    return _Equation({path: factor for path, factor in factors.items() if factor}, (rule,))


def _solved(equations: Iterable[_Equation]) -> list[_Equation]:
    """Return equations of which each has a field that stands in no other (Gauss and Jordan)."""
    solved: list[tuple[str, _Equation]] = []
    for each in equations:
        rest = each
        for pivot, other in solved:
            rest = rest.without(pivot, other)
        if rest.factors:
            own = next(iter(rest.factors))
            solved = [(pivot, other.without(own, rest)) for pivot, other in solved]
            solved.append((own, rest))
    return [equation for _, equation in solved]


__all__ = ["DerivableField", "derivable_fields"]
