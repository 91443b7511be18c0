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
from xlsync.kinds import DASH
from xlsync.organization import Organization, Unit, plain_name
from xlsync.sheet import Sheet
from xlsync.summary.figures.form_fields import Concepts, Scale, concepts_of
from xlsync.summary.figures.progress import STATES, Line
from xlsync.summary.figures.unit_names import names_of, spelling_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value

Level = Literal["department", "division", "section"]
LEVELS: Final[tuple[Level, ...]] = ("department", "division", "section")
Number = int | Decimal

SUBMITTED: Final = STATES["done"]
STATE_WORDS: Final = tuple(reversed(STATES.values()))
"""How far a sheet is, one word for each, best first; the words of the board."""


@dataclass(frozen=True, slots=True)
class Item:
    """A sheet as the summary gets it, with its open findings and conflicts, and the way to its workbook.

    `link` is a relative path with "/" from the summary's folder (`../評価シート/部/課/key_名前.xlsx`), "" where there is none;
    `places` tells (worksheet, cell) of each field there. `state` is one of STATE_WORDS. `before` is the sheet of the same key
    in the edition of the year before.
    """

    sheet: Sheet
    findings: tuple[Finding, ...] = ()
    link: str = ""
    conflicts: tuple[Finding, ...] = ()
    state: str = SUBMITTED
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    before: Sheet | None = None


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
    """One row: a sheet with its findings and its link; `names` are 部, 課 and 係, "" where blank, in one spelling for all."""

    item: Item
    names: tuple[str, str, str]

    @property
    def sheet(self) -> Sheet:
        """The sheet of the project."""
        return self.item.sheet

    def number(self, path: str) -> Number | None:
        """Give the number at a path; None for blank and "-"."""
        value = self.sheet[path]
        return value if isinstance(value, int | Decimal) else None

    def past(self, scale: Scale) -> Value:
        """Give the grade of the same name that the edition a year earlier gave for its finished year; None for none."""
        before = self.item.before
        if before is None:
            return None
        name = scale.field.path.rpartition(".")[2]
        graded = (past.field.path for past in concepts_of(before.edition).scales)
        return next((before[path] for path in graded if path.rpartition(".")[2] == name), None)

    def found(self, severity: Severity) -> int:
        """Count the open findings of a severity; a conflict is an error."""
        return sum(finding.severity == severity for finding in self.open_ones)

    @property
    def open_ones(self) -> tuple[Finding, ...]:
        """Every finding and conflict."""
        return (*self.item.conflicts, *self.item.findings)

    def target(self, path: str) -> tuple[str, str]:
        """Give the way to a field's cell: the file, and the place in it ("" where it is not known)."""
        worksheet, cell = self.item.places.get(path, ("", ""))
        return (self.item.link, place_of(worksheet, cell))


class _Members:
    """What can be said of any number of projects."""

    projects: tuple[Project, ...]

    def total(self, path: str) -> Total:
        """Add up a field over the projects."""
        return total(self.projects, path)

    def tally(self, scale: Scale, *, past: bool = False) -> Tally:
        """Count the grades of the projects, or those of the edition a year earlier."""
        return tally(self.projects, scale, past=past)


@dataclass(frozen=True)
class Group(_Members):
    """The projects of one 部, 課 or 係. `names` leads to it from the top; `number` tells groups of one level apart."""

    names: tuple[str, ...]
    number: int
    projects: tuple[Project, ...] = field(repr=False)


@dataclass(frozen=True)
class Figures(_Members):
    """Everything a summary shows. `department` is None for the whole city; `levels` are those the groups have.

    `groups` lists each group before the groups in it; `projects` stand in the order of their groups. `outside` are the
    projects of other departments under the same budget programs. `missing` are the 部, 課, 係 of the city's list that have
    no sheet.
    """

    department: str | None
    concepts: Concepts = field(repr=False)
    levels: tuple[Level, ...]
    groups: tuple[Group, ...] = field(repr=False)
    projects: tuple[Project, ...] = field(repr=False)
    outside: tuple[Project, ...] = field(default=(), repr=False)
    missing: tuple[Unit, ...] = ()

    @cached_property
    def numbers(self) -> Mapping[tuple[str, ...], int]:
        """The number of each group by its names."""
        return {group.names: group.number for group in self.groups}

    def number(self, project: Project, level: Level) -> int:
        """Give the number of the group of a level that holds the project."""
        return self.numbers[_way(project, self.levels)[: self.levels.index(level) + 1]]

    def level(self, group: Group) -> Level:
        """Give the level of a group."""
        return self.levels[len(group.names) - 1]


