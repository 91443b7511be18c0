"""A workbook's bytes, changed cell by cell as one that is open in Excel would be, and saved again by openpyxl.

For the command line and for tests: what a re-save by openpyxl loses (pictures, controls) is lost. What a protected worksheet
does not let a person do, it does not let this do: UnwritableWorkbook.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.patch.cell_xml import Scalar
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.stamp import STAMP_NAME

_OPAQUE: Final = re.compile(r"(?:00|FF)([0-9A-Fa-f]{6})")
_LONGEST: Final = 32_767
_NOTE_WIDTH: Final = 360
_NOTE_LINE: Final = 20
_LINE_CHARACTERS: Final = 24
"""A note's box in points, and about how many full-width characters stand in a line of it."""


class OpenpyxlLive:
    """A workbook to carry changes out in. `lists` are the titles of lists it would show, `opened` the files it would open."""

    def __init__(self, data: bytes) -> None:
        """Load a workbook; WorkbookError where the bytes are none, or beyond the limits of honest ones."""
        open_workbook(data)  # says in our words what is wrong with it, before openpyxl meets it
        try:
            self.book = openpyxl.load_workbook(io.BytesIO(data))
        except Exception as fault:  # openpyxl raises whatever its parts raise
            raise DamagedWorkbook(
                "ブックを開けません。Excelで開いて保存し直してください"
            ) from fault
        self.lists: list[str] = []
        self.opened: list[str] = []
        self.selected: tuple[str, str] | None = None

    def finished(self) -> bytes:
        """Save the workbook and return its bytes."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def has_worksheet(self, worksheet: str) -> bool:
        """True where there is a worksheet of just that name."""
        return any(sheet.title == worksheet for sheet in self.book.worksheets)

    def value(self, worksheet: str, cell: str) -> Scalar:
        """Return the value of a cell, None for a blank one, a date as text."""
        held = self._cell(worksheet, cell).value
        return held if isinstance(held, str | int | float | Decimal | None) else str(held)

    def has_formula(self, worksheet: str, cell: str) -> bool:
        """True where a formula stands in the cell."""
        return self._cell(worksheet, cell).data_type == "f"

    def write(self, worksheet: str, cell: str, value: Scalar) -> None:
        """Write a value as it is, text as text whatever it looks like."""
        target = self._free(worksheet, cell, "locked cells")
        if isinstance(value, str) and len(value) > _LONGEST:
            raise UnwritableWorkbook("1つのセルに入る長さを超えています", cell)
        try:
            target.value = value
        except IllegalCharacterError as fault:
            raise UnwritableWorkbook("セルに書けない文字があります", cell) from fault
        if isinstance(value, str):
            target.data_type = "s"  # else "=1+1" is a formula and "#N/A" an error

    def fill(self, worksheet: str, cell: str) -> str | None:
        """Return a solid fill as RRGGBB, None for no fill; UnwritableWorkbook for a fill `set_fill` could not restore."""
        fill = self._cell(worksheet, cell).fill
        if fill.fill_type is None:
            return None
        if fill.fill_type == "solid" and fill.fgColor.type == "rgb":
            plain = _OPAQUE.fullmatch(fill.fgColor.rgb)
            if plain is not None:
                return plain[1].upper()
        raise UnwritableWorkbook("模様やテーマの色で塗られています", cell)

    def set_fill(self, worksheet: str, cell: str, colour: str | None) -> None:
        """Fill a cell, or take its fill away."""
        target = self._free(worksheet, cell, "formats")
        target.fill = (
            PatternFill() if colour is None else PatternFill("solid", fgColor=Color(f"FF{colour}"))
        )

    def note(self, worksheet: str, cell: str) -> str | None:
        """Return the text of a cell's note, None where it has none."""
        note = self._cell(worksheet, cell).comment
        return None if note is None else note.text

    def set_note(self, worksheet: str, cell: str, text: str | None) -> None:
        """Hang a note on a cell, or take it off."""
        target = self._free(worksheet, cell, "objects")
        if text is None:
            target.comment = None
            return
        lines = sum(1 + len(line) // _LINE_CHARACTERS for line in text.split("\n"))
        target.comment = Comment(text, "xlsync", _NOTE_LINE * (lines + 1), _NOTE_WIDTH)

    def notes(self, worksheet: str) -> Sequence[tuple[str, str]]:
        """Return the address and text of every note of a worksheet."""
        cells = self._worksheet(worksheet)._cells  # noqa: SLF001 - iter_rows makes every cell up to the last
        return [
            (target.coordinate, target.comment.text)
            for _, target in sorted(cells.items())
            if target.comment is not None
        ]

    def put_stamp(self, worksheet: str, text: str) -> None:
        """Let the worksheet's hidden name of the stamp say so."""
        named = DefinedName(STAMP_NAME, attr_text=f'"{text}"', hidden=True)
        self._worksheet(worksheet).defined_names[STAMP_NAME] = named

    def select(self, worksheet: str, cell: str) -> None:
        """Note the cell that would be shown."""
        self.selected = (worksheet, cell)

    def show_list(self, title: str, columns: Sequence[str], rows: Sequence[object]) -> None:
        """Note the title of a list that would be shown."""
        del columns, rows
        self.lists.append(title)

    def open(self, name: str) -> None:
        """Note a file that would be opened."""
        self.opened.append(name)

    def _worksheet(self, worksheet: str) -> Worksheet:
        if not self.has_worksheet(worksheet):
            raise UnwritableWorkbook("ワークシートがありません", worksheet)
        sheet = self.book[worksheet]
        assert isinstance(sheet, Worksheet)  # noqa: S101 - `worksheets` holds no chart sheets
        return sheet

    def _cell(self, worksheet: str, cell: str) -> Cell | MergedCell:
        target: Cell | MergedCell = self._worksheet(worksheet)[cell]
        return target

    def _free(self, worksheet: str, cell: str, what: str) -> Cell:
        """Return a cell that a person could change; UnwritableWorkbook where it is covered by a merge or protected."""
        target = self._cell(worksheet, cell)
        if not isinstance(target, Cell):
            raise UnwritableWorkbook("結合されたセルの左上ではありません", cell)
        protection = self._worksheet(worksheet).protection
        refused = {
            "locked cells": target.protection.locked,
            "formats": protection.formatCells,
            "objects": protection.objects,
        }
        if protection.sheet and refused[what]:
            raise UnwritableWorkbook("シートが保護されています", cell)
        return target
