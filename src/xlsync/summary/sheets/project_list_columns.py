"""Which columns 事業一覧 has: those that are printed, and right of them those that other worksheets reckon with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.summary.excel.project_list_formulas import MET, PAST, STATE, UNITS, Column, Role
from xlsync.summary.figures.budget_reconciliation import codes_of, programs_of
from xlsync.summary.figures.figures import LEVELS
from xlsync.summary.figures.targets import verdict

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Value
    from xlsync.summary.figures.figures import Figures, Level, Project
    from xlsync.summary.figures.form_fields import Block, Scale


def columns_of(figures: Figures) -> tuple[Column, ...]:
    """Give the columns of 事業一覧."""
    concepts = figures.concepts
    return (
        Column("key", "事業コード", 18, lambda p: p.sheet.key, "word"),
        Column(STATE, "状況", 9, lambda p: p.item.state, "word"),
        *(_unit_name(level) for level in figures.levels),
        Column("title", "事務事業名", 28, lambda p: p.sheet.title, "link"),
        *_amounts(concepts.costs, "money", 9),
        *_amounts(concepts.persons, "persons", 9),
        *(_indicator(f) for f in concepts.indicator),
        *(_met(*pair) for pair in concepts.series.finished[-1:]),
        *(_grade(scale) for scale in concepts.scales),
        *(_text(f, 11, "word") for f in concepts.direction),
        Column("error", "エラー", 6.5, lambda p: p.found("error"), "count", "指摘（件）"),
        Column("warning", "注意", 6.5, lambda p: p.found("warning"), "count", "指摘（件）"),
        *(replace(column, printed=False) for column in _reckoned_with(figures)),
    )


def _reckoned_with(figures: Figures) -> Iterator[Column]:
    """Give the columns right of the print, which only other worksheets and people who reckon look at."""
    concepts = figures.concepts
    yield from (_text(f, 25) for f in concepts.program_name)
    yield from _amounts(concepts.sources, "money", 9)
    yield from _amounts(concepts.overtime, "persons", 10)
    yield from (_choice(scale) for scale in concepts.temporary)
    for year in concepts.graded:
        if year != concepts.scales:
            yield from (_grade(scale) for scale in year)
    if any(project.item.before for project in figures.projects):
        yield from (_past_grade(scale) for scale in concepts.scales)
    stated = [pair.stated for pair in concepts.reconciled]
    yield from (
        Column(f.path, _head(f.axis_label), 9, _value(f), "money", f"{f.part} {f.label}")
        for f in stated
    )
    yield from (_group_number(figures, level) for level in figures.levels)
    for depth in range(min(2, len(concepts.codes)), len(concepts.codes) + 1):
        yield _code_number(figures, depth)


def _unit_name(level: Level) -> Column:
    place = LEVELS.index(level)
    return Column(level, UNITS[level], 13, lambda p: p.names[place])


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


def _group_number(figures: Figures, level: Level) -> Column:
    def number(project: Project) -> Value:
        return figures.number(project, level)

    return Column(f"number:{level}", UNITS[level], 5, number, "number", "番号", printed=False)


def _code_number(figures: Figures, depth: int) -> Column:
    numbers = {p.codes: p.number for p in programs_of(figures)}

    def number(project: Project) -> Value:
        return numbers[codes_of(project, figures)[:depth]]

    label = figures.concepts.codes[depth - 1].label
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
