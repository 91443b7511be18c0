"""The lines that every field has by its entry in the form: unreadable, required, dash, choice, negative, decimals and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.form.phase_fields import DUE, NOT_DUE_YET
from xlsync.rules.amounts import Absolute, Minus, Rounded
from xlsync.rules.expression_terms import Holds
from xlsync.rules.facts import phase_mark
from xlsync.rules.holds import (
    Above,
    AllOf,
    IsBlank,
    IsDash,
    IsFilled,
    IsNumber,
    IsText,
    IsUnread,
    Listed,
    Not,
)
from xlsync.rules.line import Line, line
from xlsync.rules.proposals import proposals_of
from xlsync.rules.sentence import Number, Piece, Quote, Reason, Typed, Where, Words
from xlsync.rules.term import Cell, Fact, Literal, Term

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field

CELL_CODES: Final = frozenset(
    {
        "unreadable",
        "required",
        "required-with",
        "required-when",
        "dash-refused",
        "not-in-closed-list",
        "not-in-list",
        "negative",
        "too-many-decimals",
        "number-as-text",
    }
)
"""The codes of the findings that these lines make."""
_NONE = Literal(0)


def cell_lines(edition: Edition) -> Iterator[Line]:
    """Yield the lines of every field, in page order."""
    proposals = proposals_of(edition)
    for field in edition.fields:
        yield from field_lines(edition, field, proposals.get(field.path))
        if (total := edition.totals.get(field.path)) is not None:
            yield _as_text(field, edition.by_path[total])


def field_lines(edition: Edition, field: Field, proposal: Where | None = None) -> Iterator[Line]:
    """Yield the lines that a field, or the cell of a row, has by itself; a proposal is told while it is blank."""
    yield _unreadable(field)
    yield from _required(edition, field, proposal)
    yield from _required_when(edition, field)
    yield from _dash(field)
    if field.list_name is not None and field.kind.is_choice:
        yield _choice(field, field.kind.listed())
    if field.kind.is_count:
        yield from _count(field, field.kind.spoken().decimals)


def _unreadable(field: Field) -> Line:
    return line(
        "unreadable",
        field.path,
        (IsUnread(Cell(field.path)),),
        field=field.title,
        typed=Typed(field.path),
        reason=Reason(field.path, field.kind),
        expected=field.expected,
    )


def _required(edition: Edition, field: Field, proposal: Where | None) -> Iterator[Line]:
    blank, mark = IsBlank(Cell(field.path)), Fact(phase_mark(field.path))
    facts: dict[str, str | Piece] = {"field": field.title, "dash": _hint(field, proposal)}
    is_typed = field.path not in edition.formulas
    if field.required is True:
        rule = edition.formulas.get(field.path)
        # A computed cell is blank because one of its parts is, and that part has the finding.
        columns = {column.path for column in edition.columns}
        typed = [part for part in rule.parts if part not in columns] if rule is not None else []
        parts = tuple(IsNumber(Cell(part)) for part in typed)
        classes = _of_a_class_that_needs_it(field)
        due = (Not(Listed(mark, (NOT_DUE_YET,))),) if is_typed else ()
        when = (blank, *classes, *due, *parts)
        yield line("required", field.path, when, **facts)
    elif isinstance(field.required, str):
        other = edition.by_path[field.required]
        when = (blank, IsFilled(Cell(other.path)))
        yield line("required-with", field.path, when, field=field.title, other=other.title)
        when = (blank, IsBlank(Cell(other.path)), Listed(mark, (DUE,)))
        yield line("required", field.path, when, **facts)
    elif is_typed:
        when = (blank, *_of_a_class_that_needs_it(field), Listed(mark, (DUE,)))
        yield line("required", field.path, when, **facts)


def _required_when(edition: Edition, field: Field) -> Iterator[Line]:
    """A field that is required on a condition is blank though that holds."""
    condition = edition.conditions.get(field.path)
    if condition is not None:
        not_due = Listed(Fact(phase_mark(field.path)), (NOT_DUE_YET,))
        when = (IsBlank(Cell(field.path)), Holds(condition), Not(not_due))
        yield line("required-when", field.path, when, field=field.title, dash=_dash_hint(field))


def _hint(field: Field, proposal: Where | None) -> str | Piece:
    """Return what is said behind the request: how nothing is typed, and what is proposed."""
    dash = _dash_hint(field)
    if proposal is None:
        return dash
    return replace(proposal, pieces=(Words(dash), *proposal.pieces), other_words=dash)


def _dash_hint(field: Field) -> str:
    return "（該当がないときは「-」）" if field.dash_allowed else ""


def _of_a_class_that_needs_it(field: Field) -> tuple[Term, ...]:
    """Return the condition that the sheet is of no class in which the field is not required."""
    if field.exempt_classes is None:
        return ()
    path, words = field.exempt_classes
    return (Not(Listed(Cell(path), words)),)


def _dash(field: Field) -> Iterator[Line]:
    if not field.dash_allowed:
        when = (IsDash(Cell(field.path)),)
        yield line("dash-refused", field.path, when, field=field.title, expected=field.expected)


def _choice(field: Field, items: tuple[str, ...]) -> Line:
    cell = Cell(field.path)
    return line(
        "not-in-closed-list" if field.list_closed else "not-in-list",
        field.path,
        (AllOf((IsFilled(cell), Not(Listed(cell, items)))),),
        field=field.title,
        shown=Quote(cell),
        choices="、".join(items),
    )


def _count(field: Field, decimals: int) -> Iterator[Line]:
    cell = Cell(field.path)
    shown: dict[str, str | Piece] = {"field": field.title, "shown": Quote(cell)}
    yield line("negative", field.path, (IsNumber(cell), Above(_NONE, cell)), **shown)
    noise = Absolute(Minus(cell, Rounded(cell, decimals)))
    yield line(
        "too-many-decimals",
        field.path,
        (IsNumber(cell), Above(noise, _NONE)),
        **shown,
        decimals=Number(Literal(decimals)),
    )


def _as_text(field: Field, total: Field) -> Line:
    """A number that the page's own total leaves out: the reader takes it, a formula does not."""
    when = (IsNumber(Cell(field.path)), IsText(field.path))
    return line("number-as-text", total.path, when, field=total.title, part=field.title)
