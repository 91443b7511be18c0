"""Which rows of a workbook are which rows of the store, where no id stands in them yet.

A row that staff typed, inserted or copied has no id of its own until the workbook is written back to. Saved again meanwhile,
it is the row that its copy held before: the one that says the same, else the one that says most of the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.form.tables import row_of
from xlsync.sheet_rows import row_ids

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.finding import Finding
    from xlsync.form.tables import Table
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.workbook.reading.reading import Reading

Ids = Mapping[str, str]
Content = tuple[object, ...]
_ENOUGH: Final = 0.5
"""The share of a row's filled cells that must be as they were for it to be the same row."""


def with_known_rows(incoming: Incoming, base: Sheet) -> Incoming:
    """Return the incoming sheet whose rows without an id of their own have those that its merge base knows them by."""
    reading = incoming.reading
    if reading is None or not base.edition.tables:
        return incoming
    for table in base.edition.tables:
        lies = reading.field_cells.table_cells.get(table.path)
        ids = {} if lies is None else _known_ids(table, incoming.sheet, base, lies.unmarked)
        if ids:
            reading = _renamed_reading(reading, table.path, ids)
            incoming = replace(incoming, sheet=_renamed_sheet(incoming.sheet, table.path, ids))
    return incoming if reading is incoming.reading else replace(incoming, reading=reading)


def _known_ids(table: Table, sheet: Sheet, base: Sheet, unmarked: frozenset[str]) -> Ids:
    """Return the base's id of each unmarked row that the base has, by the id it was given for the time being."""
    there, known = row_ids(sheet, table.path), row_ids(base, table.path)
    open_ids = unmarked.difference(known)
    contents = {row_id: _content(table, sheet, row_id) for row_id in there if row_id in open_ids}
    left = set(known).difference(there) if contents else set()
    former = {row_id: _content(table, base, row_id) for row_id in known if row_id in left}
    ids = _equal_rows(contents, former)
    for row_id, content in contents.items():
        if row_id not in ids:
            _add_most_alike(ids, row_id, content, former)
    return ids


def _equal_rows(contents: Mapping[str, Content], former: Mapping[str, Content]) -> dict[str, str]:
    """Return the former row that says the same as each row, equal ones in order."""
    by_content: dict[Content, list[str]] = defaultdict(list)
    for row_id, content in former.items():
        by_content[content].append(row_id)
    ids: dict[str, str] = {}
    for row_id, content in contents.items():
        if by_content.get(content):
            ids[row_id] = by_content[content].pop(0)
    return ids


def _add_most_alike(
    ids: dict[str, str], row_id: str, content: Content, former: Mapping[str, Content]
) -> None:
    """Let a row be the first of the former rows, none of another row's, that says most of the same, if it says enough of it."""
    others = set(ids.values())
    scores = {
        other: _likeness(content, cells) for other, cells in former.items() if other not in others
    }
    best = max(scores, key=scores.__getitem__, default=None)
    if best is not None and scores[best] >= _ENOUGH:
        ids[row_id] = best


def _likeness(content: Content, former: Content) -> float:
    """Return how much of what a row said it still says, as a share."""
    filled = [cell for cell in former if cell is not None]
    same = sum(a == b for a, b in zip(content, former, strict=True) if b is not None)
    return same / len(filled) if filled else 0.0


def _content(table: Table, sheet: Sheet, row_id: str) -> Content:
    paths = table.cell_paths(row_id)
    return tuple(sheet.unreadable.get(path, sheet[path]) for path in paths)


def _renamed_sheet(sheet: Sheet, table: str, ids: Ids) -> Sheet:
    values: dict[str, Value] = {_renamed(path, table, ids): value for path, value in sheet.items()}
    values[table] = tuple(ids.get(row_id, row_id) for row_id in row_ids(sheet, table))
    texts = {_renamed(path, table, ids): text for path, text in sheet.unreadable.items()}
    return sheet.with_cells(values, texts)


def _renamed_reading(reading: Reading, table: str, ids: Ids) -> Reading:
    fields = reading.field_cells
    addresses = {_renamed(path, table, ids): at for path, at in fields.addresses.items()}
    tables = {**fields.table_cells, table: fields.table_cells[table].renamed(ids)}
    return replace(
        reading,
        sheet=_renamed_sheet(reading.sheet, table, ids),
        findings=tuple(_renamed_finding(finding, table, ids) for finding in reading.findings),
        field_cells=replace(fields, addresses=addresses, table_cells=tables),
    )


def _renamed_finding(finding: Finding, table: str, ids: Ids) -> Finding:
    path = _renamed(finding.path, table, ids)
    return finding if path == finding.path else replace(finding, path=path)


def _renamed(path: str, table: str, ids: Ids) -> str:
    of_row = row_of(path)
    if of_row is None or of_row[0] != table or of_row[1] not in ids:
        return path
    return ".".join(filter(None, (table, ids[of_row[1]], of_row[2])))


def cells_of_tables(base: Sheet, missing: Collection[str]) -> frozenset[str]:
    """Return the paths of the cells in the rows of tables that were not found."""
    tables = (table for table in base.edition.tables if table.path in missing)
    ids = ((table, row_id) for table in tables for row_id in row_ids(base, table.path))
    return frozenset(path for table, row_id in ids for path in table.cell_paths(row_id))


__all__ = ["cells_of_tables", "with_known_rows"]
