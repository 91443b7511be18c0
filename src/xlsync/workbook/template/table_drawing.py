"""The rows of tables on a template's page: drawn as the first one is, named by column, free to be inserted and deleted.

Excel lets somebody delete a row of a protected page only where every cell of the row is unlocked, and gives an inserted row
the formats of the one above. So whole rows are unlocked, and nothing but the table may stand in them. The names of the
columns reach from the row above the first to the row below the last: what is inserted between these is in the table.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import absolute_coordinate, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlsync.errors import FormError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell

    from xlsync.form.edition import Edition
    from xlsync.form.tables import Table

ID: Final = "id"
_MARKER: Final = re.compile(
    r"\[\[\s*(?P<table>[a-z][a-z0-9_]*)\.(?P<column>[a-z][a-z0-9_]*)\s*\]\]"
)
_NOTE: Final = (
    "▲行が足りないときは、この上に行を挿入してください。要らない行は、行ごと削除できます。"
)


@dataclass(frozen=True)
class DrawnTable:
    """Where a table stands on a worksheet: its first row, how many there are, the letters of its columns by their words.

    The column "id" is that of the hidden ids.
    """

    drawn_page: Worksheet
    table: Table
    first: int
    count: int
    letters: Mapping[str, str]

    @property
    def last(self) -> int:
        """The last row."""
        return self.first + self.count - 1

    @property
    def body(self) -> range:
        """The rows."""
        return range(self.first, self.last + 1)

    def reach(self, column: str) -> str:
        """Return the range that a column's name stands for, from the row above the first to the one below the last."""
        letter = self.letters[column]
        return f"{letter}{self.first - 1}:{letter}{self.last + 1}"

    @property
    def reaches(self) -> dict[str, str]:
        """The range of each column by its path."""
        return {f"{self.table.path}.{column}": self.reach(column) for column in self.letters}


def take_tables(worksheets: Iterable[Worksheet], edition: Edition, where: str) -> list[DrawnTable]:
    """Remove the markers of tables from the worksheets, and return where the tables stand; FormError says what is wrong."""
    marked: dict[str, dict[str, Cell]] = {table.path: {} for table in edition.tables}
    for cell, marker in _markers(worksheets) if marked else ():
        if marker["table"] in marked:
            table, columns = edition.table_of[marker["table"]], marked[marker["table"]]
            _refuse_marker(cell.coordinate, marker, table, columns, where)
            columns[marker["column"]] = cell
            cell.value = None
    drawn = [_drawn(edition.table_of[path], cells, where) for path, cells in marked.items()]
    for drawn_table in drawn:
        _refuse_company(drawn_table, where)
    return drawn


def worksheet_of_cell(cell: Cell) -> Worksheet:
    """Return the worksheet that a cell is on."""
    worksheet = cell.parent
    assert isinstance(worksheet, Worksheet)  # noqa: S101 - the book is open for writing
    return worksheet


def _markers(worksheets: Iterable[Worksheet]) -> list[tuple[Cell, re.Match[str]]]:
    """Return the cells whose text has the form of a marker of a table's column."""
    cells = (cell for worksheet in worksheets for row in worksheet.iter_rows() for cell in row)
    texts = (cell for cell in cells if isinstance(cell.value, str))
    matches = [(cell, _MARKER.fullmatch(str(cell.value).strip())) for cell in texts]
    return [(cell, marker) for cell, marker in matches if marker is not None]


def _refuse_marker(
    address: str, marker: re.Match[str], table: Table, columns: Mapping[str, Cell], where: str
) -> None:
    if marker["column"] not in {*table.words, ID} or marker["column"] in columns:
        raise FormError(f"セル {address} の印「{marker[0]}」は、定義にないか、二度あります", where)


def _drawn(table: Table, cells: Mapping[str, Cell], where: str) -> DrawnTable:
    """Return where a table stands by the cells of its markers."""
    missing = [word for word in (*table.words, ID) if word not in cells]
    if missing:
        wanted = "、".join(f"[[{table.path}.{word}]]" for word in missing)
        hint = "（id は、表の中の、隠してよい列に置きます）" if ID in missing else ""
        raise FormError(
            f"図面に、表「{table.whole.label}」の列の印 {wanted} がありません{hint}", where
        )
    first, *others = cells.values()
    if first.row == 1 or not all(_is_beside(cell, first) for cell in others):
        raise FormError(
            f"表「{table.whole.label}」の列の印は、見出しの行のすぐ下の1行に並べてください", where
        )
    letters = {word: cell.column_letter for word, cell in cells.items()}
    return DrawnTable(worksheet_of_cell(first), table, first.row, table.table_entry.rows, letters)


