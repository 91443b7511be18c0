"""Which fields of an edition a summary speaks of. What an edition does not have is left out, not shown as empty.

The form names them itself, in its [summary]; years, labels, units, sources of funding and grades come from the form, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH, Choice, fold

if TYPE_CHECKING:
    from xlsync.form.definition import SummaryFields
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value

UNLISTED: Final = "※"
"""Stands before a grade that is not in the form's list."""


@dataclass(frozen=True, slots=True)
class Block:
    """One amount over the periods that have it: 人件費(B) in three of the four columns, in one unit."""

    label: str
    unit: str
    fields: tuple[Field, ...]

    def at(self, period: str) -> Field | None:
        """The amount in one column of the form; None where it has none there."""
        return next((field for field in self.fields if field.axis_label == period), None)


@dataclass(frozen=True, slots=True)
class Scale:
    """A graded field of the finished year. `words` is the form's list, best first; `marks` are their short forms."""

    field: Field
    words: tuple[str, ...]
    marks: tuple[str, ...]

    def mark(self, value: Value) -> str:
        """The short form of a value for a list: "※" and the word where it is not in the form's list, "-", or "" for blank."""
        if value is None:
            return ""
        if value in self.words:
            return self.marks[self.words.index(str(value))]
        return DASH if value == DASH else f"{UNLISTED}{value}"


@dataclass(frozen=True, slots=True)
class ProgramTotal:
    """A total the sheets state for their budget program, and the field of theirs it is the sum of."""

    stated: Field
    own: Field


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over the years: (target, actual) of each, and which of them are over."""

    years: tuple[tuple[Field, Field], ...]
    finished: tuple[tuple[Field, Field], ...]


@dataclass(frozen=True, slots=True)
class MoneyFields:
    """Amounts over the columns of the form: `costs` of a project, the last being the whole, and the sources of the first.

    `general` are those of the sources that a summary compares with the first of the costs.
    """

    costs: tuple[Block, ...]
    sources: tuple[Block, ...]
    general: tuple[Block, ...]

    @property
    def source_periods(self) -> tuple[str, ...]:
        """The labels of the form's columns that have sources."""
        return tuple(dict.fromkeys(f.axis_label for block in self.sources for f in block.fields))

    def sources_at(self, period: str) -> tuple[Field, ...]:
        """The sources in one column of the form."""
        return tuple(f for block in self.sources for f in block.fields if f.axis_label == period)


@dataclass(frozen=True, slots=True)
class StaffFields:
    """Who works on a project: persons, hours of overtime, and whether there is temporary staff."""

    persons: tuple[Block, ...]
    overtime: tuple[Block, ...]
    temporary: tuple[Scale, ...]

    @property
    def any(self) -> bool:
        """True where the form has any of them."""
        return bool(self.persons or self.overtime or self.temporary)


@dataclass(frozen=True, slots=True)
class ProgramFields:
    """The budget program a project belongs to: its codes, 会計 first, the totals sheets state for it, its name."""

    codes: tuple[Field, ...]
    totals: tuple[ProgramTotal, ...]
    name: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class IndicatorFields:
    """The indicator of a project: what a list shows of it, its name first, and its targets and actual values."""

    fields: tuple[Field, ...]
    series: Series


@dataclass(frozen=True, slots=True)
class EvaluationFields:
    """What a project says of itself. `scales` are of the finished year, `graded` the same over every year of the form."""

    scales: tuple[Scale, ...]
    graded: tuple[tuple[Scale, ...], ...]
    issues: tuple[Field, ...]
    direction: tuple[Field, ...]
    reason: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FormFields:
    """What a summary shows of an edition. `years` is its 対象年度 as the form's title says it.

    `level_words` is what it calls the levels of the organization.

    `final_accounts` are the labels of the columns with final accounts (決算), oldest first.
    """

    years: str
    level_words: tuple[str, ...]
    final_accounts: tuple[str, ...]
    money: MoneyFields
    staff: StaffFields
    program: ProgramFields
    indicator: IndicatorFields
    evaluation: EvaluationFields

    @property
    def compared(self) -> tuple[Field, Field] | None:
        """The whole cost in the last two columns of final accounts, which a summary compares; None where there are none."""
        by_label = {f.axis_label: f for block in self.money.costs[-1:] for f in block.fields}
        fields = [by_label[label] for label in self.final_accounts if label in by_label]
        return (fields[-2], fields[-1]) if len(fields) > 1 else None


def form_fields_of(edition: Edition) -> FormFields:
    """The fields that the form's [summary] names, at an edition; its finished year is the last year that is over."""
    summary = edition.definition.summary
    labels = [label for _, label in _axis(edition, "year")]
    return FormFields(
        years="～".join(dict.fromkeys((*labels[:1], *labels[-1:]))),
        level_words=edition.definition.identity.level_words,
        final_accounts=tuple(label for _, label in _finished(edition, "period")),
        money=MoneyFields(
            costs=_blocks(edition, *summary.costs),
            sources=_sources(edition, summary),
            general=_blocks(edition, *summary.general),
        ),
        staff=_staff_fields(edition, summary),
        program=_program_fields(edition, summary),
        indicator=_indicator_fields(edition, summary),
        evaluation=_evaluation_fields(edition, summary),
    )


