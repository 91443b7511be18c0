"""Lines about texts: their length and form, which go together, what was copied from last year, what fits on paper."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Final

from xlsync.rules.amounts import LengthOf, Minus, Rounded, Times
from xlsync.rules.facts import last_year, room_columns, room_lines
from xlsync.rules.holds import (
    Above,
    AllOf,
    AnyOf,
    IsDash,
    IsFilled,
    IsNumber,
    IsUnread,
    Matches,
    Not,
    Same,
)
from xlsync.rules.line import Line, line
from xlsync.rules.paper_lines import Framed, LinesOf
from xlsync.rules.sentence import Number, Quote
from xlsync.rules.term import Cell, Fact, Literal

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition

_HALF_WIDTH: Final = Literal(Decimal("0.5"))
"""Of a full-width character: what people count in."""


def length(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The text has at most so many characters."""
    field, cell = edition.by_path[rule.path], Cell(rule.path)
    most = Literal(rule.limits.most or 0)
    yield line(
        "length",
        rule.path,
        (IsFilled(cell), Above(LengthOf(cell), most)),
        field=field.title,
        most=Number(most),
        length=Number(LengthOf(cell)),
        over=Number(Minus(LengthOf(cell), most)),
    )


def pattern(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The text looks like the mask."""
    field, cell = edition.by_path[rule.path], Cell(rule.path)
    when = (IsFilled(cell), Not(Matches(cell, rule.limits.mask)))
    yield line(
        "pattern", rule.path, when, field=field.title, shown=Quote(cell), mask=rule.limits.mask
    )


def one_of(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """One field at least is filled; with `exactly`, no two of them are. An unreadable one keeps the line silent."""
    paths = (rule.path, *rule.parts)
    cells = tuple(Cell(path) for path in paths)
    readable = Not(AnyOf(tuple(IsUnread(cell) for cell in cells)))
    named = "、".join(f"「{edition.by_path[path].title}」" for path in paths)
    none = AllOf(tuple(Not(IsFilled(cell)) for cell in cells))
    yield line("one-of", rule.path, (readable, none), fields=named)
    if rule.limits.exactly:
        pairs = tuple(AllOf((IsFilled(a), IsFilled(b))) for a, b in combinations(cells, 2))
        yield line("one-only", rule.path, (readable, AnyOf(pairs)), fields=named)


def dash_with(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """Where the other field says "-", this one does too."""
    field, other = edition.by_path[rule.path], edition.by_path[rule.parts[0]]
    when = (IsDash(Cell(other.path)), IsFilled(Cell(field.path)))
    yield line(
        "dash-with",
        field.path,
        when,
        field=field.title,
        other=other.title,
        shown=Quote(Cell(field.path)),
    )


def carried_over(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The text is not last year's, word for word, unless it is short."""
    field, cell = edition.by_path[rule.path], Cell(rule.path)
    long = Above(LengthOf(cell), Literal(rule.limits.least or 0), or_equal=True)
    when = (IsFilled(cell), long, Same(cell, Fact(last_year(rule.path))))
    yield line("carried-over", field.path, when, field=field.title, length=Number(LengthOf(cell)))


def fits(edition: Edition, rule: BoundRule) -> Iterator[Line]:
    """The text fits into its cell on paper."""
    field, cell = edition.by_path[rule.path], Cell(rule.path)
    columns, lines = Fact(room_columns(rule.path)), Fact(room_lines(rule.path))
    known = AllOf((IsFilled(cell), IsNumber(columns), IsNumber(lines)))
    needed = LinesOf(Framed(rule.path), columns)
    over = Rounded(Times(Times(Minus(needed, lines), columns), _HALF_WIDTH))
    yield line(
        "fits", field.path, (known, Above(needed, lines)), field=field.title, over=Number(over)
    )