def _is_beside(cell: Cell, other: Cell) -> bool:
    """Whether two cells are in one row of one worksheet."""
    return cell.row == other.row and cell.parent is other.parent


def _refuse_company(drawn: DrawnTable, where: str) -> None:
    """Raise FormError for what stands in a table's rows beside it, or could be taken for a part of it."""
    worksheet, label = drawn.drawn_page, drawn.table.whole.label
    filled = _first_filled(worksheet, drawn.body)
    if filled is not None:
        raise FormError(
            f"セル {filled.coordinate} は表「{label}」の行です。"
            f"表の{drawn.count}行（{drawn.first}～{drawn.last}行目）には、ほかに何も置けません",
            where,
        )
    beside = (cell for row in (drawn.first - 1, drawn.last + 1) for cell in worksheet[row])
    marked = next((cell for cell in beside if "[[" in str(cell.value)), None)
    if marked is not None:
        reason = f"セル {marked.coordinate} の欄は、表「{label}」のすぐ上か下の行にあります。1行あけてください"
        raise FormError(reason, where)
    _refuse_merged(worksheet, drawn, where)


def _refuse_merged(worksheet: Worksheet, drawn: DrawnTable, where: str) -> None:
    for area in worksheet.merged_cells.ranges:
        is_beside = area.min_row > drawn.last or area.max_row < drawn.first
        if not is_beside and area.max_row > area.min_row:
            raise FormError(
                f"結合セル {area} が、表「{drawn.table.whole.label}」の行にかかっています", where
            )


def _first_filled(worksheet: Worksheet, rows: range) -> Cell | MergedCell | None:
    """Return the first cell of some rows that holds anything."""
    cells = (cell for row in worksheet.iter_rows(rows.start, rows.stop - 1) for cell in row)
    return next((cell for cell in cells if cell.value is not None), None)


def draw_rows(drawn: DrawnTable) -> None:
    """Draw the rows of a table like its first one, name its columns, hide its ids, and say how rows are added."""
    worksheet = drawn.drawn_page
    last = worksheet.max_column
    letters = [get_column_letter(column) for column in range(1, last + 1)]
    merged = [area for area in worksheet.merged_cells.ranges if area.min_row == drawn.first]
    height = worksheet.row_dimensions[drawn.first].height
    for row in drawn.body[1:]:
        worksheet.row_dimensions[row].height = height
        for letter in letters:
            like = worksheet[f"{letter}{drawn.first}"]
            worksheet[f"{letter}{row}"]._style = copy.copy(like._style)  # noqa: SLF001 - openpyxl's own way
        for area in merged:
            worksheet.merge_cells(
                start_row=row, end_row=row, start_column=area.min_col, end_column=area.max_col
            )
    for path, reach in drawn.reaches.items():
        refers_to = f"'{worksheet.title}'!{absolute_coordinate(reach)}"
        worksheet.defined_names[path] = DefinedName(path, attr_text=refers_to)
    _hide_ids(worksheet, drawn)
    _write_note(worksheet, drawn)


def _hide_ids(worksheet: Worksheet, drawn: DrawnTable) -> None:
    """Hide the column of the ids; columns that share one entry get one each first."""
    for dimension in list(worksheet.column_dimensions.values()):
        start, end = dimension.min or 0, dimension.max or 0
        for column in range(start + 1, end + 1):
            alike = worksheet.column_dimensions[get_column_letter(column)]
            alike.width, alike.hidden = dimension.width, dimension.hidden
            alike.min = alike.max = column
        if end > start:
            dimension.max = start
    worksheet.column_dimensions[drawn.letters[ID]].hidden = True
    for row in drawn.body:
        worksheet[f"{drawn.letters[ID]}{row}"].number_format = "@"


def _write_note(worksheet: Worksheet, drawn: DrawnTable) -> None:
    """Say below the table how rows are added, where the drawing says nothing there."""
    below = next(worksheet.iter_rows(drawn.last + 1, drawn.last + 1))
    if all(cell.value is None for cell in below):
        cell = worksheet[f"{drawn.letters[drawn.table.words[0]]}{drawn.last + 1}"]
        cell.value, cell.font = _NOTE, Font(name="ＭＳ Ｐゴシック", size=8, charset=128, family=3)
        cell.alignment = Alignment("left", "top")


def free_rows(drawn: DrawnTable) -> None:
    """Unlock the rows of a table as a whole, and let staff insert, delete and sort them on the protected page."""
    worksheet = drawn.drawn_page
    free = Protection(locked=False)
    for row in drawn.body:
        worksheet.row_dimensions[row].protection = free
        for column in range(1, worksheet.max_column + 1):
            worksheet.cell(row, column).protection = free
    protection = worksheet.protection
    protection.insertRows = protection.deleteRows = protection.sort = False
