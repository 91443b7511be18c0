"""Forms with a line for each field, workbooks of them into which something is typed, and what Excel's formulas make of that."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl

from tests import node_tools, office_calculation
from xlsync.form.definition import read_definition
from xlsync.form.expansion import edition_of
from xlsync.form.library import Form, load_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.sheet import Sheet
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

YEAR = 2018


def made_form(text: str) -> Form:
    """The form of a definition, with a drawing that has a line for each field, on its worksheets by turns."""
    edition = edition_of(read_definition(text, "form.toml"), YEAR, "form.toml")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    pages = [book.create_sheet(title) for title in edition.worksheets]
    for row, field in enumerate(edition.fields, 3):
        page = pages[row % len(pages)]
        page.cell(row, 1, field.title)
        page.cell(row, 4, f"[[{field.origin}]]")
    saved = io.BytesIO()
    book.save(saved)
    folder = Path(tempfile.mkdtemp())
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "drawing.xlsx").write_bytes(saved.getvalue())
    return load_form(str(folder))


def typed_into(form: Form, values: dict[str, Any], key: str) -> bytes:
    """A workbook of the form, of the sheet whose `number` is the key, into which somebody typed these values."""
    template = build_template(form, YEAR)
    edition = form.at(YEAR)
    sheet = Sheet(edition, key, {"number": key})
    data = fill(template, sheet, Stamp(edition.form, YEAR, key, 1, "ab"))
    page = edition.worksheet
    return patch_cells(
        data, {(page, template.addresses[path]): value for path, value in values.items()}
    )


def said_by_excel(form: Form, data: bytes, engine: str) -> dict[str, Any]:
    """What the engine makes of the value of each field."""
    if engine == "hyperformula":
        [made] = node_tools.recalculated([data])
    else:
        [[made]] = office_calculation.calculated([(data, [{}])], (WORKSHEET,))
    at = build_template(form, YEAR).checks.check_sheet.addresses
    cells = made[WORKSHEET]
    return {path: cells.get(at.at(path)) for path in form.at(YEAR).by_path}
