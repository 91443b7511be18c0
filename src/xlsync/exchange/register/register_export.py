"""The register as a workbook: a row for each sheet, a column for each field of the office, which `sheets add` takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.exchange.register.headings import (
    ID_HEADING,
    LINEAGE_HEADINGS,
    REASON_HEADING,
    STATE_HEADING,
    columns_known,
)
from xlsync.exchange.register.listed_lineage import lineage_cells
from xlsync.exchange.register.register_state import registered_sheets
from xlsync.workbook.list_workbook import list_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.register.register_state import RegisteredSheet
    from xlsync.form.edition import Field
    from xlsync.store import Store
    from xlsync.workbook.list_workbook import CellValue

TITLE = "台帳"


def register_workbook(store: Store, terms: Terms) -> bytes:
    """Return the workbook of the register; sheets that do not count are in it, with state and reason."""
    fields = columns_known(terms.form.at(terms.fiscal_year), terms)
    headings = [field.title for field in fields]
    headings += [*LINEAGE_HEADINGS, STATE_HEADING, REASON_HEADING, ID_HEADING]
    rows = [_row(store, registered, fields) for registered in registered_sheets(store, terms)]
    return list_workbook(TITLE, headings, rows)


def _row(store: Store, registered: RegisteredSheet, fields: Sequence[Field]) -> list[CellValue]:
    sheet, act = registered.sheet, registered.act
    values = [
        sheet.unreadable.get(field.path) or field.kind.show(sheet[field.path]) for field in fields
    ]
    reason = "" if act is None else f"{act.reason}（{act.from_day}から）"
    lineage = lineage_cells(store, sheet.id, sheet.edition.year)
    return [*values, *lineage, registered.state, reason, sheet.id]


__all__ = ["register_workbook"]
