"""What the sheets add up to: projects in order, groups of them, totals and counts. Pure; every figure of a summary is here.

figures = figures_of(items, department="政策部", edition=edition)
figures.groups[0].names               ("情報政策課",)
figures.groups[0].total(path)         Total(count=5, missing=1, amount=270862)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Final, Literal

from xlsync.finding import Finding, Severity
from xlsync.kinds import DASH, fold
from xlsync.sheet import Sheet
from xlsync.summary.concepts import Concepts, Scale, concepts_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

Level = Literal["department", "division", "section"]
LEVELS: Final[tuple[Level, ...]] = ("department", "division", "section")
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """A sheet as the summary gets it, with its open findings and the way to its workbook.

    `link` is a relative path with "/" from the summary's folder (`../評価シート/部/課/key_名前.xlsx`), "" where there is none.
    """

    sheet: Sheet
    findings: tuple[Finding, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over `count` projects, `missing` of which have no number there (blank, "-" or unreadable)."""

    count: int
    missing: int
    amount: Number

    @property
    def known(self) -> Number | None:
        """The sum of what is there; None where nothing is, for that is not 0."""
        return None if self.missing == self.count else self.amount


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each word of a scale was given; words outside the list, "-" and blank are counted apart."""

    words: tuple[int, ...]
    unlisted: int
    dash: int
    blank: int


@dataclass(frozen=True, slots=True)
class Project:
    """One row: a sheet, its findings and its link."""

    item: Item

    @property
    def sheet(self) -> Sheet:
        """The sheet of the project."""
        return self.item.sheet

    @property
    def names(self) -> tuple[str, str, str]:
        """部, 課 and 係, "" where blank."""
        return (self.sheet.department, self.sheet.division, self.sheet.section)

    def number(self, path: str) -> Number | None:
        """Give the number at a path; None for blank and "-"."""
        value = self.sheet[path]
        return value if isinstance(value, int | Decimal) else None

    def found(self, severity: Severity) -> int:
        """Count the open findings of a severity."""
        return sum(finding.severity == severity for finding in self.item.findings)


class _Members:
    """What can be said of any number of projects."""

    projects: tuple[Project, ...]

    def total(self, path: str) -> Total:
        """Add up a field over the projects."""
        return total(self.projects, path)

    def tally(self, scale: Scale) -> Tally:
        """Count the grades of the projects."""
        return tally(self.projects, scale)


@dataclass(frozen=True)
class Group(_Members):
    """The projects of one 部, 課 or 係. `names` leads to it from the top; `number` tells groups of one level apart."""

    names: tuple[str, ...]
    number: int
    projects: tuple[Project, ...] = field(repr=False)


@dataclass(frozen=True)
class Figures(_Members):
    """Everything a summary shows. `department` is None for the whole city; `levels` are those the groups have.

    `groups` lists each group before the groups in it; `projects` stand in the order of their groups.
    """

    department: str | None
    concepts: Concepts = field(repr=False)
    levels: tuple[Level, ...]
    groups: tuple[Group, ...] = field(repr=False)
    projects: tuple[Project, ...] = field(repr=False)

    @cached_property
    def numbers(self) -> Mapping[tuple[str, ...], int]:
        """The number of each group by its names."""
        return {group.names: group.number for group in self.groups}

    def number(self, project: Project, level: Level) -> int:
        """Give the number of the group of a level that holds the project."""
        return self.numbers[_place(project, self.levels)[: self.levels.index(level) + 1]]

    def level(self, group: Group) -> Level:
        """Give the level of a group."""
        return self.levels[len(group.names) - 1]


def figures_of(items: Sequence[Item], *, department: str | None, edition: Edition) -> Figures:
    """Give the figures of one department (its name compared without width and spaces), or of all with None.

    All sheets must be of the edition (ValueError). Groups stand in the order of their smallest key.
    """
    if any(_form(item.sheet.edition) != _form(edition) for item in items):
        raise ValueError("every sheet of a summary is of its edition")
    projects = [Project(item) for item in items if _belongs(item.sheet, department)]
    projects.sort(key=lambda p: (p.sheet.key, p.names, p.sheet.title, p.item.link))
    levels = LEVELS if department is None else LEVELS[1:]
    groups = tuple(_groups(projects, levels, 0, [count(1) for _ in levels]))
    ordered = tuple(
        p for group in groups if len(group.names) == len(levels) for p in group.projects
    )
    return Figures(department, concepts_of(edition), levels, groups, ordered)


def total(projects: Iterable[Project], path: str) -> Total:
    """Add up a field; what is no number is counted as missing."""
    numbers = [project.number(path) for project in projects]
    known = [number for number in numbers if number is not None]
    return Total(len(numbers), len(numbers) - len(known), sum(known))


def tally(projects: Iterable[Project], scale: Scale) -> Tally:
    """Count the grades of a scale."""
    given = Counter(project.sheet[scale.field.path] for project in projects)
    words = tuple(given[word] for word in scale.words)
    unlisted = given.total() - sum(words) - given[DASH] - given[None]
    return Tally(words, unlisted, given[DASH], given[None])


def _form(edition: Edition) -> tuple[str, int]:
    return edition.form, edition.year


def _belongs(sheet: Sheet, department: str | None) -> bool:
    return department is None or fold(sheet.department) == fold(department)


def _place(project: Project, levels: tuple[Level, ...]) -> tuple[str, ...]:
    return project.names[-len(levels) :]


def _groups(
    projects: Sequence[Project], levels: tuple[Level, ...], depth: int, numbers: list[count[int]]
) -> Iterator[Group]:
    if depth == len(levels):
        return
    members: dict[tuple[str, ...], list[Project]] = {}
    for project in projects:
        members.setdefault(_place(project, levels)[: depth + 1], []).append(project)
    for names, those in members.items():
        yield Group(names, next(numbers[depth]), tuple(those))
        yield from _groups(those, levels, depth + 1, numbers)
