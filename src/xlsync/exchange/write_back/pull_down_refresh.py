"""Bring the ▼ of 施策 in a workbook to the city's list of today, as they are in a new one.

The page's lists and the hidden worksheet with their choices are replaced, as when a version of the form changes nothing else:
every cell, and what somebody added, stays as it is, but for lists on the form's own fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.exchange.new_workbook import template_of
from xlsync.exchange.write_back.check_refresh import (
    RefreshedChecks,
    states_again,
    with_present_checks,
    with_worksheets_of_today,
)
from xlsync.exchange.write_back.check_worksheets import is_as_drawn
from xlsync.ooxml.read.reader import open_workbook
from xlsync.plan_lines import plan_lines
from xlsync.workbook.reading.page_answers import checked_worksheet
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.stamp_carriers import hidden_address
from xlsync.workbook.upgrade.page_upgrade import PageRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.ooxml.read.reader import Workbook
    from xlsync.store import Store


def with_present_worksheets(
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    states: Sequence[WorksheetState | None],
) -> RefreshedChecks:
    """Return a workbook with the checks and the ▼ of today, as far as it can have them."""
    refreshed = with_present_checks(store, terms, data, source, states)
    return with_present_pull_downs(store, terms, source, refreshed)


def with_present_pull_downs(
    store: Store, terms: Terms, source: Source, refreshed: RefreshedChecks
) -> RefreshedChecks:
    """Return a workbook whose cells that name a 施策 have the choices of today; as it is where they have, or cannot.

    Only where all of it was received, and every field of each page stands where the form draws it: a choice depends on the
    cells of the codes above it.
    """
    workbook = open_workbook(refreshed.data)
    pages = [each for each in refreshed.worksheet_states if each is not None and each.is_received]
    checked = checked_worksheet(workbook)
    if len(pages) < len(refreshed.worksheet_states) or not _is_refreshable(terms, pages, checked):
        return refreshed
    if _choices(workbook) == _choices(open_workbook(template_of(terms).data)):
        return refreshed
    data, blank = refreshed.data, refreshed.blank_worksheets
    for state in sorted(pages, key=lambda state: state.incoming.worksheet != checked):
        is_checked = state.incoming.worksheet == checked
        role = PageRole(is_only_page=len(pages) == 1, is_checked=is_checked)
        titles = state.incoming.sheet.edition.worksheets
        replaced = with_worksheets_of_today(
            terms, data, state.incoming, role, {HIDDEN_WORKSHEET}, titles
        )
        data, blank = replaced.data, blank | replaced.blank_worksheets
    return RefreshedChecks(data, states_again(store, terms, data, source, pages), blank)


def _is_refreshable(terms: Terms, pages: list[WorksheetState], checked: str) -> bool:
    """Whether the form has 施策, the checks speak of one of these pages, and each of them is as drawn."""
    edition = terms.form.at(terms.fiscal_year)
    if not plan_lines(edition) or checked not in {each.incoming.worksheet for each in pages}:
        return False
    return all(is_as_drawn(terms, each.incoming) for each in pages)


def _choices(workbook: Workbook) -> dict[str, str]:
    """Return what stands on the hidden worksheet of the lists, without the stamp."""
    if HIDDEN_WORKSHEET not in workbook.worksheets:
        return {}
    cells = workbook.cells(HIDDEN_WORKSHEET)
    texts = {at: str(cell.value) for at, cell in cells.items() if cell.value not in {None, ""}}
    texts.pop(hidden_address(cells), None)
    return texts


__all__ = ["with_present_pull_downs", "with_present_worksheets"]
