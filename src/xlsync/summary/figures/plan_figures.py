"""Which projects serve which 施策 of the city's list. Pure.

A project that names several counts in each of them, and once in the plan's total. A 施策 above others counts what they have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.plan_lines import NamedPlan, named_plans
from xlsync.plan_list import plain_codes

if TYPE_CHECKING:
    from xlsync.plan_list import PlanEntry, PlanList
    from xlsync.summary.figures.projects import Project


@dataclass(frozen=True, slots=True)
class PlanMembers:
    """A line of a plan's table: what it is called, how deep it stands, and the projects that serve it."""

    title: str
    depth: int
    projects: tuple[Project, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A plan: its 施策 in order, the projects that name one outside the list, and those that name none."""

    plan_name: str
    plan_members: tuple[PlanMembers, ...]
    outside: tuple[Project, ...] = field(repr=False)
    none_named: tuple[Project, ...] = field(repr=False)


def plan_tables(projects: Sequence[Project], plan_list: PlanList) -> list[PlanTable]:
    """Return a table for each plan that the form names and the city lists for the year; none without projects."""
    if not projects:
        return []
    edition = projects[0].sheet.edition
    named = {id(project): list(named_plans(project.sheet, plan_list)) for project in projects}
    names = dict.fromkeys(plan.name for plan in edition.definition.plan)
    listed = {name: plan_list.in_year(name, edition.year) for name in names}
    return [_table(name, entries, projects, named) for name, entries in listed.items() if entries]


def _table(
    name: str,
    entries: Sequence[PlanEntry],
    projects: Sequence[Project],
    named: Mapping[int, Sequence[NamedPlan]],
) -> PlanTable:
    of_plan = [(project, _of_plan(named[id(project)], name)) for project in projects]
    rows = []
    for entry in entries:
        members = [project for project, plans in of_plan if _serve(plans, entry)]
        rows.append(PlanMembers(entry.words, max(0, len(entry.codes) - 1), tuple(members)))
    outside = tuple(project for project, plans in of_plan if _has_unlisted(plans))
    none_named = tuple(project for project, plans in of_plan if not plans)
    return PlanTable(name, tuple(rows), outside, none_named)


def _of_plan(plans: Sequence[NamedPlan], name: str) -> list[NamedPlan]:
    return [each for each in plans if each.plan_line.plan_name == name]


def _has_unlisted(plans: Sequence[NamedPlan]) -> bool:
    return any(each.plan_entry is None for each in plans)


def _serve(plans: Sequence[NamedPlan], entry: PlanEntry) -> bool:
    return any(_serves(each, entry) for each in plans)


def _serves(named: NamedPlan, entry: PlanEntry) -> bool:
    """Whether a project's line is a 施策, or one below it."""
    if named.plan_entry is None:
        return False
    own, above = plain_codes(named.plan_entry.codes), plain_codes(entry.codes)
    return own[: len(above)] == above if above else named.plan_entry == entry


def without_any_plan(tables: Sequence[PlanTable]) -> Iterator[Project]:
    """Yield the projects that name none of the plans."""
    ids = [set(map(id, table.none_named)) for table in tables]
    for project in tables[0].none_named if tables else ():
        if all(id(project) in those for those in ids):
            yield project


__all__ = ["PlanMembers", "PlanTable", "plan_tables", "without_any_plan"]
