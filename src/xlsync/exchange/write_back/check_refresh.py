"""Bring the worksheets of the checks in a workbook to their layout of today.

The page and all else stay as they are; what somebody typed beside the list of チェック is kept, as when the form changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.exchange.incoming import complete, read_incoming
from xlsync.exchange.new_workbook import template_of
from xlsync.exchange.stages.stage_on_checks import with_new_cells
from xlsync.exchange.write_back.check_worksheets import has_former_checks
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.check_layout import WORKSHEET
from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.page_layout import plans_of
from xlsync.workbook.upgrade.page_upgrade import (
    NewSheet,
    OldPage,
    OldSheet,
    PageRole,
    upgrade_rules,
)
from xlsync.workbook.upgrade.template_changes import TemplateChanges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.store import Store
    from xlsync.workbook.upgrade.page_upgrade import UpgradedPage


@dataclass(frozen=True)
class RefreshedChecks:
    """A workbook with the checks of today: its bytes, its worksheets against the head, the worksheets that are still blank."""

    data: bytes
    worksheet_states: Sequence[WorksheetState | None]
    blank_worksheets: frozenset[str] = frozenset()


def with_present_checks(
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    states: Sequence[WorksheetState | None],
) -> RefreshedChecks:
    """Return a workbook with the checks of today; as it is where it has them, or cannot have them.

    Only where all of it was received, and every field stands where the form draws it: the formulas of the checks name those
    cells.
    """
    workbook = open_workbook(data)
    pages = [state for state in states if state is not None and state.is_received]
    former = [state for state in pages if has_former_checks(terms, workbook, state.incoming)]
    if len(pages) < len(states) or len(former) != 1:
        return RefreshedChecks(data, states)
    role = PageRole(is_only_page=len(states) == 1, is_checked=True)
    page = with_worksheets_of_today(terms, data, former[0].incoming, role, {PAGE, WORKSHEET})
    renewed = states_again(store, terms, page.data, source, pages)
    return RefreshedChecks(page.data, renewed, page.blank_worksheets)


def states_again(
    store: Store, terms: Terms, data: bytes, source: Source, states: Iterable[WorksheetState]
) -> list[WorksheetState]:
    """Return the states of the worksheets of a workbook in which nothing but worksheets of the form was just replaced."""
    sheets = read_incoming(terms, data, source, store=store)
    by_worksheet = {incoming.worksheet: incoming for incoming in sheets}
    return [_renewed(state, by_worksheet[state.incoming.worksheet]) for state in states]


def _renewed(state: WorksheetState, incoming: Incoming) -> WorksheetState:
    now = complete(incoming, state.incoming.sheet)
    return replace(state, incoming=now, page_answers=with_new_cells(state.page_answers, now))


def with_worksheets_of_today(  # noqa: PLR0913, PLR0917 - a page in a workbook, and what of it is replaced
    terms: Terms,
    data: bytes,
    incoming: Incoming,
    role: PageRole,
    replaced: Collection[str],
    changed_pages: Collection[str] = (),
) -> UpgradedPage:
    """Return a workbook with some of the template's worksheets `replaced`, and the lists of `changed_pages`.

    The page stays, and each of its fields must stand where the form draws it.
    """
    template = template_of(terms)
    plans = plans_of(terms.form, terms.fiscal_year)
    carried = {path: path for path in incoming.cells}
    pages = tuple(
        OldPage(title, plan, incoming.cells_on(title))
        for title, plan in zip(incoming.worksheets, plans, strict=True)
    )
    old = OldSheet(pages, template, carried)
    kept = frozenset(open_workbook(template.data).worksheets) - set(replaced)
    new = NewSheet(template, plans, incoming.stamp, role)
    changes = TemplateChanges(frozenset(changed_pages), same_worksheets=kept)
    return upgrade_rules(data, old, new, changes)


__all__ = [
    "RefreshedChecks",
    "states_again",
    "with_present_checks",
    "with_worksheets_of_today",
]
