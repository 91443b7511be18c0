"""A sheet's contents as on the form: its parts in order, each a list of fields, or a table where its fields have axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet

Fill = Literal["blank", "dash", "unreadable", "text", "number"]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A row of a table: its words, the field of each column (None where the form has none), and the unit that all have."""

    row_words: str
    row_fields: tuple[Field | None, ...]
    row_unit: str = ""


@dataclass(frozen=True, slots=True)
class FieldTable:
    """Fields of a part by row and column."""

    column_words: tuple[str, ...]
    field_rows: tuple[FieldRow, ...]

    @property
    def has_figures(self) -> bool:
        """Whether any of its fields is a number: then all of them stand on the right."""
        every = (field for row in self.field_rows for field in row.row_fields if field is not None)
        return any(field.kind.is_figure for field in every)

    @property
    def table_unit(self) -> str:
        """The unit that every number of the table has, "" where they differ or have none."""
        units = {row.row_unit for row in self.field_rows}
        return units.pop() if len(units) == 1 else ""


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of the form: its title, its fields without an axis, and the table of those with one."""

    title: str
    single_fields: tuple[Field, ...]
    field_table: FieldTable | None


@dataclass(frozen=True, slots=True)
class ShownValue:
    """What a field holds, as people read it.

    Attributes:
        words: The value, "" for blank.
        bare_words: The value without its unit.
        fill_class: What it is: a blank is no dash, and neither is 0.
        sentences: What was found about it.
        is_error: Whether one of them is an error.

    """

    words: str
    fill_class: Fill
    bare_words: str = ""
    sentences: tuple[str, ...] = ()
    is_error: bool = False


@lru_cache(maxsize=8)
def form_parts(edition: Edition) -> tuple[FormPart, ...]:
    """Return the parts of a form in order; a part that comes twice is shown twice."""
    return tuple(
        _part(title, tuple(members)) for title, members in groupby(edition.fields, _part_title)
    )


def _part_title(field: Field) -> str:
    return field.part


def _part(title: str, members: Sequence[Field]) -> FormPart:
    single = tuple(field for field in members if not field.axis_label)
    on_axis = [field for field in members if field.axis_label]
    return FormPart(title, single, _table(on_axis) if on_axis else None)


def _table(members: Sequence[Field]) -> FieldTable:
    columns = tuple(dict.fromkeys(field.axis_label for field in members))
    rows = tuple(dict.fromkeys(field.label for field in members))
    by_cell = {(field.label, field.axis_label): field for field in members}
    if len(rows) < len(columns):  # longer than broad, so that it fits a phone and a portrait page
        by_cell = {(column, row): field for (row, column), field in by_cell.items()}
        columns, rows = rows, columns
    return FieldTable(columns, tuple(_row(row, _cells(by_cell, row, columns)) for row in rows))


def _row(words: str, row_fields: tuple[Field | None, ...]) -> FieldRow:
    units = {field.unit for field in row_fields if field is not None}
    return FieldRow(words, row_fields, units.pop() if len(units) == 1 else "")


def _cells(
    by_cell: Mapping[tuple[str, str], Field], row: str, columns: Sequence[str]
) -> tuple[Field | None, ...]:
    return tuple(by_cell.get((row, column)) for column in columns)


def shown_values(sheet: Sheet, findings: Sequence[Finding]) -> Mapping[str, ShownValue]:
    """Return what each field of a sheet holds, with what was found about it."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity == "note":
            continue
        by_path.setdefault(finding.path, []).append(finding)
    return {path: _shown(sheet, path, by_path.get(path, ())) for path in sheet}


def _shown(sheet: Sheet, path: str, findings: Sequence[Finding]) -> ShownValue:
    sentences = tuple(finding.message for finding in findings)
    is_error = any(finding.severity == "error" for finding in findings)
    if path in sheet.unreadable:
        text = sheet.unreadable[path]
        return ShownValue(text, "unreadable", text, sentences, is_error)
    field = sheet.edition.by_path[path]
    words = field.words(sheet[path])
    bare = words.removesuffix(field.unit) if field.unit else words
    return ShownValue(words, _fill(words, sheet[path]), bare, sentences, is_error)


def _fill(words: str, value: object) -> Fill:
    if not words:
        return "blank"
    if words == "-":
        return "dash"
    return "text" if isinstance(value, str) else "number"


__all__ = ["FieldRow", "FieldTable", "FormPart", "ShownValue", "form_parts", "shown_values"]
