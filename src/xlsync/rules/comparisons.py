"""Lines that compare an amount with another: a limit, a range, the year before, the target, last year's sheet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.rules.amounts import Absolute, FirstNumber, Minus, Times
from xlsync.rules.facts import last_year, last_year_of_period
from xlsync.rules.holds import Above, AllOf, AnyOf, IsNumber, Not, Same
from xlsync.rules.line import Line, line
from xlsync.rules.sentence import Number, Piece, Quote
from xlsync.rules.term import BoundOf, Cell, Fact, Literal, NumberOf, Term, UnitOf

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition, Field

SLIP: Final = 300
"""A slip of 円 and 千円 makes 1,000; amounts differ otherwise too, so a third of it is enough to ask."""
_WORTH_ASKING: Final = 3000
"""千円: below it, hundredfold differences are everyday (1 千円 and 400 千円)."""
_NONE: Final = Literal(0)
_THOUSAND: Final = Literal(1000)
"""円 of a 千円: hardly an amount of a sheet in 円 is smaller, but 0."""


def decimals(field: Field) -> int:
    """Return how many decimals the page shows of a field."""
    return field.kind.spoken().decimals


def amount(field: Field) -> Term:
    """Return the term of a field's number: the cell itself, or the number of its quantity."""
    return NumberOf(field.path) if field.kind.shape == "quantity" else Cell(field.path)


def shown(field: Field) -> Piece:
    """Return a field's number as its cell shows it."""
    cell = Cell(field.path)
    return (
        Quote(cell) if field.kind.shape == "quantity" else Number(cell, field.unit, decimals(field))
    )


