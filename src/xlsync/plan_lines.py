"""Where a sheet names its plans (施策): the lines of [[plan]] of its form, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from xlsync.form.field_years import axis_entries
from xlsync.kinds import DASH, fold
from xlsync.plan_list import PlanEntry, PlanList, plain_codes

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet

PlanFault = Literal["", "unknown", "name"]
"""What is wrong with a line: nothing, its codes are in no list, or its name is another one there."""
_NO_CODE: Final = ("", DASH)
_SEVERAL: Final = re.compile(r"[\n、]")
"""Between the plans of a line that has names only."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan on the page: the plan, the paths of its codes from the uppermost, and of its name ("" for none)."""

    plan_name: str
    code_paths: tuple[str, ...]
    name_path: str


@dataclass(frozen=True, slots=True)
class NamedPlan:
    """What a line says: codes and name as typed, the entry of the city's list that it means, and what is wrong."""

    plan_line: PlanLine
    codes: tuple[str, ...]
    typed_name: str
    plan_entry: PlanEntry | None
    plan_fault: PlanFault

    @property
    def words(self) -> str:
        """It as typed."""
        return " ".join(filter(None, ("-".join(self.codes), self.typed_name)))


@lru_cache(maxsize=64)
def plan_lines(edition: Edition) -> tuple[PlanLine, ...]:
    """Return the lines of an edition's plans, in the order of the form's [[plan]]."""
    return tuple(
        line
        for plan in edition.definition.plan
        for line in _lines(edition, plan.name, plan.codes, plan.title)
    )


def _lines(edition: Edition, name: str, codes: str, title: str) -> Iterator[PlanLine]:
    """Yield a plan's lines: fields of the codes that stand at the same place of all axes that the name has, too."""
    coded, named = (_fields(edition, path) for path in (codes, title))
    if not named:
        yield PlanLine(name, tuple(field.path for field in coded), "")
    for field in named:
        own = _axis_keys(edition, field)
        paths = [each.path for each in coded if own.items() <= _axis_keys(edition, each).items()]
        yield PlanLine(name, tuple(paths), field.path)


def _fields(edition: Edition, path: str) -> list[Field]:
    return [field for field in edition.fields if path and field.entry.path == path]


def _axis_keys(edition: Edition, field: Field) -> dict[str, str]:
    return {axis: str(entry.key) for axis, entry in axis_entries(edition, field).items()}


def named_plans(sheet: Sheet, plan_list: PlanList) -> Iterator[NamedPlan]:
    """Yield what a sheet says of its plans, without lines that say nothing; a plan that the city does not list is not judged.

    A line that has a name only may name several, a line or a 、 between them.
    """
    for line in plan_lines(sheet.edition):
        entries = plan_list.in_year(line.plan_name, sheet.edition.year)
        texts = [_text(sheet, path) for path in line.code_paths]
        codes = tuple(text for text in texts if text)
        name = _text(sheet, line.name_path) if line.name_path else ""
        names = [name] if line.code_paths else _SEVERAL.split(name)
        for each in map(str.strip, names):
            if codes or each:
                yield _named(line, codes, each, entries)


def _named(
    line: PlanLine, codes: tuple[str, ...], name: str, entries: tuple[PlanEntry, ...]
) -> NamedPlan:
    entry = next((each for each in entries if _is_meant(each, codes, name)), None)
    if entry is None:
        return NamedPlan(line, codes, name, None, "unknown" if entries else "")
    is_other = bool(name) and fold(entry.name) != fold(name)
    return NamedPlan(line, codes, name, entry, "name" if is_other else "")


def _is_meant(entry: PlanEntry, codes: tuple[str, ...], name: str) -> bool:
    """Whether codes mean an entry; where there are none, its name."""
    if codes:
        return plain_codes(entry.codes) == plain_codes(codes)
    return fold(entry.name) == fold(name)


def _text(sheet: Sheet, path: str) -> str:
    value = sheet[path]
    return "" if value is None or value in _NO_CODE else str(value).strip()


__all__ = ["NamedPlan", "PlanLine", "named_plans", "plan_lines"]
