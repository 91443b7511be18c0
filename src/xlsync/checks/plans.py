"""Whether the plans (施策) that a sheet names are in the city's list, for its year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding
from xlsync.indicator_list import indicator_of, indicator_values
from xlsync.kinds import Unreadable
from xlsync.plan_lines import named_plans
from xlsync.plan_list import nearest_entry

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.plan_lines import NamedPlan
    from xlsync.sheet import Sheet


def listed_plans(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Yield a finding for each line whose codes are not in the list, with the nearest one, or whose name is another there."""
    if not context.plan_list.plan_entries:
        return
    for named in named_plans(sheet, context.plan_list):
        if named.plan_fault:
            yield _finding(sheet, context, named)


def shared_indicator(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Yield a finding for each field of an indicator that several sheets share, where the city's list says something else."""
    indicator = indicator_of(context.plan_list.shared_indicators, sheet.key)
    if indicator is None:
        return
    for path, value in indicator_values(indicator, sheet.edition):
        says_nothing = sheet[path] is None or path in sheet.unreadable
        if says_nothing or isinstance(value, Unreadable) or sheet[path] == value:
            continue
        field = sheet.edition.by_path[path]
        facts = {"typed": field.words(sheet[path]), "meant": field.words(value)}
        yield finding("indicator-shared", path, field=field.title, shown=indicator.name, **facts)


def _finding(sheet: Sheet, context: Context, named: NamedPlan) -> Finding:
    line = named.plan_line
    path = line.code_paths[0] if named.codes else line.name_path
    if named.plan_fault == "name" and named.plan_entry is not None:
        name, path = named.plan_entry.name, line.name_path
        return finding("plan-name", path, field=line.plan_name, typed=named.words, meant=name)
    entries = context.plan_list.in_year(line.plan_name, sheet.edition.year)
    nearest = nearest_entry(entries, named.codes, named.typed_name)
    facts = {"field": line.plan_name, "typed": named.words, "meant": nearest.words}
    return finding("plan-unknown", path, shown=sheet.edition.expand("{0年度}"), **facts)


__all__ = ["listed_plans", "shared_indicator"]
