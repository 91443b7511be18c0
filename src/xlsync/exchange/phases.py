"""The phases of an edition (計画, 上半期, 決算・評価): what is closed in each, until when, and for whom longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from xlsync.form.phase_fields import PhaseFields
from xlsync.organization import plain_name


@dataclass(frozen=True, slots=True)
class Extension:
    """A later last day for the sheets of a unit, named from the top: (総務部,) or (総務部, 総務課)."""

    unit_names: tuple[str, ...]
    last_day: dt.date

    def is_for(self, unit_names: Sequence[str]) -> bool:
        """Whether it is for the sheets of a unit or one above it, in whatever width its names are written."""
        names = tuple(map(plain_name, unit_names[: len(self.unit_names)]))
        return names == tuple(map(plain_name, self.unit_names))


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of an edition.

    Attributes:
        name: What the city calls it.
        first_day: The day from which acts count for it: before, a sheet was handed in for an earlier phase.
        last_day: The last day on which sheets are handed in in time, None for none.
        closed_parts: The parts (of the form's [parts]) of which every change of staff waits for the planning office.
        extensions: Later last days for some units.
        phase_fields: Which fields it asks for, as the city says; None where it is as the form says of a phase of that name.
        reminder_days: The days on which units are to be reminded.

    """

    name: str
    first_day: dt.date
    last_day: dt.date | None = None
    closed_parts: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    phase_fields: PhaseFields | None = None
    reminder_days: tuple[dt.date, ...] = ()

    def next_reminder(self, today: dt.date) -> dt.date | None:
        """Return the first day from today on which units are to be reminded, None where there is none."""
        return min((day for day in self.reminder_days if day >= today), default=None)


def last_day_of(
    last_day: dt.date | None, extensions: Sequence[Extension], unit_names: Sequence[str]
) -> dt.date | None:
    """Return the last day for the sheets of a unit: that of the longest name that fits, else the one of all."""
    fitting = [extension for extension in extensions if extension.is_for(unit_names)]
    longest = max(fitting, key=lambda extension: len(extension.unit_names), default=None)
    return last_day if longest is None else longest.last_day


__all__ = ["Extension", "Phase", "last_day_of"]
