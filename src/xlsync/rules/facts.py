"""What the lines may know from outside the sheet, by name: the city's rates, last year's sheet, the room on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.form.phase_fields import NO_FIELDS

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Rate:
    """The city's personnel rates of one period.

    Attributes:
        per_person: Thousands of yen (千円) per person and year.
        per_hour: Thousands of yen per hour of overtime.

    Example:
        >>> from decimal import Decimal
        >>> Rate(per_person=Decimal(7000), per_hour=Decimal("2.5")).per_hour
        Decimal('2.5')

    """

    per_person: Decimal
    per_hour: Decimal


@dataclass(frozen=True, slots=True)
class Room:
    """What a cell holds on paper: half-width characters in a line, and lines."""

    width: int
    line_count: int


def person_rate(at: str) -> str:
    """Return the name of a period's rate per person."""
    return f"rate:{at}:person"


def hour_rate(at: str) -> str:
    """Return the name of a period's rate per hour."""
    return f"rate:{at}:hour"


def last_year(path: str) -> str:
    """Return the name of last year's value of the same field (of its own years)."""
    return f"last:{path}"


def last_year_of_period(path: str) -> str:
    """Return the name of last year's value for the very same year or period."""
    return f"was:{path}"


def others_share(path: str) -> str:
    """Return the name of what the program's other sheets add to a program total."""
    return f"others:{path}"


def issued_total(path: str) -> str:
    """Return the name of the program total that stands while this sheet's own cost is blank."""
    return f"issued:{path}"


def room_columns(path: str) -> str:
    """Return the name of the half-width characters that a line of a cell holds."""
    return f"columns:{path}"


def room_lines(path: str) -> str:
    """Return the name of the lines that a cell holds."""
    return f"lines:{path}"


def phase_mark(path: str) -> str:
    """Return the name of what the present phase says of a field: that it is due, or not due yet."""
    return f"phase:{path}"


def facts_of(
    edition: Edition,
    rates: Mapping[str, Rate],
    last: Sheet | None,
    room: Mapping[str, Room],
    marks: Mapping[str, str] = NO_FIELDS,
) -> dict[str, Value]:
    """Return everything that is known, by name; a line uses what it asks for."""
    known: dict[str, Value] = {phase_mark(path): mark for path, mark in marks.items()}
    for at, rate in rates.items():
        known |= {person_rate(at): rate.per_person, hour_rate(at): rate.per_hour}
    for path, space in room.items():
        known |= {room_columns(path): space.width, room_lines(path): space.line_count}
    if last is not None:
        before = last.edition.by_origin
        for field in edition.fields:
            if field.origin in before:
                known[last_year(field.path)] = last[before[field.origin].path]
            if field.path in last.edition.by_path:
                known[last_year_of_period(field.path)] = last[field.path]
    return known