def _staff_fields(edition: Edition, summary: SummaryFields) -> StaffFields:
    temporary = _blocks(edition, *summary.temporary)
    return StaffFields(
        persons=_blocks(edition, *summary.persons),
        overtime=_blocks(edition, *summary.overtime),
        temporary=tuple(_scale(field) for block in temporary for field in block.fields),
    )


def _program_fields(edition: Edition, summary: SummaryFields) -> ProgramFields:
    codes = tuple(edition.by_path[path] for path in edition.definition.identity.program)
    rules = (rule for rule in edition.rules if rule.check == "program-total")
    return ProgramFields(
        codes=codes,
        totals=tuple(
            ProgramTotal(edition.by_path[rule.path], edition.by_path[rule.parts[0]])
            for rule in rules
        ),
        name=_fields(edition, _finished_year(edition), *summary.program_name),
    )


def _indicator_fields(edition: Edition, summary: SummaryFields) -> IndicatorFields:
    paths = (*summary.indicator, *summary.targets, *summary.actuals)
    return IndicatorFields(
        fields=_fields(edition, _finished_year(edition), *paths),
        series=_series(edition, (*summary.targets, *summary.actuals)),
    )


def _evaluation_fields(edition: Edition, summary: SummaryFields) -> EvaluationFields:
    year = _finished_year(edition)
    keys = [key for key, _ in _axis(edition, "year")]
    issues = [_fields(edition, key, *summary.issues) for key in keys]
    graded = [tuple(map(_scale, _fields(edition, key, *summary.grades))) for key in keys]
    return EvaluationFields(
        scales=tuple(map(_scale, _fields(edition, year, *summary.grades))),
        graded=tuple(filter(None, graded)),
        issues=tuple(chain.from_iterable(issues)),
        direction=_fields(edition, year, *summary.direction),
        reason=_fields(edition, year, *summary.reason),
    )


def _series(edition: Edition, paths: tuple[str, ...]) -> Series:
    pairs = {
        key: (pair[0], pair[1])
        for key, _ in _axis(edition, "target_year")
        if len(pair := _fields(edition, key, *paths)) == 2  # noqa: PLR2004 - a pair
    }
    over = [key for key, _ in _finished(edition, "target_year")]
    return Series(tuple(pairs.values()), tuple(pairs[key] for key in over if key in pairs))


def _blocks(edition: Edition, *patterns: str) -> tuple[Block, ...]:
    blocks = []
    for pattern in patterns:
        paths = [pattern.format(period=key) for key, _ in _axis(edition, "period")]
        fields = [edition.by_path[path] for path in paths if path in edition.by_path]
        if fields:
            blocks.append(Block(fields[0].label, fields[0].unit, tuple(fields)))
    return tuple(blocks)


def _sources(edition: Edition, summary: SummaryFields) -> tuple[Block, ...]:
    """The sources of the first of the costs, as the form's sum rule lists them."""
    parts = {
        rule.path: rule.parts
        for rule in reversed(edition.rules)  # the first rule of a total is the one that holds
        if rule.check == "sum"
    }
    by_label: dict[str, list[Field]] = {}
    for total in (
        field.path for block in _blocks(edition, *summary.costs[:1]) for field in block.fields
    ):
        for path in parts.get(total, ()):
            field = edition.by_path[path]
            by_label.setdefault(field.label, []).append(field)
    return tuple(Block(label, fields[0].unit, tuple(fields)) for label, fields in by_label.items())


def _fields(edition: Edition, year: str, *patterns: str) -> tuple[Field, ...]:
    paths = [pattern.format(year=year, target_year=year) for pattern in patterns]
    return tuple(edition.by_path[path] for path in paths if path in edition.by_path)


def _finished_year(edition: Edition) -> str:
    finished = _finished(edition, "year")
    return finished[-1][0] if finished else ""


def _axis(edition: Edition, axis: str) -> tuple[tuple[str, str], ...]:
    """The entries (key, label) of an axis; none where the form has no such axis."""
    return edition.axis(axis) if axis in edition.definition.axes else ()


def _finished(edition: Edition, axis: str) -> list[tuple[str, str]]:
    """The entries (key, label) of an axis that are over."""
    entries = zip(_axis(edition, axis), edition.definition.axes.get(axis, ()), strict=True)
    return [entry for entry, defined in entries if defined.finished]


def _scale(field: Field) -> Scale:
    words = field.kind.items if isinstance(field.kind, Choice) else ()
    heads = tuple(word.replace("：", ":").partition(":")[0] for word in words)
    distinct = len({fold(head) for head in heads}) == len(heads) and all(map(str.isalpha, heads))
    return Scale(field, words, heads if distinct else words)
