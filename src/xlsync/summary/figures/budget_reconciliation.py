"""Reconciliation with the budget: what the sheets of each 予算事業 add up to, against 要する経費全体 as they state it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from xlsync.summary.figures.projects import Total, total

if TYPE_CHECKING:
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.page_fields import ProgramTotal
    from xlsync.summary.figures.projects import Number, Project

Agreement = Literal["一致", "不一致", "確認できません"]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the sheets say the program costs: `amount` is None where none says, or not all of them (`known_count`) the same."""

    amount: Number | None
    known_count: int
    differing: bool


@dataclass(frozen=True)
class Program:
    """The projects of one budget code: a 予算事業, or a 款, 項 or 目 above it (`depth` codes of it in `codes`).

    `outside` are projects of the same code in other departments; `number` tells programs of one depth apart.
    """

    codes: tuple[str, ...]
    number: int
    projects: tuple[Project, ...] = field(repr=False)
    outside: tuple[Project, ...] = field(default=(), repr=False)

    @property
    def code(self) -> str:
        """The code as people write it: 01-02-01-08-14."""
        return "-".join(self.codes)

    def total(self, path: str) -> Total:
        """Add up a field over the projects of this summary."""
        return total(self.projects, path)

    def outside_total(self, path: str) -> Total:
        """Add up a field over the projects of other departments."""
        return total(self.outside, path)

    def stated(self, path: str) -> Stated:
        """The total that the projects' sheets state."""
        stated = [number for p in self.projects if (number := p.number(path)) is not None]
        differing = len(set(stated)) > 1
        return Stated(stated[0] if stated and not differing else None, len(stated), differing)

    def difference(self, pair: ProgramTotal) -> Number | None:
        """The stated total less the sum of the sheets; None where either is incomplete."""
        own, others = self.total(pair.own.path), self.outside_total(pair.own.path)
        stated = self.stated(pair.stated.path).amount
        if stated is None or own.missing or others.missing:
            return None
        return stated - own.amount - others.amount

    def with_all(self, paths: Sequence[str]) -> tuple[int, int]:
        """How many projects of this summary, and how many of other departments, have a number in every one of the fields."""
        return _count_with_all(self.projects, paths), _count_with_all(self.outside, paths)

    def agreement(self, pairs: Sequence[ProgramTotal]) -> Agreement:
        """Whether every total agrees that is due; one that disagrees makes 不一致."""
        due = [pair for pair in pairs if not self.total(pair.own.path).is_open]
        differences = [self.difference(pair) for pair in due]
        if any(differences) or any(self.stated(pair.stated.path).differing for pair in pairs):
            return "不一致"
        return "確認できません" if None in differences else "一致"


def _count_with_all(projects: Sequence[Project], paths: Sequence[str]) -> int:
    return sum(_has_all(project, paths) for project in projects)


def _has_all(project: Project, paths: Sequence[str]) -> bool:
    return all(project.number(path) is not None for path in paths)


def programs_of(figures: Figures) -> Iterator[Program]:
    """Yield every 款, 項 and 目, each before those in it, and every 予算事業, in order of their codes."""
    depths = len(figures.form_fields.program.codes)
    inside: dict[tuple[str, ...], list[Project]] = {}
    outside: dict[tuple[str, ...], list[Project]] = {}
    for held, projects in ((inside, figures.projects), (outside, figures.outside)):
        for project in projects:
            codes = codes_of(project, figures)
            for depth in range(max(1, min(2, depths)), depths + 1):
                held.setdefault(codes[:depth], []).append(project)
    numbers = [0] * (depths + 1)
    for codes in sorted(inside):
        numbers[len(codes)] += 1
        others = tuple(outside.get(codes, ())) if len(codes) == depths else ()
        yield Program(codes, numbers[len(codes)], tuple(inside[codes]), others)


def codes_of(project: Project, figures: Figures) -> tuple[str, ...]:
    """The budget codes of a project, 会計 first."""
    return tuple(project.sheet.text(code.path) for code in figures.form_fields.program.codes)
