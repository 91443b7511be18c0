"""The fields of a form that are published: all, but what the form calls not public and what is the office's own."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.sheet import Sheet
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.form.edition import Edition, Field
    from xlsync.form.table_entry import TableEntry
    from xlsync.form.tables import Table


def is_public(edition: Edition, field: Field) -> bool:
    """Whether a field is published: as its entry says; else not who somebody is or how to reach them, nor
    a cell for handing in.

    What says whose sheet it is (its key and units) always is.
    """
    identity = edition.definition.identity
    units = (level.field for level in identity.organization)
    if field.path in {*identity.key, *identity.program, *units}:
        return True
    if field.entry.public is not None:
        return field.entry.public
    handing_in = edition.definition.submission
    is_internal = handing_in is not None and field.path in handing_in.paths
    return not field.kind.is_personal and not is_internal


@lru_cache(maxsize=16)
def public_edition(edition: Edition) -> Edition:
    """Return an edition with the published fields and columns of tables only, and the rules that speak of no other."""
    fields = tuple(field for field in edition.fields if is_public(edition, field))
    tables = tuple(_public_tables(edition))
    paths = {field.path for field in fields}
    known = paths.union(column.path for table in tables for column in table.column_fields)
    rules = tuple(rule for rule in edition.rules if known.issuperset({rule.path, *rule.parts}))
    identity = edition.definition.identity
    if identity.title and identity.title not in paths:
        identity = identity.model_copy(update={"title": ""})
    definition = edition.definition.model_copy(update={"identity": identity})
    return replace(edition, definition=definition, fields=fields, rules=rules, tables=tables)


def _public_tables(edition: Edition) -> Iterator[Table]:
    """Yield the tables with their published columns; one that has none of them is not published."""
    for table in edition.tables:
        columns = tuple(each for each in table.column_fields if is_public(edition, each))
        if columns:
            entry = _public_entry(table.table_entry, {str(each.steps[-1]) for each in columns})
            yield replace(table, table_entry=entry, column_fields=columns)


def _public_entry(entry: TableEntry, words: set[str]) -> TableEntry:
    """Return what a definition says of a table with some of its columns only."""
    columns = [column for column in entry.column if column.path in words]
    title = entry.title if entry.title in words else ""
    unique = [key for key in entry.keys if words.issuperset(key)]
    return entry.model_copy(update={"column": columns, "title": title, "unique": unique})


def public_sheet(sheet: Sheet) -> Sheet:
    """Return a sheet with the published fields and columns of tables only."""
    edition = public_edition(sheet.edition)
    values = {path: sheet[path] for path in edition.by_path}
    for table in edition.tables:
        values[table.path] = sheet[table.path]
        cells = (path for row_id in row_ids(sheet, table.path) for path in table.cell_paths(row_id))
        values |= {path: sheet[path] for path in cells}
    unreadable = {path: text for path, text in sheet.unreadable.items() if path in edition.by_path}
    public = Sheet(edition, sheet.key, values, sheet.revision, unreadable)
    return public.with_id(sheet.id)


def label_with_unit(field: Field) -> str:
    """Return what stands at the head of a column whose values are bare: 取得価格（円）."""
    return f"{field.label}（{field.unit}）" if field.unit else field.label


__all__ = ["is_public", "label_with_unit", "public_edition", "public_sheet"]
