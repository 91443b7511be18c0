"""What the lists of projects show: a row for each, with the fields that the form's [[summary]] lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.publication.site.site_layout import EVERY, UNNAMED, href, project_page
from xlsync.summary.export.table_cells import NUMBERS
from xlsync.summary.figures.entry_fields import scale_of, shown_fields
from xlsync.summary.figures.form_fields import form_fields_of

if TYPE_CHECKING:
    from xlsync.form.edition import Field
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
class DepartmentPage:
    """A department's list: its path, its heading, the headings of its columns, a link for each project."""

    path: str
    heading: str
    column_headings: tuple[str, ...]
    listed_projects: tuple[ListedProject, ...]

    @property
    def address(self) -> str:
        """Its address from the site's root."""
        return href(self.path)


def department_page(
    year: PublishedYear, department: str, path: str, sheets: Sequence[PublicSheet]
) -> DepartmentPage:
    """Return the list of a department's projects, or of all where the form has no departments."""
    fields = listed_fields(year)
    heading = (department or UNNAMED) if year.departments else EVERY
    columns = tuple(_heading(field) for field in fields)
    rows = tuple(_listed(public, fields) for public in sheets)
    return DepartmentPage(path, heading, columns, rows)


def listed_fields(year: PublishedYear) -> tuple[Field, ...]:
    """Return the fields that a list shows: those of the form's [[summary]], at the last column that is over."""
    fields = shown_fields(year.edition, form_fields_of(year.edition).listed.patterns)
    return tuple(field for field in fields if not field.multiline)


def _heading(field: Field) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    return " ".join(filter(None, (field.axis_label, f"{field.label}{unit}")))


def _listed(public: PublicSheet, fields: Sequence[Field]) -> ListedProject:
    cells = tuple(_cell(public, field) for field in fields)
    sheet = public.sheet
    return ListedProject(
        href(project_page(public)),
        sheet.key,
        sheet.title or sheet.key,
        public.unit_names[1:],
        cells,
    )


def _cell(public: PublicSheet, field: Field) -> ListedCell:
    is_number = field.kind.name in NUMBERS
    value = public.sheet[field.path]
    if field.kind.name == "choice":
        return ListedCell(scale_of(field).mark(value), is_number=False)
    words = field.words(value)
    return ListedCell(words.removesuffix(field.unit) if is_number else words, is_number)


__all__ = ["DepartmentPage", "ListedProject", "department_page", "listed_fields"]
