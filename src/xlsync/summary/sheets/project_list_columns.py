"""Which columns 事業一覧 has: those that are printed, and right of them those that formulas of other worksheets refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.finding_counts import CLASS_WORDS
from xlsync.summary.excel.project_list_formulas import (
    MET,
    PAST,
    SOURCES,
    STATE,
    Column,
    Role,
)
from xlsync.summary.figures.budget_reconciliation import codes_of, programs_of
from xlsync.summary.figures.comparison import sum_of_all
from xlsync.summary.figures.targets import verdict

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Value
    from xlsync.summary.figures.figures import Figures, Level
    from xlsync.summary.figures.form_fields import Block, MoneyFields, Scale
    from xlsync.summary.figures.projects import Project


def columns_of(figures: Figures) -> tuple[Column, ...]:
    """The columns of 事業一覧, in order."""
    unprinted = (
        *_money_right_of_print(figures),
        *_words_right_of_print(figures),
        *_numbers(figures),
    )
    return (
        Column("key", "事業コード", 18, lambda p: p.sheet.key, "code"),
        Column(STATE, "状況", 9, lambda p: p.item.state, "word"),
        *_unit_names(figures),
        Column("title", "事務事業名", 28, lambda p: p.sheet.title, "link"),
        *_printed_fields(figures),
        *_finding_counts(),
        *(replace(column, printed=False) for column in unprinted),
    )


def _finding_counts() -> Iterator[Column]:
    """Yield the columns that count the findings by class."""
    block = "指摘（件）"
    yield Column("blank", CLASS_WORDS["blank"], 6.5, lambda p: p.counts.blanks, "count", block)
    yield Column("error", CLASS_WORDS["error"], 6.5, lambda p: p.counts.errors, "count", block)
    yield Column(
        "warning", CLASS_WORDS["warning"], 6.5, lambda p: p.counts.warnings, "count", block
    )


def _printed_fields(figures: Figures) -> Iterator[Column]:
    """Yield the printed columns that the form's fields fill."""
    form_fields = figures.form_fields
    yield from _amounts(form_fields.money.costs, "money", 9)
    yield from _amounts(form_fields.staff.persons, "persons", 9)
    yield from map(_indicator, form_fields.indicator.fields)
    for target, actual in form_fields.indicator.series.finished[-1:]:
        yield _met(target, actual)
    yield from map(_grade, form_fields.evaluation.scales)
    for field_ in form_fields.evaluation.direction:
        yield _text(field_, 11, "word")


def _money_right_of_print(figures: Figures) -> Iterator[Column]:
    """Yield the name of the program, the sources and overtime, for formulas of other worksheets."""
    form_fields = figures.form_fields
    for field_ in form_fields.program.name:
        yield _text(field_, 25)
    yield from _amounts(form_fields.money.sources, "money", 9)
    yield from _source_sums(form_fields.money)
    yield from _amounts(form_fields.staff.overtime, "persons", 10)
    yield from map(_choice, form_fields.staff.temporary)


def _source_sums(money: MoneyFields) -> Iterator[Column]:
    """Yield the sum of the sources for each column of the form, blank unless all are filled in."""
    for period in money.source_periods:
        fields = money.sources_at(period)
        parts = tuple(field_.path for field_ in fields)
        label, block = _head(period), f"財源の計（{money.sources[0].unit}）"
        name = f"{SOURCES}{period}"
        yield Column(name, label, 9, _sum_of(fields), "money", block, parts=parts)


def _sum_of(fields: tuple[Field, ...]) -> Callable[[Project], Value]:
    return lambda project: sum_of_all(project, fields)


def _words_right_of_print(figures: Figures) -> Iterator[Column]:
    """Yield the grades of other years, then the totals that the sheets state for their program."""
    evaluation = figures.form_fields.evaluation
    for scales in evaluation.graded:
        if scales != evaluation.scales:
            yield from map(_grade, scales)
    if any(project.item.last_year for project in figures.projects):
        yield from map(_past_grade, evaluation.scales)
    for total in figures.form_fields.program.totals:
        f = total.stated
        yield Column(f.path, _head(f.axis_label), 9, _value(f), "money", f"{f.part} {f.label}")


def _numbers(figures: Figures) -> Iterator[Column]:
    """Yield the numbers by which formulas find the groups and the budget codes of a project."""
    for level, word in zip(figures.levels, figures.level_words, strict=True):
        yield _group_number(figures, level, word)
    codes = len(figures.form_fields.program.codes)
    for depth in range(max(1, min(2, codes)), codes + 1):
        yield _code_number(figures, depth)


def _unit_names(figures: Figures) -> Iterator[Column]:
    """Yield the names of the units that a project belongs to."""
    for index, (level, word) in enumerate(zip(figures.levels, figures.level_words, strict=True)):
        yield Column(level, word, 13, _unit_name(figures, index))


def _unit_name(figures: Figures, index: int) -> Callable[[Project], Value]:
    return lambda project: figures.names(project.names)[index]


def _text(field_: Field, width: float, role: Role = "text") -> Column:
    return Column(field_.path, _head(field_.label), width, _shown(field_), role)


def _indicator(field_: Field) -> Column:
    if not field_.axis_label:
        return _text(field_, 18)
    block = f"指標の{field_.label}"
    return Column(field_.path, field_.axis_label, 11, _shown(field_), "word", block)


def _amounts(blocks: tuple[Block, ...], role: Role, width: float) -> list[Column]:
    return [
        Column(f.path, _head(f.axis_label), width, _value(f), role, f"{b.label}（{b.unit}）")
        for b in blocks
        for f in b.fields
    ]


def _grade(scale: Scale) -> Column:
    field_ = scale.field
    block = f"評価（{field_.axis_label}）"
    return Column(field_.path, field_.label, 8, _mark(scale), "word", block)


def _group_number(figures: Figures, level: Level, word: str) -> Column:
    def number(project: Project) -> Value:
        return figures.number(project, level)

    return Column(f"number:{level}", word, 5, number, "number", "番号", printed=False)


def _code_number(figures: Figures, depth: int) -> Column:
    numbers = {p.codes: p.number for p in programs_of(figures)}

    def number(project: Project) -> Value:
        return numbers[codes_of(project, figures)[:depth]]

    label = figures.form_fields.program.codes[depth - 1].label
    return Column(f"number:{depth}", label, 5, number, "number", "番号")


def _met(target: Field, actual: Field) -> Column:
    def met(project: Project) -> Value:
        return verdict(project.sheet[target.path], project.sheet[actual.path])

    return Column(MET, "達成", 6, met, "word")


def _choice(scale: Scale) -> Column:
    return Column(
        scale.field.path, _head(scale.field.axis_label), 8, _mark(scale), "word", scale.field.label
    )


def _past_grade(scale: Scale) -> Column:
    def past(project: Project) -> Value:
        return scale.mark(project.past(scale))

    name = f"{PAST}{scale.field.path}"
    return Column(name, scale.field.label, 8, past, "word", "評価（前年度の版）")


def _head(label: str) -> str:
    """Break a year's label where the eye breaks it."""
    return label.replace("年度", "年度\n", 1)


def _shown(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet.text(field_.path)


def _value(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet[field_.path]


def _mark(scale: Scale) -> Callable[[Project], Value]:
    return lambda project: scale.mark(project.sheet[scale.field.path])
