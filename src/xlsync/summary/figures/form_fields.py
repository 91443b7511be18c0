"""Which fields of an edition a summary speaks of. What an edition does not have is left out, not shown as empty.

The paths below name concepts (what costs, what is graded); years, labels, units, sources of funding and grades come from
the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH, Choice, fold

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value

PROJECT_COST: Final = "costs.{period}.project_cost"
PERSONNEL_COST: Final = "costs.{period}.personnel_cost"
TOTAL_COST: Final = "costs.{period}.total_cost"
GENERAL: Final = "costs.{period}.sources.general"
PERSONS: Final = "costs.{period}.regular_staff_fte"
OVERTIME: Final = "costs.{period}.overtime_hours"
TEMPORARY: Final = "costs.{period}.temporary_staff"
EFFECTIVENESS: Final = "years.{year}.effectiveness"
EFFICIENCY: Final = "years.{year}.efficiency"
OVERALL: Final = "years.{year}.overall"
PROGRAM_NAME: Final = "budget.name"
INDICATOR: Final = "indicator.name"
INDICATOR_KIND: Final = "indicator.kind"
TARGET: Final = "indicator.targets.{target_year}"
ACTUAL: Final = "indicator.actuals.{target_year}"
ISSUES: Final = "years.{year}.issues"
DIRECTION: Final = "next_year.direction"
REASON: Final = "next_year.reason"

UNLISTED: Final = "※"
"""Stands before a grade that is not in the form's list."""


@dataclass(frozen=True, slots=True)
class Block:
    """One amount over the periods that have it: 人件費(B) in three of the four columns, in one unit."""

    label: str
    unit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A graded field of the finished year. `words` is the form's list, best first; `marks` are their short forms."""

    field: Field
    words: tuple[str, ...]
    marks: tuple[str, ...]

    def mark(self, value: Value) -> str:
        """Give what stands in a list: the short form, "※" and the word where it is not listed, "-", or "" for blank."""
        if value is None:
            return ""
        if value in self.words:
            return self.marks[self.words.index(str(value))]
        return DASH if value == DASH else f"{UNLISTED}{value}"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A total the sheets state for their budget program, and the field of theirs it is the sum of."""

    stated: Field
    own: Field


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over the years: (target, actual) of each, and which of them are over."""

    years: tuple[tuple[Field, Field], ...]
    finished: tuple[tuple[Field, Field], ...]


@dataclass(frozen=True, slots=True)
class Concepts:
    """What a summary shows of an edition. `years` is its 対象年度 as the form's title says it.

    `settled` are the labels of the columns that are settled (決算), oldest first. `scales` are of the finished year,
    `graded` the same scales over every year of the form.
    """

    years: str
    settled: tuple[str, ...]
    costs: tuple[Block, ...]
    sources: tuple[Block, ...]
    general: tuple[Block, ...]
    persons: tuple[Block, ...]
    overtime: tuple[Block, ...]
    temporary: tuple[Scale, ...]
    scales: tuple[Scale, ...]
    graded: tuple[tuple[Scale, ...], ...]
    codes: tuple[Field, ...]
    reconciled: tuple[Reconciled, ...]
    program_name: tuple[Field, ...]
    indicator: tuple[Field, ...]
    indicator_kind: tuple[Field, ...]
    series: Series
    issues: tuple[Field, ...]
    direction: tuple[Field, ...]
    reason: tuple[Field, ...]

    @property
    def compared(self) -> tuple[Field, Field] | None:
        """The whole cost in the last two settled columns, which a summary compares; None where there are none."""
        by_label = {f.axis_label: f for block in self.costs[-1:] for f in block.fields}
        found = [by_label[label] for label in self.settled if label in by_label]
        return (found[-2], found[-1]) if len(found) > 1 else None


