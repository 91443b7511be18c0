"""An Excel or CSV list as rows of cells, each with its address: nothing is taken for a heading or a value yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from xlsync.csv_bytes import csv_rows, csv_text_of
from xlsync.errors import WorkbookError
from xlsync.kinds.characters import cleaned
from xlsync.ooxml.a1 import column_letters, split_range, split_reference
from xlsync.ooxml.read.cell_formatting import CellFormatting
from xlsync.ooxml.read.reader import Cell, CellError, Workbook, open_workbook
from xlsync.workbook.reading.cell_content import as_shown

_ZIP = b"PK\x03\x04"
PLAIN = CellFormatting("General", is_struck=False, runs=())
_NOT_CALCULATED: Final = CellError("計算されていない数式：Excelで開いて保存し直してください")
"""What a formula without a result holds: whoever takes it for a blank loses an amount or a name."""


@dataclass(frozen=True, slots=True)
class ListCell:
    """A cell of a list: where it is, what it holds, and its formatting."""

    address: str
    list_cell: Cell
    cell_formatting: CellFormatting = PLAIN

    @property
    def text(self) -> str:
        """What a person sees in it."""
        return cleaned(as_shown(self.list_cell.value, self.cell_formatting.number_format)).strip()

    @property
    def is_error(self) -> bool:
        """Whether it holds no value: an error such as #N/A, or a formula that nobody has calculated."""
        return isinstance(self.list_cell.value, CellError)

    @property
    def fault(self) -> str:
        """Why nothing that it holds can be used, in Japanese: an error, or something that is struck through; "" for nothing."""
        if self.is_error:
            return f"エラー値（{self.text}）です"
        if self.cell_formatting.has_struck_text:
            return f"「{self.text}」に取り消し線があります。その文字を消すか、線を外してください"
        return ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row with anything in it: its number in the file, and its cells by column, counted from 1."""

    number: int
    list_cells: Mapping[int, ListCell]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ListTable:
    """A worksheet or a CSV file: its rows from the top, and its merged ranges."""

    name: str
    list_rows: tuple[ListRow, ...]
    merged: tuple[str, ...] = ()

    def rows_as_shown(self) -> tuple[ListRow, ...]:
        """Return the rows, each with the cells merged downwards into it: a heading over two rows, a 部 over its projects."""
        cells = {cell.address: cell for row in self.list_rows for cell in row.list_cells.values()}
        last = max((row.number for row in self.list_rows), default=0)
        down: dict[int, dict[int, ListCell]] = {}
        for top, left, bottom, right in map(split_range, self.merged):
            cell = cells.get(f"{column_letters(left)}{top}")
            if left == right and cell is not None:
                for number in range(top + 1, min(bottom, last) + 1):
                    down.setdefault(number, {})[left] = cell
        return tuple(
            replace(row, list_cells={**down.get(row.number, {}), **row.list_cells})
            for row in self.list_rows
        )


def read_tables(data: bytes, name: str) -> list[ListTable]:
    """Return the visible worksheets of a workbook, or the one table of a CSV file (UTF-8 or cp932).

    Raises:
        WorkbookError: The bytes are neither, or every worksheet is hidden.

    """
    if data.startswith(_ZIP):
        book = open_workbook(data)
        shown = [title for title in book.worksheets if title not in book.hidden_worksheets]
        if not shown:
            reason = "表示されているワークシートがありません。一覧のワークシートを再表示して保存してください"
            raise WorkbookError(reason, name)
        return [_table_of_worksheet(book, title) for title in shown]
    text = csv_text_of(data)
    if text is None:
        reason = "Excelのファイル（.xlsx）でも、CSV（UTF-8・シフトJIS）でもありません"
        raise WorkbookError(reason, name)
    return [_table_of_csv(text, name)]


def shown_texts(cells: Iterable[ListCell | None], name: str) -> list[str]:
    """Return what a person sees in some cells of a file; WorkbookError names one whose contents cannot be used."""
    listed = list(cells)
    for cell in listed:
        if cell is not None and cell.fault:
            raise WorkbookError(f"（{cell.address}）：{cell.fault}", name)
    return ["" if cell is None else cell.text for cell in listed]


def _table_of_worksheet(book: Workbook, title: str) -> ListTable:
    formatting = book.formatting(title)
    hidden = book.hidden_lines(title).hidden_rows
    rows: dict[int, dict[int, ListCell]] = {}
    for address, stored in book.cells(title).items():
        row, column = split_reference(address)
        is_result_missing = stored.value is None and stored.formula is not None
        cell = Cell(_NOT_CALCULATED, stored.formula) if is_result_missing else stored
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            continue
        rows.setdefault(row, {})[column] = ListCell(address, cell, formatting[address])
    listed = (ListRow(number, rows[number], number in hidden) for number in sorted(rows))
    return ListTable(title, tuple(listed), book.merged(title))


def _table_of_csv(text: str, name: str) -> ListTable:
    rows = []
    for number, texts in csv_rows(text, name, WorkbookError):
        cells = {
            column: ListCell(f"{column_letters(column)}{number}", Cell(written, None))
            for column, written in enumerate(texts, start=1)
            if written.strip()
        }
        if cells:
            rows.append(ListRow(number, cells))
    return ListTable(name, tuple(rows))


__all__ = ["ListCell", "ListRow", "ListTable", "read_tables", "shown_texts"]
