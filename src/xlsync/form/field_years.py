"""Which field of another year's edition means the same, and what becomes of its value there.

A field's meaning is its entry with the year of each axis written out: H30当初 is one thing, whether an edition calls it this
year's or last year's, and whatever its path is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlsync.form.years import YEAR_PLACEHOLDER

if TYPE_CHECKING:
    from xlsync.form.definition import AxisEntry
    from xlsync.form.edition import Edition, Field
    from xlsync.form.field_entry import Carry

_AXIS: Final = re.compile(r"\{([^{}0-9+-][^{}]*)\}")


def meanings(edition: Edition, field: Field) -> tuple[str, ...]:
    """Return what a field means in any edition, then what it meant under each of its former paths."""
    entries = axis_entries(edition, field)
    paths = (field.entry.path, *field.entry.former)
    return tuple(_meaning(edition, path, entries) for path in paths)


def axis_entries(edition: Edition, field: Field) -> dict[str, AxisEntry]:
    """Return the entry of each axis in a field's path, by the axis' name.

    >>> from xlsync.form.library import load_form
    >>> edition = load_form().at(2018)
    >>> field = edition.by_path["costs.2018-initial.sources.general"]
    >>> {axis: entry.label for axis, entry in axis_entries(edition, field).items()}
    {'period': '{0年度}当初'}

    """
    entries = {}
    for step, written in zip(field.entry.path.split("."), field.steps, strict=True):
        if axis := _AXIS.fullmatch(step):
            keys = ((edition.expand(str(entry.key)), entry) for entry in _axis(edition, axis[1]))
            entries[axis[1]] = next(entry for key, entry in keys if key == str(written))
    return entries


def year_of(edition: Edition, field: Field) -> int | None:
    """Return the fiscal year that a field is about: of its axes, else of its own label; None where it is of no year.

    >>> from xlsync.form.library import load_form
    >>> edition = load_form().at(2018)
    >>> year_of(edition, edition.by_path["costs.2016-settled.project_cost"])
    2016
    >>> year_of(edition, edition.by_path["next_year.direction"])
    2019

    """
    named = (_placeholder(entry) for entry in axis_entries(edition, field).values())
    offsets = [match for match in named if match is not None]
    label = field.entry.label + edition.definition.parts[field.entry.part]
    of_label = YEAR_PLACEHOLDER.search(label)
    year = offsets[0] if offsets else of_label
    return None if year is None else edition.year + int(year["offset"])


def label_beside_year(edition: Edition, field: Field) -> str:
    """Return what a field's axes say but for its year: 決算 of H28年度決算, "" where they say no more."""
    labels = (entry.label for entry in axis_entries(edition, field).values())
    return " ".join(filter(None, (YEAR_PLACEHOLDER.sub("", label).strip() for label in labels)))


def is_over(edition: Edition, field: Field) -> bool:
    """True for a field of a year that is over; what is of no year never is."""
    entries = axis_entries(edition, field).values()
    return bool(entries) and all(entry.finished for entry in entries)


def carry_of(edition: Edition, field: Field) -> Carry:
    """Return what becomes of a field's value in the edition after this one: as the form says, else what suits the field."""
    entry = field.entry
    if field.path in _identity_paths(edition) or is_over(edition, field):
        return "keep"
    if entry.carry is not None:
        return entry.carry
    if entry.required_when == "finished" or _is_labelled_with_year(edition, field):
        return "empty"
    return "mark" if entry.multiline else "keep"


def _placeholder(entry: AxisEntry) -> re.Match[str] | None:
    """Return the year that an entry of an axis names, in its key or its label."""
    return YEAR_PLACEHOLDER.search(str(entry.key)) or YEAR_PLACEHOLDER.search(entry.label)


def _axis(edition: Edition, name: str) -> list[AxisEntry]:
    return edition.definition.axes[name]


def _meaning(edition: Edition, path: str, entries: dict[str, AxisEntry]) -> str:
    return _AXIS.sub(lambda axis: _step(edition, entries.get(axis[1]), axis[0]), path)


def _step(edition: Edition, entry: AxisEntry | None, step: str) -> str:
    """Return an axis' entry with its year as a western one: its key, or its label where only that names the year."""
    if entry is None:
        return step
    key = str(entry.key)
    named = entry.label if YEAR_PLACEHOLDER.search(entry.label) else key
    text = key if YEAR_PLACEHOLDER.search(key) else named
    return YEAR_PLACEHOLDER.sub(lambda year: str(edition.year + int(year["offset"])), text)


def _identity_paths(edition: Edition) -> frozenset[str]:
    """Return the paths of the fields that say whose sheet it is."""
    identity = edition.definition.identity
    units = (level.field for level in identity.organization)
    return frozenset((*identity.key, *identity.program, *units, identity.title))


def _is_labelled_with_year(edition: Edition, field: Field) -> bool:
    """True where a field of no axis is about a year all the same: H31年度の方向性."""
    entry = field.entry
    label = entry.label + edition.definition.parts[entry.part]
    return not axis_entries(edition, field) and YEAR_PLACEHOLDER.search(label) is not None


__all__ = ["axis_entries", "carry_of", "is_over", "label_beside_year", "meanings", "year_of"]
