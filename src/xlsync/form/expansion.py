"""A definition written out for a fiscal year: axes multiplied, years counted, every name looked up."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlsync.errors import FormError
from xlsync.form.amount_rules import SumRule
from xlsync.form.definition import AxisEntry, Definition
from xlsync.form.edition import BoundRule, Caption, Edition, Field, Step
from xlsync.form.expression_binding import conditions_of, refuse_circular, with_expression
from xlsync.form.field_entry import FieldEntry, RequiredWith
from xlsync.form.references import (
    refuse_dangling,
    refuse_duplicates,
    refuse_former_paths,
    refuse_unfit_tables,
    refuse_unknown_classes,
    refuse_unknown_phase_fields,
    refuse_unknown_submission,
)
from xlsync.form.rule_limits import limits_of
from xlsync.form.rules import Rule
from xlsync.form.same_fields import refuse_wrong_same_as
from xlsync.form.suitable import refuse_duplicate_codes, refuse_unsuited, refuse_wrong_axes
from xlsync.form.table_expansion import entry_of_whole, table_of
from xlsync.form.tables import Table
from xlsync.form.years import Calendar, expand
from xlsync.kinds import KINDS, Kind

_AXIS = re.compile(r"\{([^{}0-9+-][^{}]*)\}")
Combination = dict[str, AxisEntry]
"""One entry of each axis in a path, by the axis' name."""


def edition_of(definition: Definition, year: int, where: str) -> Edition:
    """Write a definition out for a fiscal year; FormError names the entry that names something unknown."""
    calendar = Calendar(dt.date(year, definition.page.issue_month, 1), definition.page.first_year)
    return _Expansion(definition, year, calendar, where).edition()