def concepts_of(edition: Edition) -> Concepts:
    """Give the concepts of an edition; the finished year is its last year that is over."""
    labels = [label for _, label in edition.axis("year")]
    year = _finished_year(edition)
    grades = (EFFECTIVENESS, EFFICIENCY, OVERALL)
    return Concepts(
        years="～".join(dict.fromkeys((labels[0], labels[-1]))),
        settled=tuple(label for _, label in _finished(edition, "period")),
        costs=tuple(_blocks(edition, PROJECT_COST, PERSONNEL_COST, TOTAL_COST)),
        sources=_sources(edition),
        general=tuple(_blocks(edition, GENERAL)),
        persons=tuple(_blocks(edition, PERSONS)),
        overtime=tuple(_blocks(edition, OVERTIME)),
        temporary=tuple(_scale(f) for block in _blocks(edition, TEMPORARY) for f in block.fields),
        scales=tuple(map(_scale, _fields(edition, year, *grades))),
        graded=tuple(
            scales
            for key, _ in edition.axis("year")
            if (scales := tuple(map(_scale, _fields(edition, key, *grades))))
        ),
        codes=tuple(edition.by_path[path] for path in edition.definition.identity.program),
        reconciled=tuple(
            Reconciled(edition.by_path[rule.path], edition.by_path[rule.parts[0]])
            for rule in edition.rules
            if rule.check == "program-total"
        ),
        program_name=_fields(edition, year, PROGRAM_NAME),
        indicator=_fields(edition, year, INDICATOR, TARGET, ACTUAL),
        indicator_kind=_fields(edition, year, INDICATOR_KIND),
        series=_series(edition),
        issues=tuple(f for key, _ in edition.axis("year") for f in _fields(edition, key, ISSUES)),
        direction=_fields(edition, year, DIRECTION),
        reason=_fields(edition, year, REASON),
    )


def _series(edition: Edition) -> Series:
    pairs = {
        key: (found[0], found[1])
        for key, _ in edition.axis("target_year")
        if len(found := _fields(edition, key, TARGET, ACTUAL)) == 2  # noqa: PLR2004 - a pair
    }
    over = [key for key, _ in _finished(edition, "target_year")]
    return Series(tuple(pairs.values()), tuple(pairs[key] for key in over if key in pairs))


def _blocks(edition: Edition, *concepts: str) -> Iterator[Block]:
    for concept in concepts:
        paths = [concept.format(period=key) for key, _ in edition.axis("period")]
        fields = [edition.by_path[path] for path in paths if path in edition.by_path]
        if fields:
            yield Block(fields[0].label, fields[0].unit, tuple(fields))


def _sources(edition: Edition) -> tuple[Block, ...]:
    """Give what the form's sum rule says 事業費(A) consists of, source by source."""
    parts = {
        rule.path: rule.parts
        for rule in reversed(edition.rules)  # the first rule of a total is the one that holds
        if rule.check == "sum"
    }
    by_label: dict[str, list[Field]] = {}
    for key, _ in edition.axis("period"):
        for path in parts.get(PROJECT_COST.format(period=key), ()):
            field = edition.by_path[path]
            by_label.setdefault(field.label, []).append(field)
    return tuple(Block(label, fields[0].unit, tuple(fields)) for label, fields in by_label.items())


def _fields(edition: Edition, year: str, *concepts: str) -> tuple[Field, ...]:
    paths = [concept.format(year=year, target_year=year) for concept in concepts]
    return tuple(edition.by_path[path] for path in paths if path in edition.by_path)


def _finished_year(edition: Edition) -> str:
    return _finished(edition, "year")[-1][0]


def _finished(edition: Edition, axis: str) -> list[tuple[str, str]]:
    """Give the entries (key, label) of an axis that are over."""
    entries = zip(edition.axis(axis), edition.definition.axes[axis], strict=True)
    return [entry for entry, defined in entries if defined.finished]


def _scale(field: Field) -> Scale:
    words = field.kind.items if isinstance(field.kind, Choice) else ()
    heads = tuple(word.replace("：", ":").partition(":")[0] for word in words)
    told_apart = len({fold(head) for head in heads}) == len(heads) and all(map(str.isalpha, heads))
    return Scale(field, words, heads if told_apart else words)
