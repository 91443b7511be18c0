"""Which fields a phase of the year asks for: the tables [phases] of form.toml, and the same lists in a city's [[phase]]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic import Field

from xlsync.form.strict import Strict

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

DUE, NOT_DUE_YET = "due", "not due"
"""The marks of fields that a phase asks for beyond the form, and of those that it does not ask for yet."""


class PhaseFields(Strict):
    """Paths of fields, with year placeholders, or the beginnings of paths up to a dot."""

    required: list[str] = Field(default=[])
    not_due: list[str] = Field(default=[])

    def marks(self, edition: Edition) -> dict[str, str]:
        """Return the mark of each typed field that the phase speaks of; what is required is so, whatever else is said."""
        marks = dict.fromkeys(_paths_named(edition, self.not_due), NOT_DUE_YET)
        return marks | dict.fromkeys(_paths_named(edition, self.required), DUE)

    def unknown_paths(self, edition: Edition) -> list[str]:
        """Return what names no field of an edition that people type."""
        named = (*self.required, *self.not_due)
        return [path for path in named if not any(_paths_named(edition, [path]))]


NO_FIELDS: Final[Mapping[str, str]] = {}


def edition_in_phase(edition: Edition, marks: Mapping[str, str]) -> Edition:
    """Return the edition in which nobody has to fill yet what a phase does not ask for, as if the form said so."""
    postponed = frozenset(path for path, mark in marks.items() if mark == NOT_DUE_YET)
    return _without_required(edition, postponed) if postponed else edition


@lru_cache(maxsize=16)
def _without_required(edition: Edition, paths: frozenset[str]) -> Edition:
    fields = (
        replace(field, required=False) if field.path in paths else field for field in edition.fields
    )
    return replace(edition, fields=tuple(fields))


def _paths_named(edition: Edition, names: list[str]) -> Iterator[str]:
    """Yield the paths of the typed fields that are named, or lie below a name."""
    wanted = [edition.expand(name) for name in names]
    for field in edition.fields:
        is_named = any(f"{field.path}.".startswith(f"{name}.") for name in wanted)
        if is_named and field.path not in edition.formulas:
            yield field.path


__all__ = ["DUE", "NOT_DUE_YET", "NO_FIELDS", "PhaseFields", "edition_in_phase"]
