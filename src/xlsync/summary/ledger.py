"""Which columns 事業一覧 has, and the formulas by which the other worksheets sum over them.

A formula finds the rows of a 課 by its number in 事業一覧, not by its name: Excel would take a name like `>5`, `*課` or `010`
for a pattern, and would hold two 総務課 of different 部 for one. So the figures stay right when somebody sorts the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from xlsync.summary import styles
from xlsync.summary.figures import LEVELS

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

Role = Literal["text", "word", "link", "money", "persons", "count", "number"]
AMOUNTS: Final = ("money", "persons")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of 事業一覧. `name` is its field's path or a name of its own; `block` heads it with its neighbours."""

    name: str
    label: str
    width: float
    value: Callable[[Project], Value] = field(repr=False)
    role: Role = "text"
    block: str = ""
    printed: bool = True

    @property
    def look(self) -> Style:
        """How its cells look."""
        return _LOOKS[self.role]


_LOOKS: Final = {
    "text": styles.TEXT,
    "word": styles.WORD,
    "link": styles.TEXT,
    "money": styles.style(styles.NUMBER, num_format=styles.MONEY),
    "persons": styles.style(styles.NUMBER, num_format=styles.PERSONS, indent=0),
    "count": styles.COUNTED,
    "number": styles.INDEX,
}


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
        """Give the cells of a column as 事業一覧 itself writes them: K8:K12."""
        letters = _letters(self.at(name))
        return f"{letters}{self.first_row + 1}:{letters}{self.last_row + 1}"

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
        return f"COUNTIFS({self.cells(f'number:{level}')},{number},{self.cells(name)},{criterion})"


def columns_of(figures: Figures) -> tuple[Column, ...]:
    """Give the columns of 事業一覧: those that are printed, then the sources of funding and the numbers of the groups."""
    concepts = figures.concepts
    return (
        Column("key", "事業コード", 18, lambda p: p.sheet.key, "word"),
        *(_unit_name(level) for level in figures.levels),
        Column("title", "事務事業名", 28, lambda p: p.sheet.title, "link"),
        *(_text(f, 25) for f in concepts.program_name),
        *_amounts(concepts.costs, "money", 9),
        *_amounts(concepts.persons, "persons", 9),
        *(_indicator(f) for f in concepts.indicator),
        *(_grade(scale) for scale in concepts.scales),
        *(_text(f, 11, "word") for f in concepts.direction),
        Column("error", "エラー", 6.5, lambda p: p.found("error"), "count", "指摘（件）"),
        Column("warning", "注意", 6.5, lambda p: p.found("warning"), "count", "指摘（件）"),
        *(replace(c, printed=False) for c in _amounts(concepts.sources, "money", 9)),
        *(_group_number(figures, level) for level in figures.levels),
    )


def _unit_name(level: Level) -> Column:
    place = LEVELS.index(level)
    return Column(level, UNITS[level], 15, lambda p: p.names[place])


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


def _head(label: str) -> str:
    """Break a year's label where the eye breaks it."""
    return label.replace("年度", "年度\n", 1)


def _shown(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet.text(field_.path)


def _value(field_: Field) -> Callable[[Project], Value]:
    return lambda project: project.sheet[field_.path]


def _mark(scale: Scale) -> Callable[[Project], Value]:
    return lambda project: scale.mark(project.sheet[scale.field.path])


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters
