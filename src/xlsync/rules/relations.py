"""The lines of a form's rules: one function per check, each over one place of the rule's axes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.finding import CATALOGUE
from xlsync.rules import comparisons, texts
from xlsync.rules.amounts import Absolute, Minus, Plus, Rounded, Times
from xlsync.rules.facts import hour_rate, person_rate
from xlsync.rules.holds import Above, AllOf, IsNumber
from xlsync.rules.line import ON_TRIAL, Line, line
from xlsync.rules.term import Cell, Fact, Literal, Term
from xlsync.rules.told import Number

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition

Maker = Callable[["Edition", "BoundRule"], Iterator[Line]]


def relation_lines(edition: Edition) -> Iterator[Line]:
    """Give the lines of every rule, in the definition's order; FormError where a rule's sentence asks for what it has not."""
    for rule in edition.rules:
        _refuse_taken_code(rule)
        maker = MAKERS.get(rule.check, _beside_the_sheet)
        for made in maker(edition, rule):
            yield _as_declared(rule, made)


def _refuse_taken_code(rule: BoundRule) -> None:
    """Raise FormError where a rule calls itself as another finding is called; its own check's name is its to take."""
    if rule.code in CATALOGUE and rule.code != rule.check:
        raise FormError(
            f"規則 {rule.code} の code は、ほかの確認の名前です。別の名前にしてください"
        )


def _beside_the_sheet(_edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """A check that needs the program's other sheets has no line; its sentence is looked at all the same."""
    usual = CATALOGUE[rule.check].sentence
    known = [name for _, name, _, _ in Formatter().parse(usual) if name]
    sentence_of(rule, usual, known)
    yield from ()


def _as_declared(rule: BoundRule, made: Line) -> Line:
    """Give the line with the rule's own severity and sentence."""
    words = sentence_of(rule, made.words, made.facts)
    return replace(made, code=rule.code, severity=rule.severity, words=words)


def sentence_of(rule: BoundRule, usual: str, facts: Collection[str]) -> str:
    """Give a rule's own sentence, else the usual one, with a word about its trial; FormError where it asks for other facts."""
    words = rule.sentence or usual
    try:
        parsed = [piece for piece in Formatter().parse(words) if piece[1] is not None]
    except ValueError as fault:
        raise FormError(f"規則 {rule.code} の sentence の {{ }} が閉じていません") from fault
    asked = {name for _, name, _, _ in parsed if name is not None}
    if any(form or conversion for _, _, form, conversion in parsed):
        raise FormError(f"規則 {rule.code} の sentence の {{ }} には、名前だけを書いてください")
    unknown = asked - set(facts)
    if unknown:
        known = "、".join(f"{{{name}}}" for name in facts)
        raise FormError(
            f"規則 {rule.code} の sentence の {{{min(unknown)}}} は使えません（使えるもの：{known}）"
        )
    return words + (ON_TRIAL if rule.trial else "")


def _sum(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    total, parts = Cell(rule.path), tuple(Cell(part) for part in rule.parts)
    known = AllOf(tuple(IsNumber(one) for one in (total, *parts)))
    reckoned = Plus(parts)
    wrong = Above(Absolute(Minus(total, reckoned)), Literal(rule.tolerance))
    words = "、".join(edition.by_path[part].label for part in rule.parts)
    yield _mismatch(edition, rule, (known, wrong), reckoned, "sum", {"parts": words})


def _personnel_cost(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    cost, persons, hours = Cell(rule.path), Cell(rule.parts[0]), Cell(rule.parts[1])
    per_person, per_hour = Fact(person_rate(rule.at)), Fact(hour_rate(rule.at))
    known = AllOf(tuple(IsNumber(one) for one in (cost, persons, hours, per_person, per_hour)))
    exact = Plus((Times(persons, per_person), Times(hours, per_hour)))
    wrong = Above(Absolute(Minus(cost, exact)), Literal(rule.tolerance))
    facts = {"persons": Number(persons, "人", 2), "hours": Number(hours, "時間", 2)}
    yield _mismatch(edition, rule, (known, wrong), Rounded(exact), "personnel-cost", facts)


def _mismatch(  # noqa: PLR0913, PLR0917 (what such a line is made of)
    edition: Edition,
    rule: BoundRule,
    when: tuple[Term, ...],
    reckoned: Term,
    sentence: str,
    facts: Mapping[str, str | Number],
) -> Line:
    field, stated = edition.by_path[rule.path], Cell(rule.path)
    decimals = comparisons.decimals(field)
    return line(
        rule.code,
        rule.path,
        when,
        sentence,
        field=field.title,
        shown=Number(stated, field.unit, decimals),
        sum=Number(reckoned, field.unit, decimals),
        difference=Number(Minus(stated, reckoned), field.unit, decimals, signed=True),
        **facts,
    )


MAKERS: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "sum": _sum,
        "personnel-cost": _personnel_cost,
        "at-most": comparisons.at_most,
        "range": comparisons.in_range,
        "order": comparisons.order,
        "target": comparisons.target,
        "change": comparisons.change,
        "scale": comparisons.scale,
        "as-last-year": comparisons.as_last_year,
        "length": texts.length,
        "pattern": texts.pattern,
        "one-of": texts.one_of,
        "dash-with": texts.dash_with,
        "carried-over": texts.carried_over,
        "fits": texts.fits,
    }
)
"""The checks that need only the sheet and its facts; `program-total` needs the program's other sheets."""
