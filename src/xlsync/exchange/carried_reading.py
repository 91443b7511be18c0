"""A worksheet drawn by a former version of the form → what it says in the fields of the version in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from xlsync.carry_over import LostValue, carried_paths, carry_over
from xlsync.computed import results
from xlsync.sheet_rows import row_ids
from xlsync.workbook.reading.reading import FieldCells, Reading, State

if TYPE_CHECKING:
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form

_T = TypeVar("_T")
_ABSENT: Final[State] = "lost"
"""The state of a field that the worksheet has no cell for: its None is not what somebody typed."""


def carry_reading(reading: Reading, form: Form) -> tuple[Reading, tuple[LostValue, ...]]:
    """Return a reading in the fields of the form in use, and the values that have no field there.

    Args:
        reading: A worksheet read by the version of the form it was drawn by.
        form: The form in use, with its history.

    Returns:
        The reading with the addresses, findings and choices of its fields under the paths they have now; itself where it is
        in the version in use, or the versions are not known. Fields that are new are `unlocated`.

    """
    lost: dict[str, LostValue] = {}
    year = reading.sheet.edition.year
    for version in form.versions_from(reading.version):
        reading, gone = _step(reading, version.at(year))
        lost |= {value.path: value for value in gone}
    return reading, tuple(lost.values())


def _step(reading: Reading, edition: Edition) -> tuple[Reading, tuple[LostValue, ...]]:
    """Carry a reading into the next version's edition."""
    sheet, lost = carry_over(reading.sheet, edition)
    sources = carried_paths(reading.sheet.edition, edition) | _rows_carried(reading, edition)
    now = {former: path for path, formers in sources.items() for former in formers}
    # A field that was merged of several has no cell of its own on the worksheet.
    single = {formers[0]: path for path, formers in sources.items() if len(formers) == 1}
    computed = {former: path for former, path in single.items() if path in edition.formulas}
    live = _renamed(reading.live, computed)
    sheet = sheet.with_values({**sheet, **results(edition, live, sheet)}, sheet.unreadable)
    new = dict.fromkeys((path for path in sheet if path not in sources), _ABSENT)
    fields = FieldCells(
        _renamed(reading.cells, single),
        live,
        {**_renamed(reading.repaired, now), **new},
        reading.version,
        _renamed(reading.field_cells.table_cells, now),
        reading.field_cells.further_worksheets,
    )
    carried = replace(
        reading,
        sheet=sheet,
        field_cells=fields,
        findings=_moved(reading.findings, now),
        answers=replace(reading.answers, choices=_renamed(reading.choices, single)),
    )
    return carried, lost


def _rows_carried(reading: Reading, edition: Edition) -> dict[str, tuple[str, ...]]:
    """Return the tables, columns and cells of rows of the next version that the worksheet has under the same path."""
    same: dict[str, tuple[str, ...]] = {}
    for table in reading.sheet.edition.tables:
        into = edition.table_of.get(table.path)
        if into is None or table.path not in reading.field_cells.table_cells:
            continue
        ids = row_ids(reading.sheet, table.path)
        paths = [path for row_id in ids for path in into.cell_paths(row_id)]
        columns = [column.path for column in into.column_fields]
        kept = [p for p in (*columns, *paths) if p.rpartition(".")[2] in table.words]
        same |= {path: (path,) for path in (table.path, *kept)}
    return same


def _renamed(by_path: Mapping[str, _T], paths: Mapping[str, str]) -> dict[str, _T]:
    return {paths[path]: value for path, value in by_path.items() if path in paths}


def _moved(findings: Iterable[Finding], paths: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return findings under the paths their fields have now; one on a field that is gone names only its cell."""
    return tuple(replace(finding, path=paths.get(finding.path, "")) for finding in findings)


__all__ = ["carry_reading"]
