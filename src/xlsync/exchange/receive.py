"""Workbook bytes → store: read, merge, check, commit, each sheet on its own; and the same without the store (inspect)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from xlsync.checks import check
from xlsync.errors import FormError, SheetError, StoreDamaged, WorkbookError, XlsyncError
from xlsync.exchange.check_context import conflict_finding, context_of
from xlsync.exchange.incoming import Arrival, Reader, arrivals, completed
from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
from xlsync.exchange.reconcile.accidental_clearing import cleared_fields, is_accidental
from xlsync.exchange.reconcile.duplicate_copies import copies_told
from xlsync.exchange.reconcile.field_ownership import overruled_findings
from xlsync.exchange.reconcile.merge_base import (
    Memory,
    known_now,
    place_in,
    remember,
    remember_live,
)
from xlsync.exchange.reconcile.reconcile import Reconciliation, read_facts, reconcile
from xlsync.finding import Finding, finding
from xlsync.merging import Merge, changes_between
from xlsync.sheet import Sheet
from xlsync.store import CopyState, Draft, Store, Submission
from xlsync.workbook.reading.form_reader import read

_TOLD = frozenset({"unreadable", "required"})
"""What the checks need not say of a cell that the reader has called an error."""
_FIELDS_NAMED: Final = 5
_STORE_DAMAGED: Final = (
    "保管庫にあるこのシートの記録が壊れているため、まだ受け取れません（{why}）。"
    "入力した内容はブックにそのまま残っています。企画担当に連絡してください"
)


def receive(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[Receipt]:
    """Take in a workbook or a canonical JSON sheet: one receipt per sheet in it, refusals included.

    `reader` is what reads the workbook: the watcher gives readings made in a process bounded in memory and time.
    Raises StoreError only: what is wrong with the bytes is a refused receipt.
    """

    def take_in(arrival: Arrival) -> Receipt:
        with store.writing():
            return _take_in(store, terms, arrival, source)

    return _receipts(terms, data, source, take_in, reader)


def inspect(
    terms: Terms,
    data: bytes,
    source: Source,
    store: Store | None = None,
    reader: Reader = read,
) -> list[Receipt]:
    """Check a workbook or JSON sheet and take nothing in; the store, if given, only tells of the program's other sheets."""

    def look(arrival: Arrival) -> Receipt:
        findings = _findings(store, terms, arrival, arrival.sheet)
        return replace(_receipt(arrival, source, "accepted"), findings=findings)

    return _receipts(terms, data, source, look, reader)


