"""What people call the rows of a sheet's tables and the cells in them: 備品「机」 数量."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.form.tables import row_of
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.sheet import Sheet


def named_field(sheet: Sheet, path: str) -> Field:
    """Return a field of a sheet; that of a row or of its cell says in its title which row it is."""
    field = sheet.edition.by_path[path]
    of_row = row_of(path)
    if of_row is None:
        return field
    table, row_id, column = of_row
    label = sheet.edition.table_of[table].whole.label
    row = f"{label}{_name(sheet, table, row_id)}"
    caption = field.caption
    named = replace(caption, axis=row) if column else replace(caption, axis="", label=f"{row}の行")
    return replace(field, caption=named)


def title_of(sheet: Sheet, path: str) -> str:
    """Return what people call a field of a sheet, in a table with its row."""
    return named_field(sheet, path).title


def _name(sheet: Sheet, table: str, row_id: str) -> str:
    """Return what a row is called: by the column that the form says, else by its number; "" for one that is not there."""
    entry = sheet.edition.table_of[table].table_entry
    path = f"{table}.{row_id}.{entry.title_column}"
    name = sheet.unreadable.get(path) or sheet.edition.by_path[path].words(sheet[path])
    if name:
        return f"「{name}」"
    ids = row_ids(sheet, table)
    return f"{ids.index(row_id) + 1}行目" if row_id in ids else ""


__all__ = ["named_field", "title_of"]
