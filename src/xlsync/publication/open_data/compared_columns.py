"""What cities are compared by: the amounts, grades and groups that the form's overview names, each as a column of a table.

It stands in the data package, so that a program which reads the packages of many cities need not know their forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from xlsync.form.summary_pages import OverviewPage
from xlsync.publication.open_data.data_table import SHEETS
from xlsync.publication.open_data.register_tables import BUDGET_CODES
from xlsync.publication.open_data.sheet_tables import year_of
from xlsync.summary.export.axis_tables import column_in
from xlsync.summary.figures.entry_fields import scale_of, shown_fields

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field

_PROGRAM_LEVELS = 2
"""Levels of the budget by which cities are compared: account and 款. Those below are each city's own."""


def comparison_of(edition: Edition) -> dict[str, Any]:
    """Return the amounts and grades of an edition at the last column that is over, and what sheets are grouped by.

    Each amount and grade has the name of its `table` and `column`, and where it is `at` on the axes (key by axis); the last
    of the amounts is the whole. Each group has the `columns` of the table of sheets that tell its members apart, and `names`,
    the table that names their codes, where they are codes.
    """
    pages = edition.definition.summary_pages
    page = next((page for page in pages if isinstance(page, OverviewPage)), None)
    measures, grades = (page.measures, page.grades) if page else ([], [])
    return {
        "amounts": [_at(edition, field) for field in shown_fields(edition, measures)],
        "grades": [*_grades(edition, grades)],
        "groups": [*_choices(edition), *_program_levels(edition)],
    }


def _at(edition: Edition, field: Field) -> dict[str, Any]:
    axes, keys, column = column_in(field)
    return {
        "label": field.label,
        "unit": field.unit,
        "table": "-".join(axes) or SHEETS,
        "column": column,
        "at": dict(zip(axes, keys, strict=True)),
        "fiscal_year": year_of(keys) or edition.year,
    }


def _grades(edition: Edition, patterns: Iterable[str]) -> Iterator[dict[str, Any]]:
    for field in shown_fields(edition, patterns):
        yield {**_at(edition, field), "words": _words_of(field)}


def _words_of(field: Field) -> list[list[str]]:
    """Return mark and word of each grade, the best first."""
    scale = scale_of(field)
    return [list(pair) for pair in zip(scale.marks, scale.words, strict=True)]


def _choices(edition: Edition) -> Iterator[dict[str, Any]]:
    for field in edition.fields:
        axes, _, column = column_in(field)
        if field.kind.is_choice and not axes:
            yield {"label": field.label, "columns": [column]}


def _program_levels(edition: Edition) -> Iterator[dict[str, Any]]:
    paths = edition.definition.identity.program[:_PROGRAM_LEVELS]
    for depth, path in enumerate(paths, start=1):
        label = edition.by_path[path].label
        yield {"label": label, "columns": list(paths[:depth]), "names": BUDGET_CODES}


__all__ = ["comparison_of"]
