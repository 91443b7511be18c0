"""What the lists of projects show: by department, and by what a field says; a row for each, with the fields of [[summary]]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.publication.open_data.proof_table import is_of_program
from xlsync.publication.site.site_layout import EVERY, UNNAMED, href, project_page
from xlsync.summary.export.table_cells import is_numeric
from xlsync.summary.figures.entry_fields import scale_of, shown_fields
from xlsync.summary.figures.form_fields import form_fields_of

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.publication.published_year import PublicSheet, PublishedYear


@dataclass(frozen=True, slots=True)
class ListedCell:
    """A cell of a list."""

    words: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A row of a list: the address of the project's page, its key and title, its units below the list's, its cells."""

    address: str
    key: str
    words: str
    unit_names: tuple[str, ...]
    listed_cells: tuple[ListedCell, ...]


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A list of projects: its path and heading, those of its units and columns, a row for each project, the sums."""

    path: str
    heading: str
    unit_headings: tuple[str, ...]
    column_headings: tuple[str, ...]
    listed_projects: tuple[ListedProject, ...]
    total_cells: tuple[ListedCell, ...]

    @property
    def address(self) -> str:
        """Its address from the site's root."""
        return href(self.path)


def department_list(
    year: PublishedYear, department: str, path: str, sheets: Sequence[PublicSheet]
) -> ProjectList:
    """Return the list of a department's projects, or of all where the form has no departments."""
    heading = (department or UNNAMED) if year.departments else EVERY
    return project_list(year, heading, path, sheets, first_level=1)


def project_list(
    year: PublishedYear,
    heading: str,
    path: str,
    sheets: Sequence[PublicSheet],
    *,
    first_level: int = 0,
) -> ProjectList:
    """Return a list of projects with their units from a level on."""
    fields = listed_fields(year)
    columns = tuple(_heading(field) for field in fields)
    rows = tuple(_listed(public, fields, first_level) for public in sheets)
    units = year.edition.definition.identity.level_words[first_level:]
    totals = tuple(_total(year.edition, sheets, field) for field in fields)
    return ProjectList(path, heading, units, columns, rows, totals)


def listed_fields(year: PublishedYear) -> tuple[Field, ...]:
    """Return the fields that a list shows: those of the form's [[summary]], at the last column that is over."""
    fields = shown_fields(year.edition, form_fields_of(year.edition).listed.patterns)
    return tuple(field for field in fields if not field.multiline)


def _heading(field: Field) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    return " ".join(filter(None, (field.axis_label, f"{field.label}{unit}")))


def _listed(public: PublicSheet, fields: Sequence[Field], first_level: int) -> ListedProject:
    cells = tuple(_cell(public, field) for field in fields)
    sheet = public.sheet
    return ListedProject(
        href(project_page(public)),
        sheet.key,
        sheet.title or sheet.key,
        public.unit_names[first_level:],
        cells,
    )


def _total(edition: Edition, sheets: Sequence[PublicSheet], field: Field) -> ListedCell:
    """Return the sum of an amount with how many sheets are not in it; nothing of what is no amount, or no sheet has."""
    if not field.kind.is_amount or is_of_program(edition, field.path):
        return ListedCell("", is_number=False)
    values = [public.sheet[field.path] for public in sheets]
    numbers = [value for value in values if isinstance(value, int | Decimal)]
    if not numbers:
        return ListedCell("", is_number=True)
    words = field.words(sum(numbers)).removesuffix(field.unit)
    missing = len(values) - len(numbers)
    return ListedCell(f"{words}（ほか{missing}件は記載なし）" if missing else words, is_number=True)


def _cell(public: PublicSheet, field: Field) -> ListedCell:
    is_number = is_numeric(field.kind)
    value = public.sheet[field.path]
    if field.kind.is_choice:
        return ListedCell(scale_of(field).mark(value), is_number=False)
    words = field.words(value)
    return ListedCell(words.removesuffix(field.unit) if is_number else words, is_number)


__all__ = ["ListedProject", "ProjectList", "department_list", "listed_fields", "project_list"]
