"""The projects that cost most, and those whose cost changed most. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.figures.figures import Number, Project


@dataclass(frozen=True, slots=True)
class Moved:
    """A project with its amounts in two columns of the form; None where there is no number."""

    project: Project
    before: Number | None
    after: Number | None

    @property
    def change(self) -> Number:
        """After less before; 0 where either is not known."""
        return 0 if self.before is None or self.after is None else self.after - self.before


def largest(projects: Sequence[Project], before: Field, after: Field, most: int) -> list[Moved]:
    """Give the projects with the largest amounts in `after`, largest first; of equals the smaller key first."""
    known = [one for one in _moved(projects, before, after) if one.after is not None]
    known.sort(key=lambda one: one.project.sheet.key)
    return sorted(known, key=_after, reverse=True)[:most]


def most_changed(
    projects: Sequence[Project], before: Field, after: Field, most: int
) -> list[Moved]:
    """Give the projects whose amount changed most, up or down; those that did not change are left out."""
    changed = [one for one in _moved(projects, before, after) if one.change]
    changed.sort(key=lambda one: one.project.sheet.key)
    return sorted(changed, key=_extent, reverse=True)[:most]


def _after(one: Moved) -> Number:
    return one.after or 0


def _extent(one: Moved) -> Number:
    return one.change if one.change > 0 else -one.change


def _moved(projects: Sequence[Project], before: Field, after: Field) -> list[Moved]:
    return [Moved(p, p.number(before.path), p.number(after.path)) for p in projects]
