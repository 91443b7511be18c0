"""The tables by axis: every field in one of them, every value of a sheet in one row of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from tests.summary.conftest import MakeCity
from xlsync.canonical_json import parse_json
from xlsync.form.edition import Edition
from xlsync.kinds import DASH
from xlsync.sheet import sheet_of
from xlsync.summary import Item, figures_of
from xlsync.summary.export.axis_tables import AxisTable, axis_tables
from xlsync.summary.export.table_formats import csv_of


def test_the_shipped_form_has_a_table_for_each_of_its_axes(edition: Edition) -> None:
    tables = {table.name: table for table in axis_tables(edition)}
    assert list(tables) == [
        "sheets",
        "period",
        "target_year",
        "level",
        "line-level",
        "line",
        "year",
    ]
    assert len(tables["period"].keys) == 4
    assert tables["line-level"].keys[:2] == [("0", "0"), ("0", "1")]
    names = [column.name for column in tables["period"].columns]
    assert names[:4] == ["key", "period", "period_label", "program_totals.project_cost"]
    assert "purpose" in [column.name for column in tables["sheets"].columns]


def placed(tables: list[AxisTable], path: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (table.name, name, keys)
        for table in tables
        for name, fields in table.fields.items()
        for keys, field in fields.items()
        if field.path == path
    ]


@pytest.mark.parametrize(
    "small", [*SMALL_FORMS, None], ids=lambda small: small.name if small else ""
)
def test_every_field_is_in_one_table(small: SmallForm | None, tmp_path: Path) -> None:
    edition = papers.edition() if small is None else small.form(tmp_path).at(YEAR)
    tables = axis_tables(edition)
    assert {path: len(placed(tables, path)) for path in edition.by_path} == dict.fromkeys(
        edition.by_path, 1
    )
    for table in tables:
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))


@settings(max_examples=exploring.examples(10))
@given(seed=st.integers(0, 999))
def test_every_value_is_in_one_row(make_city: MakeCity, edition: Edition, seed: int) -> None:
    figures = figures_of(make_city(3, seed), department=None, edition=edition)
    tables = axis_tables(edition)
    rows = {table.name: list(table.rows(figures.projects)) for table in tables}
    for project in figures.projects:
        for path, value in project.sheet.items():
            [(table, name, keys)] = placed(tables, path)
            axes = next(each.axes for each in tables if each.name == table)
            [row] = [
                row
                for row in rows[table]
                if row["key"] == project.sheet.key and tuple(row[axis] for axis in axes) == keys
            ]
            kind = edition.by_path[path].kind
            if kind.name in {"money", "measure"}:
                number = None if value is None or value == DASH else float(value)  # type: ignore[arg-type]
                assert row[name] == number
                assert (name in str(row["dashes"]).split()) == (value == DASH)
            else:
                written = kind.show(value) if kind.name == "quantity" else value
                assert row[name] == (None if written is None else str(written))


def test_a_form_without_years_has_its_rows(tmp_path: Path) -> None:
    small = SMALL_FORMS[1]
    edition = small.form(tmp_path).at(YEAR)
    documents = small.documents(edition).values()
    items = [Item(sheet_of(edition, parse_json(document))) for document in documents]
    figures = figures_of(items, department=None, edition=edition)
    [sheets, rows] = axis_tables(edition)
    assert (sheets.name, rows.name) == ("sheets", "row")
    text = csv_of(rows.columns, rows.rows(figures.projects)).decode("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text)))
    assert len(read) == 2 * 3
    first = next(row for row in read if row["items.name"])
    assert (first["key"], first["row_label"], first["items.count"]) == ("本庁/3階 A-01", "1", "3.0")
    assert first["items.name"] == "'=机"


def test_a_date_stands_in_a_table_as_in_json(tmp_path: Path) -> None:
    small = next(form for form in SMALL_FORMS if form.name == "kenshu")
    edition = small.form(tmp_path).at(YEAR)
    paths = [field.path for field in edition.fields if field.kind.name == "date"]
    [first, *_] = small.documents(edition).values()
    sheet = sheet_of(edition, parse_json(first)).with_values(dict.fromkeys(paths, "2025-04-01"))
    figures = figures_of([Item(sheet)], department=None, edition=edition)
    tables = {table.name: table for table in axis_tables(edition)}
    assert paths
    for path in paths:
        [(table, name, _)] = placed(list(tables.values()), path)
        assert "2025-04-01" in [row[name] for row in tables[table].rows(figures.projects)]
