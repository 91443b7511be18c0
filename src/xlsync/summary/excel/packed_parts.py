"""A workbook whose worksheets are turned into compressed XML one by one, and zipped piece by piece.

XlsxWriter keeps every cell, then the XML of every part, until the file is complete: 1.6 GB for the 全庁 of 7,484 sheets. Here
the cells of one worksheet are there at a time. The bytes of the file are those that XlsxWriter writes.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
import xlsxwriter.worksheet
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import CellFormulaTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PIECE: Final = 1 << 18
"""Characters that are kept as text before they are compressed."""
_OWN_ROW: Final = "\0"
_ROW_ABOVE: Final = "\1"
"""Stand in a formula for the numbers of its row and of that above; no formula has them, for XML has no such characters."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)


class PackedText(io.StringIO):
    """Text that is written once and read once, compressed meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._packed: list[bytes] = []
        self._pieces: list[str] = []
        self._length = 0
        self.byte_count = 0

    def write(self, text: str, /) -> int:
        """Add text."""
        self._pieces.append(text)
        self._length += len(text)
        if self._length >= _PIECE:
            self._pack()
        return len(text)

    def take(self, other: PackedText) -> None:
        """Add what another one holds; it is empty afterwards."""
        self._pack()
        other._pack()
        self._packed += other._packed
        self.byte_count += other.byte_count
        other._packed, other.byte_count = [], 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the text as UTF-8, piece by piece, and drop it."""
        self._pack()
        self._packed.reverse()
        while self._packed:
            yield zlib.decompress(self._packed.pop())

    def _pack(self) -> None:
        data = "".join(self._pieces).encode()
        self._pieces, self._length = [], 0
        self.byte_count += len(data)
        if data:
            self._packed.append(zlib.compress(data, 1))


class PackedWorksheet(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]  # untyped
    """A worksheet that takes formulas as they are written here, and can be turned into XML before the others are written."""

    _rows: PackedText | None = None
    _is_emptied = False

    def __init__(self) -> None:
        super().__init__()
        self._formula_texts: dict[str, str] = {}

    def pack(self, *, has_charts: bool) -> None:
        """Turn the cells into XML, in the order of the worksheets; no further ones can be written.

        Charts look up the cells that they show when the workbook is finished: with them the cells stay.
        """
        part: object = self.fh
        rows = PackedText()
        self.fh: object = rows
        super()._write_sheet_data()
        self.fh, self._rows = part, rows
        self._formula_texts.clear()
        if not has_charts:
            self.table.clear()
            self._is_emptied = True

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: object = None, value: object = 0
    ) -> int:
        # The formulas of a column differ in the number of their row, or of the row above, alone, so that all of them are one
        # text here: of 10,000 sheets there are 450,000. XlsxWriter would also look in each for functions that work on arrays.
        if self._check_dimensions(row, col):
            return -1
        text = formula.removeprefix("=").replace(str(row + 1), _OWN_ROW)
        text = text.replace(str(row), _ROW_ABOVE)
        text = self._formula_texts.setdefault(text, text)
        self.table[row][col] = CellFormulaTuple(text, cell_format, value)
        return 0

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if isinstance(cell, CellFormulaTuple):
            text = cell.formula.replace(_ROW_ABOVE, str(row)).replace(_OWN_ROW, str(row + 1))
            cell = CellFormulaTuple(text, cell.format, cell.value)
        super()._write_cell(row, col, cell)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002, ARG002
        # Of conditional formats: XlsxWriter looks for thirty functions newer than Excel 2007; no formula of ours has one
        return formula.removeprefix("=")

    def _write_sheet_data(self) -> None:
        if self._rows is None:
            super()._write_sheet_data()
        elif self._is_emptied and any(self.table.values()):
            raise ValueError(f"cells were written into {self.name} after it was complete")
        else:
            self.fh.take(self._rows)  # type: ignore[attr-defined]  # a PackedText of _Parts


class _Parts(Packager):  # type: ignore[misc]  # untyped
    """Keeps the parts instead of giving them to XlsxWriter's zip file."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[tuple[Any, str, bool]] = []

    def _filename(self, xml_filename: str) -> PackedText:
        text = PackedText()
        self.filenames.append((text, xml_filename, False))
        return text

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        self.parts = super()._create_package()
        return []


class PackedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # untyped
    """XlsxWriter's workbook, in memory, with as little of it as text as can be.

    Args:
        options: XlsxWriter's.

    """

    def __init__(self, options: Mapping[str, object]) -> None:
        self._parts = _Parts()
        super().__init__(io.BytesIO(), {**options, "in_memory": True})

    def add_packed(self, name: str) -> PackedWorksheet:
        """Add a worksheet."""
        worksheet: PackedWorksheet = self.add_worksheet(name, PackedWorksheet)
        return worksheet

    def zipped(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self.close()
        out = io.BytesIO()
        with ZipFile(out, "w", compression=ZIP_DEFLATED) as archive:
            for part, name, is_binary in self._parts.parts:
                info = ZipInfo(name, _FIRST_DAY)
                info.compress_type = ZIP_DEFLATED
                if is_binary:
                    archive.writestr(info, part.getvalue())
                    continue
                pieces = part.pieces()
                first = next(pieces, b"")
                info.file_size = part.byte_count
                with archive.open(info, "w") as file:
                    file.write(first)
                    for piece in pieces:
                        file.write(piece)
        return out.getvalue()

    def _get_packager(self) -> Packager:
        return self._parts


__all__ = ["PackedText", "PackedWorkbook", "PackedWorksheet"]
