"""Workbook bytes → store: read, merge, check, commit, each sheet on its own; and what that would change (compare)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlsync.exchange.check_context import conflict_findings, findings_on
from xlsync.exchange.incoming import Incoming, Reader, complete, read_incoming
from xlsync.exchange.inspection import checked
from xlsync.exchange.past_editions import (
    city_of_year,
    other_year,
    store_of_year,
    terms_of_year,
    with_answer,
)
from xlsync.exchange.program_totals import (
    program_of,
    with_program_totals,
    with_stored_totals,
)
from xlsync.exchange.reading_findings import with_reading_findings
from xlsync.exchange.receipt import (
    Outcome,
    Receipt,
    Source,
    Terms,
)
from xlsync.exchange.reconcile.accidental_clearing import accidental_clearing, clearing_finding
from xlsync.exchange.reconcile.copy_state_names import source_path_of
from xlsync.exchange.reconcile.duplicate_copies import copy_findings
from xlsync.exchange.reconcile.field_ownership import overruled_findings
from xlsync.exchange.reconcile.lost_stamp import stamp_findings
from xlsync.exchange.reconcile.merge_base import (
    MergeBase,
    next_copy_state,
)
from xlsync.exchange.reconcile.page_request import request_findings
from xlsync.exchange.reconcile.pending_review import Waiting, review_findings
from xlsync.exchange.reconcile.reconcile import (
    Reconciliation,
    StoreFacts,
    read_facts,
    reconcile,
)
from xlsync.exchange.reconcile.save_copy_state import save_live_merge_base, save_merge_base
from xlsync.exchange.returned_values import returned_findings
from xlsync.exchange.review_acts import close_accepted, propose_changes
from xlsync.exchange.sheet_receipts import receipt, receipts, refused
from xlsync.exchange.stages.workbook_acts import RecordedActs, record_acts
from xlsync.exchange.unplaced_values import new_unplaced_values, unplaced_findings
from xlsync.finding import Finding
from xlsync.merging import Change, Conflict, Merge, changes_between
from xlsync.sheet import Sheet
from xlsync.store import CopyState, Draft, Store, Submission
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.carry_over import LostValue


def receive(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[Receipt]:
    """Take in a workbook or a canonical JSON sheet: one receipt per sheet in it, refusals included.

    `reader` is what reads the workbook: the watcher gives readings made in a process bounded in memory and time.
    Raises StoreError only: what is wrong with the bytes is a refused receipt.
    """

    def take_in(incoming: Incoming) -> Receipt:
        if incoming.is_trial:
            return checked(store, terms, incoming, source)
        if incoming.sheet.edition.year != terms.fiscal_year:
            return _take_in_past(store, terms, incoming, source)
        with store.writing():
            return _take_in(store, terms, incoming, source)

    return receipts(lambda: read_incoming(terms, data, source, reader, store), source, take_in)


def compare(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[Receipt]:
    """Report how a workbook or JSON sheet differs from the store, and take nothing in: changes go from store to workbook."""

    def differ(incoming: Incoming) -> Receipt:
        year = incoming.sheet.edition.year
        own_store, own_terms = city_of_year(store, terms, year)
        head = own_store.head(incoming.sheet_id, year)
        shown = None if head is None else with_stored_totals(own_store, own_terms, head)
        changes = changes_between(shown, complete(incoming, head).sheet)
        outcome: Outcome = "accepted" if head is None or changes else "unchanged"
        outcome = "trial" if incoming.is_trial else outcome
        number = head.revision if head is not None else None
        return replace(receipt(incoming, source, outcome), revision=number, changes=changes)

    return receipts(lambda: read_incoming(terms, data, source, reader, store), source, differ)


def _take_in_past(store: Store, terms: Terms, incoming: Incoming, source: Source) -> Receipt:
    """Take in a sheet of a year that was rolled over: what a workbook changes in it waits for the planning office."""
    edition = incoming.sheet.edition
    own_terms = terms_of_year(terms, store, edition.year)
    if own_terms is None or not store.last(incoming.sheet_id, edition.year):
        return refused(incoming, source, other_year(terms, edition))
    own_store = store_of_year(store, terms, edition.year)
    with own_store.writing():
        receipt_of_past = _take_in(own_store, own_terms, incoming, source)
    return with_answer(terms, store, incoming, receipt_of_past)


def _take_in(store: Store, terms: Terms, incoming: Incoming, source: Source) -> Receipt:
    """Merge one sheet into the store's head and commit what that changes."""
    store.refuse_unreadable_copies(incoming.sheet_id, incoming.sheet.edition.year)
    facts = read_facts(store, terms, incoming, source)
    decision = reconcile(facts, terms)
    incoming, merge_base, merged = decision.incoming, decision.merge_base, decision.merge
    cleared = accidental_clearing(merge_base.sheet, incoming.sheet)
    if incoming.is_document and cleared and not source.clearing_meant:
        return _held_back(incoming, source, cleared)
    unplaced = new_unplaced_values(store, incoming)
    findings = _all_findings(store, terms, decision, facts, source)
    is_accepted = facts.head is None or _is_accepted(decision, unplaced)
    number = facts.head.revision if facts.head is not None else None
    waiting = propose_changes(store, incoming, decision.review, source)
    commits = is_accepted or decision.is_newly_overruled or _asks_otherwise(decision)
    recorded = record_acts(store, terms, facts, decision, source, commits=commits)
    findings = (*findings, *unplaced_findings(incoming, unplaced), *recorded.findings)
    if commits:
        draft = _draft(store, incoming, source, merged, findings)
        draft = replace(draft, unplaced=_with_titles(unplaced))
        findings = (*findings, *_returned_findings(store, incoming, draft, number))
        number = store.commit(replace(draft, findings=_documents(findings)), source.leaving).number
    elif number is not None:
        store.renew_head(store.revision(incoming.sheet_id, incoming.sheet.edition.year, number))
    close_accepted(store, merged.sheet, facts.proposals, source)
    overruled = (*decision.overruled, *waiting)
    known = next_copy_state(merge_base, incoming.sheet, merged.conflicts, overruled)
    known = recorded.in_state(store, known, facts.request)
    stamp = _saved_stamp(store, incoming, merge_base, known, source)
    decision.resolved.save_others(store)
    return replace(
        receipt(incoming, source, _outcome(decision, waiting, recorded, is_accepted=is_accepted)),
        revision=number,
        changes=_shown_changes(store, terms, facts.head, merged),
        conflicts=merged.conflicts,
        findings=findings,
        new_stamp=stamp,
    )


