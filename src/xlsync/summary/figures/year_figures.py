"""The years of all projects: which of them a page shows, what each project says of them, and what they add up to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.summary.figures.targets import verdict
from xlsync.summary.figures.year_values import shown_keys

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.summary.figures.page_fields import YearsFields
    from xlsync.summary.figures.projects import Number, Project
    from xlsync.summary.figures.targets import Verdict
    from xlsync.summary.figures.year_values import YearKey, YearValue, YearValues

MOST_YEARS: Final = 10
"""What fits on a page; earlier years are told by `xlsync history --years`."""
ByYear = Mapping[int, "YearValue"]


@dataclass(frozen=True, slots=True)
class ProjectYears:
    """A project, and what its sheets say in each entry of each year that is shown."""

    project: Project
    values_by_entry: Mapping[str, ByYear] = field(repr=False)

    def at(self, pattern: str, year: int) -> YearValue | None:
        """What is told of a year in an entry, None for nothing."""
        return self.values_by_entry[pattern].get(year)

    def verdict(self, target: str, actual: str, year: int) -> Verdict:
        """Whether a year's target was met."""
        wanted, reached = self.at(target, year), self.at(actual, year)
        return verdict(_value(wanted), _value(reached))


def _value(known: YearValue | None) -> Value:
    return None if known is None else known.value


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The years that are shown, the year_key of each entry in each (決算 or 当初), and the projects in order."""

    years: tuple[int, ...]
    year_keys: Mapping[str, Mapping[int, YearKey]]
    by_project: tuple[ProjectYears, ...] = field(repr=False)

    def heading(self, edition: Edition, year: int, patterns: Iterable[str]) -> str:
        """What a year is headed by: its label, and what the amounts of that year are."""
        shown = (self.year_keys[pattern].get(year) for pattern in patterns)
        beside = dict.fromkeys(
            year_key.label_beside for year_key in shown if year_key and year_key.label_beside
        )
        return "\n".join((f"{edition.calendar.label(year)}年度", "・".join(beside))).strip()


def year_figures(projects: Sequence[Project], fields: YearsFields) -> YearFigures:
    """Return what projects say of the newest years."""
    by_pattern = {pattern: _over_years(projects, pattern) for pattern in fields.patterns}
    year_keys = {
        pattern: shown_keys(chain.from_iterable(map(sorted, values)))
        for pattern, values in by_pattern.items()
    }
    years = sorted(set(chain.from_iterable(year_keys.values())))[-MOST_YEARS:]
    by_project = []
    for at, project in enumerate(projects):
        own = {
            pattern: _by_year(values[at], year_keys[pattern])
            for pattern, values in by_pattern.items()
        }
        by_project.append(ProjectYears(project, own))
    return YearFigures(tuple(years), year_keys, tuple(by_project))


def _over_years(projects: Iterable[Project], pattern: str) -> list[YearValues]:
    return [project.over_years(pattern) for project in projects]


def _by_year(values: YearValues, shown: Mapping[int, YearKey]) -> ByYear:
    """Return an entry's values in the columns that are shown."""
    return {year: values[key] for year, key in shown.items() if key in values}


def year_total(
    by_project: Iterable[ProjectYears], pattern: str, year: int
) -> tuple[int, Number | None]:
    """Return how many projects have a number in an entry at a year, and their sum; None where none has."""
    values = (each.at(pattern, year) for each in by_project)
    numbers = [each.number for each in values if each is not None and each.number is not None]
    return len(numbers), sum(numbers) if numbers else None


def targets_met(
    by_project: Iterable[ProjectYears], target: str, actual: str, year: int
) -> tuple[int, int]:
    """Return how many targets of a year were met, and of how many that can be told."""
    verdicts = [each.verdict(target, actual, year) for each in by_project]
    met = verdicts.count("○")
    return met, met + verdicts.count("×")


__all__ = [
    "MOST_YEARS",
    "ProjectYears",
    "YearFigures",
    "targets_met",
    "year_figures",
    "year_total",
]
