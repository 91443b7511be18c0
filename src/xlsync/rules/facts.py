"""What the lines may know from outside the sheet, by name: the city's rates, last year's sheet, the room on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Rate:
    """The city's personnel rates of one period: 千円 per person and year, 千円 per hour of overtime."""

    per_person: Decimal
    per_hour: Decimal


@dataclass(frozen=True, slots=True)
class Room:
    """What a cell holds on paper: half-width signs in a line, and lines."""

    columns: int
    lines: int


def person_rate(at: str) -> str:
    """Name the rate per person of a period."""
    return f"rate:{at}:person"


def hour_rate(at: str) -> str:
    """Name the rate per hour of a period."""
    return f"rate:{at}:hour"


def last_year(path: str) -> str:
    """Name what last year's sheet said at the same place of the page (its own years)."""
    return f"last:{path}"


def said_before(path: str) -> str:
    """Name what last year's sheet said of the very same year or period."""
    return f"was:{path}"


def others_share(path: str) -> str:
    """Name what the program's other sheets add to a program total."""
    return f"others:{path}"


def room_columns(path: str) -> str:
    """Name the half-width signs a line of a cell holds."""
    return f"columns:{path}"


def room_lines(path: str) -> str:
    """Name the lines a cell holds."""
    return f"lines:{path}"


def facts_of(
    edition: Edition,
    rates: Mapping[str, Rate],
    last: Sheet | None,
    room: Mapping[str, Room],
) -> dict[str, Value]:
    """Give everything that is known, by name; a line uses what it asks for."""
    known: dict[str, Value] = {}
    for at, rate in rates.items():
        known |= {person_rate(at): rate.per_person, hour_rate(at): rate.per_hour}
    for path, space in room.items():
        known |= {room_columns(path): space.columns, room_lines(path): space.lines}
    if last is not None:
        before = last.edition.by_origin
        for field in edition.fields:
            if field.origin in before:
                known[last_year(field.path)] = last[before[field.origin].path]
            if field.path in last.edition.by_path:
                known[said_before(field.path)] = last[field.path]
    return known
