"""Summaries and tidy tables of a city, written as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlsync.canonical_json import canonical
from xlsync.city.city_paths import shared_folder_of
from xlsync.exchange.department_summaries import Link, Survey, survey
from xlsync.inbox.followup.summary_refresh import WrittenSummary, link_from, write_summary
from xlsync.inbox.share_paths import year_name
from xlsync.summary.export.axis_tables import TidyTable, axis_document, axis_tables
from xlsync.summary.export.row_tables import row_tables
from xlsync.summary.export.table_formats import csv_of, parquet_of
from xlsync.summary.export.tidy import (
    TidyColumn,
    tidy_columns,
    tidy_document,
    tidy_json,
    tidy_rows,
    tidy_schema,
)
from xlsync.summary.figures.figures import Figures, figures_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.summary.export.tidy import Row

TableFormat = Literal["csv", "json", "parquet"]


def survey_of(city: CitySettings) -> Survey:
    """Return every sheet of the city, read and checked once."""
    return survey(city.store, city.terms)


def departments_of(seen: Survey, department: str = "") -> list[str | None]:
    """Return whose summaries are asked for: one department's, or every one's and the whole city's (None)."""
    if department:
        return [department]
    return [*dict.fromkeys(seen.departments.values()), None]


def write_summaries(
    city: CitySettings, seen: Survey, departments: Iterable[str | None], folder: Path
) -> Iterator[WrittenSummary]:
    """Write summary workbooks one by one, and yield what became of each; one that somebody has open waits."""
    items = seen.items(_link(city, folder))
    shared = shared_folder_of(city, folder)
    for department in departments:
        yield write_summary(shared, folder, seen.summary(department, items))


def figures_for(city: CitySettings, seen: Survey, department: str | None, folder: Path) -> Figures:
    """Return the figures of one department, or of the whole city (None), with links as seen from a folder."""
    return figures_of(
        seen.items(_link(city, folder)),
        department=department,
        edition=city.terms.form.at(city.terms.fiscal_year),
        organization=city.terms.organization,
    )


def _link(city: CitySettings, folder: Path) -> Link:
    """Return a function from a sheet to the link to its workbook as seen from a folder."""
    return link_from(folder, city.sheets, year_name(city.store.files, city.terms.fiscal_year))


def tidy_table(
    city: CitySettings, seen: Survey, department: str | None
) -> tuple[list[TidyColumn], list[Row]]:
    """Return columns and rows of the tidy table: one row per sheet and period (docs/table.md)."""
    edition = city.terms.form.at(city.terms.fiscal_year)
    figures = figures_for(city, seen, department, city.summaries)
    return list(tidy_columns(edition)), list(tidy_rows(figures, edition))


def write_table(
    city: CitySettings, seen: Survey, department: str | None, form: TableFormat, folder: Path
) -> dict[Path, bool]:
    """Write the tidy table, beside a JSON its schema, and return the files: True where one is new or changed."""
    edition = city.terms.form.at(city.terms.fiscal_year)
    figures = figures_for(city, seen, department, folder)
    columns, rows = tidy_columns(edition), tidy_rows(figures, edition)
    day = seen.made_on(department)
    files: dict[str, bytes] = {}
    match form:
        case "csv":
            files["csv"] = csv_of(columns, rows)
        case "parquet":
            files["parquet"] = parquet_of(columns, rows)
        case "json":
            made_on = day.isoformat() if day else ""
            document = tidy_document(figures, edition, made_on, city.terms.form.version)
            files["json"] = tidy_json(document)
            files["schema.json"] = canonical(tidy_schema(edition))
    return _write(city, folder, seen.name(department), files)


def write_axis_tables(
    city: CitySettings, seen: Survey, department: str | None, form: TableFormat, folder: Path
) -> dict[Path, bool]:
    """Write a table for what stands once in a sheet, for each axis and table; return the files: True where one changed."""
    edition = city.terms.form.at(city.terms.fiscal_year)
    projects = figures_for(city, seen, department, folder).projects
    day = seen.made_on(department)
    as_of = day.isoformat() if day else ""
    files: dict[str, bytes] = {}
    tables: list[TidyTable] = [*axis_tables(edition), *row_tables(edition)]
    for table in tables:
        match form:
            case "csv":
                data = csv_of(table.columns, table.rows(projects))
            case "parquet":
                data = parquet_of(table.columns, table.rows(projects))
            case "json":
                data = canonical(axis_document(table, projects, as_of, city.terms.form.version))
        files[f"{table.name}.{form}"] = data
    return _write(city, folder, seen.name(department), files)


def _write(
    city: CitySettings, folder: Path, name: str, files: Mapping[str, bytes]
) -> dict[Path, bool]:
    """Write files whose names begin alike, and return them: True where one is new or changed."""
    paths = {folder / f"{name}.{ending}": data for ending, data in files.items()}
    shared = shared_folder_of(city, folder)
    return {file: shared.write_if_changed(file, data) for file, data in paths.items()}
