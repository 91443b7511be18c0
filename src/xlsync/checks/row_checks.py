"""What must hold of the rows of tables: each cell what its column asks for, and no two rows alike where they must not be.

The cells of a row have the very lines that a field has (`rules/cells.py`); only those that any of them could speak of are
looked at, since a table may have thousands of cells in which nothing is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding
from xlsync.kinds import DASH, fold
from xlsync.row_titles import named_field, title_of
from xlsync.rules import Given, field_lines

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.form.edition import Field
    from xlsync.form.tables import Table
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


def rows_of_tables(sheet: Sheet, _context: Context) -> Iterator[Finding]:
    """Yield the findings on the rows of every table: row by row, then rows that repeat others."""
    given = Given(sheet)
    for table in sheet.edition.tables:
        for row in sheet.rows(table.path):
            for column, path in zip(table.column_fields, table.cell_paths(row.row_id), strict=True):
                if path in sheet.unreadable or _is_suspect(column, sheet[path]):
                    yield from _of_cell(given, path)
        for key in table.table_entry.keys:
            yield from _repeated(sheet, table, key)


def _is_suspect(column: Field, value: Value) -> bool:
    """Whether any line could speak of a value of a column."""
    if value is None or value == DASH:
        return column.required is not False or value == DASH
    return column.kind.is_choice or column.kind.is_count


def _of_cell(given: Given, path: str) -> Iterator[Finding]:
    field = named_field(given.sheet, path)
    for line in field_lines(given.sheet.edition, field):
        remark = line.finding(given)
        if remark is not None:
            yield remark


def _repeated(sheet: Sheet, table: Table, key: tuple[str, ...]) -> Iterator[Finding]:
    """Yield an error for each row that has in some columns what a row above it has there; blank ones have nothing."""
    rows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in sheet.rows(table.path):
        words = [_words(sheet, table, row.row_id, word) for word in key]
        if all(words):
            rows[tuple(map(fold, words))].append(row.row_id)
    labels = "・".join(table.column(word).label for word in key)
    for first, *others in rows.values():
        for row_id in others:
            path = f"{table.path}.{row_id}.{key[0]}"
            other = title_of(sheet, f"{table.path}.{first}")
            shown = "・".join(_words(sheet, table, row_id, word) for word in key)
            facts = {"labels": labels, "shown": shown, "other": other}
            yield finding("row-repeated", path, field=title_of(sheet, path), **facts)


def _words(sheet: Sheet, table: Table, row_id: str, word: str) -> str:
    """Return what a cell of a row says, as people read it."""
    return table.column(word).kind.words(sheet[f"{table.path}.{row_id}.{word}"])


__all__ = ["rows_of_tables"]
