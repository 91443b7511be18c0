"""The sheets as a tidy table: one row per project and column of the form (H28年度決算 …), one column per measure. Pure.

What a project says of itself (key, names, classification) stands in each of its rows; what belongs to a fiscal year
(grades, targets and actual values) stands in the rows of that year. The columns follow from the form: a column is named by
its field's path without the year (`costs.sources.general`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical
from xlsync.form.years import year_of_key
from xlsync.kinds import DASH
from xlsync.summary.export.table_cells import (
    QUANTITY_PARTS,
    Cell,
    Type,
    cell_of,
    is_numeric,
    part_of,
)

if TYPE_CHECKING:
    from xlsync.form.definition import Identity
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Kind, Value
    from xlsync.summary.figures.figures import Figures
    from xlsync.summary.figures.projects import Project

DASHES: Final = "dashes"
UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class TidyColumn:
    """A column: its name, what people call it, its unit ("" for none), what its cells hold; null is always possible."""

    name: str
    label: str
    unit: str
    type: Type
    value_of: Callable[[Project, Period], Cell] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Period:
    """A column of the form: its key and label, and the fiscal year it tells of."""

    key: str
    label: str
    year: int


Row = dict[str, Cell]


def periods_of(edition: Edition) -> list[Period]:
    """The columns of the form, one row of the table each."""
    periods = []
    for key, label in _axis(edition, "period"):
        periods.append(Period(key, label, year_of_key(key) or edition.year))
    return periods or [Period("", "", edition.year)]


def _axis(edition: Edition, name: str) -> tuple[tuple[str, str], ...]:
    return edition.axis(name) if name in edition.definition.axes else ()


def tidy_columns(edition: Edition) -> list[TidyColumn]:
    """The columns of an edition's table; long texts are left out."""
    groups: dict[str, dict[str, Field]] = {}
    keys = {key for key, _ in _axis(edition, "period")}
    years = {key for axis in ("year", "target_year") for key, _ in _axis(edition, axis)}
    for field_ in edition.fields:
        if not field_.multiline:
            name, at = _named(field_, keys | years)
            groups.setdefault(name, {})[at] = field_
    return [
        *_head_columns(edition.definition.words.key),
        *(
            c
            for name, fields in groups.items()
            for c in _columns(name, fields, edition.definition.identity)
        ),
        *_last_columns(),
    ]


def tidy_rows(figures: Figures, edition: Edition) -> Iterator[Row]:
    """Yield the rows: the projects in the order of the summaries, and for each the columns of the form."""
    columns = tidy_columns(edition)
    for project in figures.projects:
        for period in periods_of(edition):
            yield {column.name: column.value_of(project, period) for column in columns}


def tidy_document(
    figures: Figures, edition: Edition, day: str, form_version: int = 0
) -> dict[str, Any]:
    """The table as a JSON document that describes its own columns.

    `day` is that of the newest revision in it; `form_version` is the version of the form, 0 where that is not known.
    """
    columns = tidy_columns(edition)
    return {
        "form": edition.form,
        "edition": edition.year,
        "form_version": form_version,
        "title": edition.title,
        "department": figures.department,
        "as_of": day,
        "columns": [
            {"name": c.name, "label": c.label, "unit": c.unit, "type": c.type} for c in columns
        ],
        "rows": list(tidy_rows(figures, edition)),
    }


def tidy_json(document: Mapping[str, Any]) -> bytes:
    """Encode the document in UTF-8."""
    return canonical(document)


def tidy_schema(edition: Edition) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    cells = {
        c.name: {"title": c.label + (f"（{c.unit}）" if c.unit else ""), "type": [c.type, "null"]}
        for c in tidy_columns(edition)
    }
    text = {"type": "string"}
    column = _object({"name": {"enum": list(cells)}, "label": text, "unit": text, "type": text})
    body = {
        "form": {"const": edition.form},
        "edition": {"const": edition.year},
        "form_version": {"type": "integer", "minimum": 0},
        "title": text,
        "department": {"type": ["string", "null"]},
        "as_of": text,
        "columns": {"type": "array", "items": column},
        "rows": {"type": "array", "items": _object(cells)},
    }
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{edition.title} 集計表",
    }
    return {**head, **_object(body)}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that has exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _named(field_: Field, keys: set[str]) -> tuple[str, str]:
    """The name of a field's column, and its key on the form's axis ("" where it has none)."""
    at = next((str(step) for step in field_.steps if str(step) in keys), "")
    name = ".".join(str(step) for step in field_.steps if not at or str(step) != at)
    return name, at


def _head_columns(key_word: str) -> list[TidyColumn]:
    return [
        TidyColumn("key", key_word, "", "string", lambda p, _: p.sheet.key),
        TidyColumn("period", "年度区分", "", "string", lambda _, at: at.key),
        TidyColumn("period_label", "年度区分（表記）", "", "string", lambda _, at: at.label),
        TidyColumn("fiscal_year", "年度（西暦）", "", "integer", lambda _, at: at.year),
    ]


