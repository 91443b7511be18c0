"""The lines of a form's rules: one function per check."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.finding_catalogue import CATALOGUE
from xlsync.rules import comparisons, texts
from xlsync.rules.amounts import Absolute, Minus, OrZero, Plus, Rounded, Times
from xlsync.rules.columns import ColumnSum, HasNumbers
from xlsync.rules.expression_terms import Computed, Fails, spoken_number
from xlsync.rules.facts import hour_rate, person_rate
from xlsync.rules.holds import Above, AllOf, AnyOf, IsNumber
from xlsync.rules.line import ON_TRIAL, Line, line
from xlsync.rules.sentence import Number
from xlsync.rules.term import Cell, Fact, Literal, Term

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition

Maker = Callable[["Edition", "BoundRule"], Iterator[Line]]


def relation_lines(edition: Edition) -> Iterator[Line]:
    """Yield the lines of every rule, in the definition's order; FormError where a rule's sentence names an unknown fact."""
    for rule in edition.rules:
        _refuse_taken_code(rule)
        maker = MAKERS.get(rule.check, _beside_the_sheet)
        for line_ in maker(edition, rule):
            yield _as_declared(rule, line_)


def _refuse_taken_code(rule: BoundRule) -> None:
    """Raise FormError where a rule's code is that of another finding; only its own check's name is free."""
    if rule.code in CATALOGUE and rule.code != rule.check:
        raise FormError(
            f"規則 {rule.code} の code は、ほかの確認の名前です。別の名前にしてください"
        )


def _beside_the_sheet(_edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """A check that needs the program's other sheets has no line; its sentence is looked at all the same."""
    default = CATALOGUE[rule.check].sentence
    known = [name for _, name, _, _ in Formatter().parse(default) if name]
    sentence_of(rule, default, known)
    yield from ()


def _as_declared(rule: BoundRule, line_: Line) -> Line:
    """Return the line with the rule's own severity and sentence."""
    words = sentence_of(rule, line_.sentence, line_.facts)
    return replace(line_, code=rule.code, severity=rule.severity, sentence=words)


def sentence_of(rule: BoundRule, default: str, facts: Collection[str]) -> str:
    """Return a rule's own sentence, else the default one, with a word about its trial; FormError for facts it has not."""
    words = rule.declared.sentence or default
    unknown = _facts_named(rule, words).difference(facts)
    if unknown:
        known = "、".join(f"{{{name}}}" for name in facts)
        raise FormError(
            f"規則 {rule.code} の sentence の {{{min(unknown)}}} は使えません（使えるもの：{known}）"
        )
    return words + (ON_TRIAL if rule.declared.trial else "")


def _facts_named(rule: BoundRule, words: str) -> set[str]:
    """Return the names in a sentence's braces; FormError where a brace is open or holds more than a name."""
    try:
        pieces = list(Formatter().parse(words))
    except ValueError as fault:
        raise FormError(f"規則 {rule.code} の sentence の {{ }} が閉じていません") from fault
    if any(form or conversion for _, _, form, conversion in pieces):
        raise FormError(f"規則 {rule.code} の sentence の {{ }} には、名前だけを書いてください")
    return {name for _, name, _, _ in pieces if name is not None}


def _sum(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    total, parts = Cell(rule.path), tuple(Cell(part) for part in rule.parts)
    numbers = tuple(IsNumber(part) for part in parts)
    known, computed = AllOf((IsNumber(total), *numbers)), Plus(parts)
    if rule.skips_blanks:
        columns = {column.path for column in edition.columns}
        known = AllOf((IsNumber(total), AnyOf(tuple(_has_number(p, columns) for p in rule.parts))))
        computed = Plus(tuple(_or_zero(part, columns) for part in rule.parts))
    wrong = Above(Absolute(Minus(total, computed)), Literal(rule.limits.tolerance))
    words = "、".join(edition.by_path[part].label for part in rule.parts)
    yield _mismatch(edition, rule, (known, wrong), computed, "sum", {"parts": words})


def _has_number(part: str, columns: Collection[str]) -> Term:
    """Return whether a part of a sum, a field or a table's column, has a number."""
    return HasNumbers(part) if part in columns else IsNumber(Cell(part))


def _or_zero(part: str, columns: Collection[str]) -> Term:
    """Return what a part adds to a sum in which blanks count for nothing."""
    return ColumnSum(part) if part in columns else OrZero(Cell(part))


def _personnel_cost(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    cost, persons, hours = Cell(rule.path), Cell(rule.parts[0]), Cell(rule.parts[1])
    per_person, per_hour = Fact(person_rate(rule.at)), Fact(hour_rate(rule.at))
    known = AllOf(tuple(IsNumber(term) for term in (cost, persons, hours, per_person, per_hour)))
    exact = Plus((Times(persons, per_person), Times(hours, per_hour)))
    wrong = Above(Absolute(Minus(cost, exact)), Literal(rule.limits.tolerance))
    facts = {"persons": Number(persons, "人", 2), "hours": Number(hours, "時間", 2)}
    yield _mismatch(edition, rule, (known, wrong), Rounded(exact), "personnel-cost", facts)


def _mismatch(  # noqa: PLR0913, PLR0917 (what such a line is made of)
    edition: Edition,
    rule: BoundRule,
    when: tuple[Term, ...],
    computed: Term,
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
        sum=Number(computed, field.unit, decimals),
        difference=Number(Minus(stated, computed), field.unit, decimals, signed=True),
        **facts,
    )


def _expression(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The condition of a check holds, or is not known."""
    if rule.expression is not None:
        field = edition.by_path[rule.path]
        yield line("expression", rule.path, (Fails(rule.expression),), field=field.title)


def _computed(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """A computed field says what its expression gives."""
    if rule.expression is None or rule.computed_result is None:
        return
    field, stated = edition.by_path[rule.path], Cell(rule.path)
    computed = Computed(rule.expression, rule.computed_result)
    known = AllOf((IsNumber(stated), IsNumber(computed)))
    wrong = Above(Absolute(Minus(stated, computed)), Literal(0))
    spoken = field.kind.spoken()
    shown, total = (spoken_number(term, spoken) for term in (stated, computed))
    yield line("computed", rule.path, (known, wrong), field=field.title, shown=shown, sum=total)


MAKERS: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "sum": _sum,
        "personnel-cost": _personnel_cost,
        "at-most": comparisons.at_most,
        "range": comparisons.in_range,
        "ratio": comparisons.ratio,
        "unit-slip": comparisons.unit_slip,
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
        "expression": _expression,
        "computed": _computed,
    }
)
"""The checks that need only the sheet and its facts; `program-total` needs the program's other sheets."""
