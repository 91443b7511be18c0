"""Compare a form worksheet of somebody's workbook with the store, before anything is written into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import UnwritableWorkbook
from xlsync.exchange.program_totals import with_stored_totals
from xlsync.exchange.reconcile.page_request import NO_ANSWERS, PageAnswers
from xlsync.exchange.reconcile.pending_review import Review
from xlsync.exchange.reconcile.reconcile import read_facts, reconcile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.reconcile.merge_base import MergeBase
    from xlsync.merging import Conflict
    from xlsync.sheet import Sheet
    from xlsync.store import Store

NOT_AS_MEANT: Final = "書き込んだ内容を読み直すと登録データの内容と合いません。このブックには反映せず、元のままにしています"


@dataclass(frozen=True)
class WorksheetState:
    """One form worksheet against the head.

    Attributes:
        incoming: The worksheet, completed from its merge base.
        merge_base: Its copy's merge base.
        head: The newest revision, its program totals as they are shown.
        conflicts: The conflicts open between the two.
        is_received: False where it holds anything the store has not taken in.
        review: What of this copy waits for the planning office.
        when: When (ISO 8601) the revision was made that a copy never saved was issued from, "" for other copies.
        who: Who brought that revision.
        page_answers: What チェック says about handing in, and what is asked for there.

    """

    incoming: Incoming
    merge_base: MergeBase
    head: Sheet
    conflicts: tuple[Conflict, ...]
    is_received: bool
    review: Review = field(default_factory=Review)
    when: str = ""
    who: str = ""
    page_answers: PageAnswers = NO_ANSWERS


def worksheet_state(
    store: Store, terms: Terms, incoming: Incoming, source: Source
) -> WorksheetState | None:
    """Return the state of a worksheet; None where it may not enter, has no stamp, or its sheet is not in the store."""
    if incoming.barred or incoming.is_trial:
        return None
    if incoming.sheet.edition.year != terms.fiscal_year:
        return None  # beside pages of another year: each year has terms of its own
    facts = read_facts(store, terms, incoming, source)
    if facts.head is None or not facts.incoming.stamp.copy:
        return None
    decision = reconcile(facts, terms)
    state = WorksheetState(
        decision.incoming,
        decision.merge_base,
        with_stored_totals(store, terms, facts.head),
        decision.conflicts,
        decision.is_received,
        decision.review,
        page_answers=facts.page_answers,
    )
    if decision.merge_base.previous is not None or not decision.is_received:
        return state
    stamp = facts.incoming.stamp
    issued = store.revision(
        incoming.sheet_id, incoming.sheet.edition.year, stamp.base_revision
    ).draft
    return replace(state, when=issued.when, who=issued.who)


def refuse_changed_trials(trials: Iterable[Incoming], again: Mapping[str, Incoming]) -> None:
    """Raise UnwritableWorkbook unless the new bytes hold each trial worksheet as it was."""
    for trial in trials:
        held = again.get(trial.worksheet)
        if held is None or not held.is_trial or not held.sheet.same_content(trial.sheet):
            raise UnwritableWorkbook(NOT_AS_MEANT, trial.worksheet)
