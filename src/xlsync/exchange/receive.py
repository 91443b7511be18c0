"""Workbook bytes → store: read, merge, check, commit, each sheet on its own; and the same without the store (inspect)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from xlsync.checks import check
from xlsync.errors import FormError, SheetError, WorkbookError, XlsyncError
from xlsync.exchange.arrival import Arrival, Reader, arrivals, completed
from xlsync.exchange.choices import settle_choices
from xlsync.exchange.copies import copies_told
from xlsync.exchange.knowledge import conflict_finding, context_of
from xlsync.exchange.memory import (
    Memory,
    cleared_fields,
    is_a_slip,
    known_now,
    recall,
    remember,
    remember_live,
)
from xlsync.exchange.owners import decide
from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
from xlsync.finding import Finding, finding
from xlsync.merging import Merge, changes_between, merge
from xlsync.sheet import Sheet
from xlsync.store import Draft, Store, Taken
from xlsync.workbook.form_reader import read
from xlsync.workbook.stamp import Stamp

_TOLD = frozenset({"unreadable", "required"})
"""What the checks need not say of a cell that the reader has called an error."""
_FIELDS_NAMED: Final = 5


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
    return [
        replace(_receipt(arrival, source, "refused"), reason=arrival.barred)
        if arrival.barred
        else accept(arrival)
        for arrival in found
    ]


def _take_in(store: Store, terms: Terms, arrival: Arrival, source: Source) -> Receipt:
    """Merge one sheet into the store's head and commit what that changes."""
    key, year = arrival.key, arrival.sheet.edition.year
    memory = recall(store, arrival, source)
    head = store.head(key, year)
    settled = settle_choices(store, arrival, memory, head, terms.groups)
    memory = replace(memory, base=settled.base)
    arrival = completed(arrival, memory.base)
    cleared = cleared_fields(memory.base, arrival.sheet)
    if is_a_slip(cleared, memory.base) and not source.clearing_meant:
        return _held_back(arrival, source, cleared)
    result = _merge(terms, memory.base, settled.head, arrival.sheet)
    result = replace(result, changes=changes_between(head, result.sheet))
    decided = decide(result, memory, arrival, terms.owned)
    result = decided.merge
    remarks = _findings(store, terms, arrival, result.sheet)
    told_of = (*settled.findings, *copies_told(store, arrival, memory, source))
    of_conflicts = (
        _placed(arrival, conflict_finding(arrival.sheet.edition, conflict.to_document()))
        for conflict in result.conflicts
    )
    findings = (*remarks, *told_of, *decided.findings, *of_conflicts)
    told = tuple(conflict.to_document() for conflict in result.conflicts)
    number = head.revision if head is not None else None
    asked_anew = told != memory.conflicts or decided.fresh
    if head is None or result.changes or asked_anew or settled.paths:
        number = store.commit(_draft(store, arrival, source, result, findings)).number
    elif number is not None:
        store.renew_head(store.revision(key, year, number))
    known = known_now(memory, arrival.sheet, result.conflicts, decided.overruled)
    stamp = _live_stamp(arrival, memory, known, source)
    if stamp is not None:
        remember_live(store, memory, known, stamp)
    elif not source.state:
        remember(store, memory, known)
    settled.note(store)
    accepted = head is None or result.changes or settled.paths
    outcome: Outcome = "conflict" if told else "accepted" if accepted else "unchanged"
    return replace(
        _receipt(arrival, source, outcome),
        revision=number,
        changes=result.changes,
        conflicts=result.conflicts,
        findings=findings,
        stamp=stamp.text() if stamp is not None else "",
    )


def _live_stamp(arrival: Arrival, memory: Memory, known: Taken, source: Source) -> Stamp | None:
    """Give the stamp a live workbook is to carry, None for a file, one without a stamp, or one of which all was known."""
    if not (source.state and arrival.worksheet and arrival.stamp.copy):
        return None
    same = memory.base is not None and known.sheet.same_content(memory.base)
    if same and known.conflicts == memory.conflicts:
        return None
    return replace(arrival.stamp, state=source.state)


def _held_back(arrival: Arrival, source: Source, cleared: Sequence[str]) -> Receipt:
    """Take nothing in where so much was cleared that a slip of the hand is likelier than a decision."""
    fields = arrival.sheet.edition.by_path
    some = "、".join(fields[path].title for path in cleared[:_FIELDS_NAMED]) + (
        "など" if len(cleared) > _FIELDS_NAMED else ""
    )
    found = finding("cleared", "", count=str(len(cleared)), fields=some)
    return replace(_receipt(arrival, source, "refused"), findings=(found,), reason=found.message)


def _merge(terms: Terms, base: Sheet | None, head: Sheet | None, theirs: Sheet) -> Merge:
    return (
        Merge(theirs, changes_between(None, theirs), ())
        if head is None
        else merge(base, head, theirs, terms.groups)
    )


def _draft(
    store: Store, arrival: Arrival, source: Source, result: Merge, findings: Sequence[Finding]
) -> Draft:
    return Draft(
        sheet=result.sheet,
        when=source.when,
        who=arrival.who,
        file=source.file,
        worksheet=arrival.worksheet,
        workbook=store.keep(arrival.workbook) if arrival.workbook else "",
        copy=arrival.stamp.copy,
        base=arrival.stamp.base,
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
    return (*arrival.findings, *(_placed(arrival, found) for found in fresh))


def _placed(arrival: Arrival, found: Finding) -> Finding:
    return (
        found.at(arrival.worksheet, arrival.cells.get(found.path, ""))
        if arrival.worksheet
        else found
    )


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
