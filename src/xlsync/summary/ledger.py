"""Which columns 事業一覧 has, and the formulas by which the other worksheets sum over them.

A formula finds the rows of a 課 by its number in 事業一覧, not by its name: Excel would take a name like `>5`, `*課` or `010`
for a pattern, and would hold two 総務課 of different 部 for one. So the figures stay right when somebody sorts the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from xlsync.summary import styles

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Value
    from xlsync.summary.concepts import Block, Scale
    from xlsync.summary.figures import Figures, Level, Project
    from xlsync.summary.styles import Style

WORKSHEET: Final = "事業一覧"
UNITS: Final = {"department": "部", "division": "課", "section": "係"}
NUMBERS: Final = '">-1E+99"'
"""The criterion that only numbers meet: neither blank cells nor texts such as "-"."""

Role = Literal["text", "word", "link", "amount", "count", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of 事業一覧. `name` is its field's path or a name of its own; `block` heads it together with its neighbours."""

    name: str
    block: str
    label: str
    width: float
    role: Role
    style: Style = field(repr=False)
    value: Callable[[Project], Value] = field(repr=False)
    printed: bool = True


@dataclass(frozen=True)
class Ledger:
    """The columns of 事業一覧 and its rows of projects, counted from 0."""

    columns: tuple[Column, ...]
    first_row: int
    last_row: int

    def at(self, name: str) -> int:
        """Give the place of a column."""
        return next(i for i, column in enumerate(self.columns) if column.name == name)

    def cells(self, name: str) -> str:
        """Give the cells of a column as another worksheet writes them: 事業一覧!$K$8:$K$12."""
        letters = _letters(self.at(name))
        return f"{WORKSHEET}!${letters}${self.first_row + 1}:${letters}${self.last_row + 1}"

    def here(self, name: str) -> str:
        """Give the cells of a column as 事業一覧 itself writes them: K$8:K$12."""
        letters = _letters(self.at(name))
        return f"{letters}${self.first_row + 1}:{letters}${self.last_row + 1}"

    def size(self, level: Level | None, number: str) -> str:
        """Give the formula that counts the projects of the group whose number stands in a cell; of all with None."""
        if level is None:
            return f"COUNT({self.cells('number:section')})"
        return f"COUNTIFS({self.cells(f'number:{level}')},{number})"

    def sum(self, name: str, level: Level | None, number: str) -> str:
        """Give the formula that adds up a column over a group."""
        if level is None:
            return f"SUM({self.cells(name)})"
        return f"SUMIFS({self.cells(name)},{self.cells(f'number:{level}')},{number})"

    def known(self, name: str, level: Level | None, number: str) -> str:
        """Give the formula that counts the numbers of a column over a group."""
        if level is None:
            return f"COUNT({self.cells(name)})"
        return self._count(name, level, number, NUMBERS)

    def words(self, name: str, level: Level | None, number: str, word: str) -> str:
        """Give the formula that counts the cells of a column that hold exactly this word; blank ones with ""."""
        escaped = "".join(f"~{sign}" if sign in "~*?" else sign for sign in word)
        quoted = '"=' + escaped.replace('"', '""') + '"'
        if level is None:
            return f"COUNTIFS({self.cells(name)},{quoted})"
        return self._count(name, level, number, quoted)

    def _count(self, name: str, level: Level, number: str, criterion: str) -> str:
        return (
            f"COUNTIFS({self.cells(f'number:{level}')},{number},{self.cells(name)},{criterion})"
        )


def columns_of(figures: Figures) -> tuple[Column, ...]:
    """Give the columns of 事業一覧: those that are printed, then the sources of funding and the numbers of the groups."""
    concepts = figures.concepts
    return (
        _text("key", "事業コード", 18, lambda p: p.sheet.key, role="word"),
        *(_unit_name(level) for level in figures.levels),
        _text("title", "事務事業名", 30, lambda p: p.sheet.title, role="link"),
        *(_shown(f, 26) for f in concepts.program_name),
        *_amounts(concepts.costs, styles.MONEY, 9),
        *_amounts(concepts.persons, styles.PERSONS, 8),
        *(_indicator(f) for f in concepts.indicator),
        *(_grade(scale) for scale in concepts.scales),
        *(_shown(f, 12, role="word") for f in concepts.direction),
        _count("error", "エラー", "指摘（件）", lambda p: p.found("error")),
        _count("warning", "注意", "指摘（件）", lambda p: p.found("warning")),
        *_amounts(concepts.sources, styles.MONEY, 9, printed=False),
        *(_group_number(figures, level) for level in figures.levels),
    )


def _text(
    name: str, label: str, width: float, value: Callable[[Project], Value], *, role: Role = "text", block: str = ""
) -> Column:
    look = styles.WORD if role == "word" else styles.TEXT
    return Column(name, block, label, width, role, look, value)


def _unit_name(level: Level) -> Column:
    return _text(level, UNITS[level], 16, lambda p: getattr(p.sheet, level))


def _shown(field_: Field, width: float, *, role: Role = "text") -> Column:
    return _text(field_.path, field_.label, width, lambda p: p.sheet.text(field_.path), role=role)


def _indicator(field_: Field) -> Column:
    label = field_.axis_label or field_.label
    block = f"指標 {field_.label}" if field_.axis_label else ""
    role: Role = "word" if field_.axis_label else "text"
    width = 11 if field_.axis_label else 18
    return _text(
        field_.path, label, width, lambda p: p.sheet.text(field_.path), role=role, block=block
    )


def _amounts(
    blocks: tuple[Block, ...], number_format: str, width: float, *, printed: bool = True
) -> list[Column]:
    look = styles.style(styles.NUMBER, num_format=number_format)
    return [
        Column(f.path, f"{block.label}（{block.unit}）", f.axis_label, width, "amount", look, _value(f), printed)
        for block in blocks
        for f in block.fields
    ]


def _value(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet[field_.path]


def _grade(scale: Scale) -> Column:
    block = f"評価（{scale.field.axis_label}）"
    value: Callable[[Project], Value] = lambda p: scale.mark(p.sheet[scale.field.path])  # noqa: E731
    return _text(scale.field.path, scale.field.label, 8, value, role="word", block=block)


def _count(name: str, label: str, block: str, value: Callable[[Project], Value]) -> Column:
    look = styles.style(styles.NUMBER, num_format=styles.COUNT, align="center")
    return Column(name, block, label, 7, "count", look, value)


def _group_number(figures: Figures, level: Level) -> Column:
    return Column(
        f"number:{level}", "集計番号", UNITS[level], 6, "number", styles.INDEX,
        lambda p: figures.number(p, level), printed=False,
    )  # fmt: skip


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters
