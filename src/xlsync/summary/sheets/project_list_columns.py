"""Which columns the list of projects has: the printed ones, and right of them those that other worksheets add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.finding_counts import CLASS_WORDS
from xlsync.summary.excel.project_list_formulas import (
    MET,
    PAST,
    STATE,
    Column,
    Role,
)
from xlsync.summary.figures.budget_reconciliation import codes_of, programs_of
from xlsync.summary.figures.comparison import sum_of_all
from xlsync.summary.figures.entry_fields import fields_of, last_over, scale_of
from xlsync.summary.figures.page_fields import Block
from xlsync.summary.figures.targets import verdict

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value
    from xlsync.summary.figures.figures import Figures, Level
    from xlsync.summary.figures.page_fields import Scale, SharesFields
    from xlsync.summary.figures.projects import Project


def columns_of(figures: Figures) -> tuple[Column, ...]:
    """The columns of the list, in order, each once."""
    words = figures.form_fields.words
    unprinted = (
        *(_met(target, actual) for target, actual in _finished_pairs(figures)),
        *_amounts_right_of_print(figures),
        *_words_right_of_print(figures),
        *_numbers(figures),
    )
    columns: dict[str, Column] = {}
    for column in (
        Column("key", words.key, 18, lambda p: p.sheet.key, "code"),
        Column(STATE, "状況", 9, lambda p: p.item.state, "word"),
        *_unit_names(figures),
        Column("title", words.title, 28, lambda p: p.sheet.title, "link"),
        *_printed_fields(figures),
        *_finding_counts(),
        *(replace(column, printed=False) for column in unprinted),
    ):
        columns.setdefault(column.name, column)
    return tuple(columns.values())


def _finding_counts() -> Iterator[Column]:
    """Yield the columns that count the findings by class."""
    block = "指摘（件）"
    yield Column("blank", CLASS_WORDS["blank"], 6.5, lambda p: p.counts.blanks, "count", block)
    yield Column("error", CLASS_WORDS["error"], 6.5, lambda p: p.counts.errors, "count", block)
    yield Column(
        "warning", CLASS_WORDS["warning"], 6.5, lambda p: p.counts.warnings, "count", block
    )


def _printed_fields(figures: Figures) -> Iterator[Column]:
    """Yield the printed columns that the form's fields fill, and after the last actual value whether its target was met."""
    form_fields = figures.form_fields
    for pattern in form_fields.listed.patterns:
        yield from _columns_of(form_fields.edition, pattern)
        for target, actual in _finished_pairs(figures):
            if actual.entry.path == pattern:
                yield _met(target, actual)


def _finished_pairs(figures: Figures) -> Sequence[tuple[Field, Field]]:
    """Return target and actual value at the last column that is over; the overview counts whether it was met."""
    targets = figures.form_fields.targets
    return targets.series.finished[-1:] if targets else ()


def _columns_of(edition: Edition, pattern: str) -> list[Column]:
    """The columns of an entry: of an amount at every place of its axis, of others at the last that is over."""
    every = fields_of(edition, pattern)
    if every and every[0].kind.is_amount:
        return _amounts(Block(every[0].label, every[0].unit, every), 9)
    return [_word_column(field_) for field_ in last_over(edition, pattern)]


def _word_column(field_: Field) -> Column:
    """The column of a field that is no amount."""
    if field_.kind.is_choice:
        return _grade(scale_of(field_)) if field_.axis_label else _text(field_, 11, "word")
    return _indicator(field_)


def _amounts_right_of_print(figures: Figures) -> Iterator[Column]:
    """Yield the name of the program, and amounts and choices that formulas of other worksheets add up."""
    form_fields = figures.form_fields
    for field_ in form_fields.program.name:
        yield _text(field_, 25)
    for shares in form_fields.shares:
        for block in shares.parts:
            yield from _amounts(block, 9)
        yield from _sums_of_parts(shares)
    for block in form_fields.blocks:
        yield from _amounts(block, 10)
    for table in form_fields.tables:
        yield from map(_choice, table.counts)


def _sums_of_parts(shares: SharesFields) -> Iterator[Column]:
    """Yield the sum of the parts for each column of the form, blank unless all are filled in."""
    unit = shares.parts[0].unit
    for period in shares.periods:
        fields = shares.parts_at(period)
        parts = tuple(field_.path for field_ in fields)
        label, block = _head(period), f"{shares.noun}の計（{unit}）"
        name = shares.sum_name(period)
        yield Column(name, label, 9, _sum_of(fields), "money", block, parts=parts)


def _sum_of(fields: tuple[Field, ...]) -> Callable[[Project], Value]:
    return lambda project: sum_of_all(project, fields)


def _words_right_of_print(figures: Figures) -> Iterator[Column]:
    """Yield the grades of other places, then the totals that the sheets state for their program."""
    form_fields = figures.form_fields
    for distribution in form_fields.distributions:
        for scales in distribution.graded:
            yield from map(_grade, scales)
    yield from map(_grade, form_fields.scales)
    if any(project.item.last_year for project in figures.projects):
        yield from map(_past_grade, form_fields.scales)
    for total in form_fields.program.totals:
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
    block = f"{field_.part}の{field_.label}"
    return Column(field_.path, field_.axis_label, 11, _shown(field_), "word", block)


def _amounts(block: Block, width: float) -> list[Column]:
    """The columns of an amount, each as wide as money or as `width` for a number with decimals."""
    unit = f"（{block.unit}）" if block.unit else ""
    is_whole = block.fields[0].kind.is_shown_whole
    role: Role = "money" if is_whole else "persons"
    return [
        Column(
            field_.path,
            _head(field_.axis_label or block.label),
            9 if is_whole else width,
            _value(field_),
            role,
            f"{block.label}{unit}" if field_.axis_label else "",
            unit=block.unit,
        )
        for field_ in block.fields
    ]


def _grade(scale: Scale) -> Column:
    field_ = scale.field
    block = f"{field_.part}（{field_.axis_label}）" if field_.axis_label else ""
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
    field_ = scale.field
    if not field_.axis_label:
        return Column(field_.path, field_.label, 8, _mark(scale), "word")
    return Column(field_.path, _head(field_.axis_label), 8, _mark(scale), "word", field_.label)


def _past_grade(scale: Scale) -> Column:
    def past(project: Project) -> Value:
        return scale.mark(project.past(scale))

    name = f"{PAST}{scale.field.path}"
    return Column(name, scale.field.label, 8, past, "word", f"{scale.field.part}（前年度の版）")


def _head(label: str) -> str:
    """Break a year's label where the eye breaks it."""
    return label.replace("年度", "年度\n", 1)


def _shown(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet.text(field_.path)


def _value(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet[field_.path]


def _mark(scale: Scale) -> Callable[[Project], Value]:
    return lambda project: scale.mark(project.sheet[scale.field.path])