def _last_columns() -> list[TidyColumn]:
    return [
        TidyColumn("state", "状況", "", "string", lambda p, _: p.item.state),
        TidyColumn("blanks", "未入力", "件", "integer", lambda p, _: p.counts.blanks),
        TidyColumn("errors", "エラー", "件", "integer", lambda p, _: p.counts.errors),
        TidyColumn("warnings", "注意", "件", "integer", lambda p, _: p.counts.warnings),
        TidyColumn(
            "conflicts", "入力の重なり", "件", "integer", lambda p, _: p.counts.open_conflicts
        ),
        TidyColumn("revision", "版", "", "integer", lambda p, _: p.sheet.revision),
        TidyColumn(DASHES, "「-」と記載された数の欄", "", "string", _dashes),
        TidyColumn(UNREADABLE, "読み取れなかった欄", "", "string", _unreadable),
    ]


def _columns(name: str, fields: Mapping[str, Field], identity: Identity) -> Iterator[TidyColumn]:
    """Yield the column of a field over its axis; for a quantity also one for each of its parts."""
    field_ = next(iter(fields.values()))
    units = [level.field for level in identity.organization]
    label = " ".join(filter(None, (field_.part, field_.label)))

    def value(project: Project, period: Period) -> Value:
        if field_.path in units:
            return project.names[
                units.index(field_.path)
            ]  # in the one spelling that stands for all
        at = fields.get("") or fields.get(period.key) or fields.get(str(period.year))
        return project.sheet[at.path] if at is not None else None

    if field_.kind.shape == "quantity":
        yield from _quantity_columns(name, label, field_.kind, value)
        return
    kind = field_.kind
    head = (name, label, kind.table_unit(), kind.table_type())
    yield TidyColumn(*head, lambda p, at: cell_of(value(p, at), kind))


def _quantity_columns(
    name: str, label: str, kind: Kind, value: Callable[[Project, Period], Value]
) -> Iterator[TidyColumn]:
    """Yield the column of a quantity as written, then those of its parts."""

    def text(project: Project, period: Period) -> Cell:
        shown = kind.show(value(project, period))
        return None if shown is None else str(shown)

    def part(of: str) -> Callable[[Project, Period], Cell]:
        return lambda project, period: part_of(value(project, period), of)

    yield TidyColumn(name, label, "", "string", text)
    for part_name, word, kind_of_part in QUANTITY_PARTS:
        column, title = f"{name}.{part_name}", f"{label}（{word}）"
        yield TidyColumn(column, title, "", kind_of_part, part(part_name))


def _dashes(project: Project, period: Period) -> Cell:
    """Name the columns of numbers in which the sheet says "-": in the table they are empty, but not blank."""
    return _names(
        project,
        period,
        lambda field_: project.sheet[field_.path] == DASH and is_numeric(field_.kind),
    )


def _unreadable(project: Project, period: Period) -> Cell:
    return _names(project, period, lambda field_: field_.path in project.sheet.unreadable)


def _names(project: Project, period: Period, wanted: Callable[[Field], bool]) -> Cell:
    edition = project.sheet.edition
    here = {period.key, str(period.year)}
    every = {key for axis in ("period", "year", "target_year") for key, _ in _axis(edition, axis)}
    named = [_named(field_, every) for field_ in edition.fields if wanted(field_)]
    return " ".join(name for name, at in named if not at or at in here) or None


def columns_page(edition: Edition) -> str:
    """The page of the documentation that explains the columns, as Markdown."""
    rows = [f"| `{c.name}` | {c.label} | {c.unit} | {c.type} |" for c in tidy_columns(edition)]
    return "\n".join([_PAGE, *rows]) + "\n"


_PAGE: Final = """\
# The table for other programs

Written by `xlsync form docs` from the form. `xlsync summarize --format csv|json|parquet` gives one row per project and column
of the form (`period`): `costs.project_cost` of the row `2017-settled` is 事業費(A) of H29年度決算. What belongs to a fiscal
year (`years.*`, `indicator.*`) stands in the row of that year; what a project says of itself stands in each of its rows. Long
texts are left out: they are in the store's JSON.

- A column of numbers holds numbers only. Blank, greyed and "-" are empty there; `dashes` names the columns whose cell says
  "-", `unreadable` those whose text could not be read.
- A quantity such as 280分以内 stands as written and in its parts: `.value`, `.unit`, `.bound`.
- CSV is UTF-8 with a byte order mark, CRLF. A text that Excel would take for a formula (it starts with = + - @, in either
  width, or a tab) has an apostrophe before it; JSON and Parquet hold every text as it is. Excel drops the leading zeros of
  codes when it opens a CSV file by double click: `key` holds them all.
- The JSON says what its columns mean, and is described by `schema/summary-<form>-<edition>.json`, which is written beside it.
- Parquet needs `pip install xlsync[parquet]`.
- `--by-axis` gives several tables instead: `全庁.sheets.csv` has a row for each sheet, with what stands once in it.
  Each axis of the form, or two axes together, has a table of its own (`全庁.period.csv`), with a row for each sheet and
  key. Every field is in one of them, long texts too; `key` joins them.

| column | label | unit | type |
| --- | --- | --- | --- |"""
