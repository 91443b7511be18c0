"""Handing in by the button ［提出］, in a city that counts as handed in only what somebody handed in.

A press sends what is on the screen at any time, also half filled in: it hands in a sheet in which nothing is left to do.
Who hands in a sheet as it is chooses 提出する on チェック.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from xlsync.errors import Stale
from xlsync.exchange.department_summaries import programs_of
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.hand_in_findings import HAND_IN_CODES
from xlsync.exchange.stages.stage_plan import planned_act, run_plan
from xlsync.sheet_stage import WITH_STAFF
from xlsync.store.stage_acts import BY_BUTTON, ActSource, StageAct

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Source, Terms
    from xlsync.store import Store

PressedHandIn = Literal["recorded", "incomplete", "overtaken", "none"]
"""What a press comes to for one sheet: handed in, something is left to do, others changed it at every try, nothing to do."""
_TRIES: Final = 3


def hand_in_by_press(store: Store, terms: Terms, receipt: Receipt, source: Source) -> PressedHandIn:
    """Hand in the sheet that a press brought, where it is complete and with its section.

    Where the city's rule hands in complete sheets by itself there is nothing to do, nor for a sheet of another year. Where
    the store is in use this raises StoreError; the press is then to be repeated.
    """
    if terms.procedure_rules.handing_in != "act" or receipt.edition != terms.fiscal_year:
        return "none"
    if receipt.outcome not in {"accepted", "unchanged"} or _says_itself(terms, receipt):
        return "none"
    for _ in range(_TRIES):
        try:
            return _hand_in(store, terms, receipt, source)
        except Stale:
            continue
    return "overtaken"


def _says_itself(terms: Terms, receipt: Receipt) -> bool:
    """Whether the workbook itself says something about handing in, on チェック or in a cell of its form."""
    cells = terms.form.definition.submission
    is_typed = cells is not None and any(each.path == cells.field for each in receipt.changes)
    return is_typed or any(finding.code in HAND_IN_CODES for finding in receipt.findings)


def _hand_in(store: Store, terms: Terms, receipt: Receipt, source: Source) -> PressedHandIn:
    """Hand in the sheet as it is now; Stale where it changes meanwhile."""
    statuses = sheet_statuses(store, terms, programs_of(store, terms, {receipt.sheet_id}))
    status = next((each for each in statuses if each.sheet.id == receipt.sheet_id), None)
    if status is None or status.procedure.state.stage not in WITH_STAFF:
        return "none"
    if not status.is_complete:
        return "incomplete"
    by_button = ActSource("workbook", source.file, BY_BUTTON)
    act = StageAct("submit", 0, source.when, source.who, act_source=by_button)
    run_plan(store, terms, (planned_act(status, act),))
    return "recorded"


__all__ = ["PressedHandIn", "hand_in_by_press"]
