"""The years of all projects: which of them a page shows, what each project says of them, and what they add up to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.summary.figures.targets import verdict
from xlsync.summary.figures.year_values import shown_places

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.summary.figures.page_fields import YearsFields
    from xlsync.summary.figures.projects import Number, Project
    from xlsync.summary.figures.targets import Verdict
    from xlsync.summary.figures.year_values import YearPlace, YearValue

MOST_YEARS: Final = 10
"""What fits on a page; earlier years are told by `xlsync history --years`."""
ByYear = Mapping[int, "YearValue"]


@dataclass(frozen=True, slots=True)
class ProjectYears:
    """A project, and what its sheets say in each entry of each year that is shown."""

    project: Project
    said: Mapping[str, ByYear] = field(repr=False)

    def at(self, pattern: str, year: int) -> YearValue | None:
        """What is said of a year in an entry, None for nothing."""
        return self.said[pattern].get(year)

    def verdict(self, target: str, actual: str, year: int) -> Verdict:
        """Whether a year's target was met."""
        wanted, reached = self.at(target, year), self.at(actual, year)
        return verdict(_value(wanted), _value(reached))


def _value(said: YearValue | None) -> Value:
    return None if said is None else said.value


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The years that are shown, the place of each entry in each (決算 or 当初), and the projects in order."""

    years: tuple[int, ...]
    places: Mapping[str, Mapping[int, YearPlace]]
    by_project: tuple[ProjectYears, ...] = field(repr=False)

    def heading(self, edition: Edition, year: int, patterns: Iterable[str]) -> str:
        """What a year is headed by: its label, and what the amounts of that year are."""
        shown = (self.places[pattern].get(year) for pattern in patterns)
        beside = dict.fromkeys(place.beside for place in shown if place and place.beside)
        return "\n".join((f"{edition.calendar.label(year)}年度", "・".join(beside))).strip()


def year_figures(projects: Sequence[Project], fields: YearsFields) -> YearFigures:
    """Return what projects say of the newest years."""
    said = [{pattern: each.over_years(pattern) for pattern in fields.patterns} for each in projects]
    places = {
        pattern: shown_places(place for each in said for place in sorted(each[pattern]))
        for pattern in fields.patterns
    }
    years = tuple(sorted({year for shown in places.values() for year in shown})[-MOST_YEARS:])
    by_project = tuple(
        ProjectYears(project, _by_year(own, places))
        for project, own in zip(projects, said, strict=True)
    )
    return YearFigures(years, places, by_project)


def _by_year(
    own: Mapping[str, Mapping[YearPlace, YearValue]],
    places: Mapping[str, Mapping[int, YearPlace]],
) -> dict[str, ByYear]:
    """Return a project's values at the places that are shown."""
    return {
        pattern: {year: values[place] for year, place in places[pattern].items() if place in values}
        for pattern, values in own.items()
    }


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
