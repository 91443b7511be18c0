"""The example forms under `forms/examples/`, their filled sheets, and figures that a program of its own added up of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from openpyxl.worksheet.worksheet import Worksheet

import xlsync
from xlsync.form.edition import Edition
from xlsync.form.library import Form, load_form
from xlsync.ooxml.a1 import column_letters, split_range
from xlsync.sheet import Sheet
from xlsync.workbook.reading.reading import Reading

FOLDER: Final = Path(xlsync.__file__).parent / "forms" / "examples"
NAMES: Final = tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))
YEAR: Final = 2026
_HEAD: Final = 7
"""Rows of a summary's page that headings stand in."""


@cache
def form(name: str) -> Form:
    """An example form."""
    return load_form(str(FOLDER / name))


def filled(name: str) -> list[Sheet]:
    """The filled sheets of an example."""
    files = sorted((FOLDER / name / "examples").glob("*.json"))
    return [Sheet.from_json(file.read_bytes(), form(name)) for file in files]


def only_office(sheet: Sheet) -> Sheet:
    """A sheet with nothing in it but what the office fills in: as it is given out."""
    fields = [field for field in sheet.edition.fields if field.filled_by == "office"]
    return Sheet(sheet.edition, sheet.key, {f.path: sheet[f.path] for f in fields})


def typed_by_staff(sheet: Sheet, reading: Reading) -> dict[tuple[str, str], Any]:
    """What staff type to fill in a sheet, by the cells of the workbook that was read."""
    edition = sheet.edition
    fields = [field for field in edition.fields if field.filled_by == "staff"]
    typed = {reading.cell_of(f.path): f.kind.show(sheet[f.path]) for f in fields}
    for table in edition.tables:
        for number, row in enumerate(sheet.rows(table.path), start=1):
            for word, value in row.values.items():
                page, reach = reading.cell_of(f"{table.path}.{word}")
                top, column, *_ = split_range(reach)
                address = f"{column_letters(column)}{top + number}"
                typed[page, address] = table.column(word).kind.show(value)
    return typed


def content(sheet: Sheet) -> dict[str, Any]:
    """What a sheet says, without the ids of its rows."""
    rows = {t.path: [row.values for row in sheet.rows(t.path)] for t in sheet.edition.tables}
    return {field.path: sheet[field.path] for field in sheet.edition.fields} | rows


def texts(edition: Edition) -> list[str]:
    """The paths of the texts and names that staff fill in."""
    fields = (field for field in edition.fields if field.filled_by == "staff")
    return [field.path for field in fields if field.kind.name in {"text", "person"}]


def figures(name: str) -> list[Mapping[str, str]]:
    """The figures that its summary must show."""
    with (FOLDER / name / "summary.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def shown(page: Worksheet, row: str, *headings: str) -> Iterator[object]:
    """Yield what stands in a row below headings, which reach to the right until the next one."""
    heads = [_filled_right(page, number) for number in range(1, _HEAD + 1)]
    for cells in page.iter_rows(min_row=_HEAD - 3):
        if row in [cell.value for cell in cells[:3]]:
            for column, cell in enumerate(cells, start=1):
                above = [line.get(column, "") for line in heads]
                if all(heading in above for heading in headings if heading):
                    yield cell.value


def _filled_right(page: Worksheet, number: int) -> dict[int, str]:
    """Return the heading over each column of a row of headings."""
    heads: dict[int, str] = {}
    last = ""
    for column, cell in enumerate(page[number], start=1):
        last = str(cell.value).replace("\n", "") if cell.value not in {None, ""} else last
        heads[column] = last
    return heads


__all__ = ["FOLDER", "NAMES", "YEAR", "content", "figures", "filled", "form", "shown", "texts"]
