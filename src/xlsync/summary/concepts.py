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
PERSONS: Final = "costs.{period}.regular_staff_fte"
EFFECTIVENESS: Final = "years.{year}.effectiveness"
EFFICIENCY: Final = "years.{year}.efficiency"
OVERALL: Final = "years.{year}.overall"
PROGRAM_NAME: Final = "budget.name"
INDICATOR: Final = "indicator.name"
TARGET: Final = "indicator.targets.{target_year}"
ACTUAL: Final = "indicator.actuals.{target_year}"
DIRECTION: Final = "next_year.direction"

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
class Concepts:
    """What a summary shows of an edition. `years` is its 対象年度 as the form's title says it."""

    years: str
    costs: tuple[Block, ...]
    sources: tuple[Block, ...]
    persons: tuple[Block, ...]
    scales: tuple[Scale, ...]
    program_name: tuple[Field, ...]
    indicator: tuple[Field, ...]
    direction: tuple[Field, ...]


def concepts_of(edition: Edition) -> Concepts:
    """Give the concepts of an edition; the finished year is its last year that is over."""
    labels = [label for _, label in edition.axis("year")]
    return Concepts(
        years="～".join(dict.fromkeys((labels[0], labels[-1]))),
        costs=tuple(_blocks(edition, PROJECT_COST, PERSONNEL_COST, TOTAL_COST)),
        sources=_sources(edition),
        persons=tuple(_blocks(edition, PERSONS)),
        scales=tuple(map(_scale, _fields(edition, EFFECTIVENESS, EFFICIENCY, OVERALL))),
        program_name=_fields(edition, PROGRAM_NAME),
        indicator=_fields(edition, INDICATOR, TARGET, ACTUAL),
        direction=_fields(edition, DIRECTION),
    )


def _blocks(edition: Edition, *concepts: str) -> Iterator[Block]:
    for concept in concepts:
        paths = [concept.format(period=key) for key, _ in edition.axis("period")]
        fields = [edition.by_path[path] for path in paths if path in edition.by_path]
        if fields:
            yield Block(fields[0].label, fields[0].unit, tuple(fields))


def _sources(edition: Edition) -> tuple[Block, ...]:
    """Give what the form's sum rule says 事業費(A) consists of, source by source."""
    parts = {
        rule.total: rule.parts
        for rule in reversed(edition.rules)  # the first rule of a total is the one that holds
        if rule.check == "sum"
    }
    by_label: dict[str, list[Field]] = {}
    for key, _ in edition.axis("period"):
        for path in parts.get(PROJECT_COST.format(period=key), ()):
            field = edition.by_path[path]
            by_label.setdefault(field.label, []).append(field)
    return tuple(Block(label, fields[0].unit, tuple(fields)) for label, fields in by_label.items())


def _fields(edition: Edition, *concepts: str) -> tuple[Field, ...]:
    year = _finished_year(edition)
    paths = [concept.format(year=year, target_year=year) for concept in concepts]
    return tuple(edition.by_path[path] for path in paths if path in edition.by_path)


def _finished_year(edition: Edition) -> str:
    entries = zip(edition.axis("year"), edition.definition.axes["year"], strict=True)
    return [key for (key, _), entry in entries if entry.finished][-1]


def _scale(field: Field) -> Scale:
    words = field.kind.items if isinstance(field.kind, Choice) else ()
    heads = tuple(word.replace("：", ":").partition(":")[0] for word in words)
    told_apart = len({fold(head) for head in heads}) == len(heads) and all(map(str.isalpha, heads))
    return Scale(field, words, heads if told_apart else words)