def _shown_changes(
    store: Store, terms: Terms, head: Sheet | None, merged: Merge
) -> tuple[Change, ...]:
    """Return the changes as people see them: those of a total over a complete program as it is computed, not as stored."""
    if head is None or not terms.is_complete(head.program):
        return merged.changes
    program = program_of(store, terms, head)
    before, after = (with_program_totals(sheet, program) for sheet in (head, merged.sheet))
    return changes_between(before, after)


def _is_accepted(decision: Reconciliation, unplaced: Sequence[LostValue]) -> bool:
    """True where the sheet brings something to write down."""
    return bool(decision.merge.changes or decision.resolved.paths or unplaced)


def _with_titles(unplaced: Sequence[LostValue]) -> tuple[Mapping[str, Any], ...]:
    return tuple({**value.to_document(), "field": value.field_label} for value in unplaced)


def _returned_findings(
    store: Store, incoming: Incoming, draft: Draft, last: int | None
) -> Sequence[Finding]:
    """Return the findings of values that the draft takes back behind a change in the revisions up to `last`."""
    findings = returned_findings(store, incoming.sheet.edition, draft, last or 0)
    return [incoming.located(finding) for finding in findings]


def _outcome(
    decision: Reconciliation, waiting: Waiting, recorded: RecordedActs, *, is_accepted: bool
) -> Outcome:
    if decision.conflicts or recorded.hand_in.is_conflict:
        return "conflict"
    known = decision.merge_base.overruled
    is_newly_waiting = any(value not in known for value in waiting)
    is_new = is_accepted or is_newly_waiting or recorded.is_act
    return "accepted" if is_new else "unchanged"


def _asks_otherwise(decision: Reconciliation) -> bool:
    """True where the open conflicts are others than those the copy's last save had."""
    conflicts = tuple(conflict.to_document() for conflict in decision.conflicts)
    return conflicts != decision.merge_base.conflicts


def _all_findings(
    store: Store, terms: Terms, decision: Reconciliation, facts: StoreFacts, source: Source
) -> tuple[Finding, ...]:
    """Return what the checks say of the merged sheet, and what there is to say about its choices, copies and conflicts."""
    incoming, merged = decision.incoming, decision.merge.sheet
    # Where there is a conflict, the merged sheet holds the head's value and bears its number.
    conflicts = conflict_findings(store, merged, _documents(decision.conflicts))
    return (
        *findings_on(store, terms, incoming, merged),
        *decision.resolved.findings,
        *copy_findings(store, incoming, decision.merge_base, source),
        *overruled_findings(incoming, decision.overruled, facts.figure_fields),
        *review_findings(incoming, decision.review, facts.proposals),
        *stamp_findings(store, incoming),
        *map(incoming.located, conflicts),
        *request_findings(incoming, facts.request, decision.taken_back),
    )


def _saved_stamp(
    store: Store, incoming: Incoming, merge_base: MergeBase, known: CopyState, source: Source
) -> str:
    """Save what is known of the copy now, and return the stamp its live workbook is to carry for that.

    That is "" for a file, which keeps its own, for a workbook without one, and where nothing new is known.
    """
    if not source.state:
        file = with_reading_findings(known.copy_file, incoming)
        save_merge_base(store, merge_base, replace(known, copy_file=file))
        return ""
    same = merge_base.sheet is not None and known.sheet.same_content(merge_base.sheet)
    nothing_new = same and known.conflicts == merge_base.conflicts
    if nothing_new or not (incoming.worksheet and incoming.stamp.copy):
        return ""
    stamp = replace(incoming.stamp, state=source.state)
    save_live_merge_base(store, merge_base, known, stamp)
    return stamp.text()


def _held_back(incoming: Incoming, source: Source, cleared: Collection[str]) -> Receipt:
    """Return the refusal of a JSON sheet in which so much was cleared that an accident is likelier than a decision."""
    edition = incoming.sheet.edition
    in_order = [path for path in edition.by_path if path in cleared]
    held_back = clearing_finding("cleared-document", edition, in_order)
    return replace(refused(incoming, source, held_back.message), findings=(held_back,))


def _draft(
    store: Store, incoming: Incoming, source: Source, result: Merge, findings: Sequence[Finding]
) -> Draft:
    submission = Submission(
        file=source.file,
        source_path="" if source.state else source_path_of(source),
        worksheet=incoming.worksheet,
        workbook_hash=store.keep(incoming.workbook_data) if incoming.workbook_data else "",
        copy=incoming.stamp.copy,
        base_revision=incoming.stamp.base_revision,
    )
    return Draft(
        result.sheet,
        source.when,
        incoming.who,
        submission,
        _documents(result.changes),
        _documents(result.conflicts),
        _documents(findings),
    )


def _documents(items: Sequence[Change | Conflict | Finding]) -> tuple[Mapping[str, Any], ...]:
    return tuple(item.to_document() for item in items)
