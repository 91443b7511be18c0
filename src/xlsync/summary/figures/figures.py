"""What the sheets add up to: projects in order, groups of them, totals and counts. Pure; every figure of a summary is here.

figures = figures_of(items, department="政策部", edition=edition)
figures.groups[0].names               ("情報政策課",)
figures.groups[0].total(path)         Total(count=5, missing=1, amount=270862)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.organization import Organization, Unit, plain_name
from xlsync.plan_list import CodeLists, PlanList
from xlsync.summary.figures.form_fields import FormFields, form_fields_of
from xlsync.summary.figures.page_fields import Scale
from xlsync.summary.figures.projects import Item, Project, Tally, Total, tally, total
from xlsync.summary.figures.unit_names import names_of, spelling_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition

Level = str
"""A level of the form's organization, counted from the top: level0, level1 …"""
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


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
    projects of other departments under the same budget programs. `missing_units` are the 部, 課, 係 of the city's list that
    have no sheet. `budget_names` are the city's names of budget codes, `code_lists` these and its other lists.
    """

    department: str | None
    form_fields: FormFields = field(repr=False)
    levels: tuple[Level, ...]
    groups: tuple[Group, ...] = field(repr=False)
    projects: tuple[Project, ...] = field(repr=False)
    outside: tuple[Project, ...] = field(default=(), repr=False)
    missing_units: tuple[Unit, ...] = ()
    budget_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    code_lists: CodeLists = field(default_factory=CodeLists, repr=False)

    @property
    def plan_list(self) -> PlanList:
        """The city's 施策."""
        return self.code_lists.plan_list

    @cached_property
    def numbers(self) -> Mapping[tuple[str, ...], int]:
        """The number of each group by its names."""
        return {group.names: group.number for group in self.groups}

    def number(self, project: Project, level: Level) -> int:
        """The number of the group of a level that the project is in."""
        return self.numbers[self.names(project.names)[: self.levels.index(level) + 1]]

    @property
    def level_words(self) -> tuple[str, ...]:
        """What the form calls its levels: 課, 係."""
        words = self.form_fields.level_words
        return words[len(words) - len(self.levels) :]

    def names(self, unit: tuple[str, ...]) -> tuple[str, ...]:
        """The names of a unit on its levels."""
        return _way(unit, self.levels)

    def level(self, group: Group) -> Level:
        """The level of a group."""
        return self.levels[len(group.names) - 1]


def figures_of(
    items: Sequence[Item],
    *,
    department: str | None,
    edition: Edition,
    organization: Organization | None = None,
    budget_names: Mapping[str, str] = _NO_NAMES,
) -> Figures:
    """Compute the figures of one department (its name compared by what it means, not how it is typed), or of all with None.

    All sheets must be of the edition (ValueError). Groups stand in the order of the city's list, else of their smallest key.
    """
    if any(_form(item.sheet.edition) != _form(edition) for item in items):
        raise ValueError("every sheet of a summary is of its edition")
    every = _projects(items, organization)
    own = [p for p in every if _belongs(p.names, department)]
    every_level = levels_of(edition)
    levels = every_level if department is None else every_level[1:]
    groups = tuple(_groups(own, levels, 0, [count(1) for _ in levels]))
    deepest = [group.projects for group in groups if len(group.names) == len(levels)]
    ordered = tuple(chain.from_iterable(deepest)) if levels else tuple(own)
    return Figures(
        department,
        form_fields_of(edition),
        levels,
        groups,
        ordered,
        _outside(every, ordered),
        tuple(_missing(every, department, organization)),
        budget_names,
    )


def _projects(items: Sequence[Item], organization: Organization | None) -> list[Project]:
    """The projects in the order of the city's list, else of their keys, with the names of their units in one spelling."""
    spelled = spelling_of([names_of(item.sheet) for item in items], organization)

    def order(project: Project) -> tuple[object, ...]:
        sheet = project.sheet
        listed = _list_order(project, organization)
        return listed, sheet.key, project.names, sheet.title, project.item.link

    return sorted((Project(item, spelled[names_of(item.sheet)]) for item in items), key=order)


def _outside(every: Sequence[Project], own: Sequence[Project]) -> tuple[Project, ...]:
    """The projects of other departments under the same budget programs."""
    programs = {project.sheet.program for project in own}
    inside = {id(project) for project in own}
    return tuple(p for p in every if p.sheet.program in programs and id(p) not in inside)


def _missing(
    projects: Sequence[Project], department: str | None, organization: Organization | None
) -> Iterator[Unit]:
    """Yield the units of the city's list without any sheet; one without units below counts by its own sheets."""
    if organization is None:
        return
    seen = {tuple(map(plain_name, project.names)) for project in projects}
    held = seen | {names[:-1] for names in seen}
    for unit in organization.units:
        names = tuple(map(plain_name, unit))
        if _belongs(unit, department) and (names if unit[-1] else names[:-1]) not in held:
            yield unit


def _form(edition: Edition) -> tuple[str, int]:
    return edition.form, edition.year


def _belongs(names: tuple[str, ...], department: str | None) -> bool:
    """True for a unit of a department; where the form has no organization, "" is the department of every sheet."""
    return department is None or plain_name("".join(names[:1])) == plain_name(department)


def _list_order(project: Project, organization: Organization | None) -> tuple[int, ...]:
    return () if organization is None else organization.sort_key(project.names)


def levels_of(edition: Edition) -> tuple[Level, ...]:
    """Return the levels of the form's organization from the top."""
    return tuple(f"level{depth}" for depth in range(len(edition.definition.identity.organization)))


def _way(unit: tuple[str, ...], levels: tuple[Level, ...]) -> tuple[str, ...]:
    return unit[len(unit) - len(levels) :]


def _groups(
    projects: Sequence[Project], levels: tuple[Level, ...], depth: int, numbers: list[count[int]]
) -> Iterator[Group]:
    if depth == len(levels):
        return
    members: dict[tuple[str, ...], list[Project]] = {}
    for project in projects:
        members.setdefault(_way(project.names, levels)[: depth + 1], []).append(project)
    for names, those in members.items():
        yield Group(names, next(numbers[depth]), tuple(those))
        yield from _groups(those, levels, depth + 1, numbers)
