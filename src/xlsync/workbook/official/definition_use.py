"""A corrected worksheet 様式の定義 carried out: the form's files, or the faults of each row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError
from xlsync.form.library import FORM_FILE, read_form
from xlsync.ooxml.patch.patch import patch_cells
from xlsync.ooxml.read.reader import read_cells
from xlsync.rules import lines_of
from xlsync.workbook.official.definition_rows import (
    FAULT_COLUMN,
    NUMBER_COLUMN,
    DefinitionRows,
    read_rows,
)
from xlsync.workbook.official.definition_sheet import HEAD_ROW, PAGE_ROW
from xlsync.workbook.official.form_text import FormText, id_of
from xlsync.workbook.official.made_form import with_hashes
from xlsync.workbook.official.official_drawing import drawing_of
from xlsync.workbook.official.worksheet_roles import DEFINITION
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from xlsync.workbook.official.official_workbook import OfficialWorkbook

DRAWING: Final = "drawing.xlsx"
_ITEM: Final = re.compile(r"item_([0-9]+)")


@dataclass(frozen=True)
class DefinedForm:
    """What a corrected worksheet makes: the form's files, or, where `faults` says so, none.

    `row_faults` are the faults by row, `definition_changes` what has to be written into the worksheet, by cell.
    """

    year: int
    count: int
    form_files: Mapping[str, bytes]
    row_faults: Mapping[int, str]
    definition_changes: Mapping[str, str | None]

    @property
    def faults(self) -> list[str]:
        """The faults as lines for the terminal, each with its row."""
        return [
            f"{DEFINITION} {row}行目：{fault}" for row, fault in sorted(self.row_faults.items())
        ]

    def with_faults(self, data: bytes) -> bytes:
        """Return the workbook with the faults beside their rows, and those written before cleared."""
        return (
            patch_cells(data, {DEFINITION: self.definition_changes})
            if self.definition_changes
            else data
        )


def defined_form(official: OfficialWorkbook, name: str, where: str) -> DefinedForm:
    """Return the form that the worksheet defines, tried out; its faults by row where it cannot be built."""
    cells = read_cells(official.data)[DEFINITION]
    pages = [title for title in official.book.sheetnames if title != DEFINITION]
    rows = read_rows(cells, where, pages)
    notes = dict(rows.faults)
    unknown = next((title for title in rows.page_titles if title not in pages), None)
    if unknown is not None:
        notes[PAGE_ROW] = (
            f"B{PAGE_ROW} のシート「{unknown}」がありません。様式のシートの名前を入力してください"
        )
    files: Mapping[str, bytes] = {}
    if not notes:
        files, notes = _tried(official, rows, FormText(rows, id_of(name)))
    return DefinedForm(
        rows.year, len(rows.defined_rows), files, notes, _changes(cells, rows, notes)
    )


def _changes(
    cells: Mapping[str, object], rows: DefinitionRows, notes: Mapping[int, str]
) -> dict[str, str | None]:
    """Return what has to be written into the worksheet: faults beside their rows, those before cleared, new numbers."""
    former = {address for address in cells if address.startswith(FAULT_COLUMN)}
    former -= {f"{FAULT_COLUMN}{HEAD_ROW}"}
    beside = {f"{FAULT_COLUMN}{row}": fault for row, fault in notes.items() if row != HEAD_ROW}
    if HEAD_ROW in notes:
        beside[f"{FAULT_COLUMN}{HEAD_ROW - 1}"] = notes[HEAD_ROW]
    wanted: dict[str, str | None] = {**dict.fromkeys(former), **beside}
    wanted |= {f"{NUMBER_COLUMN}{row.row}": str(row.number) for row in rows.defined_rows}
    return {address: text for address, text in wanted.items() if cells.get(address) != text}


def _tried(
    official: OfficialWorkbook, rows: DefinitionRows, text: FormText
) -> tuple[Mapping[str, bytes], dict[int, str]]:
    """Return the form's files, after a template was built of them; else none, and the fault by its row."""
    drawing = drawing_of(official, rows.page_titles, text.path_by_cell, text.years, rows.year)
    files = with_hashes({DRAWING: drawing, FORM_FILE: text.text().encode()})
    try:
        form = read_form(_folder_of(files), FORM_FILE)
        lines_of(form.at(rows.year))
        build_template(form, rows.year)
    except FormError as fault:
        return {}, _by_row(fault.reason, rows)
    return files, {}


def _folder_of(files: Mapping[str, bytes]) -> zipfile.Path:
    """Return files as a folder in memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    archive = zipfile.ZipFile(packed)
    archive.filename = "様式"  # of a file in memory it is None, which Path cannot show
    return zipfile.Path(archive)


def _by_row(reason: str, rows: DefinitionRows) -> dict[int, str]:
    """Return a fault of the definition at the row of the first field it names, in the office's words."""
    by_number = {str(row.number): row for row in rows.defined_rows}
    named = [by_number[number] for number in _ITEM.findall(reason) if number in by_number]
    for number, row in by_number.items():
        reason = re.sub(rf"item_{number}\b", row.defined.field_words.label, reason)
    return {named[0].row if named else HEAD_ROW: reason}
