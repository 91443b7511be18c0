"""What the units of a past edition's sheets are called today (現在の組織): by their sheets of today, else by the city list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.reorganization.reorganization_plan import with_units
from xlsync.exchange.reorganization.unit_succession import changes_until, destination_of, named
from xlsync.organization import day_in_year
from xlsync.store.lineage_acts import lineage_acts

if TYPE_CHECKING:
    import datetime as dt

    from xlsync.exchange.department_summaries import Survey
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.unit_lines import Unit


def in_todays_units(seen: Survey, store: Store, present: Terms, today: dt.date) -> Survey:
    """Return what was read of a past edition with the units of today: in their order, and each sheet in its unit of today.

    Args:
        seen: The edition as it stands, with the units of its time.
        store: The city's store.
        present: The terms of the edition now worked on, with the units of today.
        today: The day whose organization is meant.

    """
    sheets = {key: status.sheet for key, status in seen.sheet_statuses.items()}
    units = todays_units(store, present, sheets.values(), today)
    statuses = {
        key: replace(status, sheet=with_units(status.sheet, units[key]))
        for key, status in seen.sheet_statuses.items()
    }
    terms = replace(seen.terms, organization=present.organization)
    return replace(seen, terms=terms, sheet_statuses=statuses, linked_sheets=sheets)


def todays_units(
    store: Store, present: Terms, sheets: Iterable[Sheet], today: dt.date
) -> dict[SheetId, Unit]:
    """Return the unit of today of each sheet, by id: of its sheet of today, or of the one it all went to; else by the list.

    A unit of which nobody can tell keeps the name of its time.
    """
    year = present.fiscal_year
    heads = {head.id: head.units for head in store.heads(year)}
    whole = _heirs(store, year)
    units: dict[SheetId, Unit] = {}
    for sheet in sheets:
        heir = whole.get((sheet.id, sheet.edition.year), sheet.id)
        units[sheet.id] = heads.get(heir) or _by_list(sheet, present, today)
    return units


def _heirs(store: Store, year: int) -> Mapping[tuple[SheetId, int], SheetId]:
    """Return the sheet to which a former one, by id and fiscal year, went as a whole."""
    return {
        (each.former_id, each.fiscal_year): sheet_id
        for sheet_id, act in lineage_acts(store.files, year).items()
        for each in act.predecessors
        if each.amount_share == 1
    }


def _by_list(sheet: Sheet, present: Terms, today: dt.date) -> Unit:
    if present.organization is None:
        return sheet.units
    lines = present.organization.unit_lines
    known = changes_until(lines, day_in_year(sheet.edition.year))
    later = [line for line in changes_until(lines, today) if line not in known]
    destination = destination_of(sheet.units, sheet.key, later)
    changed = destination.units != named(sheet.units) and not destination.hindrance
    return destination.units if changed else sheet.units


__all__ = ["in_todays_units", "todays_units"]
