"""A definition written out for a fiscal year: axes multiplied, years counted, every name looked up."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from xlsync.errors import FormError
from xlsync.form.definition import (
    AxisEntry,
    Definition,
    FieldEntry,
    RequiredWith,
)
from xlsync.form.edition import BoundRule, Edition, Field, Step
from xlsync.form.rules import Rule, SumRule
from xlsync.form.suitable import refuse_odd_places, refuse_twin_rules, refuse_unsuited
from xlsync.form.years import Calendar, expand
from xlsync.kinds import Amount, Choice, Code, Kind, Measure, Money, Text

_AXIS = re.compile(r"\{([^{}0-9+-][^{}]*)\}")
_Place = dict[str, AxisEntry]


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
        entries = [entry for entry in self.definition.field if self.holds(entry.since, entry.until)]
        fields = [self.field(entry, place) for entry in entries for place in self.kept(entry)]
        ordered = _page_order(fields)
        self.refuse_twins(ordered)
        greyed = tuple(
            self.path(e.path, place) for e in self.definition.field for place in self.left_out(e)
        )
        known = {field.path for field in ordered}
        refuse_twin_rules(
            (r for r in self.definition.rule if self.holds(r.since, r.until)), self.where
        )
        rules = tuple(
            r for entry in self.definition.rule for r in self.rules(entry, known, set(greyed))
        )
        edition = Edition(self.definition, self.year, self.calendar, ordered, greyed, rules)
        self.refuse_dangling(edition)
        refuse_unsuited(edition, self.paths_before(), self.where)
        return edition

    def paths_before(self) -> set[str]:
        """Give the paths of the edition of the year before, which only some checks ask for."""
        if not any(rule.check == "as-last-year" for rule in self.definition.rule):
            return set()
        day = dt.date(self.year - 1, self.definition.page.issue_month, 1)
        calendar = Calendar(day, self.definition.page.first_year)
        before = _Expansion(self.definition, self.year - 1, calendar, self.where)
        entries = [e for e in self.definition.field if before.holds(e.since, e.until)]
        return {before.path(entry.path, place) for entry in entries for place in self.kept(entry)}

    def holds(self, since: int | None, until: int | None) -> bool:
        return (since is None or since <= self.year) and (until is None or self.year <= until)

    def written(self, text: str) -> str:
        return expand(text, self.year, self.calendar)

    def places(self, *paths: str, owner: str = "") -> list[_Place]:
        """Give every combination of the entries of the axes the paths name; FormError names their owner."""
        names = list(dict.fromkeys(name for path in paths for name in _AXIS.findall(path)))
        for name in names:
            if name not in self.definition.axes:
                raise FormError(
                    f"{owner}{paths[0]} の軸「{name}」が [axes] にありません", self.where
                )
        axes = (self.definition.axes[name] for name in names)
        return [
            dict(zip(names, combination, strict=True)) for combination in itertools.product(*axes)
        ]

    def kept(self, entry: FieldEntry) -> list[_Place]:
        return [place for place in self.places(entry.path) if not _keys(place) & set(entry.omit)]

    def left_out(self, entry: FieldEntry) -> list[_Place]:
        places = self.places(entry.path)
        unknown = set(entry.omit) - {key for place in places for key in _keys(place)}
        if unknown:
            raise FormError(f"{entry.path} の omit「{min(unknown)}」が軸にありません", self.where)
        there = self.holds(entry.since, entry.until)
        return [place for place in places if not there or _keys(place) & set(entry.omit)]

    def steps(self, path: str, place: _Place) -> tuple[Step, ...]:
        steps: list[Step] = []
        for step in path.split("."):
            axis = _AXIS.fullmatch(step)
            key = place[axis[1]].key if axis else step
            steps.append(key if isinstance(key, int) else self.written(key))
        return tuple(steps)

    def path(self, path: str, place: _Place, owner: str = "") -> str:
        """Give a path written out; FormError, naming its owner, where it wants an axis the place does not have."""
        missing = set(_AXIS.findall(path)) - set(place)
        if missing:
            axis = min(missing)
            raise FormError(
                f"{owner or path} の「{path}」の軸「{axis}」は、ここでは使えません", self.where
            )
        return ".".join(str(step) for step in self.steps(path, place))

    def field(self, entry: FieldEntry, place: _Place) -> Field:
        over = all(axis_entry.finished for axis_entry in place.values())
        running = entry.running_label is not None and not over
        return Field(
            path=self.path(entry.path, place),
            steps=self.steps(entry.path, place),
            label=self.written(
                entry.running_label if running and entry.running_label else entry.label
            ),
            part=self.part(entry),
            axis_label=" ".join(
                filter(None, (self.written(axis_entry.label) for axis_entry in place.values()))
            ),
            kind=self.kind(entry),
            unit=entry.unit or "",
            filled_by=entry.filled_by,
            required=self.required(entry, place, over=over),
            dash_allowed=entry.dash == "allowed" or (entry.dash == "running" and not over),
            multiline=entry.multiline,
            list_name=entry.choices,
            list_closed=entry.choices is not None and self.definition.choices[entry.choices].closed,
            hint=self.written(entry.hint or ""),
            origin=_origin(entry.path, place),
        )

    def part(self, entry: FieldEntry) -> str:
        if entry.part not in self.definition.parts:
            raise FormError(
                f"{entry.path} の part「{entry.part}」が [parts] にありません", self.where
            )
        return self.written(self.definition.parts[entry.part])

    def required(self, entry: FieldEntry, place: _Place, *, over: bool) -> bool | str:
        if isinstance(entry.required, RequiredWith):
            return self.path(entry.required.with_, place, entry.path)
        return entry.required == "always" or (entry.required == "finished" and over)

    def kind(self, entry: FieldEntry) -> Kind:
        match entry.kind:
            case "text":
                return Text(multiline=entry.multiline)
            case "code":
                return Code()
            case "money":
                return Money(entry.unit or "")
            case "measure":
                return Measure(entry.unit or "")
            case "quantity":
                return Amount()
            case "choice":
                return Choice(self.items(entry))

    def items(self, entry: FieldEntry) -> tuple[str, ...]:
        listed = self.definition.choices.get(entry.choices or "")
        if listed is None:
            raise FormError(
                f"{entry.path} の choices「{entry.choices}」が [choices] にありません", self.where
            )
        return tuple(listed.items)

    def rules(self, rule: Rule, known: set[str], greyed: set[str]) -> list[BoundRule]:
        """Give the rule at each place of its subject that is a field there; of a sum, greyed parts do not count."""
        if not self.holds(rule.since, rule.until):
            return []
        bound: list[BoundRule] = []
        before = ""
        places = self.places(rule.speaks_of, owner=f"規則 {rule.code} の ")
        refuse_odd_places(rule, places, self.where)
        for place in places:
            path = self.path(rule.speaks_of, place)
            if path not in known and path not in greyed:
                raise FormError(
                    f"規則 {rule.code} が、定義にない欄「{path}」を指しています", self.where
                )
            if path not in greyed and not _keys(place) & set(rule.omit):
                bound.append(self.bound(rule, place, path, before, greyed))
            before = path if path in known else ""
        return bound

    def bound(
        self, rule: Rule, place: _Place, path: str, before: str, greyed: set[str]
    ) -> BoundRule:
        said = rule.model_dump()
        return BoundRule(
            check=rule.check,
            code=rule.code,
            severity="warning" if rule.trial and rule.severity == "error" else rule.severity,
            path=path,
            parts=self.parts(rule, place, greyed),
            at=self.path(".".join(f"{{{axis}}}" for axis in place), place),
            tolerance=said.get("tolerance", 0),
            before=before if len(place) == 1 else "",
            least=_decimal(said.get("least")),
            most=_decimal(said.get("most")),
            percent=said.get("percent", 0),
            mask=said.get("mask", ""),
            exactly=said.get("exactly", False),
            trial=rule.trial,
            sentence=rule.sentence or "",
        )

    def parts(self, rule: Rule, place: _Place, greyed: set[str]) -> tuple[str, ...]:
        parts = tuple(self.path(part, place, f"規則 {rule.code}") for part in rule.looks_at)
        present = tuple(part for part in parts if part not in greyed)
        if (parts and not present) or (present != parts and not isinstance(rule, SumRule)):
            lost = next(part for part in parts if part in greyed)
            raise FormError(
                f"規則 {rule.code} の「{lost}」は、この年度にない（灰色の）欄です", self.where
            )
        return present

    def refuse_twins(self, fields: tuple[Field, ...]) -> None:
        stems = {field.steps[:depth] for field in fields for depth in range(1, len(field.steps))}
        nested = [field.path for field in fields if field.steps in stems]
        if nested:
            raise FormError(f"欄「{nested[0]}」の下に別の欄が定義されています", self.where)
        for words in (
            [field.path for field in fields],
            [field.cell_name.casefold() for field in fields],
        ):
            twins = sorted({word for word in words if words.count(word) > 1})
            if twins:
                raise FormError(f"同じ欄が二度定義されています（{twins[0]}）", self.where)

    def refuse_dangling(self, edition: Edition) -> None:
        identity = self.definition.identity
        named = [
            *(
                (path, "[identity]")
                for path in (*identity.key, *identity.program, identity.department)
            ),
            *(
                (path, "[identity]")
                for path in (identity.division, identity.section, identity.title)
            ),
            *(
                (path, f"規則 {rule.code}")
                for rule in edition.rules
                for path in (rule.path, *rule.parts)
            ),
            *(
                (f.required, f"{f.path} の required")
                for f in edition.fields
                if isinstance(f.required, str)
            ),
        ]
        for path, place in named:
            if path not in edition.by_path:
                raise FormError(f"{place} が、定義にない欄「{path}」を指しています", self.where)
        entries = {entry.path for entry in self.definition.field}
        for name, paths in self.definition.summary:
            for path in paths:
                if path not in entries:  # with its axes in braces
                    message = f"[summary] の {name} が、定義にない欄「{path}」を指しています"
                    raise FormError(message, self.where)


def _keys(place: _Place) -> set[str]:
    return {str(entry.key) for entry in place.values()}


def _origin(path: str, place: _Place) -> str:
    """Give a path with its axes' keys put in, their years not counted: {-1}-settled."""
    return _AXIS.sub(lambda found: str(place[found[1]].key), path)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(number))


def _page_order(fields: list[Field]) -> tuple[Field, ...]:
    """Give the fields as a nested document lists them: siblings together, each where its first sibling stands."""
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