@dataclass(frozen=True)
class _Expansion:
    definition: Definition
    year: int
    calendar: Calendar
    where: str

    def edition(self) -> Edition:
        fields = _page_order([field for entry in self.in_force() for field in self.fields(entry)])
        refuse_duplicates(fields, self.where)
        greyed = tuple(
            self.path(entry.path, combination)
            for entry in self.definition.field
            for combination in self.left_out(entry)
        )
        by_path = {field.path: field for field in fields}
        rules = self.bound_rules(by_path, set(greyed))
        edition = Edition(
            self.definition,
            self.year,
            self.calendar,
            fields,
            greyed,
            rules,
            self.former_paths(),
            tuple(self.tables()),
            conditions_of(self, by_path, greyed),
        )
        refuse_unfit_tables(edition, self.where)
        refuse_dangling(edition, self.where)
        refuse_former_paths(edition, self.where)
        refuse_wrong_same_as(edition, self.where)
        refuse_unknown_phase_fields(edition, self.where)
        refuse_unknown_classes(edition, self.where)
        refuse_unknown_submission(edition, self.where)
        refuse_unsuited(edition, self.paths_before(), self.where)
        refuse_circular(edition, self.where)
        return edition

    def in_force(self) -> list[FieldEntry]:
        """Return the entries that the form has in this year."""
        return [entry for entry in self.definition.field if self.holds(entry.since, entry.until)]

    def fields(self, entry: FieldEntry) -> list[Field]:
        return [self.field(entry, combination) for combination in self.kept(entry)]

    def tables(self) -> Iterator[Table]:
        """Yield the tables, with a field for each of their columns."""
        for entry in self.definition.table:
            whole = self.field(entry_of_whole(entry), {})
            yield table_of(entry, whole, [self.field(column, {}) for column in entry.column])

    def columns(self) -> dict[str, Field]:
        return {column.path: column for table in self.tables() for column in table.column_fields}

    def former_paths(self) -> dict[str, tuple[str, ...]]:
        """Return the former paths of each field that has some."""
        former_paths: dict[str, tuple[str, ...]] = {}
        for entry in self.in_force():
            for combination in self.kept(entry) if entry.former else ():
                former = (self.path(path, combination, entry.path) for path in entry.former)
                former_paths[self.path(entry.path, combination)] = tuple(former)
        return former_paths

    def bound_rules(self, known: Mapping[str, Field], greyed: set[str]) -> tuple[BoundRule, ...]:
        in_force = [rule for rule in self.definition.rule if self.holds(rule.since, rule.until)]
        refuse_duplicate_codes(in_force, self.where)
        return tuple(bound for rule in in_force for bound in self.rules(rule, known, greyed))

    def paths_before(self) -> set[str]:
        """Return the paths of the edition of the year before, which only some checks ask for."""
        if not any(rule.check == "as-last-year" for rule in self.definition.rule):
            return set()
        day = dt.date(self.year - 1, self.definition.page.issue_month, 1)
        calendar = Calendar(day, self.definition.page.first_year)
        before = _Expansion(self.definition, self.year - 1, calendar, self.where)
        return {
            before.path(entry.path, combination)
            for entry in before.in_force()
            for combination in before.kept(entry)
        }

    def holds(self, since: int | None, until: int | None) -> bool:
        return (since is None or since <= self.year) and (until is None or self.year <= until)

    def written(self, text: str) -> str:
        return expand(text, self.year, self.calendar)

    def combinations(self, *paths: str, owner: str = "") -> list[Combination]:
        """Return every combination of the entries of the axes the paths name; FormError names their owner."""
        names = list(dict.fromkeys(name for path in paths for name in _AXIS.findall(path)))
        for name in names:
            if name not in self.definition.axes:
                raise FormError(
                    f"{owner}{paths[0]} の軸「{name}」が [axes] にありません", self.where
                )
        axes = (self.definition.axes[name] for name in names)
        return [dict(zip(names, entries, strict=True)) for entries in itertools.product(*axes)]

    def kept(self, entry: FieldEntry) -> list[Combination]:
        return [
            combination
            for combination in self.combinations(entry.path)
            if not _keys(combination) & set(entry.omit)
        ]

    def left_out(self, entry: FieldEntry) -> list[Combination]:
        combinations = self.combinations(entry.path)
        unknown = set(entry.omit) - {
            key for combination in combinations for key in _keys(combination)
        }
        if unknown:
            raise FormError(f"{entry.path} の omit「{min(unknown)}」が軸にありません", self.where)
        there = self.holds(entry.since, entry.until)
        return [
            combination
            for combination in combinations
            if not there or _keys(combination) & set(entry.omit)
        ]

    def steps(self, path: str, combination: Combination) -> tuple[Step, ...]:
        steps: list[Step] = []
        for step in path.split("."):
            axis = _AXIS.fullmatch(step)
            key = combination[axis[1]].key if axis else step
            steps.append(key if isinstance(key, int) else self.written(key))
        return tuple(steps)

    def path(self, path: str, combination: Combination, owner: str = "") -> str:
        """Return a path written out; FormError, naming its owner, where it wants an axis the combination does not have."""
        missing = set(_AXIS.findall(path)) - set(combination)
        if missing:
            axis = min(missing)
            raise FormError(
                f"{owner or path} の「{path}」の軸「{axis}」は、ここでは使えません", self.where
            )
        return ".".join(str(step) for step in self.steps(path, combination))

    def field(self, entry: FieldEntry, combination: Combination) -> Field:
        over = all(axis_entry.finished for axis_entry in combination.values())
        return Field(
            path=self.path(entry.path, combination),
            steps=self.steps(entry.path, combination),
            origin=_origin(entry.path, combination),
            entry=entry,
            caption=self.caption(entry, combination, over=over),
            kind=self.kind(entry),
            required=self.required(entry, combination, over=over),
            dash_allowed=entry.dash == "allowed" or (entry.dash == "running" and not over),
            list_closed=entry.choices is not None and self.definition.choices[entry.choices].closed,
        )

    def caption(self, entry: FieldEntry, combination: Combination, *, over: bool) -> Caption:
        if entry.part not in self.definition.parts:
            raise FormError(
                f"{entry.path} の part「{entry.part}」が [parts] にありません", self.where
            )
        labels = (self.written(axis_entry.label) for axis_entry in combination.values())
        label = entry.label if over else entry.running_label or entry.label
        return Caption(
            part=self.written(self.definition.parts[entry.part]),
            axis=" ".join(filter(None, labels)),
            label=self.written(label),
            hint=self.written(entry.hint or ""),
        )

    def required(self, entry: FieldEntry, combination: Combination, *, over: bool) -> bool | str:
        if isinstance(entry.required, RequiredWith):
            return self.path(entry.required.with_, combination, entry.path)
        due = all(axis_entry.due for axis_entry in combination.values())
        return due and (
            entry.required_when == "always" or (entry.required_when == "finished" and over)
        )

    def kind(self, entry: FieldEntry) -> Kind:
        items = self.items(entry) if entry.choices is not None else ()
        try:
            return KINDS[entry.kind].of(entry.kind_options(items))
        except ValueError as fault:
            raise FormError(f"{entry.path} の {fault}", self.where) from fault

    def items(self, entry: FieldEntry) -> tuple[str, ...]:
        listed = self.definition.choices.get(entry.choices or "")
        if listed is None:
            raise FormError(
                f"{entry.path} の choices「{entry.choices}」が [choices] にありません", self.where
            )
        return tuple(listed.items)

    def rules(self, rule: Rule, known: Mapping[str, Field], greyed: set[str]) -> list[BoundRule]:
        """Return the rule at each combination of its axes that is a field; of a sum, greyed parts do not count."""
        bound: list[BoundRule] = []
        before = ""
        combinations = self.combinations(rule.subject, owner=f"規則 {rule.code} の ")
        refuse_wrong_axes(rule, combinations, self.where)
        for combination in combinations:
            path = self.path(rule.subject, combination)
            if path not in known and path not in greyed:
                raise FormError(
                    f"規則 {rule.code} が、定義にない欄「{path}」を指しています", self.where
                )
            if path not in greyed and not _keys(combination) & set(rule.omit):
                plain = self.bound(rule, combination, path, before, greyed)
                bound.append(with_expression(self, plain, combination, known, greyed))
            before = path if path in known else ""
        return bound

    def bound(
        self, rule: Rule, combination: Combination, path: str, before: str, greyed: set[str]
    ) -> BoundRule:
        entries = ".".join(f"{{{axis}}}" for axis in combination)
        return BoundRule(
            declared=rule,
            path=path,
            parts=self.parts(rule, combination, greyed),
            at=self.path(entries, combination),
            previous_path=before if len(combination) == 1 else "",
            limits=limits_of(rule),
        )

    def parts(self, rule: Rule, combination: Combination, greyed: set[str]) -> tuple[str, ...]:
        parts = tuple(
            self.path(part, combination, f"規則 {rule.code}") for part in rule.plain_references
        )
        present = tuple(part for part in parts if part not in greyed)
        if (parts and not present) or (present != parts and not isinstance(rule, SumRule)):
            lost = next(part for part in parts if part in greyed)
            raise FormError(
                f"規則 {rule.code} の「{lost}」は、この年度にない（灰色の）欄です", self.where
            )
        return present


def _keys(combination: Combination) -> set[str]:
    return {str(entry.key) for entry in combination.values()}


def _origin(path: str, combination: Combination) -> str:
    """Return a path with its axes' keys put in, their years not counted: {-1}-settled."""
    return _AXIS.sub(lambda axis: str(combination[axis[1]].key), path)


def _page_order(fields: list[Field]) -> tuple[Field, ...]:
    """Return the fields as a nested document lists them: siblings together, each where its first sibling stands."""
    rank: dict[tuple[Step, ...], int] = {}
    for field in fields:
        for depth in range(1, len(field.steps) + 1):
            rank.setdefault(field.steps[:depth], len(rank))
    return tuple(
        sorted(
            fields,
            key=lambda field: [rank[field.steps[:d]] for d in range(1, len(field.steps) + 1)],
        )
    )
