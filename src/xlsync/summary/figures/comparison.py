"""Sums that may be compared: over exactly the projects that have a number in every field that is compared. Pure.

A year with forty sheets filled in and one with thirty differ by ten sheets, not by what the city spends. So changes, shares and
charts leave out, in all their fields, each project that lacks one of them, and say of how many projects they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.summary.figures.projects import Total, total

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.summary.figures.projects import Number, Project


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sums over the `count` projects that have a number in every field, in the order of the fields; `missing` lack one."""

    count: int
    missing: int
    sums: tuple[Number, ...]

    @property
    def change(self) -> Number | None:
        """The last sum less the first; None where no project can be compared."""
        return self.sums[-1] - self.sums[0] if self.count else None

    @property
    def rate(self) -> float | None:
        """The change in relation to the first sum; None where that is 0 or nothing can be compared."""
        change = self.change
        return None if change is None or not self.sums[0] else float(change) / float(self.sums[0])

    @property
    def whole(self) -> Number | None:
        """The sum of all sums; None where no project can be compared."""
        return sum(self.sums) if self.count else None

    def total(self, *, due: bool) -> Total:
        """Return the sum of all sums as a total over every project."""
        return Total(self.count + self.missing, self.missing, sum(self.sums), due)

    def share(self, index: int) -> float | None:
        """What part of the whole one of the sums is; None where the whole is 0 or unknown."""
        return float(self.sums[index]) / float(self.whole) if self.whole else None


def compare(projects: Iterable[Project], fields: Sequence[Field]) -> Comparison:
    """Add up fields over the projects that have a number in all of them."""
    every = list(projects)
    complete = [project for project in every if has_all(project, fields)]
    sums = tuple(total(complete, field.path).amount for field in fields)
    return Comparison(len(complete), len(every) - len(complete), sums)


def has_all(project: Project, fields: Iterable[Field]) -> bool:
    """True where a project has a number in every field."""
    return all(project.number(field.path) is not None for field in fields)


def sum_of_all(project: Project, fields: Sequence[Field]) -> Number | None:
    """The sum of a project's fields; None where one of them has no number."""
    return compare([project], fields).whole if fields else None