def compare(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[Receipt]:
    """Tell how a workbook or JSON sheet differs from the store, and take nothing in: changes go from store to workbook."""

    def differ(arrival: Arrival) -> Receipt:
        head = store.head(arrival.key, arrival.sheet.edition.year)
        changes = changes_between(head, completed(arrival, head).sheet)
        outcome: Outcome = "accepted" if head is None or changes else "unchanged"
        number = head.revision if head is not None else None
        return replace(_receipt(arrival, source, outcome), revision=number, changes=changes)

    return _receipts(terms, data, source, differ, reader)


def _receipts(
    terms: Terms,
    data: bytes,
    source: Source,
    accept: Callable[[Arrival], Receipt],
    reader: Reader = read,
) -> list[Receipt]:
    try:
        found = arrivals(terms, data, source, reader)
    except (WorkbookError, SheetError, FormError) as fault:
        return [Receipt(source.file, "refused", reason=_sentence(fault))]
    return [_receipt_of(arrival, source, accept) for arrival in found]


def _receipt_of(arrival: Arrival, source: Source, accept: Callable[[Arrival], Receipt]) -> Receipt:
    """Accept one sheet, whatever is wrong with another sheet of the workbook or of the store."""
    if arrival.barred:
        return replace(_receipt(arrival, source, "refused"), reason=arrival.barred)
    try:
        return accept(arrival)
    except StoreDamaged as fault:
        reason = _STORE_DAMAGED.format(why=fault.reason)
        return replace(_receipt(arrival, source, "refused"), reason=reason, is_retryable=True)
    except SheetError as fault:
        return replace(_receipt(arrival, source, "refused"), reason=_sentence(fault))


def _take_in(store: Store, terms: Terms, arrival: Arrival, source: Source) -> Receipt:
    """Merge one sheet into the store's head and commit what that changes."""
    facts = read_facts(store, arrival, source)
    decision = reconcile(facts, arrival, terms)
    arrival, memory, merged = decision.arrival, decision.memory, decision.merge
    cleared = cleared_fields(memory.base, arrival.sheet)
    if is_accidental(cleared, memory.base) and not source.clearing_meant:
        return _held_back(arrival, source, cleared)
    findings = _all_findings(store, terms, decision, source)
    is_accepted = facts.head is None or bool(merged.changes or decision.choices.paths)
    number = facts.head.revision if facts.head is not None else None
    if is_accepted or decision.is_newly_overruled or _asks_otherwise(decision):
        number = store.commit(_draft(store, arrival, source, merged, findings)).number
    elif number is not None:
        store.renew_head(store.revision(arrival.key, arrival.sheet.edition.year, number))
    known = known_now(memory, arrival.sheet, merged.conflicts, decision.overruled)
    stamp = _remembered(store, arrival, memory, known, source)
    decision.choices.note(store)
    return replace(
        _receipt(arrival, source, _outcome(decision, is_accepted=is_accepted)),
        revision=number,
        changes=merged.changes,
        conflicts=merged.conflicts,
        findings=findings,
        stamp=stamp,
    )


def _outcome(decision: Reconciliation, *, is_accepted: bool) -> Outcome:
    if decision.conflicts:
        return "conflict"
    return "accepted" if is_accepted else "unchanged"


def _asks_otherwise(decision: Reconciliation) -> bool:
    """True where the open conflicts are others than those the copy's last save had."""
    conflicts = tuple(conflict.to_document() for conflict in decision.conflicts)
    return conflicts != decision.memory.conflicts


def _all_findings(
    store: Store, terms: Terms, decision: Reconciliation, source: Source
) -> tuple[Finding, ...]:
    """Return what the checks say of the merged sheet, and what there is to say about its choices, copies and conflicts."""
    arrival = decision.arrival
    conflicts = (
        arrival.located(conflict_finding(arrival.sheet.edition, conflict.to_document()))
        for conflict in decision.conflicts
    )
    return (
        *_findings(store, terms, arrival, decision.merge.sheet),
        *decision.choices.findings,
        *copies_told(store, arrival, decision.memory, source),
        *overruled_findings(arrival, decision.overruled),
        *conflicts,
    )


def _remembered(
    store: Store, arrival: Arrival, memory: Memory, known: CopyState, source: Source
) -> str:
    """Remember what is known of the copy now, and give the stamp its live workbook is to carry for that.

    That is "" for a file, which keeps its own, for a workbook without one, and where nothing new is known.
    """
    if not source.state:
        remember(store, memory, known)
        return ""
    same = memory.base is not None and known.sheet.same_content(memory.base)
    nothing_new = same and known.conflicts == memory.conflicts
    if nothing_new or not (arrival.worksheet and arrival.stamp.copy):
        return ""
    stamp = replace(arrival.stamp, state=source.state)
    remember_live(store, memory, known, stamp)
    return stamp.text()


def _held_back(arrival: Arrival, source: Source, cleared: Sequence[str]) -> Receipt:
    """Take nothing in where so much was cleared that a slip of the hand is likelier than a decision."""
    fields = arrival.sheet.edition.by_path
    some = "、".join(fields[path].title for path in cleared[:_FIELDS_NAMED]) + (
        "など" if len(cleared) > _FIELDS_NAMED else ""
    )
    found = finding("cleared", "", count=str(len(cleared)), fields=some)
    return replace(_receipt(arrival, source, "refused"), findings=(found,), reason=found.message)


def _draft(
    store: Store, arrival: Arrival, source: Source, result: Merge, findings: Sequence[Finding]
) -> Draft:
    return Draft(
        sheet=result.sheet,
        when=source.when,
        who=arrival.who,
        source=Submission(
            file=source.file,
            source_path="" if source.state else place_in(source),
            worksheet=arrival.worksheet,
            workbook=store.keep(arrival.workbook) if arrival.workbook else "",
            copy=arrival.stamp.copy,
            base=arrival.stamp.base,
        ),
        changes=tuple(change.to_document() for change in result.changes),
        conflicts=tuple(conflict.to_document() for conflict in result.conflicts),
        findings=tuple(found.to_document() for found in findings),
    )


def _findings(
    store: Store | None, terms: Terms, arrival: Arrival, sheet: Sheet
) -> tuple[Finding, ...]:
    checked = check(sheet, context_of(store, terms, sheet))
    told = {found.path for found in arrival.findings if found.severity == "error"}
    fresh = (found for found in checked if found.code not in _TOLD or found.path not in told)
    return (*arrival.findings, *map(arrival.located, fresh))


def _receipt(arrival: Arrival, source: Source, outcome: Outcome) -> Receipt:
    sheet = arrival.sheet
    return Receipt(
        source.file,
        outcome,
        worksheet=arrival.worksheet,
        key=sheet.key,
        title=sheet.title,
        edition=sheet.edition.year,
    )


def _sentence(fault: XlsyncError) -> str:
    return (
        f"{fault.where}：{fault.reason}"
        if isinstance(fault, SheetError) and fault.where
        else fault.reason
    )
