"""The sheets as tidy tables: one of what stands once in a sheet, one for each axis (or axes together) of the form. Pure.

Each field is in one table, each value in one row: nothing is left out, not even a long text, and only the key is repeated.
`tidy.py` is the one table that joins amounts, grades and targets by fiscal year instead.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from xlsync.kinds import DASH
from xlsync.summary.export.table_cells import QUANTITY_PARTS, Type, cell_of, is_numeric, part_of
from xlsync.summary.export.tidy import DASHES, UNREADABLE, Row

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Kind, Value
    from xlsync.summary.figures.projects import Project

SHEETS: Final = "sheets"
"""The name of the table of what stands once in a sheet."""
_AXIS: Final = re.compile(r"\{([a-z_][^{}]*)\}")


@dataclass(frozen=True, slots=True)
class AxisColumn:
    """A column of a table: its name, what people call it, its unit ("" for none), what its cells hold."""

    name: str
    label: str
    unit: str
    type: Type


@dataclass(frozen=True)
class AxisTable:
    """A table: its name, the axes it has a row for each combination of, and its fields by column and keys on the axes."""

    name: str
    axes: tuple[str, ...]
    edition: Edition = field(repr=False)
    fields: Mapping[str, Mapping[tuple[str, ...], Field]] = field(repr=False)

    @property
    def columns(self) -> list[AxisColumn]:
        """The columns: the key, the axes with their labels, the fields, what is no number, and what cannot be read."""
        head = [AxisColumn("key", self.edition.definition.words.key, "", "string")]
        for axis in self.axes:
            head.append(AxisColumn(axis, axis, "", "string"))
            head.append(AxisColumn(f"{axis}_label", f"{axis}（表記）", "", "string"))
        named = itertools.chain.from_iterable(map(self._columns_of, self.fields))
        return [*head, *named, *last_columns()]

    def _columns_of(self, name: str) -> Iterator[AxisColumn]:
        first = next(iter(self.fields[name].values()))
        label = " ".join(filter(None, (first.part, first.label)))
        yield from columns_of_field(name, first, label)

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The combinations of keys on the axes at which the form has a field, in their order."""
        have = {keys for fields in self.fields.values() for keys in fields}
        axes = map(self._keys_of, self.axes)
        return [keys for keys in itertools.product(*axes) if keys in have]

    def _keys_of(self, axis: str) -> list[str]:
        return [key for key, _ in self.edition.axis(axis)]

    def rows(self, projects: Iterable[Project]) -> Iterator[Row]:
        """Yield a row for each project and combination of keys on the axes."""
        labels = [dict(self.edition.axis(axis)) for axis in self.axes]
        for project in projects:
            for keys in self.keys:
                row: Row = {"key": project.sheet.key}
                for axis, key, words in zip(self.axes, keys, labels, strict=True):
                    row |= {axis: key, f"{axis}_label": words[key]}
                yield row | self._cells(project, keys)

    def _cells(self, project: Project, keys: tuple[str, ...]) -> Row:
        cells: Row = {}
        dashes, unreadable = [], []
        for name, fields in self.fields.items():
            here = fields.get(keys)
            value = None if here is None else project.sheet[here.path]
            kind = next(iter(fields.values())).kind
            cells |= cells_of_value(name, kind, value)
            if value == DASH and is_numeric(kind):
                dashes.append(name)
            if here is not None and here.path in project.sheet.unreadable:
                unreadable.append(name)
        return {**cells, DASHES: " ".join(dashes) or None, UNREADABLE: " ".join(unreadable) or None}


def columns_of_field(name: str, column: Field, label: str) -> Iterator[AxisColumn]:
    """Yield the columns of a field: one, and three more for the parts of a quantity."""
    yield AxisColumn(name, label, column.kind.table_unit(), column.kind.table_type())
    if column.kind.shape == "quantity":
        for part, word, type_of_part in QUANTITY_PARTS:
            yield AxisColumn(f"{name}.{part}", f"{label}（{word}）", "", type_of_part)


def axis_tables(edition: Edition) -> list[AxisTable]:
    """Return the tables of an edition, that of what stands once in a sheet first."""
    tables: dict[tuple[str, ...], dict[str, dict[tuple[str, ...], Field]]] = {(): {}}
    for each in edition.fields:
        axes, keys, name = column_in(each)
        tables.setdefault(axes, {}).setdefault(name, {})[keys] = each
    sheets = SHEETS + ("_" if SHEETS in edition.definition.axes else "")
    return [
        AxisTable("-".join(axes) or sheets, axes, edition, fields)
        for axes, fields in tables.items()
    ]


def column_in(placed: Field) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the axes of the table that a field belongs to, its keys on them, and its column there."""
    axes, keys, names = [], [], []
    for part, step in zip(placed.entry.path.split("."), placed.steps, strict=True):
        if axis := _AXIS.fullmatch(part):
            axes.append(axis[1])
            keys.append(str(step))
        else:
            names.append(part)
    return tuple(axes), tuple(keys), ".".join(names)


def last_columns() -> list[AxisColumn]:
    """Return the columns of what is no number, and of what cannot be read."""
    return [
        AxisColumn(DASHES, "「-」と記載された数の欄", "", "string"),
        AxisColumn(UNREADABLE, "読み取れなかった欄", "", "string"),
    ]


def cells_of_value(name: str, kind: Kind, value: Value) -> Row:
    """Return the cells of a value: a quantity stands as written and in its parts."""
    if kind.shape != "quantity":
        return {name: cell_of(value, kind)}
    shown = kind.show(value)
    parts = {f"{name}.{part}": part_of(value, part) for part, _, _ in QUANTITY_PARTS}
    return {name: None if shown is None else str(shown), **parts}


class TidyTable(Protocol):
    """A table for other programs."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def edition(self) -> Edition:
        """The form at a fiscal year."""

    @property
    def columns(self) -> list[AxisColumn]:
        """What it has a column for."""

    def rows(self, projects: Iterable[Project]) -> Iterator[Row]:
        """Yield its rows."""


def axis_document(
    table: TidyTable, projects: Iterable[Project], day: str, form_version: int
) -> dict[str, Any]:
    """The table as a JSON document that describes its own columns.

    `day` is that of the newest revision in it; `form_version` is the version of the form, 0 where that is not known.
    """
    edition = table.edition
    return {
        "form": edition.form,
        "edition": edition.year,
        "form_version": form_version,
        "title": edition.title,
        "table": table.name,
        "as_of": day,
        "columns": [asdict(column) for column in table.columns],
        "rows": list(table.rows(projects)),
    }
