"""Which cells, and which new rows of the worksheet, bring the rows of a table up to the store's head.

Rows stay where staff have them. One that others took out leaves a blank row; one that others added goes into a blank row
behind the row it follows, and where there is none, a row is inserted there. So nothing anybody formatted or wrote beside a row
moves away from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.sheet_rows import row_ids
from xlsync.workbook.template.row_fill import ID, row_cells

if TYPE_CHECKING:
    from xlsync.form.tables import Table
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.sheet import Sheet
    from xlsync.workbook.reading.table_reading import TableCells

RowCells = Mapping[str, "Scalar"]


@dataclass(frozen=True)
class RowUpdates:
    """What brings the rows of a worksheet up to date.

    Attributes:
        row_cell_changes: New contents by address.
        inserted: How many rows are inserted behind which rows of the worksheet.
        new_rows: The cells of the inserted rows: the row it is put behind, the how-manieth there, the contents by column.
        orders: The ids of each table's rows in the order in which they stand afterwards, by the table's path.

    """

    row_cell_changes: Mapping[str, Scalar] = field(default_factory=dict)
    inserted: Mapping[int, int] = field(default_factory=dict)
    new_rows: tuple[tuple[int, int, RowCells], ...] = ()
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __or__(self, other: RowUpdates) -> RowUpdates:
        """Return both, of different tables."""
        return RowUpdates(
            {**self.row_cell_changes, **other.row_cell_changes},
            {**self.inserted, **other.inserted},
            (*self.new_rows, *other.new_rows),
            {**self.orders, **other.orders},
        )


def row_updates(table: Table, lies: TableCells, sheet: Sheet, target: Sheet) -> RowUpdates:
    """Return what makes the rows of a worksheet those of the target, but for the cells of rows that stay."""
    update = _Update(table, lies, target)
    wanted = row_ids(target, table.path)
    update.clear([row_id for row_id in row_ids(sheet, table.path) if row_id not in set(wanted)])
    update.mark([row_id for row_id in wanted if row_id in lies.unmarked])
    update.add(wanted)
    return update.finished()


class _Update:
    """The rows of a table on the way to the target."""

    def __init__(self, table: Table, lies: TableCells, target: Sheet) -> None:
        self._table = table
        self._cells = lies
        self._target = target
        self._numbers = dict(lies.numbers)
        self._positions: dict[str, tuple[int, int]] = {}
        self._changes: dict[str, Scalar] = {}
        self._new_rows: list[tuple[int, int, RowCells]] = []

    def clear(self, gone: list[str]) -> None:
        """Blank the rows that are no more."""
        for row_id in gone:
            number = self._numbers.pop(row_id)
            self._changes |= {f"{letter}{number}": None for letter in self._cells.letters.values()}

    def mark(self, unmarked: list[str]) -> None:
        """Write the ids of rows that have none yet."""
        for row_id in unmarked:
            self._changes[f"{self._cells.letters[ID]}{self._numbers[row_id]}"] = row_id

    def add(self, wanted: tuple[str, ...]) -> None:
        """Put the rows that are new where they belong, behind the row before them."""
        filled = set(self._numbers.values())
        free = [n for n in range(self._cells.above + 1, self._cells.below) if n not in filled]
        self._positions = {row_id: (number, 0) for row_id, number in self._numbers.items()}
        last = (self._cells.above, 0)
        for at, row_id in enumerate(wanted):
            if row_id in self._numbers:
                last = self._positions[row_id]
                continue
            following = (self._numbers[i] for i in wanted[at + 1 :] if i in self._numbers)
            last = self._put(row_id, last, next(following, self._cells.below), free)

    def _put(
        self, row_id: str, last: tuple[int, int], following: int, free: list[int]
    ) -> tuple[int, int]:
        """Put a new row behind the last one, before the row of the worksheet that follows."""
        cells = row_cells(self._table, self._target, row_id)
        letters = self._cells.letters
        number = next((n for n in free if last[0] < n < following), None)
        if number is not None and not last[1]:
            free.remove(number)
            self._changes |= {f"{letters[word]}{number}": value for word, value in cells.items()}
            position = (number, 0)
        else:
            behind = max(last[0], self._cells.above + 1)  # the heading is no row to be like
            count = sum(1 for row, _, _ in self._new_rows if row == behind)
            position = (behind, count + 1)
            by_letter = {letters[word]: value for word, value in cells.items() if value is not None}
            self._new_rows.append((*position, by_letter))
        self._positions[row_id] = position
        return position

    def finished(self) -> RowUpdates:
        """Return what is to be done."""
        inserted: dict[int, int] = {}
        for behind, _, _ in self._new_rows:
            inserted[behind] = inserted.get(behind, 0) + 1
        order = tuple(sorted(self._positions, key=self._positions.__getitem__))
        orders = {self._table.path: order}
        return RowUpdates(self._changes, inserted, tuple(self._new_rows), orders)


__all__ = ["RowUpdates", "row_updates"]