def at_most(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount is at most another one."""
    field, limit = edition.by_path[rule.path], edition.by_path[rule.parts[0]]
    yield _compared("at-most", field, limit, Above(amount(field), amount(limit)))


def order(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The number is not less than the one before it."""
    field, before = edition.by_path[rule.path], edition.by_path[rule.parts[0]]
    yield _compared("order", field, before, Above(amount(before), amount(field)))


def _compared(code: str, field: Field, other: Field, wrong: Term) -> Line:
    known = AllOf((IsNumber(amount(field)), IsNumber(amount(other))))
    return line(
        code,
        field.path,
        (known, wrong),
        field=field.title,
        shown=shown(field),
        other=other.title,
        limit=shown(other),
    )


def in_range(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The number lies between two bounds."""
    field = edition.by_path[rule.path]
    wrong: list[Term] = []
    if rule.limits.least is not None:
        wrong.append(Above(Literal(rule.limits.least), amount(field)))
    if rule.limits.most is not None:
        wrong.append(Above(amount(field), Literal(rule.limits.most)))
    when = (IsNumber(amount(field)), AnyOf(tuple(wrong)))
    bounds = _bounds(field, rule.limits.least, rule.limits.most)
    is_sign = rule.limits.least == 0 and rule.limits.most is None
    sentence = "negative" if is_sign else "range"
    yield line(
        "range", field.path, when, sentence, field=field.title, shown=shown(field), range=bounds
    )


def _bounds(field: Field, least: Decimal | None, most: Decimal | None) -> str:
    """Return the bounds of a field's numbers as people read them."""
    shown_bounds = (
        "" if bound is None else f"{bound.normalize():,f}{field.unit}" for bound in (least, most)
    )
    return "～".join(shown_bounds)


def ratio(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount, divided by another number, lies between two bounds; not asked where either is 0 or less."""
    field, divisor = edition.by_path[rule.path], edition.by_path[rule.parts[0]]
    cost, number, limits = Cell(field.path), Cell(divisor.path), rule.limits
    known = AllOf((IsNumber(cost), IsNumber(number)))
    asked = AllOf(
        (
            Above(cost, _NONE),
            Above(number, _NONE),
            Above(number, Literal(limits.by_least), or_equal=True),
        )
    )
    least, most = (Times(number, Literal(bound or 0)) for bound in (limits.least, limits.most))
    yield line(
        "ratio",
        field.path,
        (known, asked, AnyOf((Above(least, cost), Above(cost, most)))),
        field=field.title,
        shown=shown(field),
        other=divisor.title,
        limit=shown(divisor),
        per=f"1{divisor.unit}",
        range=_bounds(field, limits.least, limits.most),
    )


def unit_slip(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount is not so large that the whole sheet may be in 円; asked while last year's sheet is not known."""
    field = edition.by_path[rule.path]
    total, parts = Cell(rule.path), tuple(Cell(part) for part in rule.parts)
    unknown = Not(IsNumber(Fact(last_year(rule.path))))
    known = AllOf((unknown, *(IsNumber(term) for term in (total, *parts))))
    small = (
        AllOf((Above(Absolute(part), _NONE), Above(_THOUSAND, Absolute(part)))) for part in parts
    )
    large = Above(total, Literal(rule.limits.most or 0))
    yield line(
        "unit-slip",
        field.path,
        (known, large, Not(AnyOf(tuple(small)))),
        field=field.title,
        shown=shown(field),
        range=_bounds(field, None, rule.limits.most),
        unit=field.unit,
    )


def target(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The actual value meets the target; another unit is not compared."""
    field, aim = edition.by_path[rule.path], edition.by_path[rule.parts[0]]
    actual, wanted = NumberOf(field.path), NumberOf(aim.path)
    known = AllOf((IsNumber(actual), IsNumber(wanted), Same(UnitOf(field.path), UnitOf(aim.path))))
    missed = AnyOf(
        (
            AllOf((_bound(aim, "以内", "以下"), Above(actual, wanted))),
            AllOf((_bound(aim, "未満"), Above(actual, wanted, or_equal=True))),
            AllOf((_bound(aim, "超"), Above(wanted, actual, or_equal=True))),
            AllOf((_bound(aim, "以上", ""), Above(wanted, actual))),
        )
    )
    yield line(
        "target",
        field.path,
        (known, missed),
        field=field.title,
        shown=Quote(Cell(field.path)),
        limit=Quote(Cell(aim.path)),
    )


def _bound(field: Field, *bounds: str) -> Term:
    return AnyOf(tuple(Same(BoundOf(field.path), Literal(bound)) for bound in bounds))


def change(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount has not changed too much since the entry before; a slip of scale has its own line."""
    if not rule.previous_path:
        return
    field = edition.by_path[rule.path]
    now, before = Cell(rule.path), Cell(rule.previous_path)
    known = AllOf((IsNumber(now), IsNumber(before)))
    factor = Literal(Decimal(100 + rule.limits.percent) / 100)
    grown, fallen = Above(now, Times(before, factor)), Above(before, Times(now, factor))
    wrong = AllOf(
        (
            Above(before, _NONE),
            Above(now, _NONE),
            Above(Absolute(Minus(now, before)), Literal(rule.limits.least or 0), or_equal=True),
            AnyOf((grown, fallen)),
            Not(_slipped(now, before)),
        )
    )
    yield _beside("change", field, before, (known, wrong))


def scale(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount is of the same order as the first of those it is compared with."""
    field = edition.by_path[rule.path]
    before: tuple[Term, ...] = (Cell(rule.previous_path),) if rule.previous_path else ()
    others: tuple[Term, ...] = (Fact(last_year(rule.path)), *map(Cell, rule.parts))
    other = FirstNumber((*before, *others))
    known = AllOf((IsNumber(Cell(rule.path)), IsNumber(other)))
    yield _beside("scale", field, other, (known, _slipped(Cell(rule.path), other)))


def _slipped(amount_: Term, other: Term) -> Term:
    left, right = Absolute(amount_), Absolute(other)
    return AllOf(
        (
            Above(left, _NONE),
            Above(right, _NONE),
            AnyOf((_far_above(left, right), _far_above(right, left))),
        )
    )


def _far_above(great: Term, small: Term) -> Term:
    far = Above(great, Times(small, Literal(SLIP)), or_equal=True)
    return AllOf((far, Above(great, Literal(_WORTH_ASKING), or_equal=True)))


def as_last_year(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The amount is what last year's sheet says of the same period."""
    field, earlier = edition.by_path[rule.path], Fact(last_year_of_period(rule.path))
    known = AllOf((IsNumber(Cell(rule.path)), IsNumber(earlier)))
    differs = Above(Absolute(Minus(Cell(rule.path), earlier)), _NONE)
    yield _beside("as-last-year", field, earlier, (known, differs))


def _beside(code: str, field: Field, other: Term, when: tuple[Term, ...]) -> Line:
    return line(
        code,
        field.path,
        when,
        field=field.title,
        shown=shown(field),
        limit=Number(other, field.unit, decimals(field)),
        difference=Number(Minus(Cell(field.path), other), field.unit, decimals(field), signed=True),
    )