def figures_of(
    items: Sequence[Item],
    *,
    department: str | None,
    edition: Edition,
    organization: Organization | None = None,
) -> Figures:
    """Give the figures of one department (its name compared by what it means, not how it is typed), or of all with None.

    All sheets must be of the edition (ValueError). Groups stand in the order of the city's list, else of their smallest key.
    """
    if any(_form(item.sheet.edition) != _form(edition) for item in items):
        raise ValueError("every sheet of a summary is of its edition")
    spelled = spelling_of([names_of(item.sheet) for item in items], organization)
    every = [Project(item, spelled[names_of(item.sheet)]) for item in items]
    every.sort(
        key=lambda p: (_place(p, organization), p.sheet.key, p.names, p.sheet.title, p.item.link)
    )
    projects = [p for p in every if _belongs(p.names[0], department)]
    levels = LEVELS if department is None else LEVELS[1:]
    groups = tuple(_groups(projects, levels, 0, [count(1) for _ in levels]))
    ordered = tuple(
        p for group in groups if len(group.names) == len(levels) for p in group.projects
    )
    programs = {p.sheet.program for p in ordered}
    outside = tuple(
        p for p in every if not _belongs(p.names[0], department) and p.sheet.program in programs
    )
    return Figures(
        department,
        concepts_of(edition),
        levels,
        groups,
        ordered,
        outside,
        tuple(_missing(every, department, organization)),
    )


def state_word(*, started: bool, blank: int, errors: int, conflicts: int) -> str:
    """Give the word for how far a sheet is."""
    line = Line("", "", "", started=started, blank=blank, errors=errors, conflicts=conflicts)
    return STATES[line.state]


def place_of(worksheet: str, cell: str) -> str:
    """Give a cell as a link names it: '評価シート'!F12; "" where it is not known."""
    quoted = worksheet.replace("'", "''")
    return f"'{quoted}'!{cell}" if worksheet and cell else ""


def _missing(
    projects: Sequence[Project], department: str | None, organization: Organization | None
) -> Iterator[Unit]:
    """Give the units of the city's list without any sheet; a 課 without 係 counts by its own sheets."""
    if organization is None:
        return
    seen = {tuple(map(plain_name, project.names)) for project in projects}
    held = seen | {names[:2] for names in seen}
    for unit in organization.units:
        names = tuple(map(plain_name, unit))
        if _belongs(unit[0], department) and (names if unit[2] else names[:2]) not in held:
            yield unit


def total(projects: Iterable[Project], path: str) -> Total:
    """Add up a field; what is no number is counted as missing."""
    numbers = [project.number(path) for project in projects]
    known = [number for number in numbers if number is not None]
    return Total(len(numbers), len(numbers) - len(known), sum(known))


def tally(projects: Iterable[Project], scale: Scale, *, past: bool = False) -> Tally:
    """Count the grades of a scale, or those of the edition a year earlier."""
    given = Counter(p.past(scale) if past else p.sheet[scale.field.path] for p in projects)
    words = tuple(given[word] for word in scale.words)
    unlisted = given.total() - sum(words) - given[DASH] - given[None]
    return Tally(words, unlisted, given[DASH], given[None])


def crossed(
    projects: Iterable[Project], first: Scale, second: Scale
) -> Mapping[tuple[str, str], int]:
    """Count the projects by their marks on two scales."""
    marked = (
        (first.mark(p.sheet[first.field.path]), second.mark(p.sheet[second.field.path]))
        for p in projects
    )
    return Counter(marked)


def _form(edition: Edition) -> tuple[str, int]:
    return edition.form, edition.year


def _belongs(name: str, department: str | None) -> bool:
    return department is None or plain_name(name) == plain_name(department)


def _place(project: Project, organization: Organization | None) -> tuple[int, ...]:
    return () if organization is None else organization.place(project.names)


def _way(project: Project, levels: tuple[Level, ...]) -> tuple[str, ...]:
    return project.names[-len(levels) :]


def _groups(
    projects: Sequence[Project], levels: tuple[Level, ...], depth: int, numbers: list[count[int]]
) -> Iterator[Group]:
    if depth == len(levels):
        return
    members: dict[tuple[str, ...], list[Project]] = {}
    for project in projects:
        members.setdefault(_way(project, levels)[: depth + 1], []).append(project)
    for names, those in members.items():
        yield Group(names, next(numbers[depth]), tuple(those))
        yield from _groups(those, levels, depth + 1, numbers)
