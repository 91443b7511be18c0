"""The projects that cost most, and those whose cost changed most. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.figures.projects import Number, Project


@dataclass(frozen=True, slots=True)
class CostChange:
    """A project with its amounts in two columns of the form; None where there is no number."""

    project: Project
    before: Number | None
    after: Number | None

    @property
    def difference(self) -> Number:
        """After less before; 0 where either is not known."""
        return 0 if self.before is None or self.after is None else self.after - self.before


def largest(
    projects: Sequence[Project], before: Field, after: Field, most: int
) -> list[CostChange]:
    """The projects with the largest amounts in `after`, largest first; of equals the smaller key first."""
    known = [
        change for change in _cost_changes(projects, before, after) if change.after is not None
    ]
    known.sort(key=lambda change: change.project.sheet.key)
    return sorted(known, key=_after, reverse=True)[:most]


def most_changed(
    projects: Sequence[Project], before: Field, after: Field, most: int
) -> list[CostChange]:
    """The projects whose amount changed most, up or down; those that did not change are left out."""
    changed = [change for change in _cost_changes(projects, before, after) if change.difference]
    changed.sort(key=lambda change: change.project.sheet.key)
    return sorted(changed, key=_extent, reverse=True)[:most]


def _after(change: CostChange) -> Number:
    return change.after or 0


def _extent(change: CostChange) -> Number:
    return change.difference if change.difference > 0 else -change.difference


def _cost_changes(projects: Sequence[Project], before: Field, after: Field) -> list[CostChange]:
    return [CostChange(p, p.number(before.path), p.number(after.path)) for p in projects]
